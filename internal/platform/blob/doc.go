// SPDX-License-Identifier: Apache-2.0

// Package blob keeps files: what people attach, and papers as they were made.
// A database row says what a file is and to whom it belongs; here are its bytes,
// in a folder or in a store that speaks S3, by gocloud.dev/blob.
//
// The life of a blob:
//
//  1. Put writes it under a new key (Key), and returns when it is durable: synced
//     in a folder, read back from a store elsewhere.
//  2. Only then does its module commit the row that names the key. If the
//     program dies in between, nobody was told anything, and the blob is an
//     orphan.
//  3. Get reads it and compares it with the hash that the row has.
//  4. When the row is gone, or never came, Sweep removes it: it asks the module
//     which keys it needs, about blobs that are older than every act that could
//     still be under way.
//
// A store that refuses, is busy, silent or gone is an errs.Unavailable within half
// a minute, with the store's own words for the log.
//
// A key is never used twice, so a sweep cannot hit a blob that is being
// attached again. It says nothing about anybody: it has the module's name, a
// hash of the owner's id, and the hash of the bytes.
package blob
