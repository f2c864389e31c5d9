// SPDX-License-Identifier: Apache-2.0

// Package app puts the modules together: it is the only package that knows
// every one of them. It owns the order of the modules, the list of migrations,
// the doubles that stand in for the outside systems of a demo country, and the
// life of the process:
//
//  1. New opens the database, which must have been migrated, reads or makes
//     the keys, connects the gateways and builds the modules from the lowest to
//     the highest, each with its Deps.
//  2. Serve answers HTTP; Work runs jobs and sequences the ledger. A small
//     installation does both in one process, a large one in several.
//  3. Close ends what New began, in the opposite order.
package app

// Order is the total order of the modules. A module imports only modules
// before it; architecture tests hold it to that.
var Order = []string{
	"identity", "alert", "calendar", "outage", "authority", "catalogue", "assist", "payment", "proofing", "notice", "office", "bailiff", "docket", "contest",
	"expert", "filing", "hearing", "dispute", "enforcement", "licensing", "outreach", "statistics",
	"sender", "proof",
}
