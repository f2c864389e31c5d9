// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Two companies, as their register has them.
const (
	firmName, firmID, firmNumber    = "شرکت پخش سپید", "10380284790", "4521"
	rivalName, rivalID, rivalNumber = "شرکت رقیب سپید", "14003778990", "777"
	firmSeat                        = "تهران، خیابان سهروردی، پلاک ۴۱، طبقهٔ سوم"
)

// later is the day from which the titles are open to companies and lawyers.
func later(e *Env) { e.Clock.Advance(demoDay.Sub(e.Clock.Now())) }

// company makes the account of a company through who directs it.
func company(t *testing.T, e *Env, director Who, name, nationalID, number string) policy.Actor {
	t.Helper()
	ctx, p := t.Context(), e.Person(director)
	e.App.Doubles.Companies.Add(companies.Entity{
		NationalID: nationalID, RegistrationNumber: number, Kind: companies.Company, Name: name, State: companies.Active, Province: "tehran",
		Address: firmSeat, Postal: "1345678913", Officers: []companies.Officer{{
			NationalCode: p.NationalCode, FirstName: p.FirstName, LastName: p.LastName, Office: companies.Director, From: civil.Of(e.Clock.Now()) - 1000,
		}},
	})
	c, err := e.App.Identity.RegisterEntity(ctx, e.Actor(director), identity.EntityRef{NationalID: nationalID, RegistrationNumber: number})
	if err != nil {
		t.Fatal(err)
	}
	return acting(t, e, p.ID, c.ID)
}

