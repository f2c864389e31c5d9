// SPDX-License-Identifier: Apache-2.0

// Package identity owns who somebody is: people with their judicial
// identifier, the proof that they are who they say, passwords, one-time codes,
// the capacities in which they act, and the log of who looked at their data.
// Sessions belong to platform/web.
//
// # The life of a registration
//
//  1. A resident gives national code, birth date and mobile number (Start). The
//     civil registry says whether code and date belong together and whether the
//     person lives; the SIM registry says whether the number is theirs. A citizen
//     abroad gives the number of a consular case instead, a foreign national a
//     comprehensive code or a passport, both also an e-mail address (inquire).
//     All registers are asked outside any transaction.
//  2. When one of the two does not answer, the entries are kept (waiting). A
//     periodic job asks again, and a text message invites the person to go on. A
//     resident may also go on at once, with an account on their own word that is
//     completed by itself (provisional.go).
//  3. A one-time code goes to the number. Whether there is an account already
//     is looked up, and told, only after the code has proved who asks (Prove):
//     before that everybody gets the same answer.
//  4. The password makes the account (Finish): person, judicial identifier,
//     evidence identity.registered and event Registered in one transaction. For
//     somebody who has an account with this number, and nothing stronger stands
//     before it, it renews the password; any other way back is package recovery's
//     (renew.go).
//
// # One-time codes
//
// A code is never stored. It is the RFC 4226 truncation of an HMAC of the
// code's row id, so whoever has the key can compute it when it is sent or
// checked. It lives for minutes, takes five tries, and is used once.
//
// # Signing in
//
// Password, then code (Login, FinishLogin). Every try costs exactly one
// argon2id computation, whether or not there is such an account, and gets the
// same answer. Limits are kept in a table, so they hold over all processes.
// They leak: nobody is locked out for good, and tries from an address from
// which the owner has signed in before are counted apart from those of
// strangers, so a stranger's failures do not lock the owner out.
//
// Or with a passkey alone (EnterByPasskey), or with a code of an app or a
// recovery code in place of the message: package factor owns these, second.go,
// passkey.go and the pages of /account/ways say when they count. They change only
// just after a proof (ProofLife), and the owner is told (alert.go).
//
// A browser from which somebody signs in is noted (Meet); one that is new to
// them is told of. The registry of SIM cards is asked again about the numbers of
// those who sign in; when one is another's, the person's proofs end, and with
// them what a text message has opened (number.go).
//
// # Passwords
//
// 10 to 128 characters. Before hashing, a password is brought to NFKC, Persian
// and Arabic digits become ASCII, and ي and ك become ی and ک: the same keys on
// another keyboard give the same password. Nothing else is changed and nothing
// is trimmed.
//
// # Capacities
//
// Everybody is a citizen. Any other role is a capacity with its unit, the days
// on which it holds, and where that is known from. Actor looks at every
// request whether the capacity still holds.
//
// Where capacities come from is the matter of packages above: intro (files of
// introductions; bulk.go is what it uses), licence (issuers of licences), appoint
// (posts and guardians), mandate, body (units of government bodies and companies, and the
// posts at them). What they give asks for the
// level with which it was given (Capacity.Least): while its holder is known less
// surely it rests, with all that rests on it, and they are led to the missing step.
//
// # Levels, and two accounts of one person
//
// Person.Assurance is the best of the proofs that stand (proof.go); which act asks
// for which level is package level's table, and KnownTx is how an act checks it.
// Package merge makes one account of two; merged.go is what other modules need to
// follow (Reassign, Kin, GoesOn). Package mydata shows people what is kept, from
// what each package says of itself in held.go.
//
// # What is not believed
//
// A register that takes something from very many people, in one batch, an hour or a
// day, is not followed: what it said is kept as a doubt until administrators have
// found out whether it is true (doubt.go, package steward).
//
// # Tokens
//
// A program acts for a person with a bearer token of one capacity. A personal
// token is made on the account page, for at most a year and with the scopes that
// its owner picks; it is shown once and kept as a hash. A token of signing in
// over the API comes after password and code, like a session, and lasts as long.
// All are listed on the account page and end with a renewed password. Between
// the steps of signing in and registering a program carries a sealed name of
// what is under way (token_signin.go).
//
// # What is kept, and how long
//
// An hourly job removes codes a day after they expired, limits that are free
// again, registrations that nobody touched for Deps.Keep (7 days), and sign-ins
// after a year. Who looked at whose data is not removed.
//
// Publishes: Registered, StatusChanged, MergedEvent, UnmergedEvent. Hears: nothing. Evidence:
// identity.registered, identity.confirmed, identity.proved, identity.proof_ended,
// identity.enrolled, identity.password_changed, identity.capacity_added,
// identity.capacity_narrowed, identity.capacity_ended, identity.passkey_added,
// identity.passkey_ended, identity.app_added, identity.app_ended,
// identity.doubt_believed, identity.doubt_dismissed, identity.sms_off, identity.sms_on, identity.recovery_made, identity.recovered, identity.token_made, identity.token_revoked.
package identity
