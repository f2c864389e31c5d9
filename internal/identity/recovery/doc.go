// SPDX-License-Identifier: Apache-2.0

// Package recovery owns the way back into an account whose password, telephone,
// app or passkey is lost. It never asks what somebody knows about their life.
//
// # The way back
//
//  1. Whoever has lost something goes the way of registering: the registries are
//     asked again, and a code shows that the telephone is theirs, the old one or a
//     new one. Only then is it told that there is an account (state Known of a
//     registration in package identity), and this package goes on.
//  2. An account that never was more than registry and telephone (level 1, no
//     other way of signing in), and still has that telephone: a new password at
//     once. That is identity.Finish, not here.
//  3. Any other account: at once with a recovery code (Finish with a code), or
//     with a passkey, which signs in by itself. Otherwise a request is opened
//     (Open), and the owner is told by every channel that is known.
//  4. An office that sees the papers proves the request (ProveTx), which lets it
//     go on at once. Without that it goes on after a waiting period (Deps.Wait).
//  5. The person comes back the same way, so that registries and telephone are
//     looked at once more, and chooses a password (Finish). Sessions and tokens
//     end, the telephone becomes the new one, and all is told again. What only a
//     waiting period stands for is level 1: proofs end. Passkeys, app and recovery
//     codes end too, except when it was a recovery code.
//
// Whoever did not ask for it stops a request with the link of the message, which
// does nothing else and takes no signing in, or on the page of the account (Stop,
// StopOwn). The link is not sent to a number that is no longer the owner's.
// Requests that come to nothing twice within a month close the waiting way: then
// only an office helps, which nobody can stop. So neither a stranger with a
// telephone nor one with the old number can keep the owner out for good.
//
// A proof at an office finishes only the request whose number was told there: the
// owner who visits an office for something else must not open the account to
// somebody else's request.
//
// Hears nothing, publishes nothing. Evidence: identity.recovery_opened,
// identity.recovery_stopped, identity.recovery_proved; identity.recovered is
// written by package identity.
package recovery
