// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// brief begins a brief on a case with its title's example and fixes it.
func brief(t *testing.T, e *Env, a policy.Actor, caseID string, fix bool) filing.Filing {
	t.Helper()
	ctx, app := t.Context(), e.App
	f, err := app.Filing.Start(ctx, a, filing.NewFiling{Service: "brief-read-file", Act: id.New(), Lang: i18n.FA, Case: caseID})
	if err != nil {
		t.Fatal(err)
	}
	f, d, err := app.Filing.Get(ctx, a, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, pg := range d.Pages {
		if wrong, err := app.Filing.Save(ctx, a, f.ID, pg.Key, d.Example()); err != nil || len(wrong) > 0 {
			t.Fatal(pg.Key, wrong, err)
		}
	}
	if !fix {
		return f
	}
	f, err = app.Filing.Freeze(ctx, a, f.ID)
	if err == nil && f.Payment != "" {
		e.Pay(Lawyer, f.ID)
		f, _, err = app.Filing.Get(ctx, a, f.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// entered counts the entries of a case's timeline of a kind.
func entered(t *testing.T, e *Env, caseID, kind string) (n int) {
	t.Helper()
	v, err := e.App.Docket.View(t.Context(), e.Actor(Plaintiff), caseID)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range v.Entries {
		if x.Kind == kind {
			n++
		}
	}
	return n
}

// TestDismissedLawyerFilesNothing: what a lawyer on record began he neither fixes
// nor signs nor submits once his representation has ended, be it by word of the
// party in the case or by the end of the contract, and also before that was heard.
func TestDismissedLawyerFilesNothing(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		p, _, err := app.Docket.PartyOf(ctx, app.DB, in.Case, e.Person(Plaintiff).ID)
		if err != nil {
			t.Fatal(err)
		}
		lawyer := e.Actor(Lawyer)
		for what, end := range map[string]func() error{
			"in the case": func() error { return app.Docket.EndLawyer(ctx, e.Actor(Plaintiff), in.Case, p.ID, lawyer.Person) },
			"by the contract": func() error {
				m, _ := contract(t, e, e.Actor(Plaintiff))
				e.Clock.Advance(time.Minute)
				return app.Mandate.End(ctx, e.Actor(Plaintiff), m.ID)
			},
		} {
			e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
			draft, fixed, coded := brief(t, e, lawyer, in.Case, false), brief(t, e, lawyer, in.Case, true), brief(t, e, lawyer, in.Case, true)
			e.Clock.Advance(3 * time.Minute)
			if err := app.Filing.SendSignatureCode(ctx, lawyer, coded.ID); err != nil {
				t.Fatal(err)
			}
			number, before := e.Code(e.Person(Lawyer).Mobile), entered(t, e, in.Case, "filing.brief_filed")
			if err := end(); err != nil {
				t.Fatal(err)
			}
			if _, err := app.Filing.Submit(ctx, lawyer, coded.ID, number); code(err) != "docket.off_record" {
				t.Errorf("%s: submitting: %v", what, err)
			}
			e.Clock.Advance(3 * time.Minute)
			if err := app.Filing.SendSignatureCode(ctx, lawyer, fixed.ID); code(err) != "docket.off_record" {
				t.Errorf("%s: a code: %v", what, err)
			}
			if _, err := app.Filing.Freeze(ctx, lawyer, draft.ID); code(err) != "docket.off_record" {
				t.Errorf("%s: fixing: %v", what, err)
			}
			if err := app.Filing.Discard(ctx, lawyer, draft.ID); err != nil {
				t.Errorf("%s: he cannot even give it up: %v", what, err)
			}
			if n := entered(t, e, in.Case, "filing.brief_filed"); n != before {
				t.Errorf("%s: %d briefs more in the timeline", what, n-before)
			}
			e.Drain()
		}
	})
}

// TestDismissedWhileSubmitting: the party ends the representation while the lawyer
// submits briefs. What began after the end is refused, and what was refused does
// not stand in the timeline.
func TestDismissedWhileSubmitting(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
		p, _, err := app.Docket.PartyOf(ctx, app.DB, in.Case, e.Person(Plaintiff).ID)
		if err != nil {
			t.Fatal(err)
		}
		lawyer, client := e.Actor(Lawyer), e.Actor(Plaintiff)
		type signed struct{ id, code string }
		var all []signed
		for range 4 {
			f := brief(t, e, lawyer, in.Case, true)
			e.Clock.Advance(2 * time.Minute)
			if err := app.Filing.SendSignatureCode(ctx, lawyer, f.ID); err != nil {
				t.Fatal(err)
			}
			all = append(all, signed{f.ID, e.Code(e.Person(Lawyer).Mobile)})
		}
		var (
			wg     sync.WaitGroup
			ended  atomic.Bool
			start  = make(chan struct{})
			errsOf = make([]error, len(all))
		)
		for i, f := range all {
			wg.Go(func() {
				<-start
				after := ended.Load()
				_, errsOf[i] = app.Filing.Submit(ctx, lawyer, f.id, f.code)
				if after && errsOf[i] == nil {
					t.Error("a brief was submitted after the representation had ended")
				}
			})
		}
		wg.Go(func() {
			<-start
			if err := app.Docket.EndLawyer(ctx, client, in.Case, p.ID, lawyer.Person); err != nil {
				t.Error(err)
			}
			ended.Store(true)
		})
		close(start)
		wg.Wait()
		done := 0
		for i, f := range all {
			got, _, err := app.Filing.Get(ctx, lawyer, f.id)
			if err != nil {
				t.Fatal(err)
			}
			if errsOf[i] == nil {
				done++
			} else if code(errsOf[i]) != "docket.off_record" {
				t.Errorf("a submission said %v", errsOf[i])
			}
			if want := errsOf[i] == nil; (got.Status == filing.Submitted) != want {
				t.Errorf("it is %s, and its submission said %v", got.Status, errsOf[i])
			}
			if _, err := app.Filing.Submit(ctx, lawyer, f.id, f.code); got.Status != filing.Submitted && !errs.Is(err, errs.Forbidden) {
				t.Errorf("submitted after the end: %v", err)
			}
		}
		if n := entered(t, e, in.Case, "filing.brief_filed"); n != done {
			t.Errorf("%d briefs in the timeline, %d were submitted", n, done)
		}
	})
}

// TestLawyerSignsAsLawyer: what somebody files as a lawyer he does not sign as the
// citizen that he is, too: his licence may rest by then.
func TestLawyerSignsAsLawyer(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		lawyer := e.Actor(Lawyer)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
		f := brief(t, e, lawyer, in.Case, true)
		citizen := lawyer
		citizen.Role, citizen.Capacity = policy.Citizen, ""
		e.Clock.Advance(3 * time.Minute)
		if err := app.Filing.SendSignatureCode(ctx, citizen, f.ID); code(err) != "filing.not_in_this_capacity" {
			t.Errorf("a code as a citizen: %v", err)
		}
		if err := app.Filing.SendSignatureCode(ctx, lawyer, f.ID); err != nil {
			t.Fatal(err)
		}
		number := e.Code(e.Person(Lawyer).Mobile)
		if _, err := app.Filing.Submit(ctx, citizen, f.ID, number); code(err) != "filing.not_in_this_capacity" {
			t.Errorf("submitting as a citizen: %v", err)
		}
		if _, err := app.Filing.Submit(ctx, lawyer, f.ID, number); err != nil {
			t.Errorf("submitting as the lawyer: %v", err)
		}
	})
}
