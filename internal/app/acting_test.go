// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// refused checks that err is a refusal for want of a right, in words that say so.
func refused(t *testing.T, what string, err error, right policy.Right) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Forbidden || e.Code != "web.right.missing."+string(right) {
		t.Errorf("%s: %v, want a refusal for want of %s", what, err, right)
	}
}

// TestHelperSeesAndPrepares: what a helper may depends on the rights, and nobody
// signs by helping.
func TestHelperSeesAndPrepares(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		id := e.Draft(Plaintiff, Defendant, LargeClaim)
		own := e.Draft(Stranger, Defendant, LargeClaim)
		sees := e.Acting(Stranger, Plaintiff, policy.Helper, policy.See)
		prepares := e.Acting(Stranger, Plaintiff, policy.Helper, policy.See, policy.Prepare)

		f, _, err := app.Filing.Get(ctx, sees, id)
		if err != nil || f.Owner != e.Person(Plaintiff).ID {
			t.Fatalf("a helper does not see the filing: %+v, %v", f, err)
		}
		if _, _, err := app.Filing.Get(ctx, sees, own); !errs.Is(err, errs.NotFound) {
			t.Errorf("a helper's own draft is among the things of whom he helps: %v", err)
		}
		_, err = app.Filing.Freeze(ctx, sees, id)
		refused(t, "fixing with the right to see", err, policy.Prepare)
		if _, err = app.Filing.Freeze(ctx, prepares, id); err != nil {
			t.Fatalf("a helper who may prepare cannot: %v", err)
		}
		if looks, err := app.Identity.Accesses(ctx, e.Person(Plaintiff).ID); err != nil || len(looks) != 2 ||
			looks[0].What != "identity.access.acting.prepared" || looks[1].What != "identity.access.acting.filing" || looks[0].Role != policy.Helper {
			t.Errorf("recorded for the owner: %+v, %v", looks, err)
		}

		id = e.Draft(Plaintiff, Defendant, LargeClaim)
		e.Pay(Plaintiff, id)
		refused(t, "a code for signing", app.Filing.SendSignatureCode(ctx, prepares, id), policy.Sign)
		if err := app.Filing.SendSignatureCode(ctx, e.Actor(Plaintiff), id); err != nil {
			t.Fatal(err)
		}
		_, err = app.Filing.Submit(ctx, prepares, id, e.Code(e.Person(Plaintiff).Mobile)) // read out on the telephone
		refused(t, "submitting with the owner's code", err, policy.Sign)
	})
}

// TestHelperAndNotices: a helper is told that there is a notice; opening it,
// which counts as reading, takes a right of its own, and so does what it says.
func TestHelperAndNotices(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		e.Person(Defendant)
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, f.Case)
		notice := e.Serve(Clerk, f, Defendant)
		sees := e.Acting(Stranger, Defendant, policy.Helper, policy.See)
		opens := e.Acting(Stranger, Defendant, policy.Helper, policy.See, policy.OpenNotices)
		other := e.Acting(Stranger, Lawyer, policy.Helper, policy.Rights()[:3]...)

		if n, err := app.Notice.Get(ctx, sees, notice); err != nil || n.Opened() {
			t.Fatalf("%+v, %v", n, err)
		}
		_, err := app.Notice.Open(ctx, sees, notice)
		refused(t, "opening", err, policy.OpenNotices)
		if n, err := app.Notice.Get(ctx, sees, notice); err != nil || n.Opened() {
			t.Errorf("it was opened all the same: %v", err)
		}
		if _, err := app.Notice.Open(ctx, other, notice); !errs.Is(err, errs.NotFound) {
			t.Errorf("the helper of somebody else, by its id: %v", err)
		}
		if _, err := app.Docket.Case(ctx, other, f.Case); !errs.Is(err, errs.NotFound) {
			t.Errorf("the case of somebody else, by its id: %v", err)
		}
		if n, err := app.Notice.Open(ctx, opens, notice); err != nil || n.ViewedBy != opens.Person || n.ViewedRole != "helper" {
			t.Errorf("opened with the right: %+v, %v", n, err)
		}
		_, err = app.Notice.Read(ctx, sees, notice)
		refused(t, "reading what was opened", err, policy.OpenNotices)
		if c, err := app.Docket.Case(ctx, sees, f.Case); err != nil || c.Side != "defendant" {
			t.Errorf("the case: %+v, %v", c, err)
		}
	})
}

