// SPDX-License-Identifier: Apache-2.0

// Package store keeps Tarazu's rows: one SQL text, written once with $N in the
// portable subset, on SQLite (embedded, the default) or PostgreSQL (by DSN).
// All that differs between the two engines lives here.
//
// A write goes one of two ways:
//
//  1. DB.Write runs a closure in one transaction. On SQLite the closures of
//     concurrent callers run one after another and share one commit (the commit
//     in flight is the window: there is no batching timer). On PostgreSQL each
//     closure is a transaction of its own, retried when it cannot be
//     serialised.
//  2. DB.WriteBlind runs a closure that only states what is to be written
//     (Exec, ExecOne, Insert) and reads nothing. Its statements are collected
//     and sent together with those of other callers: one pipelined round trip
//     and one commit for many acts, on both engines.
//
// In both, when one caller's part fails, the shared transaction is rolled back
// and run again without it, so that a closure may run twice and must have no
// effect outside its transaction. What must happen after success is handed to
// Tx.AfterCommit. What need not outlive a crash of the database's machine says so
// (Tx.MayBeLost, ADR 55).
//
// Types in tables are BIGINT, TEXT, BOOLEAN and BYTEA only; times are UTC
// microseconds in BIGINT (Time), money is BIGINT rials, identifiers are TEXT.
// On SQLite the migrations are turned into STRICT tables, so that a text in a
// BIGINT column is refused on both engines.
package store
