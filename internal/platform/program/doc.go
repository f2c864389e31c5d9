// SPDX-License-Identifier: Apache-2.0

// Package program keeps what the programs of other organisations need: keys with which
// they call, and the address at which they are told what happens. A module has a Keeper
// for its purpose; who may, what is evidence and what a key opens is the module's.
//
// # A key
//
//  1. It is made within bounds (MakeKeyTx), shown once, and kept as a hash.
//  2. It tells who calls (Bearer), and that it still holds in the transaction of an act
//     (UseKeyTx, LivesTx).
//  3. It is revoked (RevokeKeyTx) or its days are over.
//
// # An event
//
//  1. It is written with a job (TellTx), if there is an address.
//  2. The job tells it, signed (platform/webhook), and after each failure again, with the
//     waits of the module.
//  3. When all tries are over it is given up: work for the organisation (Work). If
//     nothing was taken meanwhile, or the address said that it wants no more (410),
//     telling stops; what happens then is given up at once and so not lost.
//  4. Somebody tries again (TryTx): what was given up is told once more, one after the
//     other in order, and when all of it was taken telling goes on. Or it is left
//     (LeaveTx). The work ends when something gets through and nothing is given up.
package program
