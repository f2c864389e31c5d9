// SPDX-License-Identifier: Apache-2.0

// Package pdf makes court papers: A4 pages in Persian or English whose letters
// are joined and ordered right, whose text can be searched and copied as it was
// written, and which can be signed.
//
// The life of a paper:
//
//  1. A Paper is filled in, or made from the plain text of a paper (FromText).
//  2. Writer.Render cleans and isolates every line (text.go), orders it by the
//     Unicode bidirectional algorithm and shapes it with the embedded Vazirmatn
//     (shape.go), breaks it (lines.go), stacks the lines in pages (flow.go,
//     layout.go, frame.go) and writes the file (file.go and its neighbours). The same
//     paper gives the same bytes: lengths are whole thousandths of a point,
//     nothing reads a clock or a random number.
//  3. Signer.Sign appends a PAdES signature, with a time-stamp token of
//     RFC 3161 if a Stamper is there (sign.go, cms.go).
//
// The fonts are copied into fonts/ by `go run ./internal/platform/pdf/build`
// (part of `make generate`) and are not in git; without them New says so.
//
// Standards: ISO 32000-1 (PDF 1.7), UAX #9 (bidi), UAX #14 (line breaking),
// ETSI EN 319 142-1 (PAdES), RFC 5652 (CMS), RFC 5035 (signing certificate).
// Files carry XMP, an output intent and a structure tree as ISO 19005-2 wants;
// they do not claim PDF/A, because no validator has confirmed it.
package pdf
