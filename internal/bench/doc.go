// SPDX-License-Identifier: Apache-2.0

// Package bench is `tarazu bench`: it measures the program beside the raw
// engine, in one run, on the machine at hand. It owns nothing that lasts.
//
// A run, for each engine:
//
//  1. A database is prepared through the services and frozen as two templates:
//     people with an inbox, and the same with petitions that wait for their
//     signature. Every measurement starts on a fresh copy.
//  2. Some acts of the program are traced: what is sent to the engine for each
//     is kept, statement by statement with its arguments.
//  3. In every round each act is measured twice, one after the other: done by
//     the program, and its statements sent again by the bare driver from as
//     many clients, one transaction for each act, unpipelined. Rounds are
//     interleaved, so that a slow minute of the machine hits both.
//  4. The table shows medians over the rounds; a ratio is the median of the
//     rounds' ratios.
//
// The bare driver is given what the program has: the same pragmas and
// background checkpoints on SQLite with one writing connection and a pool of
// readers; pgx itself with its cache of prepared statements on PostgreSQL.
package bench
