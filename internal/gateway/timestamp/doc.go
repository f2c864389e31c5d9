// SPDX-License-Identifier: Apache-2.0

// Package timestamp is the way to a time-stamping authority (RFC 3161), which
// signs that it has seen a hash at a time: independent evidence of when, in case
// somebody doubts our clock. It owns the protocol and the strict checking of
// tokens, and nothing that lasts. Double stands in for the authority, with a
// certificate authority of its own, in tests and in the demo.
//
// The life of a time stamp:
//
//  1. Stamp asks for a token over a SHA-256 with a fresh random nonce, over
//     package link (deadline, breaker).
//  2. The answer must be granted, be about our hash and our nonce, and its time
//     must lie between our asking and its answer, give or take a minute.
//  3. Check, which needs no network, holds the token to RFC 3161: signed by a
//     certificate that chains to a trusted root at the time of the token, is for
//     time stamping and nothing else (section 2.3), and is named in the signed
//     attributes (RFC 5816); accuracy at most a minute; the policy asked for.
//  4. The token and the root that it was accepted under are the caller's to keep.
package timestamp
