// SPDX-License-Identifier: Apache-2.0

// Package factor owns the ways of signing in beside password and text message:
// passkeys, apps that make codes, recovery codes; and the browsers from which
// people sign in. It knows people by their ids only and asks nobody who they are;
// package identity says when which way is enough.
//
// # The life of a passkey
//
//  1. Begin makes a challenge. It is kept nowhere: the browser carries it, sealed
//     with the person, the session and the purpose for which it was made.
//  2. The authenticator signs the challenge with a new key (Registered) or one
//     that it has (Asserted). It must have checked who holds it: a fingerprint, a
//     face, a PIN.
//  3. AddPasskeyTx writes the new key; UsePasskeyTx spends the challenge, for
//     good and over all processes, and takes the authenticator's counter forward.
//     Both join the caller's transaction.
//  4. EndPasskeyTx ends one. It is never accepted again.
//
// A counter that does not go forward tells of a copied key, and the key is
// refused. Keys that are kept in step over several devices have no counter.
//
// What does not fit gets one answer, whatever it was: an unknown key, another
// person's, a wrong signature, another site.
//
// # The others
//
// The secret of an app is offered sealed, and written once a code shows that the
// app has it; a time step counts once, and none before it any more. Recovery
// codes are shown once and kept as keyed hashes.
//
// Passkeys belong to the name of the site. A site that is reached by a number
// or without encryption (localhost excepted) has none: Offered says so.
package factor
