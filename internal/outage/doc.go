// SPDX-License-Identifier: Apache-2.0

// Package outage keeps the times in which a part of the service could not be
// used. It owns the intervals, their versions and the table of what an outage
// means for which act (rules.json). It knows nobody's case: modules above ask
// which intervals touched a time (Touching) or hear outage.Changed, and decide
// themselves what follows.
//
// The life of an interval:
//
//  1. It is opened by a probe that failed several times in a row, from the first
//     of these failures on; or found afterwards, where nothing could be written
//     at the time; or declared by an administrator, also ahead (planned).
//  2. It is closed by a probe that succeeded several times in a row, at the first
//     of these successes; or by an administrator.
//  3. What is wrong with it is corrected by a new version with a reason. Nothing
//     is deleted: an interval that should not be there is withdrawn.
//
// A Prober in every serving process does the first two (prober.go turns readings
// into spans with tracker.go, decide.go holds them against what is known). What is
// over has a certificate, made by a job; everybody sees all of it at /status. Why
// so: docs/adr/0037-outages.md.
//
// Every one of these acts is one transaction: the version, the interval as it now
// stands, the evidence in the ledger, and the event Changed.
package outage
