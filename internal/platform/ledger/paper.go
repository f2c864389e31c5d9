// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// paperEvent ends the names of the events whose ContentHash is that of a
// document and not of Content: filing.paper, and others of its kind. Only they
// enter the directory of papers.
const paperEvent = ".paper"

// ofPaper tells whether r speaks of a document that people hold.
func ofPaper(r Record) bool {
	return strings.HasSuffix(r.Event, paperEvent) && r.Content == nil && r.ContentHash != ""
}

// paperRow is a row of ledger_paper.
type paperRow struct {
	Hash  string `db:"hash"`
	ID    string `db:"id"`
	Owner string `db:"owner"`
}

// papers compares the directory with the entries: what row has met of papers
// must stand in it.
func (a *auditor) papers(ctx context.Context) error {
	for _, e := range a.met {
		n, err := store.One[int64](ctx, a.l.db, sqlPaperThere, e.Hash, e.ID, e.Owner)
		if err != nil {
			return err
		}
		if n != 1 {
			a.find(Finding{Code: FoundPaper, ID: e.ID, Owner: e.Owner, Index: -1, Detail: "the directory of papers does not lead to it"})
		}
	}
	return nil
}

// Paper is what the log says of a document to whoever holds it: nothing about
// people.
type Paper struct {
	Event  string
	Time   time.Time
	Origin string
	Index  int64
	Size   int64 // of the tree that was signed last
}

// FindPaper looks for the document whose SHA-256 is hash (64 lower-case
// hexadecimal digits) and answers with the oldest record that speaks of it. The
// answer is proved as a receipt would be before it is given. It fails with
// errs.NotFound (code ledger.paper_unknown) if there is none, with errs.Conflict
// (ledger.receipt_pending) while the record waits for its place, and with
// ErrCorrupt if the log no longer fits it.
func (l *Ledger) FindPaper(ctx context.Context, hash string) (_ Paper, err error) {
	defer errs.Wrap(&err, "ledger.FindPaper")
	row, found, err := store.Find[paperRow](ctx, l.db, sqlPaper, hash)
	if err != nil {
		return Paper{}, err
	}
	if !found {
		return Paper{}, errs.New(errs.NotFound, "ledger.paper_unknown")
	}
	file, err := l.Receipt(ctx, row.Owner, row.ID)
	if err != nil {
		return Paper{}, err
	}
	r, err := receipt.Verify(file, receipt.Options{Paper: hash})
	if err != nil {
		return Paper{}, damaged(err)
	}
	return Paper{Event: r.Event, Time: r.Time, Origin: r.Origin, Index: r.Index, Size: r.TreeSize}, nil
}