func acting(t *testing.T, e *Env, person, capacity string) policy.Actor {
	t.Helper()
	a, err := e.App.Identity.Actor(t.Context(), person, capacity)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// staffOf gives somebody a mandate of a company.
func staffOf(t *testing.T, e *Env, director policy.Actor, who Who, rights ...policy.Right) policy.Actor {
	t.Helper()
	m, err := e.App.Mandate.Accept(t.Context(), e.Actor(who), e.OfferBy(director, who, mandate.Staff, rights...))
	if err != nil {
		t.Fatal(err)
	}
	return acting(t, e, e.Person(who).ID, m.Capacity)
}

// code is the error's locale key.
func code(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

// ready begins a title against somebody, answers it with the title's own example,
// fixes and pays it; what is left is the signature.
func ready(t *testing.T, e *Env, a policy.Actor, service string, against Who, over catalogue.Answers) filing.Filing {
	t.Helper()
	ctx, app := t.Context(), e.App
	f, err := app.Filing.Start(ctx, a, filing.NewFiling{Service: service, Act: id.New(), Lang: i18n.FA})
	if err != nil {
		t.Fatal(err)
	}
	f, d, err := app.Filing.Get(ctx, a, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	all, p := d.Example(), e.Person(against)
	for name, v := range map[string]any{
		"_kind": "person", "_national_code": p.NationalCode, "_first_name": p.FirstName, "_last_name": p.LastName, "_father_name": p.FatherName,
		"_abroad": false, "_address_unknown": false, "_more": false, "_province": "tehran", "_county": "tehran", "_address": DefendantAddress,
	} {
		for _, prefix := range []string{"defendant", "addressee"} {
			if _, asked := d.Field(prefix + name); asked {
				all[prefix+name] = v
			}
		}
	}
	maps.Copy(all, over)
	for _, pg := range d.Pages {
		wrong, err := app.Filing.Save(ctx, a, f.ID, pg.Key, all)
		if err == nil {
			err = errs.InvalidFields(wrong)
		}
		if err != nil {
			t.Fatalf("%s: %v", pg.Key, err)
		}
	}
	if f, err = app.Filing.Freeze(ctx, a, f.ID); err != nil {
		t.Fatal(err)
	}
	if f.Payment != "" {
		url, err := app.Payment.Begin(ctx, a, f.Payment)
		if err != nil {
			t.Fatal(err)
		}
		token := url[strings.LastIndexByte(url, '/')+1:]
		app.Doubles.Payments.Choose(token, payments.Pay)
		if _, err := app.Payment.Settle(ctx, token); err != nil {
			t.Fatal(err)
		}
		e.Drain()
	}
	return f
}

// sign sends the code to who signs and submits with it.
func sign(t *testing.T, e *Env, a policy.Actor, filing string) (f filing.Filing, err error) {
	t.Helper()
	ctx := t.Context()
	if err := e.App.Filing.SendSignatureCode(ctx, a, filing); err != nil {
		return f, err
	}
	p, err := e.App.Identity.Person(ctx, a.Person)
	if err != nil {
		t.Fatal(err)
	}
	f, err = e.App.Filing.Submit(ctx, a, filing, e.Code(p.Mobile))
	e.Drain()
	e.Sequence()
	return f, err
}

// TestCompanyFilesOnPages: a director takes a petition of the company through the
// pages. It is the company's in every list, on paper and at the court, and is
// nowhere among the director's own things.
func TestCompanyFilesOnPages(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		ctx, app := t.Context(), e.App
		e.Person(Defendant)
		director := company(t, e, Plaintiff, firmName, firmID, firmNumber)
		name := e.Person(Plaintiff).Name()
		me := e.As(Plaintiff)
		me.PostForm("/capacity", "capacity", director.Capacity)
		page := me.Get("/filings/new").Want(http.StatusOK)
		for title, want := range map[string]bool{"petition-debt": true, "declaration-debt": true, "complaint-bank-fraud": true, "petition-mahr": false, "complaint-assault": false, "certificate-criminal-record": false} {
			if got := strings.Contains(page.Body, `value="`+title+`"`); got != want {
				t.Errorf("%s is offered to a company: %v", title, got)
			}
		}
		filed := e.Draft(Plaintiff, Defendant, LargeClaim)
		if page := me.Get("/filings/" + filed + "/pages/plaintiff").Want(http.StatusOK); !strings.Contains(page.Body, firmName) || len(page.All("[name=plaintiff_job]")) > 0 {
			t.Errorf("the page of the address does not say for whom, or asks a company for its job: %s", page.Text())
		}
		page = me.Get("/filings/" + filed + "/check").Want(http.StatusOK)
		for _, want := range []string{firmName, firmID, firmNumber, name} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the check does not name %s", want)
			}
		}
		e.Pay(Plaintiff, filed)
		e.Sign(Plaintiff, filed)
		e.Sequence()
		me.Get("/filings/" + filed + "/receipt").Want(http.StatusOK)

		f, d, err := app.Filing.Get(ctx, director, filed)
		if err != nil || f.Owner != director.For || f.Standing != policy.Representative {
			t.Fatalf("whose it is: %+v, %v", f, err)
		}
		for lang, want := range map[i18n.Lang][]string{
			i18n.FA: {"نام شخص حقوقی: " + firmName, "شناسهٔ ملی: ۱۰۳۸۰۲۸۴۷۹۰", "شمارهٔ ثبت: ۴۵۲۱", "با نمایندگی " + name, name + " از طرف " + firmName},
			i18n.EN: {"Legal entity: " + firmName, "National id: 10380284790", "Registration number: 4521", "Represented by " + name, name + " on behalf of " + firmName},
		} {
			text, err := app.Filing.Paper(ctx, f, d, lang)
			for _, w := range want {
				if err != nil || !strings.Contains(text, w) {
					t.Errorf("the paper does not say %q: %v\n%s", w, err, text)
				}
			}
		}
		proof, _, err := app.Filing.Receipt(ctx, director, filed)
		if err != nil {
			t.Fatal(err)
		}
		if report, err := receipt.Verify(proof, receipt.Options{}); err != nil || report.Members["capacity"] != director.Capacity || report.Members["on_behalf"] != director.For {
			t.Errorf("the receipt says %+v, %v", report.Members, err)
		}

		k, err := app.Docket.Case(ctx, director, f.Case)
		if err != nil || k.Side != docket.Plaintiff {
			t.Fatal(k.Side, err)
		}
		if p, ok := k.PartyOf(director.For); !ok || p.Kind != docket.EntityParty || p.EntityID != firmID || p.Name != firmName || p.NationalCode != "" || p.Agent != name {
			t.Errorf("the plaintiff is %+v", p)
		}
		own := e.Actor(Plaintiff)
		if _, _, err := app.Filing.Get(ctx, own, filed); !errs.Is(err, errs.NotFound) {
			t.Errorf("the director finds it among his own things: %v", err)
		}
		for who, want := range map[*policy.Actor]int{&own: 0, &director: 1} {
			cases, err := app.Docket.CasesOf(ctx, *who)
			mine, err2 := app.Filing.Mine(ctx, *who)
			if err := errors.Join(err, err2); err != nil || len(cases) != want || len(mine) != want {
				t.Errorf("%s lists %d cases and %d filings, want %d: %v", who.Role, len(cases), len(mine), want, err)
			}
		}
		if _, err := app.Docket.Case(ctx, own, f.Case); !errs.Is(err, errs.NotFound) {
			t.Errorf("the director sees the case as a private person: %v", err)
		}

		for _, lang := range []string{"fa", "en"} {
			clerk := e.As(Clerk).In(lang)
			for _, path := range []string{"/court/filings/" + filed, "/cases/" + f.Case} {
				page := clerk.Get(path).Want(http.StatusOK)
				for _, want := range []string{firmName, firmID, name} {
					if !strings.Contains(page.Body, want) {
						t.Errorf("%s (%s) does not name %s", path, lang, want)
					}
				}
			}
		}
		var seen struct {
			Filer   string `json:"filer"`
			FiledBy struct {
				Kind     string `json:"kind"`
				EntityID string `json:"entity_id"`
				Agent    struct {
					Name string `json:"name"`
					Role string `json:"role"`
				} `json:"agent"`
			} `json:"filed_by"`
		}
		answer := e.API(Clerk).Get("/court/filings/" + filed).Want(http.StatusOK)
		if err := json.Unmarshal(answer.Body, &seen); err != nil || seen.Filer != firmName || seen.FiledBy.Kind != "entity" ||
			seen.FiledBy.EntityID != firmID || seen.FiledBy.Agent.Name != name || seen.FiledBy.Agent.Role != "representative" {
			t.Errorf("the court's program reads %+v, %v", seen, err)
		}
	})
}

