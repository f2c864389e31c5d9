// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"bytes"
	"context"
	"embed"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of a witness's database: 02901 to 02999. They are
// no part of the court's.
var Migrations = store.Migrations{Module: "witness", FS: migrations}

// treeRow is a row of ledger_witness_tree.
type treeRow struct {
	Origin string     `db:"origin"`
	Size   int64      `db:"size"`
	Root   []byte     `db:"root"`
	At     store.Time `db:"at_us"`
}

const (
	sqlTree     = `SELECT origin, size, root, at_us FROM ledger_witness_tree WHERE origin = $1`
	sqlTreeMove = `UPDATE ledger_witness_tree SET size = $1, root = $2, at_us = $3 WHERE origin = $4 AND size = $5 AND root = $6`
)

// outcome is what came of a checkpoint.
type outcome int

const (
	cosigned  outcome = iota
	stale             // the old size is not the one that is kept
	forked            // the same size with another root
	unproved          // the proof does not hold
	afterEnd          // the log has announced that it ends before
	oldBeyond         // the old size is larger than the checkpoint
)

// advance moves what is kept of a log to the tree of c, if that begins with
// what is kept. size is what is kept then.
func (s *Server) advance(ctx context.Context, c submission) (out outcome, size int64, err error) {
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		kept, found, err := store.Find[treeRow](ctx, tx, sqlTree, c.origin)
		if err != nil {
			return err
		}
		out, size = c.against(kept), kept.Size
		if out != cosigned {
			return nil
		}
		end, ended, err := store.Find[endedRow](ctx, tx, sqlEndedOne, c.origin)
		if err != nil {
			return err
		}
		if ended && c.size > end.Size {
			out = afterEnd
			return nil
		}
		size = c.size
		now := store.At(tx.Now())
		if !found {
			return store.Insert(ctx, tx, "ledger_witness_tree", treeRow{Origin: c.origin, Size: c.size, Root: c.root[:], At: now})
		}
		moved, err := tx.ExecN(ctx, sqlTreeMove, c.size, c.root[:], now, c.origin, kept.Size, kept.Root)
		if err == nil && moved != 1 {
			out, size = stale, kept.Size // another process was faster; the asker asks again
		}
		return err
	})
	return out, size, err
}

// against compares a submission with what is kept; nothing kept is size 0.
func (c submission) against(kept treeRow) outcome {
	switch {
	case c.old > c.size:
		return oldBeyond
	case c.old != kept.Size:
		return stale
	case c.size == kept.Size && kept.Size > 0 && !bytes.Equal(c.root[:], kept.Root):
		return forked
	case !c.proved(kept):
		return unproved
	}
	return cosigned
}

// proved tells whether the tree of the submission begins with the one kept.
func (c submission) proved(kept treeRow) bool {
	if kept.Size == 0 {
		empty, err := tlog.TreeHash(0, nil)
		return err == nil && len(c.proof) == 0 && (c.size > 0 || c.root == empty)
	}
	return tlog.CheckTree(c.proof, c.size, c.root, kept.Size, tlog.Hash(kept.Root)) == nil
}

// Seen is the newest tree of a log that was cosigned; 0 if none was.
func (s *Server) Seen(ctx context.Context, origin string) (size int64, err error) {
	kept, _, err := store.Find[treeRow](ctx, s.db, sqlTree, origin)
	return kept.Size, err
}
