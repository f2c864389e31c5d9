// SPDX-License-Identifier: Apache-2.0

// Package steward looks after the register of people that package identity
// owns: it learns from the civil registry who has died or is under guardianship,
// and counts in which way people came to have accounts.
//
// # The end of an account
//
//  1. A periodic job asks the civil registry again about every active account
//     with a national code, the one that was asked longest ago first, in batches
//     (AskRegistry). A file of the registry says the same at once (ApplyFeed).
//  2. Whoever has died or is under guardianship has an account that may not be
//     used: identity.ChangeStatusTx, with its evidence and the event
//     identity.StatusChanged. Who signs in is told so only after the right
//     password.
//  3. If more people have died than can be true, in a batch or in all batches of an
//     hour or a day, the registry is not believed: of them nobody's account is
//     closed, they are asked about again an hour later, and the job fails where
//     operators see it. The others do not wait for that.
//  4. Other modules hear the event: what waits unopened in the account becomes
//     work for the clerk, and new papers go on paper.
//
// An account that was closed by mistake is opened again by two administrators: one
// proposes with a reason, another one decides (ProposeReopening, Decide). Neither
// may be the person concerned. The history keeps both steps.
//
// # Counts of registrations
//
// A job counts each new account and each refused registration once, by month, way,
// level, class, province and reason (Count). The report hides numbers below five,
// and another one where a hidden number could be computed from the total. The share
// of registrations without a visit stands beside what was reported and what is
// aimed at (targets.json).
package steward
