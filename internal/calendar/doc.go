// SPDX-License-Identifier: Apache-2.0

// Package calendar is the law's clock. It owns the statutory terms (dated,
// versioned, each with its article), the days on which courts are closed, and
// the one function that counts a deadline and says why each day is counted or
// not. It knows nobody's case: deadlines belong to docket, which keeps the
// Computation and computes it again when an input changes.
//
// The life of a deadline's days:
//
//  1. Rules.At finds the version of the rule that stood on the day of service.
//  2. The embedded holiday table is overlaid with what administrators have
//     published: closures, confirmations of estimates, corrections. Entries are
//     appended, never changed, so that an old result can be explained.
//  3. Compute counts: the day of service is not counted, the days of the term
//     are, the day of the act is not, and a closed last day moves to the next
//     open one. Every day carries its reason.
//  4. Facts move it, each by its article and only where the rule says so: an
//     outage on the last day (CPC 444), the longer term of another defendant
//     (CPC 447), a hearing that could not be held (CPC 448).
//  5. The result says when it hangs on an estimated holiday (Provisional) or
//     on a year whose holidays are not published (Uncertain).
//
// Administrators publish on the page /closures, which tells first which
// deadlines would move (a slot, because deadlines are kept above).
//
// The command "tarazu deadline" does the same on the embedded tables alone.
// How days are counted, and what the law leaves open, stands in
// docs/adr/0005-how-days-are-counted.md, what moves a
// term in docs/adr/0039-what-moves-a-term.md.
package calendar
