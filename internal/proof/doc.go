// SPDX-License-Identifier: Apache-2.0

// Package proof lets anybody check what this service has handed out, without an
// account: a receipt, and the paper it speaks of. It owns no data.
//
// The life of a check:
//
//  1. Somebody opens /verify, perhaps by the QR code of a paper, which brings
//     the paper's tracking code and the hash of its record.
//  2. They choose a receipt, a paper, or both. The receipt is read into memory,
//     the paper is only hashed while it comes in; neither is written to a disk,
//     to the database or to the log.
//  3. A receipt is checked as `tarazu verify` does, with the keys of the logs of
//     this server, and a paper is compared with it. A paper alone is looked up
//     in the log by its hash.
//  4. The page says in plain words what is proved and what is not, or which
//     check failed and what that means. It is not kept either.
//
// The number of a certificate is checked there too: filing says of it what a
// paper that bears it must say too, and nothing that it certifies.
//
// How often one network address may ask is counted in the memory of the process.
package proof
