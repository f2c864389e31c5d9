// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// mergeWhile decides a merge at the same moment as the person acts in the account
// that ends, and returns how the act went. The jobs run on past the second time
// that the event is published.
func mergeWhile(e *Env, gone, into Who, act func(ctx context.Context) error) (acted error) {
	e.T.Helper()
	ctx := e.T.Context()
	p, err := e.App.Merge.Propose(ctx, e.Actor(Administrator), e.Person(gone).ID, e.Person(into).ID, whyOne)
	if err != nil {
		e.T.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() { acted = act(ctx) })
	wg.Go(func() { _, err = e.App.Merge.Decide(ctx, secondAdmin, p.ID, true) })
	wg.Wait()
	if err != nil {
		e.T.Fatal(err)
	}
	e.Drain()
	e.Clock.Advance(3 * time.Minute)
	e.Drain()
	e.Sequence()
	return acted
}

func rowsOf(e *Env, sql string, args ...any) int {
	e.T.Helper()
	n, err := store.One[int](e.T.Context(), e.App.DB, sql, args...)
	if err != nil {
		e.T.Fatal(err)
	}
	return n
}

// TestMergeWhileActing: what was under way in the account that ends is either
// refused or found whole in the one that goes on.
func TestMergeWhileActing(t *testing.T) {
	t.Parallel()
	t.Run("files", func(t *testing.T) {
		t.Parallel()
		Each(t, func(t *testing.T, e *Env) {
			draft := e.Draft(Plaintiff, Defendant, SmallClaim)
			e.Pay(Plaintiff, draft)
			me := e.Actor(Plaintiff)
			if err := e.App.Filing.SendSignatureCode(t.Context(), me, draft); err != nil {
				t.Fatal(err)
			}
			code := e.Code(e.Person(Plaintiff).Mobile)
			err := mergeWhile(e, Plaintiff, Stranger, func(ctx context.Context) error {
				_, err := e.App.Filing.Submit(ctx, me, draft, code)
				return err
			})
			mine := e.As(Stranger)
			if err != nil { // the merge was faster: it can still be signed
				mine.Get("/filings/" + draft + "/sign").Want(http.StatusOK)
				return
			}
			mine.Get("/filings/" + draft + "/receipt").Want(http.StatusOK)
			f, _, err := e.App.Filing.Get(t.Context(), e.Actor(Stranger), draft)
			if err != nil {
				t.Fatal(err)
			}
			mine.Get("/cases/" + f.Case).Want(http.StatusOK)
		})
	})
	t.Run("begins a draft", func(t *testing.T) {
		t.Parallel()
		Each(t, func(t *testing.T, e *Env) {
			me := e.As(Plaintiff)
			var page *Page
			_ = mergeWhile(e, Plaintiff, Stranger, func(context.Context) error {
				page = me.PostForm("/filings", "service", "petition-debt", "act", id.New())
				return nil
			})
			left := rowsOf(e, `SELECT count(*) FROM filing_filing WHERE owner = $1`, e.Person(Plaintiff).ID)
			over := rowsOf(e, `SELECT count(*) FROM filing_filing WHERE owner = $1`, e.Person(Stranger).ID)
			if left != 0 || over == 0 && page.Location() != "" && page.Location()[:7] == "/filing" {
				t.Errorf("%d drafts are left behind, %d came over, the page led to %q", left, over, page.Location())
			}
		})
	})
	t.Run("opens a notice", func(t *testing.T) {
		t.Parallel()
		Each(t, func(t *testing.T, e *Env) {
			w := e.File(Plaintiff, Defendant, LargeClaim)
			e.Refer(Judge, w.Case)
			paper := e.Serve(Clerk, w, Defendant)
			me := e.Actor(Defendant)
			err := mergeWhile(e, Defendant, Stranger, func(ctx context.Context) error {
				_, err := e.App.Notice.Open(ctx, me, paper)
				return err
			})
			if err != nil && !errs.Is(err, errs.NotFound) {
				t.Errorf("opening: %v", err)
			}
			n, gerr := e.App.Notice.Get(t.Context(), e.Actor(Stranger), paper)
			if gerr != nil || n.Opened() != (err == nil) {
				t.Errorf("in the account that goes on: opened %v, %v; the act: %v", n.Opened(), gerr, err)
			}
			if err == nil {
				e.As(Stranger).Get("/inbox/" + paper + "/receipt").Want(http.StatusOK)
			}
			if left := rowsOf(e, `SELECT count(*) FROM notice_notice WHERE owner = $1`, e.Person(Defendant).ID); left != 0 {
				t.Errorf("%d notices are left behind", left)
			}
			e.As(Stranger).Get("/cases/" + w.Case).Want(http.StatusOK)
		})
	})
	t.Run("revokes a mandate", func(t *testing.T) {
		t.Parallel()
		Each(t, func(t *testing.T, e *Env) {
			m := e.Offer(Plaintiff, Defendant, mandate.Helper, policy.See)
			if _, err := e.App.Mandate.Accept(t.Context(), e.Actor(Defendant), m); err != nil {
				t.Fatal(err)
			}
			me := e.Actor(Plaintiff)
			_ = mergeWhile(e, Plaintiff, Stranger, func(ctx context.Context) error { return e.App.Mandate.End(ctx, me, m) })
			if n := rowsOf(e, `SELECT count(*) FROM identity_mandate WHERE id = $1 AND state = 'ended'`, m); n != 1 {
				t.Error("the mandate has not ended")
			}
		})
	})
	t.Run("signs in", func(t *testing.T) {
		t.Parallel()
		Each(t, func(t *testing.T, e *Env) {
			p, into := e.Person(Plaintiff), e.Person(Stranger)
			var c identity.Challenge
			err := mergeWhile(e, Plaintiff, Stranger, func(ctx context.Context) (err error) {
				c, err = e.App.Identity.Login(ctx, p.NationalCode, Password, identity.From{Address: "192.0.2.7", Nonce: id.New()})
				return err
			})
			if err != nil || c.Person != p.ID && c.Person != into.ID {
				t.Fatalf("signing in: %+v, %v", c, err)
			}
			if _, err := e.App.Identity.Actor(t.Context(), p.ID, ""); !errs.Is(err, errs.Unauthenticated) {
				t.Errorf("the account that ended still acts: %v", err)
			}
			next, err := e.App.Identity.Login(t.Context(), p.NationalCode, Password, identity.From{Address: "192.0.2.7", Nonce: id.New()})
			if err != nil || next.Person != into.ID {
				t.Errorf("the name leads to %s, %v", next.Person, err)
			}
		})
	})
	t.Run("registers", func(t *testing.T) {
		t.Parallel()
		Each(t, func(t *testing.T, e *Env) {
			p, into := e.Person(Plaintiff), e.Person(Stranger)
			_ = mergeWhile(e, Plaintiff, Stranger, func(ctx context.Context) error {
				_, err := e.App.Identity.Enrol(ctx, policy.Actor{Role: policy.System}, identity.NewPerson{
					NationalCode: p.NationalCode, FirstName: p.FirstName, LastName: p.LastName, Birth: p.Birth, Mobile: p.Mobile, Password: Password,
				})
				return err
			})
			now, found, err := e.App.Identity.FindByNationalCode(t.Context(), e.App.DB, p.NationalCode)
			if err != nil || !found || now.ID != into.ID {
				t.Errorf("the national code leads to %s, %v", now.ID, err)
			}
			if n := rowsOf(e, `SELECT count(*) FROM identity_person WHERE national_code = $1`, p.NationalCode); n != 1 {
				t.Errorf("%d accounts with this national code", n)
			}
		})
	})
}

