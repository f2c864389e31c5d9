// SPDX-License-Identifier: Apache-2.0

// Package series numbers the notices of each person without a gap and lets the
// person prove it: that nothing was hidden, slipped in, or put into another
// order. Issuing a notice knows nothing of it; the numbers follow the evidence
// log.
//
// The life of a number:
//
//  1. A notice arrives in an account; its record notice.arrived gets a place in
//     the log (module notice, platform/ledger).
//  2. Number walks over the records in the order of the log, from where it
//     stopped, and gives each arrival the next number in the series of the
//     person whom the record names as recipient. The lines of a series are
//     chained: each link is the hash of the link before it, the number, the
//     place and the hash of the record. Rows and position move in one
//     transaction by compare-and-swap, so that a crash or a second process
//     neither loses nor doubles a line. Numbering the same log again gives the
//     same lines.
//  3. The first line of a person opens the series: a salt is drawn, and the
//     record notice.series_opened binds the person to the tag under which the
//     series stands in the trees of the days. There is one such record for each
//     person.
//  4. The day ends in Tehran: what the log held before its first record of the
//     next day is cut off (endDay); what comes later belongs to the next day.
//  5. The tree of the day is computed from the one before it and from what
//     changed (finishDays). Its root, with how many series and lines there are,
//     is the record notice.series_root. Days without a change have one too.
//  6. A person sees the numbers, and takes out the file with all lines and, for
//     each day, the way from the own line to the root (Export); or the proof
//     that there is no series at all. Check reads that file without us.
//  7. Audit computes everything again from the log and names the first thing
//     that differs.
//
// What a court brings by hand is not in the series: it has no account to be in,
// and its evidence is the record of whoever brought it. The series of an account
// that was merged into another one stands still and is shown beside the other.
package series
