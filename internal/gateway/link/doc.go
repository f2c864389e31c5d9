// SPDX-License-Identifier: Apache-2.0

// Package link is the one way by which Tarazu speaks with an outside system
// (population registry, SIM-owner registry, text messages, payment provider):
// JSON (or, for time stamps, RFC 3161) over HTTP with a deadline, a circuit breaker, request ids, a bounded
// answer and strict decoding. It owns no data and knows no module. An exchange
// in another protocol (SMTP) runs under the same breaker and deadline by Do.
//
// The life of a call:
//
//  1. The breaker is asked. While it is open nothing is sent: the caller gets
//     errs.Unavailable at once instead of waiting for a deadline.
//  2. The question is sent as POST with a JSON body, so that personal data is
//     never in an address, with a bearer token and a fresh X-Request-Id.
//  3. The answer must come within the deadline, be 200 with JSON of at most
//     64 KiB, carry our X-Request-Id (if it carries one), and have no field
//     that we do not know. The client then checks that it belongs to the question.
//  4. A question that only reads (Read) is sent once more if the connection
//     failed or the answer was 502, 503 or 504 and time is left. A question that
//     acts (Act) is never sent twice from here; jobs do that, with the same
//     idempotency key.
//  5. The outcome goes to the breaker. A refusal (4xx with a code) is an
//     answer: the system is up.
//  6. Every failure becomes errs.Unavailable with the code
//     gateway.<name>.down, whose words say that it is their system that does
//     not answer. The cause goes to the log and holds no personal data.
package link
