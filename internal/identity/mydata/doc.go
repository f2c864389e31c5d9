// SPDX-License-Identifier: Apache-2.0

// Package mydata shows people everything that is kept about them, who has looked
// at it and why, gives them a copy, and takes what they say is wrong.
//
// It keeps nothing of what it shows: each module says in its own folder what it
// has about a person (platform/held), and the composition root hands these readers
// over (Deps.Sources). A column that holds a person and that no reader asks for
// fails a test in package app. Why so: docs/adr/0026-my-data.md.
//
// # Whose data
//
// Everybody sees their own, in whatever capacity they are. Somebody who acts for
// another sees that other's data only with the right "data", which no mandate has
// unless its giver ticks it; otherwise the pages are about the reader. Each look
// for another is recorded where that person sees it.
//
// # The life of a copy
//
//  1. AskExport writes its row and a job; its owner is told. asked
//  2. The job reads all modules and the files, makes a ZIP, puts it into the blob
//     store, and tells who asked. ready
//  3. TakeExport gives it out for a fresh one-time code, as often as asked for.
//  4. Its days are over, or its owner erases it: the row names no bytes any more,
//     and the sweep removes them. gone
//
// # The life of a correction
//
//  1. AskCorrection keeps what is wrong, what it should be, why, and a proof. asked
//  2. An administrator, never the person concerned, answers with reasons
//     (DecideCorrection). done: names as the civil registry says them when asked
//     anew, or the province chosen; what stood there before is kept. Or refused.
//
// # What is left out
//
// The body of a notice that was not opened (opening has effects in law), a case
// that somebody has not joined (ADR 0016), secrets that nobody can read back.
package mydata
