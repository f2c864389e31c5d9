// SPDX-License-Identifier: Apache-2.0

// Package desk is the inside of a body's inbox: to which of its units a notice goes,
// who has it there, and what its programs are told.
//
// A notice arrives at the body as a whole; what it means in law never depends on this
// package. Nothing here delays arrival, and what no rule names is not lost: it is at
// the top.
//
// # The life of a notice in a body
//
//  1. It arrives (notice.at_body). A job of its own writes which unit it went to: the
//     unit of the first rule that names it, otherwise the top desk (Route). A second
//     run finds it written.
//  2. Whoever holds a post at that unit, or above it, sees it, as far as the post goes
//     (groups of notices). Somebody takes it (Take), gives it back, hands it to
//     another unit with a note (Hand), or says that it is dealt with (Done). Of two
//     who take it at once, one has it. Each step stays, with its evidence.
//  3. It is opened in the inbox as every notice; here only the time is kept. What lies
//     unopened for the days of limits.json is shown as such, to the head for all units.
//
// Rules are a list in versions (SetRules): who manages the body writes the whole list
// anew, knowing the version that he changes. They hold at once, for what arrives from
// then on; when a body has its first rules, what has arrived before is sent through
// them as well.
//
// # Programs
//
// A key (MakeKey) lets a program of the body list, open or fetch receipts, for one unit
// with what is below it or for the whole body. What it opens is a fact (opener
// machine); whether that counts, notice/effects.json says. A webhook tells a program
// of what has happened, with ids only; what it does not take is work for whoever
// manages the body. Keys and deliveries are kept by platform/program.
//
// Publishes: nothing. Hears: notice.at_body, notice.viewed, notice.deemed. Evidence:
// desk.rules_set, desk.routed, desk.taken, desk.left, desk.handed, desk.done,
// desk.again, desk.key_made, desk.key_revoked, desk.hook_set, desk.hook_rotated,
// desk.hook_tried, desk.hook_left. Why so: docs/adr/0048-inboxes-of-bodies.md.
package desk
