// SPDX-License-Identifier: Apache-2.0

// Package ledger keeps evidence that needs no trust: an append-only RFC 6962
// log of evidence records in our own database, signed about once a second.
//
// The life of a record:
//
//  1. StageTx writes it in the transaction of the act it is evidence of, with
//     no place in the log yet (the outbox). Either both are there or neither.
//  2. Sequence, in the one process that holds the lease, finds the records
//     without a place, gives each the next one, appends the leaf hashes to the
//     tree's tiles, signs the new checkpoint, and moves the head by
//     compare-and-swap: all in one transaction, so that a crash leaves either
//     the old log or the new one.
//     Beside it, never delaying it, a time-stamping authority is asked now and
//     then for a token over the newest checkpoint (StampNow).
//  3. Receipt hands out a file that proves the record's place under a signed
//     checkpoint; package receipt checks it offline.
//  4. Witnesses, which keep the newest size and root themselves, sign each
//     checkpoint that goes on from the last one they signed (tlog-witness). Where a
//     quorum is configured, a receipt waits for it: so the court cannot show two
//     people two logs (ADR 36).
//  5. Audit recomputes everything from the rows and names each entry that does
//     not fit; every night, and on demand.
//  6. Turn ends the newest log and opens the next one, in one transaction: for
//     another year, or another key. What has no place yet goes along (ADR 50).
//
// Papers (documents such as a signed PDF) are evidence by their SHA-256. A
// directory leads from that hash to the record, so that whoever holds a paper
// can ask whether it stands in the log (FindPaper).
//
// A leaf is a salted record (receipt.Record), so the published tile and
// checkpoint bytes tell nothing about it. The owner of the row is not in the
// leaf, only a keyed hash that ties the row to it.
//
// A log is named by its origin and has one key for life. The logs of a service
// are a chain: each ends with a record that names the next.
package ledger