// TestCapacityOnBehalf: the pages say for whom somebody acts and explain a
// refusal, and a capacity that was taken away is gone at the next click.
func TestCapacityOnBehalf(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	id := e.Draft(Stranger, Defendant, LargeClaim)
	e.Pay(Stranger, id)
	me := e.As(Helper)
	page := me.Get("/home").Want(http.StatusOK)
	if !strings.Contains(page.Body, "on behalf of "+e.Person(Stranger).Name()) {
		t.Errorf("the page does not say for whom: %s", page.Text())
	}
	page = me.Get("/filings/" + id + "/sign").Want(http.StatusOK)
	if len(page.All("[name=code]")) > 0 || !strings.Contains(page.Text(), "may not sign") {
		t.Errorf("the page of the signature does not say who signs: %s", page.Text())
	}
	me.PostForm("/filings/" + id + "/sign/code").Want(http.StatusForbidden)

	a := e.Actor(Helper)
	if err := e.App.Identity.EndCapacity(t.Context(), policy.Actor{Role: policy.System}, a.Person, a.Capacity, "test"); err != nil {
		t.Fatal(err)
	}
	if page := me.Get("/filings/" + id); page.Status != http.StatusSeeOther {
		t.Errorf("the next click gets %d", page.Status)
	}
}

// TestOfficeOfALawyer: a clerk prepares what the lawyer files as a lawyer, signs
// nothing, and has nothing to do with the lawyer's own affairs.
func TestOfficeOfALawyer(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, f.Case)
		lawyer := e.Actor(Lawyer)
		citizen, err := app.Identity.Actor(ctx, lawyer.Person, "")
		if err != nil {
			t.Fatal(err)
		}
		start := func(a policy.Actor, service, on string) string {
			f, err := app.Filing.Start(ctx, a, filing.NewFiling{Service: service, Act: id.New(), Lang: "fa", Case: on})
			if err != nil {
				t.Fatal(err)
			}
			return f.ID
		}
		work, private := start(lawyer, "brief-expert-objection", f.Case), start(citizen, "petition-debt", "")
		clerk := e.Actor(LawClerk)
		if _, _, err := app.Filing.Get(ctx, clerk, work); err != nil {
			t.Errorf("what the lawyer files as one: %v", err)
		}
		if _, _, err := app.Filing.Get(ctx, clerk, private); !errs.Is(err, errs.NotFound) {
			t.Errorf("the lawyer's own affair: %v", err)
		}
		if list, err := app.Filing.Mine(ctx, clerk); err != nil || len(list) != 1 || list[0].ID != work {
			t.Errorf("listed: %+v, %v", list, err)
		}
		err = app.Filing.SendSignatureCode(ctx, clerk, work)
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("a clerk signs: %v", err)
		}

		onLawyer := e.Letter(Clerk, f.Case, Plaintiff)
		if c, err := app.Docket.Case(ctx, clerk, f.Case); err != nil || !c.Lawyer {
			t.Errorf("a case of the office: %+v, %v", c, err)
		}
		if n, err := app.Notice.Get(ctx, clerk, onLawyer); err != nil || n.Opened() {
			t.Errorf("a notice of the office: %v", err)
		}
		own := e.File(Stranger, Lawyer, LargeClaim) // against the lawyer himself
		e.Refer(Judge, own.Case)
		notice := e.Serve(Clerk, own, Lawyer)
		if _, err := app.Docket.Case(ctx, clerk, own.Case); !errs.Is(err, errs.NotFound) {
			t.Errorf("the lawyer's own case: %v", err)
		}
		if _, err := app.Notice.Get(ctx, clerk, notice); !errs.Is(err, errs.NotFound) {
			t.Errorf("the lawyer's own notice: %v", err)
		}
		if list, err := app.Docket.CasesOf(ctx, clerk); err != nil || len(list) != 1 || list[0].ID != f.Case {
			t.Errorf("cases of the office: %+v, %v", list, err)
		}
		_, err = app.Identity.AddCapacity(ctx, policy.Actor{Role: policy.System}, identity.Capacity{
			Person: clerk.Person, For: lawyer.Person, Role: policy.LawClerk, Rights: []policy.Right{policy.See, policy.Sign},
			TitleFA: "سمت", TitleEN: "clerk", Source: "test", From: civil.Of(e.Clock.Now()),
		})
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("a clerk was given the right to sign: %v", err)
		}
	})
}

