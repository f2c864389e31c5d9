// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Finding is one thing that Audit found wrong.
type Finding struct {
	Code   string // one of the Found constants
	ID     string // evidence id of the entry; empty if it is not about one
	Owner  string // owner of that entry
	Index  int64  // place in the log, or size of the checkpoint; -1 if neither
	Detail string // what exactly, for the log
}

// What Audit may find.
const (
	FoundRecord      = "record"      // an entry's record is not what was put into the log
	FoundColumn      = "column"      // a column of an entry's row does not fit its record
	FoundContent     = "content"     // an entry's content is gone or is not what was recorded
	FoundMissing     = "missing"     // no entry stands at a place of the log
	FoundTwice       = "twice"       // two entries claim one place
	FoundBeyond      = "beyond"      // an entry's or a checkpoint's place is outside the log
	FoundTile        = "tile"        // a tile is missing or is not what the tiles below it give
	FoundHead        = "head"        // the head is not signed, or the tiles do not have its root
	FoundCheckpoint  = "checkpoint"  // a checkpoint is not signed, or the tree did not have its root
	FoundRoot        = "root"        // the rows, taken together, do not give the signed root
	FoundStamp       = "stamp"       // a time stamp does not hold, or what it stamps is gone
	FoundCosignature = "cosignature" // a witness's signature does not hold, or what it signed is gone
	FoundChain       = "chain"       // a log and the one that goes on from it do not say the same of each other
	FoundPaper       = "paper"       // the directory of papers lacks an entry, or leads elsewhere
)

// String is for the log.
func (f Finding) String() string {
	s := f.Code
	if f.ID != "" {
		s += " entry " + f.ID
	}
	if f.Index >= 0 {
		s += fmt.Sprintf(" at %d", f.Index)
	}
	return s + ": " + f.Detail
}

// auditPage is how many rows are read at once.
const auditPage = 500

// auditor recomputes the tree of one head; what is added meanwhile it leaves
// to the next audit.
type auditor struct {
	l        *Ledger
	origin   string
	vkey     string // that of the log
	head     head
	tiles    *tiles
	rows     frontier // tree of the leaves that the rows give
	kept     frontier // tree of the leaves that the tiles keep
	badNotes int
	findings []Finding
	met      []paperRow // what the directory of papers must hold
}

// Audit recomputes the ledger's log from its rows, trusting nothing that was
// computed before, and compares: each entry with its leaf, each tile with the
// tiles below it, each checkpoint and the head with the tree. It returns what
// is wrong; nothing means that all is well. It reads the whole log.
func (l *Ledger) Audit(ctx context.Context) (_ []Finding, err error) {
	return l.AuditOf(ctx, l.Origin())
}

// AuditOf is Audit for any log in these tables. That of an earlier one holds it
// to the key that its head names.
func (l *Ledger) AuditOf(ctx context.Context, origin string) (_ []Finding, err error) {
	defer errs.Wrap(&err, "ledger.Audit")
	h, found, err := store.Find[head](ctx, l.db, sqlHead, origin)
	if err != nil {
		return nil, err
	}
	vkey := h.VKey
	if origin == l.origin {
		vkey = l.vkey
	}
	s, err := l.newest(ctx)
	broken := errors.Is(err, ErrCorrupt)
	if broken {
		s, err = l.current(), nil
	}
	if err != nil {
		return nil, err
	}
	if !found {
		h = head{Origin: origin, VKey: vkey}
	}
	a := &auditor{l: l, origin: origin, vkey: vkey, head: h, tiles: newTiles(ctx, l.db, origin)}
	if err := checkHead(h); err != nil || h.VKey != vkey || h.Size < 0 {
		a.find(Finding{Code: FoundHead, Index: h.Size, Detail: fmt.Sprintf("the head is not signed by the log's key: %v", err)})
		// A size that nobody signed may be anything: go as far as there are rows.
		places, err := store.One[int64](ctx, l.db, sqlPlaces, origin)
		if err != nil {
			return nil, err
		}
		a.head.Size = min(a.head.Size, places)
	}
	if broken {
		a.chain("the chain of logs does not lead to its end")
	}
	if origin == s.origin && s.signer == nil && l.signer != nil {
		a.find(Finding{Code: FoundHead, Index: h.Size, Detail: "this machine has no key of the log"})
	}
	for _, part := range []func(context.Context) error{a.log, a.chained, a.upperTiles, a.pending, a.papers, a.stamps, a.cosigned, a.watched} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	return a.findings, nil
}

