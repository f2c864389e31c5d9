// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// onRecord has the registry of a case record the lawyer for the party of a side.
func onRecord(t *testing.T, e *Env, caseID, side string) error {
	t.Helper()
	ctx, app := t.Context(), e.App
	k, err := app.Docket.CaseFor(ctx, app.DB, caseID)
	if err != nil {
		t.Fatal(err)
	}
	clerk := policy.Actor{Person: e.Person(Clerk).ID, Role: policy.Clerk, Unit: k.Unit, Assurance: 3, Name: "دفتر"}
	p := sideOf(t, e, caseID, side)
	paper, lawyer := docket.Text{FA: "نامه", EN: "A letter"}, e.Person(Lawyer).ID
	return app.DB.Write(ctx, func(tx *store.Tx) error {
		if p.Joined.IsZero() {
			if _, err := app.Docket.IssueNoticeTx(ctx, tx, clerk, docket.NewNotice{Case: k.ID, Party: p.ID, Kind: "other", Title: paper, Paper: paper, Key: id.New()}); err != nil {
				t.Error(err)
			}
		}
		return app.Docket.RecordLawyerTx(ctx, tx, clerk, docket.Representation{Case: k.ID, Party: p.ID, Lawyer: lawyer, Name: "وکیل", Contract: "1", Filing: id.New()})
	})
}

// briefFor has the lawyer begin a brief on a case in the name of a client.
func briefFor(t *testing.T, e *Env, lawyer policy.Actor, caseID string) error {
	t.Helper()
	_, err := e.App.Filing.Start(t.Context(), lawyer, filing.NewFiling{Service: "brief-read-file", Act: id.New(), Lang: i18n.FA, Case: caseID})
	return err
}

// TestLawyerWhoFiledForThePlaintiff: who signed the petition in the plaintiff's name
// does not enter appearance for the defendant, neither while his contract holds nor
// after it has ended.
func TestLawyerWhoFiledForThePlaintiff(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		e.Person(Defendant)
		m, lawyer := contract(t, e, e.Actor(Plaintiff), "petition-debt", "petition-deed")
		f := ready(t, e, lawyer, "petition-deed", Defendant, map[string]any{"property_province": "tehran", "property_county": "tehran"})
		e.Clock.Advance(3 * time.Minute)
		f, err := sign(t, e, lawyer, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p := sideOf(t, e, f.Case, docket.Plaintiff); p.AgentPerson != lawyer.Person {
			t.Errorf("signed by %q, want the lawyer's account", p.AgentPerson)
		}
		if err := onRecord(t, e, f.Case, docket.Defendant); !errs.Is(err, errs.Invalid) {
			t.Errorf("recorded for the defendant: %v", err)
		}
		if err := e.App.Mandate.End(t.Context(), e.Actor(Plaintiff), m.ID); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if err := onRecord(t, e, f.Case, docket.Defendant); !errs.Is(err, errs.Invalid) {
			t.Errorf("recorded for the defendant after the contract: %v", err)
		}
		if err := onRecord(t, e, f.Case, docket.Plaintiff); err != nil {
			t.Errorf("not recorded for the plaintiff: %v", err)
		}
	})
}

// TestLawyerOnRecordTakesTheOtherContract: a lawyer on record for the defendant
// accepts a contract with the plaintiff. In another case he acts under it, in this
// one he does not, also when he is on record no more.
func TestLawyerOnRecordTakesTheOtherContract(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		e.Person(Defendant)
		here, other := e.File(Plaintiff, Defendant, LargeClaim), e.File(Plaintiff, Defendant, LargeClaim+1)
		if err := onRecord(t, e, here.Case, docket.Defendant); err != nil {
			t.Fatal(err)
		}
		_, lawyer := contract(t, e, e.Actor(Plaintiff))
		if err := briefFor(t, e, lawyer, other.Case); err != nil {
			t.Errorf("in another case: %v", err)
		}
		if err := briefFor(t, e, lawyer, here.Case); code(err) != "docket.lawyer_of_both" {
			t.Errorf("for the plaintiff, on record for the defendant: %v", err)
		}
		defendant := sideOf(t, e, here.Case, docket.Defendant)
		if err := e.App.Docket.EndLawyer(t.Context(), e.Actor(Defendant), here.Case, defendant.ID, lawyer.Person); err != nil {
			t.Fatal(err)
		}
		if err := briefFor(t, e, lawyer, here.Case); code(err) != "docket.lawyer_of_both" {
			t.Errorf("for the plaintiff, after the defendant: %v", err)
		}
	})
}