// TestSigningOnBehalf: the code goes to the telephone of who signs, the record
// names him beside the filer, and a capacity that ends between the code and the
// signature signs nothing.
func TestSigningOnBehalf(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e) // the title is open to lawyers
		ctx, app := t.Context(), e.App
		id := e.Draft(Plaintiff, Defendant, LargeClaim)
		e.Pay(Plaintiff, id)
		owner, agent := e.Actor(Plaintiff), e.Acting(Lawyer, Plaintiff, policy.Lawyer, policy.Rights()...)
		if err := app.Filing.SendSignatureCode(ctx, agent, id); err != nil {
			t.Fatal(err)
		}
		code := e.Code(e.Person(Lawyer).Mobile)
		if _, err := app.Filing.Submit(ctx, owner, id, code); !errs.Is(err, errs.Invalid) {
			t.Errorf("the owner signs with the code of his lawyer: %v", err)
		}
		f, err := app.Filing.Submit(ctx, agent, id, code)
		if err != nil {
			t.Fatal(err)
		}
		var record filing.Record
		if err := json.Unmarshal(f.Record, &record); err != nil {
			t.Fatal(err)
		}
		lawyer := e.Person(Lawyer)
		want := filing.RecordAgent{JudicialID: lawyer.JudicialID, FirstName: lawyer.FirstName, LastName: lawyer.LastName, Role: "lawyer", Capacity: agent.Capacity,
			TitleFA: "سمت آزمون", TitleEN: "lawyer"}
		if record.Agent == nil || *record.Agent != want || record.Format != "tarazu-filing-4" || record.Filer.JudicialID != e.Person(Plaintiff).JudicialID {
			t.Errorf("signed as %+v for %+v in %s", record.Agent, record.Filer, record.Format)
		}
		e.Sequence()
		proof, _, err := app.Filing.Receipt(ctx, owner, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		report, err := receipt.Verify(proof, receipt.Options{})
		if err != nil || report.Members["capacity"] != agent.Capacity || report.Members["on_behalf"] != owner.Person {
			t.Errorf("the receipt says %+v, %v", report.Members, err)
		}
		if c, err := app.Docket.Case(ctx, owner, f.Case); err != nil || c.Side != "plaintiff" || c.Lawyer {
			t.Errorf("whose case it is: %+v, %v", c, err)
		}

		second := e.Draft(Plaintiff, Defendant, LargeClaim+1)
		e.Pay(Plaintiff, second)
		e.Clock.Advance(5 * time.Minute)
		if err := app.Filing.SendSignatureCode(ctx, agent, second); err != nil {
			t.Fatal(err)
		}
		code = e.Code(lawyer.Mobile)
		if err := app.Identity.EndCapacity(ctx, policy.Actor{Role: policy.System}, agent.Person, agent.Capacity, "test"); err != nil {
			t.Fatal(err)
		}
		_, err = app.Filing.Submit(ctx, agent, second, code) // as a request that began before
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != "identity.capacity.over" {
			t.Errorf("signed in a capacity that is over: %v", err)
		}
		if err := app.Filing.SendSignatureCode(ctx, owner, second); err != nil {
			t.Fatal(err)
		}
		f, err = app.Filing.Submit(ctx, owner, second, e.Code(e.Person(Plaintiff).Mobile))
		record = filing.Record{}
		if err != nil || json.Unmarshal(f.Record, &record) != nil || record.Agent != nil || record.Format != "tarazu-filing-2" {
			t.Errorf("the owner signs what his lawyer did not: %+v, %v", record.Agent, err)
		}
	})
}