// TestCompanyMends: a defective petition of a company comes back to the company.
// Any of its representatives sees the notice and prepares the new version; who has
// no right to sign does not, and the director signs it.
func TestCompanyMends(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		ctx, app := t.Context(), e.App
		director := company(t, e, Plaintiff, firmName, firmID, firmNumber)
		prepares := staffOf(t, e, director, Stranger, policy.See, policy.OpenNotices, policy.Prepare)
		f := ready(t, e, prepares, "petition-debt", Defendant, catalogue.Answers{"amount": int64(LargeClaim)})
		_, err := sign(t, e, prepares, f.ID)
		refused(t, "signing with the right to prepare", err, policy.Sign)
		low := director
		low.Assurance = 0
		if _, err := sign(t, e, low, f.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("signed by somebody of whom nothing is known: %v", err)
		}
		if f, err = sign(t, e, director, f.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Filing.Halt(ctx, e.Actor(Clerk), f.ID, []filing.Defect{{Field: "amount", Code: "value"}}); err != nil {
			t.Fatal(err)
		}
		e.Drain()
		if n, err := app.Notice.Counts(ctx, director); err != nil || n.Unviewed != 1 {
			t.Errorf("notices of the company: %+v, %v", n, err)
		}
		if n, err := app.Notice.Counts(ctx, e.Actor(Plaintiff)); err != nil || n.Unviewed != 0 {
			t.Errorf("notices of the director himself: %+v, %v", n, err)
		}
		f, _, err = app.Filing.Get(ctx, prepares, f.ID)
		if err != nil || f.Status != filing.Halted {
			t.Fatal(f.Status, err)
		}
		answers := maps.Clone(f.Answers)
		answers["amount"] = int64(LargeClaim - 1_000_000)
		if wrong, err := app.Filing.Save(ctx, prepares, f.ID, "claim", answers); err != nil || len(wrong) > 0 {
			t.Fatal(wrong, err)
		}
		if f, err = app.Filing.Freeze(ctx, prepares, f.ID); err != nil {
			t.Fatal(err)
		}
		e.Clock.Advance(10 * time.Minute)
		_, err = sign(t, e, prepares, f.ID)
		refused(t, "signing the new version with the right to prepare", err, policy.Sign)
		if f, err = sign(t, e, director, f.ID); err != nil || f.Status != filing.Submitted || f.Round != 1 {
			t.Errorf("the director signs the new version: %s, %v", f.Status, err)
		}
	})
}

