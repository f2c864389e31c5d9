// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestStaleActor: a request of who acts for somebody was read before the end of his
// capacity, and is carried out after it: nothing of whom he acted for changes.
func TestStaleActor(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
		letter := e.Serve(Clerk, in, Defendant)
		party, _, err := app.Docket.PartyOf(ctx, app.DB, in.Case, e.Person(Plaintiff).ID)
		if err != nil {
			t.Fatal(err)
		}
		draft := e.Draft(Plaintiff, Defendant, LargeClaim)
		brief, file := e.ObjectDraft(Plaintiff, in.Case, paperFile)
		all := []policy.Right{policy.See, policy.OpenNotices, policy.Prepare}
		stale := e.Acting(Stranger, Plaintiff, policy.Representative, append(all, policy.Sign)...)
		theirs := e.Acting(Stranger, Defendant, policy.Helper, all...)
		frozen, err := app.Filing.Freeze(ctx, stale, e.Draft(Plaintiff, Defendant, LargeClaim))
		if err != nil {
			t.Fatal(err)
		}
		kept := func(id string) filing.Filing {
			f, _, err := app.Filing.Get(ctx, e.Actor(Plaintiff), id)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		before := kept(draft)
		claim := catalogue.Answers{"amount": int64(7_000_000)}
		acts := map[string]func() error{
			"save": func() error { _, err := app.Filing.Save(ctx, stale, draft, "claim", claim); return err },
			"keep": func() error {
				_, err := app.Filing.Keep(ctx, stale, draft, "claim", claim, filing.Tab{})
				return err
			},
			"attach": func() error {
				_, err := app.Filing.Attach(ctx, stale, brief.ID, "evidence_files", "b.png", bytes.NewReader(Picture()))
				return err
			},
			"detach":  func() error { return app.Filing.Detach(ctx, stale, brief.ID, file) },
			"thaw":    func() error { return app.Filing.Thaw(ctx, stale, frozen.ID) },
			"pay":     func() error { _, err := app.Payment.Begin(ctx, stale, frozen.Payment); return err },
			"discard": func() error { return app.Filing.Discard(ctx, stale, draft) },
			"open":    func() error { _, err := app.Notice.Open(ctx, theirs, letter); return err },
			"end":     func() error { return app.Docket.EndLawyer(ctx, stale, in.Case, party.ID, e.Person(Lawyer).ID) },
		}
		missing := map[string]policy.Right{"open": policy.OpenNotices, "end": policy.Sign}
		for _, a := range []policy.Actor{stale, theirs} { // the right is taken back
			setCapacity(t, e, a, "rights", "see")
		}
		for what, act := range acts {
			right := policy.Prepare
			if r, other := missing[what]; other {
				right = r
			}
			refused(t, what, act(), right)
		}
		for _, a := range []policy.Actor{stale, theirs} {
			if err := app.Identity.EndCapacity(ctx, policy.Actor{Role: policy.System}, a.Person, a.Capacity, "test"); err != nil {
				t.Fatal(err)
			}
		}
		for what, act := range acts {
			if err := act(); code(err) != "identity.capacity.over" {
				t.Errorf("%s after the end: %v", what, err)
			}
		}
		if f := kept(draft); f.Status != filing.Draft || f.Answers["amount"] != before.Answers["amount"] || !f.Updated.Equal(before.Updated) {
			t.Errorf("the draft is %s with %v, changed at %s", f.Status, f.Answers["amount"], f.Updated)
		}
		if f := kept(brief.ID); len(f.Files) != 1 || f.Files[0].ID != file {
			t.Errorf("its files: %+v", f.Files)
		}
		if f := kept(frozen.ID); f.Status != frozen.Status {
			t.Errorf("what was fixed is %s", f.Status)
		}
		if p, err := app.Payment.Get(ctx, e.Actor(Plaintiff), frozen.Payment); err != nil || p.State != payment.StateCreated {
			t.Errorf("its payment is %s: %v", p.State, err)
		}
		if n, err := app.Notice.Get(ctx, e.Actor(Defendant), letter); err != nil || n.Opened() {
			t.Errorf("the notice was opened: %v", err)
		}
		if c, err := app.Docket.Case(ctx, e.Actor(Lawyer), in.Case); err != nil || len(c.Lawyers) != 1 {
			t.Errorf("the lawyer was taken off the record: %v", err)
		}
	})
}

