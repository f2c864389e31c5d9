// SPDX-License-Identifier: Apache-2.0

// Package mydata shows people everything that is kept about them, who has looked
// at it and why, in one place.
//
// It keeps nothing of what it shows: each module says in its own folder what it
// has about a person (platform/held), and the composition root hands these readers
// over (Deps.Sources). A column that holds a person and that no reader asks for
// fails a test in package app.
//
// # Whose data
//
// Everybody sees their own, in whatever capacity they are. Somebody who acts for
// another sees that other's data only with the right "data", which no mandate has
// unless its giver ticks it; otherwise the pages are about the reader. Each look
// for another is recorded where that person sees it.
//
// # What is left out
//
// The body of a notice that was not opened (opening has effects in law), a case
// that somebody has not joined (ADR 0016), secrets that nobody can read back.
package mydata
