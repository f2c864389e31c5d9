// SPDX-License-Identifier: Apache-2.0

// Package intake decides what may come in as a file, and in which form it is
// kept. What people attach is opened by judges and by the other party, so
// nothing comes in that does more than show itself.
//
// The way of a file:
//
//  1. Its kind is told from its bytes, never from its name or from what the
//     browser says (sniff.go). PDF, JPEG and PNG are taken; of others people
//     are told what to do instead.
//  2. A PDF is kept as it is, byte for byte: it may be signed. It is read first
//     (pdf.go, object.go, xref.go, active.go): it must be whole, have pages, and hold no
//     password, script, embedded file or action that starts a program.
//  3. A picture is decoded within a bound of pixels, turned upright as its EXIF
//     says, brought to a bounded size, and encoded anew: what is left is what is
//     seen, without the place where it was taken (picture.go, exif.go).
//  4. Its name is cleaned (name.go).
//
// Every refusal is an errs.Invalid with words of its own.
package intake
