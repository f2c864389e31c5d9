// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"context"
	"sync"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const courtAbove = "23501"

// sideOf is the party of a side.
func sideOf(t *testing.T, e *Env, caseID, side string) docket.Party {
	t.Helper()
	c, err := e.App.Docket.CaseFor(t.Context(), e.App.DB, caseID)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Parties {
		if p.Side == side {
			return p
		}
	}
	t.Fatalf("%s has no %s", caseID, side)
	return docket.Party{}
}

// aboutAppeal is the appeal of the defendant of a case, on its way.
func aboutAppeal(t *testing.T, e *Env, caseID string) docket.NewAppeal {
	t.Helper()
	if err := e.App.Docket.Ready(t.Context(), courtAbove); err != nil {
		t.Fatal(err)
	}
	return docket.NewAppeal{
		Case: caseID, Unit: courtAbove, Party: sideOf(t, e, caseID, docket.Defendant).ID, Filing: id.New(), Title: docket.Text{FA: "تجدیدنظر", EN: "Appeal"},
	}
}

// sendOn sends the file of a case to the court of appeal.
func sendOn(ctx context.Context, e *Env, clerk policy.Actor, n docket.NewAppeal) (there docket.Case, err error) {
	err = e.App.DB.Write(ctx, func(tx *store.Tx) (err error) {
		there, err = e.App.Docket.SendOnTx(ctx, tx, clerk, n)
		return err
	})
	return there, err
}

// TestRevokedLawyerLosesTheAppeal: a contract about one case ends after its file
// went to the court of appeal, which took the lawyer over from there. He reads the
// appeal no more, and what that court sends is in the client's account, also before
// anything has heard of the end.
func TestRevokedLawyerLosesTheAppeal(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		e.Serve(Clerk, in, Defendant)
		m, _ := limited(t, e, Plaintiff, []string{in.Case}, nil)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
		there, err := sendOn(ctx, e, e.Actor(Clerk), aboutAppeal(t, e, in.Case))
		if err != nil {
			t.Fatal(err)
		}
		e.Drain()
		above := policy.Actor{Person: e.Person(OtherClerk).ID, Role: policy.Clerk, Unit: courtAbove, Name: "دفتر تجدیدنظر", Assurance: 3}
		client := sideOf(t, e, there.ID, docket.Defendant) // the other side appealed
		order := func() string {
			t.Helper()
			paper := docket.Text{FA: "قرار", EN: "An order"}
			n := docket.NewNotice{Case: there.ID, Party: client.ID, Kind: "order", Title: paper, Paper: paper, Key: id.New()}
			var out string
			if err := app.DB.Write(ctx, func(tx *store.Tx) error {
				issued, err := app.Docket.IssueNoticeTx(ctx, tx, above, n)
				out = issued.ID
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		servedOn := func(when string, want, not Who) {
			t.Helper()
			n := order()
			if _, err := app.Notice.Get(ctx, e.Actor(want), n); err != nil {
				t.Errorf("%s: the order is not in the account of %v: %v", when, want, err)
			}
			if _, err := app.Notice.Get(ctx, e.Actor(not), n); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: the order is in the account of %v: %v", when, not, err)
			}
		}
		servedOn("on record", Lawyer, Plaintiff)
		if _, err := app.Docket.Case(ctx, e.Actor(Lawyer), there.ID); err != nil {
			t.Errorf("on record he does not read the appeal: %v", err)
		}
		e.Clock.Advance(time.Minute)
		if err := app.Mandate.End(ctx, e.Actor(Plaintiff), m.ID); err != nil {
			t.Fatal(err)
		}
		servedOn("at once", Plaintiff, Lawyer)
		e.Drain()
		servedOn("later", Plaintiff, Lawyer)
		for what, c := range map[string]string{"the case": in.Case, "the appeal": there.ID} {
			if _, err := app.Docket.Case(ctx, e.Actor(Lawyer), c); !errs.Is(err, errs.NotFound) {
				t.Errorf("the revoked lawyer reads %s: %v", what, err)
			}
		}
	})
}

// TestRevokedBeforeTheFileGoesOn: whose contract has ended is not taken over by the
// court of appeal, although nothing has heard of the end yet.
func TestRevokedBeforeTheFileGoesOn(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		e.Serve(Clerk, in, Defendant)
		m, _ := contract(t, e, e.Actor(Plaintiff))
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
		e.Clock.Advance(time.Minute)
		if err := app.Mandate.End(ctx, e.Actor(Plaintiff), m.ID); err != nil {
			t.Fatal(err)
		}
		there, err := sendOn(ctx, e, e.Actor(Clerk), aboutAppeal(t, e, in.Case))
		if err != nil {
			t.Fatal(err)
		}
		e.Drain()
		c, err := app.Docket.CaseFor(ctx, app.DB, there.ID)
		if err != nil || len(c.Lawyers) != 0 {
			t.Errorf("on record in the appeal: %+v, %v", c.Lawyers, err)
		}
		if _, err := app.Docket.Case(ctx, e.Actor(Lawyer), there.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("he reads the appeal: %v", err)
		}
	})
}

// TestRevokedWhileTheFileGoesOn: the end of a contract is heard at the moment at
// which the file goes to the court of appeal. However they fall, he is on record
// nowhere in the end.
func TestRevokedWhileTheFileGoesOn(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		e.Serve(Clerk, in, Defendant)
		m, _ := limited(t, e, Plaintiff, []string{in.Case}, nil)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
		client, clerk, n := e.Actor(Plaintiff), e.Actor(Clerk), aboutAppeal(t, e, in.Case)
		e.Clock.Advance(time.Minute)
		var (
			wg           sync.WaitGroup
			there        docket.Case
			sent, closed error
		)
		wg.Go(func() { there, sent = sendOn(ctx, e, clerk, n) })
		wg.Go(func() {
			if closed = app.Mandate.End(ctx, client, m.ID); closed == nil {
				e.Drain()
			}
		})
		wg.Wait()
		if sent != nil || closed != nil {
			t.Fatal(sent, closed)
		}
		e.Drain()
		c, err := app.Docket.CaseFor(ctx, app.DB, there.ID)
		if err != nil || len(c.Lawyers) != 0 {
			t.Errorf("on record in the appeal: %+v, %v", c.Lawyers, err)
		}
	})
}
