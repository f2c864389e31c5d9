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
//     proposed branch: the one with the fewest open cases (CPC 50). A
//     declaration has no branch and is open at once.
//  2. Referred. The judge who heads the first branch confirms the proposal or
//     names another branch, once. Who comes second is told who did what.
//  3. Notices go to the parties (IssueNoticeTx), to the lawyer on record where
//     there is one. With the first one a party joins: until then only the side
//     that opened the case sees it (docs/adr/0016). What the court itself sends,
//     hearings, judgments, orders and letters, is written on a page
//     (IssueNotices); what may be sent with which term stands in notices.json.
//  4. A notice that starts a term arrives, or is viewed where the term runs
//     from actual service: its deadline is computed and kept with everything it
//     was computed from, for the party and its lawyers.
//  5. A closure of the courts is published, a holiday moves, an outage falls on
//     the last day, another defendant is served, a judge decides on service
//     (MoveServiceTx): the deadlines it touches are computed again from what is
//     known (input). The new computation is added and the old one stays, marked as
//     superseded; timeline, message and desk say from when to when and why.
//  6. Met. The party or its lawyer has acted (MeetTx), perhaps before the
//     deadline was computed.
//  7. Appealed. The court that decided sends the file to the court of appeal
//     (SendOnTx): a case of its own there, which goes through these steps again.
//     That court reads this one; its judgment and orders are told here.
//  8. Closed (CloseTx), and perhaps opened again (ReopenTx). The load of the
//     branch falls and rises with it.
//
// Somebody's calendar program reads their days at a secret address (ReadFeed):
// neither case nor subject, each reading kept and shown, the address revocable.
//
// A party's new address is put into every open case at once, with evidence, and
// onto the papers on their way (MoveHome, docs/adr/0051).
//
// A lawyer on record (RecordLawyerTx) sees what his party sees, in the capacity
// of a lawyer, until the party ends it (EndLawyer). Parties see of the timeline
// what is for their side. Staff see the cases of their unit; each such reading
// is recorded and shown to the parties (RecordAccess), to those who have not
// joined when they do.
//
// That a lawyer has left, by the party's wish, with his contract, his licence or his
// life, is published (LawyerLeft); who served a notice on him that asks for an act
// serves it again, and the earlier term counts no more (ReplaceTx, docs/adr/0044).
//
// A function with a *store.Tx calls only …Tx methods and those that take a
// store.Querier: what reads through the pool takes a second connection while it
// holds the first, and enough of them at once stop each other.
package docket
