// SPDX-License-Identifier: Apache-2.0

// Package merge makes one account of two that are one person's, and takes that
// back if it was a mistake.
//
// # The life of a merge
//
//  0. A job lists pairs that may be one person's: a number in common, names and
//     birth date, or telephone and name (Find). One administrator takes off the
//     list what are two people (Apart).
//  1. An administrator proposes it with a reason (Propose), after looking at both
//     sides; another one decides (Decide), see package steward. Neither may be one
//     of the people concerned.
//  2. One transaction (mergeTx): the account that ends gets the status merged, its
//     tokens end, the names by which one signs in lead to the account that goes on
//     and to that one's password. What it was beside a citizen goes on there; what
//     rests on a mandate ends. The level falls to the lower of the two until the
//     person is proved again. Identifiers, proofs, sign-ins and accesses stay
//     where they are and can be read from either side.
//  3. Modules hear identity.MergedEvent and bring their living rows over
//     (identity.Reassign). The event is published again later (again), for what
//     was under way when it was published first.
//  4. Both sides are told on every way on which they are reached.
//
// Within Deps.UndoDays two administrators may take it back (ProposeUndo,
// DecideUndo): status, names, capacities, proofs, and in the modules whatever
// the merge had brought over. What was done after the merge stays with the
// account that did it; sessions, tokens and mandates are not given back.
//
// Publishes: identity.MergedEvent, identity.UnmergedEvent. Evidence:
// identity.merge_apart, identity.merge_proposed, identity.merge_approved, identity.merge_refused,
// identity.merged, identity.unmerge_proposed, identity.unmerge_approved,
// identity.unmerge_refused, identity.unmerged.
package merge
