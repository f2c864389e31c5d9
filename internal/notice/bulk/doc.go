// SPDX-License-Identifier: Apache-2.0

// Package bulk issues many notices of one sender as one batch: everybody of a
// court day, the hundred thousand notices of a government body. It does not know
// what a row means: the module that made the batch issues it (Kind), and
// Sender is opaque.
//
// # The life of a batch
//
//  1. Taking in. Rows come in pieces (Take), or at once with the act that causes
//     them (StartTx). A row that cannot be right is kept with its reason; one that
//     is in a batch already, of today or of last year, is kept as its twin. Taking
//     in goes on where it was cut off: the same key gives the same batch.
//  2. Checked. All rows are there (Seal); nothing is issued yet.
//  3. Going. Somebody has started it (Start); evidence notice.batch_started. Each
//     row's notice is issued in the transaction that marks the row, so that a
//     process that is killed leaves every row either issued or waiting.
//  4. Paused, and going again; or stopped: what waits is left.
//     Its sender may have to wait (Held, a quota): then all its batches rest until then;
//     or may send no more (HaltTx, Held without end): then they are stopped with the reason.
//  5. Done. No row waits; evidence notice.batch_ended with the counts.
//
// # Fair among senders
//
// Turns go around: whoever has waiting rows gets one turn of at most quantum rows, or
// of more while nobody else sends, and then waits for the others (claim). A sender has one turn at a time, over all
// processes, and each process takes turns in several lanes, so that a large sender
// never has all of them. Notices that are issued one by one do not come here.
// What follows from notices is done by jobs: a long batch rests while many wait, so
// that the follow-ups of others do not wait behind its own. Who was let go begins right
// after the commit; whose turn fails rests for a moment.
package bulk
