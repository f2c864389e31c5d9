// SPDX-License-Identifier: Apache-2.0

// Package intro takes files by which others introduce people: the Ministry of
// Science its law graduates, the bar associations and the Lawyers' Centre their
// lawyers, the associations of experts their members, government bodies who
// represents them; and files of people who are to have an account. It owns the
// files' rows and what became of each; the capacities and accounts are
// identity's.
//
// What there is to introduce, in which columns, by whom and on which ground is
// data: kinds.json; who introduces what: sources.json. A government body
// introduces its own representatives.
//
// # The life of a batch
//
//  1. A file is read and checked (Check). Nothing is given yet. Every row has
//     its result: good, or what is wrong in which column.
//  2. Whoever uploaded it applies it (Apply), wrong rows left out. The good ones
//     are worked through in the background, some at a time, each time in one
//     transaction with how far it is: a process that is killed leaves a batch
//     that says how far it has come and goes on from there, no row twice.
//  3. A row whose person has an account is granted; whoever has none is
//     introduced, and is granted when they register. A capacity goes only to
//     somebody whose last name is that of the row. Nobody is given what they
//     have: such a row is known. A row may also say that a licence is suspended,
//     valid again or revoked, or that it lasts longer: a source changes only
//     what it issued.
//  4. A batch can be undone (Undo): exactly what it gave ends, what it changed is
//     as before unless somebody changed it since, and what still waits does not
//     come. Accounts that it made stay: an account is no
//     capacity, and papers may have been served there.
//
// Hears: identity.registered. Evidence: identity.introduction_applied,
// identity.introduction_undone, and that of identity for each capacity and
// account, with the batch as its source.
package intro
