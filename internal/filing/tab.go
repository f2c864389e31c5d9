// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Tab is a page of a draft as somebody has it before them. None: a program,
// which writes what it means to write.
type Tab struct {
	ID   string // of this showing of the page
	Seen string // the fingerprint of the answers that it was shown with
}

const (
	selectTabs = `SELECT tabs FROM filing_filing WHERE owner = $1 AND id = $2`
	updateTabs = `UPDATE filing_filing SET tabs = $3 WHERE owner = $1 AND id = $2`
)

// errStale is for a tab that was left behind: it would overwrite what it has
// never shown.
func errStale() error { return errs.New(errs.Conflict, "filing.stale_tab") }

// stale tells whether err is errStale.
func stale(err error) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Code == "filing.stale_tab"
}

// printOf is the fingerprint of a page's answers: what a tab has seen.
func printOf(pg catalogue.PageDef, answers catalogue.Answers) string {
	page := map[string]any{}
	for _, q := range pg.Fields {
		if v, there := answers[q.Name]; there {
			page[q.Name] = v
		}
	}
	b, err := json.Marshal(page)
	if err != nil {
		return "" // answers are strings, numbers and booleans
	}
	return blob.Sum(b)[:16]
}

// overTx lets a tab write a page of a locked draft, and notes that it was this
// one. A page that is sent twice, or again after going back, is no stranger: the
// draft has what the tab itself wrote, or what it would write.
func (t Tab) overTx(ctx context.Context, tx *store.Tx, f Filing, pg catalogue.PageDef, mine catalogue.Answers) error {
	text, err := store.One[string](ctx, tx, selectTabs, f.Owner, f.ID)
	if err != nil {
		return err
	}
	last := map[string]string{}
	if err := json.Unmarshal([]byte(text), &last); err != nil {
		return err
	}
	if !id.Valid(t.ID) { // a browser sends it back
		t.ID = ""
	}
	now := printOf(pg, f.Answers)
	if t.Seen != "" && now != t.Seen && now != printOf(pg, mine) && (t.ID == "" || last[pg.Key] != t.ID) {
		return errStale()
	}
	if now == printOf(pg, mine) && last[pg.Key] != "" || last[pg.Key] == t.ID {
		return nil
	}
	last[pg.Key] = t.ID
	b, err := json.Marshal(last)
	if err != nil {
		return err
	}
	return tx.ExecOne(ctx, updateTabs, f.Owner, f.ID, string(b))
}
