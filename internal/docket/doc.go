// SPDX-License-Identifier: Apache-2.0

// Package docket owns the court's register: cases with their numbers, branches
// and parties, what happened in them (the timeline, for each side what it may
// see), and the deadlines that notices start. It hears notice.Arrived,
// notice.Viewed, notice.NoAccount and identity.Registered. Rules of counting belong to calendar,
// papers to notice and filing.
//
// The life of a case:
//
//  1. Opened. OpenTx, in the transaction of the registration: an 18-digit
//     number from the unit's own counter of the year, the parties, and a
//     proposed branch: the one with the least load (CPC 50; cases are not closed
//     here yet, so the load never falls).
//  2. Referred. The judge who heads the first branch confirms the proposal or
//     names another branch, once. Who comes second is told who did what.
//  3. Notices go to the parties (IssueNoticeTx).
//  4. A notice that starts a term arrives, or is viewed where the term runs
//     from actual service: its deadline is computed and kept with everything it
//     was computed from.
//  5. A closure of the courts is published, or a holiday moves: the deadlines it
//     touches are computed again. The new computation is added and the old one
//     stays, marked as superseded.
//  6. Met. The party has acted (MeetTx), perhaps before the deadline was
//     computed.
//
// Parties see their own case, and of its timeline what is for their side. Staff
// see the cases of their unit; each such reading is recorded and shown to the
// parties.
//
// A function with a *store.Tx calls only …Tx methods and those that take a
// store.Querier: what reads through the pool takes a second connection while it
// holds the first, and enough of them at once stop each other.
package docket