// TestMergeSurvivesACrash: a process that dies between the event and the rows, or
// between two batches of rows, leaves a job that goes on where it stopped.
func TestMergeSurvivesACrash(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx := t.Context()
		draft := e.Draft(Plaintiff, Defendant, SmallClaim)
		mine := e.As(Stranger)
		merge := mergeAccounts(e, Plaintiff, Stranger)
		mine.Get("/filings/" + draft + "/check").Want(http.StatusNotFound) // the job has not run
		calls, died := 0, errors.New("the process died")
		step := func(*store.Tx) (int, error) {
			if calls++; calls == 2 {
				return 0, died
			}
			return min(1, max(0, 4-calls)), nil
		}
		if err := e.App.Identity.Reassign(ctx, merge, "test", false, step); !errors.Is(err, died) {
			t.Fatalf("the failure of a batch: %v", err)
		}
		if err := e.App.Identity.Reassign(ctx, merge, "test", false, step); err != nil {
			t.Fatal(err)
		}
		if n := rowsOf(e, `SELECT n FROM identity_merge_done WHERE merge = $1 AND module = 'test'`, merge); n != 2 {
			t.Errorf("%d rows are counted, want 2: the batch that failed counts for nothing", n)
		}
		e.Drain()
		e.As(Stranger).Get("/filings/" + draft + "/check").Want(http.StatusOK)
		unmergeAccounts(e, Plaintiff, Stranger)
		if err := e.App.Identity.Reassign(ctx, merge, "test", false, func(*store.Tx) (int, error) { return 0, died }); err != nil {
			t.Errorf("an event that comes after the merge was taken back: %v", err)
		}
	})
}