// TestCompanyAttacked: what must not be done in a company's name is not done.
func TestCompanyAttacked(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		ctx, app := t.Context(), e.App
		director := company(t, e, Plaintiff, firmName, firmID, firmNumber)
		rival := company(t, e, Stranger, rivalName, rivalID, rivalNumber)
		f := ready(t, e, director, "petition-debt", Defendant, catalogue.Answers{"amount": int64(LargeClaim)})

		if _, _, err := app.Filing.Get(ctx, rival, f.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another company's representative sees the draft: %v", err)
		}
		if err := app.Filing.SendSignatureCode(ctx, rival, f.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another company's representative signs: %v", err)
		}
		forged := rival
		forged.For = director.For // as a request that says it acts for another company
		if _, err := sign(t, e, forged, f.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("signed in a capacity for somebody else: %v", err)
		}
		for service, want := range map[string]string{"petition-mahr": "filing.not_in_this_capacity", "certificate-criminal-record": "filing.not_in_this_capacity"} {
			if _, err := app.Filing.Start(ctx, director, filing.NewFiling{Service: service, Act: id.New(), Lang: i18n.FA}); code(err) != want {
				t.Errorf("%s for a company: %v", service, err)
			}
		}
		draft, err := app.Filing.Start(ctx, director, filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA})
		if err != nil || draft.Answers["plaintiff_address"] != firmSeat {
			t.Errorf("the seat of the register: %v, %v", draft.Answers, err)
		}
		wrong, err := app.Filing.Save(ctx, director, draft.ID, "defendant", catalogue.Answers{"defendant_kind": "entity", "defendant_entity_id": firmID, "defendant_entity_name": firmName})
		if err != nil || len(wrong) == 0 || wrong[0].Code != "filing.against_itself" {
			t.Errorf("a company against itself: %v, %v", wrong, err)
		}

		// The right is taken away between the code and the signature, and given back;
		// then the capacity ends. The request began before with what it had.
		if err := app.Filing.SendSignatureCode(ctx, director, f.ID); err != nil {
			t.Fatal(err)
		}
		number := e.Code(e.Person(Plaintiff).Mobile)
		rights := func(r string) { setCapacity(t, e, director, "rights", r) }
		rights("see prepare")
		_, err = app.Filing.Submit(ctx, director, f.ID, number)
		refused(t, "a right that was taken away before the signature", err, policy.Sign)
		rights("see open_notices prepare sign data")
		if err := app.Identity.EndCapacity(ctx, policy.Actor{Role: policy.System}, director.Person, director.Capacity, "test"); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Filing.Submit(ctx, director, f.ID, number); code(err) != "identity.capacity.over" {
			t.Errorf("signed after the representation had ended: %v", err)
		}
		again := staffOf(t, e, director2(t, e, director), Helper, policy.Rights()...)
		if f, _, err := app.Filing.Get(ctx, again, f.ID); err != nil || f.Status != filing.Signable {
			t.Errorf("it was submitted all the same, or is lost to the company: %s, %v", f.Status, err)
		}
	})
}

// director2 is the director again, whom the register still names.
func director2(t *testing.T, e *Env, was policy.Actor) policy.Actor {
	t.Helper()
	c, err := e.App.Identity.RegisterEntity(t.Context(), e.Actor(Plaintiff), identity.EntityRef{NationalID: firmID, RegistrationNumber: firmNumber})
	if err != nil || c.For != was.For {
		t.Fatal(c.For, err)
	}
	return acting(t, e, c.Person, c.ID)
}

// setCapacity changes one column of the actor's capacity in the database: as if it
// had been given so.
func setCapacity(t *testing.T, e *Env, a policy.Actor, column, value string) {
	t.Helper()
	err := e.App.DB.WriteBlind(t.Context(), func(tx *store.Tx) error {
		return tx.Exec(t.Context(), `UPDATE identity_capacity SET `+column+` = $3 WHERE person = $1 AND id = $2`, a.Person, a.Capacity, value)
	})
	if err != nil {
		t.Fatal(err)
	}
}
