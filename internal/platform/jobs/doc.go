// SPDX-License-Identifier: Apache-2.0

// Package jobs owns the work that is done after an act: a job is a row that
// the act's own transaction writes, so that there is never an act without its
// follow-up, nor a follow-up without its act. Events are jobs too, one row for
// each subscriber.
//
// The life of a job:
//
//  1. EnqueueTx (or PublishTx) writes it in the caller's transaction: open,
//     due now or later. After the commit the runner of this process is woken;
//     those of other processes find it when they next look.
//  2. A runner claims a batch of due jobs: each gets the runner's mark, one
//     attempt more, and as its new due time the end of a lease. A lease is
//     renewed while the handler works. If the process dies the job simply
//     becomes due again, and whoever claims it then is a different attempt.
//  3. The handler runs. A panic is a failure like any other.
//  4. On success the job is done, and deleted after a while; outcomes of a moment
//     are written together. On failure it is
//     due again later, after a wait that grows and varies; after its last
//     attempt it is dead and stays until somebody looks and calls Retry.
//
// A job therefore runs at least once, and handlers must be right if they run
// twice. Only the attempt that holds the lease may write the outcome.
//
// Urgent jobs (First) have workers of their own. Of the others only a few are at work
// at once (Deps.Hands), but for those that wait for somebody outside; a few of them are
// done one after the other, with pauses, so that they are in nobody's way; and none of them
// begins while an urgent one has just begun, unless urgent ones follow upon one another
// without a pause. A job that finds out by itself what there is to do may be begun
// AtOnce, without its row, which only reminds.
//
// Something periodic is one row that never ends: its success makes it due
// again after the interval. Whoever holds the lease of that row is the leader
// for it, over all processes.
package jobs