// TestEndedWhileOpening: a capacity ends while its holder opens the notice of whom
// he acts for: he opened it before, or it is unopened.
func TestEndedWhileOpening(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		letters := []string{e.Serve(Clerk, in, Defendant)}
		for range 2 {
			letters = append(letters, e.Letter(Clerk, in.Case, Defendant))
		}
		helper := e.Acting(Stranger, Defendant, policy.Helper, policy.See, policy.OpenNotices)
		var (
			wg     sync.WaitGroup
			ended  atomic.Bool
			start  = make(chan struct{})
			errsOf = make([]error, len(letters))
		)
		for i, n := range letters {
			wg.Go(func() {
				<-start
				after := ended.Load()
				_, errsOf[i] = app.Notice.Open(ctx, helper, n)
				if after && errsOf[i] == nil {
					t.Error("a notice was opened after the capacity had ended")
				}
			})
		}
		wg.Go(func() {
			<-start
			if err := app.Identity.EndCapacity(context.WithoutCancel(ctx), policy.Actor{Role: policy.System}, helper.Person, helper.Capacity, "test"); err != nil {
				t.Error(err)
			}
			ended.Store(true)
		})
		close(start)
		wg.Wait()
		for i, id := range letters {
			n, err := app.Notice.Get(ctx, e.Actor(Defendant), id)
			if err != nil || n.Opened() != (errsOf[i] == nil) {
				t.Errorf("opened: %v, and opening said %v (%v)", n.Opened(), errsOf[i], err)
			}
			if errsOf[i] != nil && !errs.Is(errsOf[i], errs.Forbidden) {
				t.Errorf("opening said %v", errsOf[i])
			}
		}
	})
}

// TestBegunOtherwise: a draft from before companies filed as themselves is not
// fixed: its record would call the company a human being, or a human being a
// company. The page says how to go on.
func TestBegunOtherwise(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		draft := e.Draft(Plaintiff, Defendant, LargeClaim)
		stands := func(as policy.Role) {
			if err := app.DB.Write(ctx, func(tx *store.Tx) error {
				return tx.ExecOne(ctx, `UPDATE filing_filing SET standing = $2 WHERE id = $1`, draft, string(as))
			}); err != nil {
				t.Fatal(err)
			}
		}
		stands(policy.Representative)
		page := e.As(Plaintiff).PostForm("/filings/" + draft + "/check").Want(http.StatusUnprocessableEntity)
		if !strings.Contains(page.Text(), "begin the same title anew") {
			t.Errorf("the page does not say how to go on: %s", page.Text())
		}
		if _, err := app.Filing.Freeze(ctx, e.Actor(Plaintiff), draft); code(err) != "filing.begun_otherwise" {
			t.Errorf("a human being as a company: %v", err)
		}
		stands("") // from before it was kept
		if _, err := app.Filing.Freeze(ctx, e.Actor(Plaintiff), draft); err != nil {
			t.Errorf("a human being whose draft is old: %v", err)
		}

		later(e)
		director := company(t, e, Stranger, firmName, firmID, firmNumber)
		draft = ready(t, e, director, "petition-debt", Defendant, catalogue.Answers{"amount": int64(LargeClaim)}).ID
		if err := app.DB.Write(ctx, func(tx *store.Tx) error {
			return tx.ExecOne(ctx, `UPDATE filing_filing SET status = 'draft', record = NULL, hash = '', payment_id = '', standing = 'citizen' WHERE id = $1`, draft)
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Filing.Freeze(ctx, director, draft); code(err) != "filing.begun_otherwise" {
			t.Errorf("a company as a human being: %v", err)
		}
	})
}
