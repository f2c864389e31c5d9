// SPDX-License-Identifier: Apache-2.0

// Package witness is an independent body's side of the evidence log: a server
// (C2SP tlog-witness) that cosigns a checkpoint only if the log has taken
// nothing back since the last one it cosigned. It knows nothing of courts, and
// keeps for each log one row: the newest tree it has vouched for.
//
// The life of a checkpoint:
//
//  1. A log posts it to add-checkpoint, with the size that it believes was
//     cosigned last and the proof that the new tree begins with the old one.
//  2. The server finds the log by its origin, checks the log's signature, the
//     old size and the proof.
//  3. One transaction compares what is kept with what was said and moves it
//     on. Only when that is committed is the cosignature made and answered, so
//     that no two answers of ours ever contradict each other.
//
// Whatever does not fit is refused with the status of the specification; a
// checkpoint that is signed by the log and does not fit goes to the server's
// log whole, because it is proof that the log misbehaved.
package witness
