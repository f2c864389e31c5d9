// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestLicenceOver: the licence of the lawyer who filed is revoked, or suspended, or
// he has died, while his client's filing is halted: the client is served and takes
// over. Only who may never act again is off the record.
func TestLicenceOver(t *testing.T) {
	t.Parallel()
	system := policy.Actor{Role: policy.System}
	for name, c := range map[string]struct {
		end    func(t *testing.T, e *apptest.Env, licence identity.Capacity) error
		record bool // he stays on record
	}{
		"revoked": {func(t *testing.T, e *apptest.Env, k identity.Capacity) error {
			return e.App.Identity.EndCapacity(t.Context(), system, k.Person, k.ID, "test")
		}, false},
		"suspended": {func(t *testing.T, e *apptest.Env, k identity.Capacity) error {
			return e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
				now := k
				now.Suspended, now.SuspendedWhy = tx.Now(), "test"
				return e.App.Identity.ChangeCapacityTx(t.Context(), tx, system, identity.CapacitySuspended, k, now, "test")
			})
		}, true},
		"dead": {func(t *testing.T, e *apptest.Env, k identity.Capacity) error {
			return e.App.DB.Write(t.Context(), func(tx *store.Tx) error {
				return e.App.Identity.ChangeStatusTx(t.Context(), tx, identity.StatusChange{Person: k.Person, From: identity.Active, To: identity.Deceased, By: system})
			})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apptest.Each(t, func(t *testing.T, e *apptest.Env) {
				ctx, party := t.Context(), e.Actor(apptest.Defendant)
				f := haltedOf(t, e, apptest.Lawyer)
				all, err := e.App.Identity.Capacities(ctx, f.Owner)
				i := slices.IndexFunc(all, func(k identity.Capacity) bool { return k.Role == policy.Lawyer })
				if err != nil || i < 0 {
					t.Fatal(all, err)
				}
				if err := c.end(t, e, all[i]); err != nil {
					t.Fatal(err)
				}
				e.Drain()
				e.Drain()
				kase, err := e.App.Docket.CaseFor(ctx, e.App.DB, f.Case)
				if err != nil || (len(kase.Lawyers) == 1) != c.record {
					t.Errorf("on record: %d, %v", len(kase.Lawyers), err)
				}
				if mine := defectNotices(t, e, f, party.Person); len(mine) != 1 || len(toMend(t, e, party)) != 1 {
					t.Errorf("the client has %d notices and the terms %+v", len(mine), toMend(t, e, party))
				}
				if _, err := e.App.Filing.TakeOver(ctx, party, f.Case, f.ID); err != nil {
					t.Errorf("the client does not take over: %v", err)
				}
			})
		})
	}
}

// TestBodyHasALawyer: a government body is found by its code, its lawyer is put on
// record with the contract that its director gave him, and served; with the number of
// another contract he is not.
func TestBodyHasALawyer(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		ctx, d := t.Context(), e.App.Docket
		head := e.Head(apptest.Stranger, "B-7712")
		f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
		e.Refer(apptest.Judge, f.Case)
		c, err := d.CaseFor(ctx, e.App.DB, f.Case)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.App.DB.WriteBlind(ctx, func(tx *store.Tx) error { // as if the body had filed it
			return tx.Exec(ctx, `UPDATE docket_party SET person = $2, kind = 'entity', national_code = '' WHERE case_id = $1 AND side = 'plaintiff'`, c.ID, head.For)
		}); err != nil {
			t.Fatal(err)
		}
		if _, _, found, err := d.FindParty(ctx, c.Number, "B-7713"); err != nil || found {
			t.Errorf("found by another code: %v", err)
		}
		_, p, found, err := d.FindParty(ctx, c.Number, "B-7712")
		if err != nil || !found || p.Person != head.For {
			t.Fatalf("the body is not found: %t %v", found, err)
		}
		m, err := e.App.Mandate.Accept(ctx, e.Actor(apptest.Lawyer), e.OfferBy(head, apptest.Lawyer, mandate.Lawyer, policy.See, policy.OpenNotices, policy.Prepare, policy.Sign))
		if err != nil {
			t.Fatal(err)
		}
		clerk, lawyer := e.Actor(apptest.Clerk), e.Person(apptest.Lawyer)
		record := func(who, contract string) error {
			return e.App.DB.Write(ctx, func(tx *store.Tx) error {
				return d.RecordLawyerTx(ctx, tx, clerk, docket.Representation{Case: c.ID, Party: p.ID, Lawyer: who, Name: "وکیل", Contract: contract, Filing: id.New()})
			})
		}
		if err := record(e.Person(apptest.Defendant).ID, m.Number); err == nil {
			t.Error("another one is on record with the lawyer's contract")
		}
		if err := record(lawyer.ID, m.Number); err != nil {
			t.Fatal(err)
		}
		var issued notice.Issued
		err = e.App.DB.Write(ctx, func(tx *store.Tx) error {
			issued, err = d.IssueNoticeTx(ctx, tx, clerk, docket.NewNotice{
				Case: c.ID, Party: p.ID, Kind: notice.KindOther, Title: docket.Text{FA: "نامه", EN: "Letter"}, Paper: docket.Text{FA: "متن", EN: "Text"}, Key: id.New(),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		me := e.Actor(apptest.Lawyer)
		if _, err := e.App.Notice.Get(ctx, me, issued.ID); err != nil {
			t.Errorf("the body's lawyer is not served: %v", err)
		}
		e.Clock.Advance(time.Second)
		if err := e.App.Mandate.End(ctx, head, m.ID); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if _, err := d.Case(ctx, me, c.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("after the end of the contract he reads the case: %v", err)
		}
	})
}
