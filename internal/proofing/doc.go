// SPDX-License-Identifier: Apache-2.0

// Package proofing brings people to a higher level of proof where one is missing.
// It owns the page to which a refusal for the level leads (identity/level), the
// question to the registries by somebody who is signed in, and the list of ways
// with what they cost (ways.json). It owns the tables proofing_…; the proofs
// themselves belong to identity.
//
// The life of a missing level:
//
//  1. An act is refused with a level.Missing. Detour makes of it the address of
//     the page of this module, with the way back sealed into it.
//
//  2. The page says what is missing, and offers the ways that this class of
//     person has: how long, what it costs, what to bring.
//
//  3. Whoever is known by their own word only (after a number that changed
//     hands, or registered from abroad) asks the registries again (AskRegistries).
//
//  4. Or a broker proves by video who somebody is, for a fee (Choose): an order is
//     paid through the payment module and covers three attempts. Begin starts one
//     at the broker, whose page the person goes to. That they come back, and that
//     the broker calls, are only reasons to ask (Settle); a job asks as well. A
//     living person who is the one of the registry is a proof of level 2. What
//     was paid goes back if no attempt was made (GiveBack). Whoever does not see
//     the outcome on the page is told that there is one (tell.go).
//
//  5. When the level is there, by whatever way, the same page leads back to where
//     the person was. What was entered there was kept by its own module.
//
//  6. After a merge the orders follow the person (merge.go).
//
// Publishes nothing. Hears payment.paid, identity.merged, identity.unmerged.
package proofing