// TestContractsOfBothSides: of a lawyer with contracts of both sides the older one
// counts: he acts for that side and is not recorded for the other.
func TestContractsOfBothSides(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		e.Person(Defendant)
		in := e.File(Plaintiff, Defendant, LargeClaim)
		_, forPlaintiff := contract(t, e, e.Actor(Plaintiff))
		e.Clock.Advance(3 * time.Minute)
		contract(t, e, e.Actor(Defendant))
		if err := onRecord(t, e, in.Case, docket.Defendant); !errs.Is(err, errs.Invalid) {
			t.Errorf("recorded for the side of the later contract: %v", err)
		}
		if err := onRecord(t, e, in.Case, docket.Plaintiff); err != nil {
			t.Errorf("not recorded for the side of the older one: %v", err)
		}
		if err := briefFor(t, e, forPlaintiff, in.Case); err != nil {
			t.Errorf("for the older client: %v", err)
		}
	})
}

// TestLawyerChangesSidesOnAppeal: who was on record for one side in the case of
// first instance, and signed there, acts for the other side neither on appeal.
func TestLawyerChangesSidesOnAppeal(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		in := e.File(Plaintiff, Defendant, LargeClaim)
		e.Refer(Judge, in.Case)
		e.Serve(Clerk, in, Defendant)
		if err := onRecord(t, e, in.Case, docket.Plaintiff); err != nil {
			t.Fatal(err)
		}
		own := sideOf(t, e, in.Case, docket.Plaintiff)
		if err := e.App.Docket.EndLawyer(t.Context(), e.Actor(Plaintiff), in.Case, own.ID, e.Person(Lawyer).ID); err != nil {
			t.Fatal(err)
		}
		there, err := sendOn(t.Context(), e, e.Actor(Clerk), aboutAppeal(t, e, in.Case))
		if err != nil {
			t.Fatal(err)
		}
		if err := onRecord(t, e, there.ID, docket.Plaintiff); !errs.Is(err, errs.Invalid) { // the defendant appealed
			t.Errorf("recorded on appeal for the other side: %v", err)
		}
		if err := onRecord(t, e, there.ID, docket.Defendant); err != nil {
			t.Errorf("not recorded for the same side: %v", err)
		}
	})
}

// TestContractOfAnotherCase: the number of a contract that is limited to one case, is
// over, or is somebody else's puts nobody on record; one that was made elsewhere does.
func TestContractOfAnotherCase(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in, out := e.File(Plaintiff, Defendant, LargeClaim), e.File(Plaintiff, Defendant, LargeClaim)
		m, _ := limited(t, e, Plaintiff, []string{in.Case}, nil)
		record := func(caseID, lawyer, number string) error {
			p := sideOf(t, e, caseID, docket.Plaintiff)
			k, err := app.Docket.CaseFor(ctx, app.DB, caseID)
			if err != nil {
				t.Fatal(err)
			}
			clerk := policy.Actor{Person: e.Person(Clerk).ID, Role: policy.Clerk, Unit: k.Unit, Assurance: 3, Name: "دفتر"}
			return app.DB.Write(ctx, func(tx *store.Tx) error {
				return app.Docket.RecordLawyerTx(ctx, tx, clerk, docket.Representation{
					Case: caseID, Party: p.ID, Lawyer: lawyer, Name: "وکیل", Contract: number, Filing: id.New(),
				})
			})
		}
		me, other := e.Person(Lawyer).ID, e.Person(Stranger).ID
		refused := func(what string, err error) {
			t.Helper()
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		refused("another case", record(out.Case, me, strings.NewReplacer("0", "۰", "1", "۱", "2", "۲", "3", "۳").Replace(m.Number)))
		refused("another lawyer", record(in.Case, other, m.Number))
		if err := record(in.Case, me, m.Number); err != nil {
			t.Errorf("its case: %v", err)
		}
		if err := record(out.Case, other, "۱۴۰۴۰۱۲۳۴۵۶"); err != nil {
			t.Errorf("a contract made elsewhere: %v", err)
		}
		e.Clock.Advance(time.Minute)
		if err := app.Mandate.End(ctx, e.Actor(Plaintiff), m.ID); err != nil {
			t.Fatal(err)
		}
		refused("a contract that is over", record(in.Case, me, m.Number))
	})
}