// auditTells is after how many places an audit tells how far it is.
const auditTells = 500

func (a *auditor) find(f Finding) { a.findings = append(a.findings, f) }

// log walks over the places of the log with the rows and the checkpoints at
// its side.
func (a *auditor) log(ctx context.Context) error {
	entries, stopEntries := iter.Pull2(a.placed(ctx))
	defer stopEntries()
	points, stopPoints := iter.Pull2(a.checkpoints(ctx))
	defer stopPoints()
	e, err, more := entries()
	p, errPoint, morePoints := points()
	for i := int64(0); i < a.head.Size && err == nil && errPoint == nil; i++ {
		if a.l.audited != nil && (i%auditTells == 0 || i+1 == a.head.Size) {
			a.l.audited(i+1, a.head.Size)
		}
		leaf, lerr := a.keptLeaf(i)
		if lerr != nil {
			return lerr
		}
		claims := 0
		for more && err == nil && *e.Index <= i {
			switch {
			case *e.Index < 0:
				a.entry(e, FoundBeyond, "its place is not in the log")
			case claims > 0:
				a.entry(e, FoundTwice, "another entry claims the same place")
			default:
				a.rows.add(rfc6962Leaf(e.Record))
				if rfc6962Leaf(e.Record) != leaf {
					a.entry(e, FoundRecord, "the record does not hash to the leaf in the log")
				}
				a.row(e)
				claims++
			}
			e, err, more = entries()
		}
		if claims == 0 && err == nil {
			a.rows.add(tlog.Hash{})
			a.find(Finding{Code: FoundMissing, Index: i, Detail: "no entry stands here"})
		}
		for morePoints && errPoint == nil && p.Size == i+1 {
			a.checkpoint(p)
			p, errPoint, morePoints = points()
		}
	}
	if err := errors.Join(err, errPoint); err != nil {
		return err
	}
	return a.end(ctx, e, more, p, morePoints)
}

// end compares the roots and looks at what lies beyond the head.
func (a *auditor) end(ctx context.Context, e entry, more bool, p checkpointRow, morePoints bool) error {
	if a.badNotes > 1 {
		a.find(Finding{Code: FoundCheckpoint, Index: -1, Detail: fmt.Sprintf("%d checkpoints are wrong in all", a.badNotes)})
	}
	if a.head.Size > 0 {
		if root := a.kept.root(); !bytes.Equal(root[:], a.head.Root) {
			a.find(Finding{Code: FoundHead, Index: a.head.Size, Detail: "the tiles do not have the signed root"})
		}
		if root := a.rows.root(); !bytes.Equal(root[:], a.head.Root) {
			a.find(Finding{Code: FoundRoot, Index: a.head.Size, Detail: "the rows do not give the signed root"})
		}
	}
	if !more && !morePoints {
		return nil
	}
	// Rows beyond the head may be newer than our view of it. They were
	// committed together with a newer head, which is there by now.
	now, _, err := store.Find[head](ctx, a.l.db, sqlHead, a.origin)
	if err != nil {
		return err
	}
	if more && *e.Index >= now.Size {
		a.entry(e, FoundBeyond, "its place is beyond the end of the log")
	}
	if morePoints && p.Size > now.Size {
		a.find(Finding{Code: FoundBeyond, Index: p.Size, Detail: "a checkpoint is larger than the log"})
	}
	return nil
}

// checkpoint checks a checkpoint against the tree of its size.
func (a *auditor) checkpoint(p checkpointRow) {
	root := a.kept.root()
	err := checkHead(head{Origin: a.origin, VKey: a.vkey, Size: p.Size, Root: root[:], Checkpoint: p.Note})
	if err == nil {
		return
	}
	if a.badNotes++; a.badNotes == 1 { // one wrong leaf makes all that follow wrong
		a.find(Finding{Code: FoundCheckpoint, Index: p.Size, Detail: err.Error()})
	}
}

