// SPDX-License-Identifier: Apache-2.0

// Package held lets each module say what it keeps about a person, in its own
// folder and in its own SQL, so that the person can be shown all of it.
//
//  1. A module has a file held.go with its sources: one for each kind of thing
//     that it keeps about somebody. A source is a statement that takes whose things
//     are meant ($1) and how many rows at most ($2), and a struct for its rows.
//  2. The column names are words of this package (held.column.…); a tag says how a
//     value is written: `held:"filing.status."`.
//  3. Somebody's page, and the file that they download, are made of these and know
//     no module.
//
// A test in package app looks through all migrations: a column that holds a person
// must be asked for by a source, or stand in a list of exceptions with the reason.
package held
