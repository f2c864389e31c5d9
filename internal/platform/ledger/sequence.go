// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Sequence gives the records that have no place in the log the next places,
// oldest first, signs a checkpoint that covers them, and returns how many they
// were. It works in bounded batches, each one transaction. It fails with
// ErrLostRace or ErrCorrupt, and whatever the store fails with; after any
// failure the log is as before the batch, or as after it if only the answer of
// the commit was lost, and Sequence may be called again.
//
// Only the process that holds the lease should call it (Run); tests call it
// directly. Two processes that call it at once cannot harm the log: the head
// moves by compare-and-swap.
func (l *Ledger) Sequence(ctx context.Context) (n int, err error) {
	defer errs.Wrap(&err, "ledger.Sequence")
	l.sequencing.Lock()
	defer l.sequencing.Unlock()
	for i := range batchesMax {
		begun := time.Now()
		s, before, err := l.follow(ctx)
		if err == nil {
			err = l.carry(ctx, s, before)
		}
		if err != nil {
			return n, err
		}
		k, err := l.sequenceBatch(ctx)
		n += k
		if errors.Is(err, ErrLostRace) && l.hasEnded(ctx, s) {
			continue // nobody else is at work: this log has given way to the next
		}
		if err != nil || k < l.batch {
			return n, err
		}
		if i < calmBatches {
			clock.Pause(ctx, min(time.Since(begun), pauseMax))
		}
	}
	return n, nil
}

// hasEnded tells whether s is no longer the newest log.
func (l *Ledger) hasEnded(ctx context.Context, s *shard) bool {
	now, err := l.newest(ctx)
	return err == nil && now.origin != s.origin
}

// growth is a batch, computed and signed but not written.
type growth struct {
	on       *shard
	old, new head
	entries  []pending
	tiles    []tileRow
}

func (l *Ledger) sequenceBatch(ctx context.Context) (_ int, err error) {
	if err := l.at("read"); err != nil {
		return 0, err
	}
	s := l.current()
	if s.signer == nil {
		return 0, errNoKey
	}
	old, t, err := l.loadHead(ctx, s)
	if err != nil {
		return 0, err
	}
	waiting, err := store.All[pending](ctx, l.db, sqlPending, s.origin, l.batch)
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	ctx, end := l.tracer.Root(ctx, "ledger sequence")
	defer func() { end(err) }()
	g, err := l.grow(s, old, t, waiting)
	if err != nil {
		return 0, err
	}
	if err := l.at("signed"); err != nil {
		return 0, err
	}
	if err := l.db.Write(ctx, func(tx *store.Tx) error { return l.write(ctx, tx, g) }); err != nil {
		return 0, err
	}
	if err := l.at("committed"); err != nil {
		return 0, err
	}
	return len(waiting), nil
}

// loadHead reads the head and makes sure that the log's key signed it and that the
// tiles have its root, so that nothing is ever built upon a damaged tree.
func (l *Ledger) loadHead(ctx context.Context, s *shard) (head, *tiles, error) {
	t := newTiles(ctx, l.db, s.origin)
	h, found, err := store.Find[head](ctx, l.db, sqlHead, s.origin)
	if err != nil {
		return h, nil, err
	}
	if !found {
		empty, err := tlog.TreeHash(0, t)
		return head{Origin: s.origin, VKey: s.vkey, Root: empty[:]}, t, err
	}
	if h.VKey != s.vkey {
		return h, nil, damaged(errors.New("the log belongs to another key"))
	}
	if err := checkHead(h); err != nil {
		return h, nil, damaged(err)
	}
	root, err := tlog.TreeHash(h.Size, t)
	if err != nil {
		return h, nil, err
	}
	if !bytes.Equal(root[:], h.Root) {
		return h, nil, damaged(errors.New("the tiles do not have the signed root"))
	}
	return h, t, nil
}

// grow computes and signs the tree with waiting appended.
func (l *Ledger) grow(s *shard, old head, t *tiles, waiting []pending) (*growth, error) {
	size := old.Size
	for _, p := range waiting {
		if len(p.LeafHash) != tlog.HashSize {
			return nil, damaged(fmt.Errorf("entry %s has no leaf hash", p.ID))
		}
		if err := t.add(size, tlog.Hash(p.LeafHash)); err != nil {
			return nil, err
		}
		size++
	}
	root, err := tlog.TreeHash(size, t)
	if err != nil {
		return nil, err
	}
	g := &growth{on: s, old: old, entries: waiting, new: head{Origin: s.origin, VKey: s.vkey, Size: size, Root: root[:]}}
	if g.tiles, err = t.grown(old.Size, size); err != nil {
		return nil, err
	}
	g.new.Checkpoint, err = note.Sign(&note.Note{Text: checkpointText(s.origin, size, root)}, s.signer)
	if err != nil {
		return nil, err
	}
	return g, checkHead(g.new) // a signer that errs (a broken device) must not get further
}

// write moves the head, and with it everything else, or nothing.
func (l *Ledger) write(ctx context.Context, tx *store.Tx, g *growth) error {
	if g.old.Size == 0 {
		if err := tx.Exec(ctx, sqlHeadNew, g.on.origin, g.on.vkey, g.old.Root, []byte{}); err != nil {
			return err
		}
	}
	// The head comes first: a process that loses waits here, then stops.
	moved, err := tx.ExecN(ctx, sqlHeadMove, g.new.Size, g.new.Root, g.new.Checkpoint, g.on.origin, g.old.Size, g.old.Root)
	if err != nil {
		return err
	}
	if moved != 1 {
		return ErrLostRace
	}
	if err := l.at("head"); err != nil {
		return err
	}
	if err := place(ctx, tx, g.entries, g.old.Size); err != nil {
		return err
	}
	if err := l.at("placed"); err != nil {
		return err
	}
	for _, r := range g.tiles {
		if err := tx.Exec(ctx, sqlTilePut, r.Origin, r.Level, r.N, r.Width, r.Hashes); err != nil {
			return err
		}
	}
	if err := l.at("tiles"); err != nil {
		return err
	}
	err = store.Insert(ctx, tx, "ledger_checkpoint", checkpointRow{Origin: g.on.origin, Size: g.new.Size, Note: g.new.Checkpoint, At: store.At(tx.Now())})
	if err != nil {
		return err
	}
	return l.at("checkpoint")
}

// place gives the entries the places from first on. An entry that has got one
// in the meantime means that another process is at work.
func place(ctx context.Context, tx *store.Tx, entries []pending, first int64) error {
	rows := make([][]any, len(entries))
	for i, e := range entries {
		rows[i] = []any{e.Owner, e.ID, first + int64(i)}
	}
	n, err := store.ExecRows(ctx, tx, sqlPlace, rows)
	if err == nil && n != int64(len(entries)) {
		err = ErrLostRace
	}
	return err
}