// keptLeaf returns the leaf hash that level 0 keeps for place i, and adds it to
// the tree of kept leaves.
func (a *auditor) keptLeaf(i int64) (leaf tlog.Hash, err error) {
	data, err := a.tiles.row(0, i/tileWidth)
	if err != nil && !errors.Is(err, ErrCorrupt) {
		return leaf, err
	}
	if at := int(i%tileWidth) * tlog.HashSize; len(data) >= at+tlog.HashSize {
		copy(leaf[:], data[at:])
	} else if at == 0 || err == nil {
		a.find(Finding{Code: FoundTile, Index: i, Detail: fmt.Sprintf("tile 0/%d is missing or too short", i/tileWidth)})
	}
	if i%tileWidth == tileWidth-1 {
		clear(a.tiles.rows) // walked past
	}
	a.kept.add(leaf)
	return leaf, nil
}

// upperTiles compares each hash above level 0 with the full tile below it.
func (a *auditor) upperTiles(ctx context.Context) error {
	for level := 1; a.head.Size>>(tileHeight*level) > 0; level++ {
		count := a.head.Size >> (tileHeight * level)
		for i := range count {
			want, err := a.fullTile(level-1, i)
			if err == nil {
				var up []byte
				up, err = a.tiles.row(level, i/tileWidth)
				at := int(i%tileWidth) * tlog.HashSize
				if err == nil && (len(up) < at+tlog.HashSize || !bytes.Equal(want[:], up[at:at+tlog.HashSize])) {
					err = ErrCorrupt
				}
			}
			if errors.Is(err, ErrCorrupt) {
				a.find(Finding{Code: FoundTile, Index: -1, Detail: fmt.Sprintf("tile %d/%d, or hash %d of tile %d/%d above it, is wrong", level-1, i, i%tileWidth, level, i/tileWidth)})
			} else if err != nil {
				return err
			}
			delete(a.tiles.rows, [2]int64{int64(level) - 1, i})
		}
	}
	return ctx.Err()
}

// fullTile computes the hash of a full tile's tree.
func (a *auditor) fullTile(level int, n int64) (tlog.Hash, error) {
	data, err := a.tiles.row(level, n)
	if err != nil {
		return tlog.Hash{}, err
	}
	if len(data) != tileWidth*tlog.HashSize {
		return tlog.Hash{}, ErrCorrupt
	}
	var f frontier
	for i := range tileWidth {
		f.add(tlog.Hash(data[i*tlog.HashSize : (i+1)*tlog.HashSize]))
	}
	return f.root(), nil
}

// pending looks at the entries that have no place yet.
func (a *auditor) pending(ctx context.Context) error {
	for e, err := range a.unplaced(ctx) {
		if err != nil {
			return err
		}
		a.row(e)
	}
	return nil
}

// walk reads rows page after page; next reads the page after a row.
func walk[T any](first T, next func(after T) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for last := first; ; {
			page, err := next(last)
			if err != nil {
				yield(last, err)
				return
			}
			for _, r := range page {
				if last = r; !yield(r, nil) {
					return
				}
			}
			if len(page) < auditPage {
				return
			}
		}
	}
}

func (a *auditor) placed(ctx context.Context) iter.Seq2[entry, error] {
	least := int64(math.MinInt64)
	return walk(entry{Index: &least}, func(e entry) ([]entry, error) {
		return store.All[entry](ctx, a.l.db, sqlPlaced, a.origin, *e.Index, e.Owner, e.ID, auditPage)
	})
}

func (a *auditor) unplaced(ctx context.Context) iter.Seq2[entry, error] {
	first := entry{}
	first.Staged = store.Time{}
	return walk(first, func(e entry) ([]entry, error) {
		return store.All[entry](ctx, a.l.db, sqlUnplaced, a.origin, e.Staged, e.ID, auditPage)
	})
}

func (a *auditor) checkpoints(ctx context.Context) iter.Seq2[checkpointRow, error] {
	return walk(checkpointRow{}, func(p checkpointRow) ([]checkpointRow, error) {
		return store.All[checkpointRow](ctx, a.l.db, sqlCheckpoints, a.origin, p.Size, auditPage)
	})
}
