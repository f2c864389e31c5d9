// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// contract gives the lawyer a contract by somebody in a capacity, under some titles
// or, with none, for everything.
func contract(t *testing.T, e *Env, giver policy.Actor, titles ...string) (mandate.Mandate, policy.Actor) {
	t.Helper()
	ctx, app, p := t.Context(), e.App, e.Person(Lawyer)
	me, err := app.Identity.Person(ctx, giver.Person)
	if err != nil {
		t.Fatal(err)
	}
	m, err := app.Mandate.Draft(ctx, giver, mandate.NewMandate{
		Kind: mandate.Lawyer, Taker: p.NationalCode, LastName: p.LastName, Until: civil.Of(e.Clock.Now()).Add(30),
		Rights: []policy.Right{policy.See, policy.OpenNotices, policy.Prepare, policy.Sign}, Titles: titles,
	})
	if err == nil {
		err = app.Mandate.SendCode(ctx, giver, m.ID)
	}
	if err == nil {
		_, err = app.Mandate.Give(ctx, giver, m.ID, e.Code(me.Mobile))
	}
	if err == nil {
		m, err = app.Mandate.Accept(ctx, e.Actor(Lawyer), m.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m, acting(t, e, p.ID, m.Capacity)
}

// TestLawyerFilesForClients: a lawyer chooses a client, a human being or a company,
// and files in their name what the contract covers and nothing else. The contract
// stands in the record and on the paper; the case is the client's.
func TestLawyerFilesForClients(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		ctx, app := t.Context(), e.App
		e.Person(Defendant)
		director := company(t, e, Stranger, firmName, firmID, firmNumber)
		person, forPerson := contract(t, e, e.Actor(Plaintiff), "petition-deed", "petition-mahr")
		firm, forFirm := contract(t, e, director)

		me := e.As(Lawyer)
		page := me.Get("/filings/new").Want(http.StatusOK)
		for _, want := range []string{e.Person(Plaintiff).Name(), firmName, person.Number, firm.Number, person.Capacity} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("the choice of the client does not show %s: %s", want, page.Text())
			}
		}
		if strings.Contains(page.Body, `value="petition-debt"`) {
			t.Error("a lawyer is offered a petition in his own name")
		}
		if _, err := app.Filing.Start(ctx, e.Actor(Lawyer), filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA}); code(err) != "filing.choose_client" {
			t.Errorf("a petition in his own name: %v", err)
		}
		page = me.PostForm("/filings/client", "capacity", person.Capacity).Follow().Want(http.StatusOK)
		for title, want := range map[string]bool{"petition-deed": true, "petition-mahr": true, "petition-debt": false, "certificate-criminal-record": false} {
			if got := strings.Contains(page.Body, `value="`+title+`"`); got != want {
				t.Errorf("%s is offered under the contract: %v", title, got)
			}
		}

		// Within the contract: from the choice to the case, which then belongs to it.
		f := ready(t, e, forPerson, "petition-deed", Defendant, catalogue.Answers{"property_province": "tehran", "property_county": "tehran"})
		f, err := sign(t, e, forPerson, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		var r filing.Record
		if err := json.Unmarshal(f.Record, &r); err != nil || r.Agent == nil || r.Agent.Contract != person.Number || r.Filer.NationalCode != e.Person(Plaintiff).NationalCode {
			t.Errorf("the record says %+v for %+v, %v", r.Agent, r.Filer, err)
		}
		if k, err := app.Docket.Case(ctx, e.Actor(Plaintiff), f.Case); err != nil || k.Side != docket.Plaintiff || k.Parties[0].Agent != e.Person(Lawyer).Name() {
			t.Errorf("the client's case: %+v, %v", k.Parties, err)
		}
		if a := acting(t, e, forPerson.Person, person.Capacity); !a.Only.Covers(f.Case, "") {
			t.Errorf("the case that was opened is outside the contract: %+v", a.Only)
		}
		for lang, want := range map[i18n.Lang]string{i18n.FA: "وکالت الکترونیک شمارهٔ", i18n.EN: "electronic contract no. " + person.Number} {
			got, d, err := app.Filing.Get(ctx, e.Actor(Plaintiff), f.ID)
			if err != nil {
				t.Fatal(err)
			}
			if text, err := app.Filing.Paper(ctx, got, d, lang); err != nil || !strings.Contains(text, want) {
				t.Errorf("the paper does not say %q: %v\n%s", want, err, text)
			}
		}

		// For the company, and then the contract is narrowed between code and signature.
		e.Clock.Advance(3 * time.Minute)
		f = ready(t, e, forFirm, "petition-debt", Defendant, catalogue.Answers{"amount": int64(LargeClaim)})
		if f.Standing != policy.Representative {
			t.Errorf("the company stands as %s", f.Standing)
		}
		if err := app.Filing.SendSignatureCode(ctx, forFirm, f.ID); err != nil {
			t.Fatal(err)
		}
		number := e.Code(e.Person(Lawyer).Mobile)
		narrow := func(titles string) { setCapacity(t, e, forFirm, "only_titles", titles) }
		narrow("petition-deed")
		_, err = app.Filing.Submit(ctx, forFirm, f.ID, number)
		outside(t, "a title that was taken out before the signature", err)
		_, err = app.Filing.Start(ctx, forFirm, filing.NewFiling{Service: "petition-damage", Act: id.New(), Lang: i18n.FA})
		outside(t, "a draft of a title that was taken out", err)
		narrow("")
		f, err = app.Filing.Submit(ctx, forFirm, f.ID, number)
		if err != nil {
			t.Fatal(err)
		}
		if k, err := app.Docket.Case(ctx, director, f.Case); err != nil || k.Parties[0].EntityID != firmID || k.Parties[0].Agent != e.Person(Lawyer).Name() {
			t.Errorf("the company's case: %+v, %v", k.Parties, err)
		}
		if list, err := app.Docket.CasesOf(ctx, e.Actor(Stranger)); err != nil || len(list) != 0 {
			t.Errorf("it is among the director's own cases: %+v, %v", list, err)
		}
	})
}

// TestRevokedWhileSubmitting: a contract is revoked while its lawyer signs and
// submits several filings at once. Whatever began after the revocation was
// committed is refused, and what was refused was not submitted.
func TestRevokedWhileSubmitting(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		ctx, app := t.Context(), e.App
		client := e.Actor(Plaintiff)
		m, lawyer := contract(t, e, client)
		type signed struct{ id, code string }
		var all []signed
		for range 3 {
			f := ready(t, e, lawyer, "declaration-debt", Defendant, nil)
			e.Clock.Advance(2 * time.Minute)
			if err := app.Filing.SendSignatureCode(ctx, lawyer, f.ID); err != nil {
				t.Fatal(err)
			}
			all = append(all, signed{f.ID, e.Code(e.Person(Lawyer).Mobile)})
		}
		open := ready(t, e, lawyer, "declaration-debt", Defendant, nil)
		e.Clock.Advance(2 * time.Minute)

		var (
			wg      sync.WaitGroup
			revoked atomic.Bool
			start   = make(chan struct{})
			errsOf  = make([]error, len(all))
		)
		act := func(what string, fn func() error) error {
			after := revoked.Load()
			err := fn()
			if after && err == nil {
				t.Errorf("%s was done after the contract had been revoked", what)
			}
			return err
		}
		for i, f := range all {
			wg.Go(func() {
				<-start
				errsOf[i] = act("a submission", func() error { _, err := app.Filing.Submit(ctx, lawyer, f.id, f.code); return err })
			})
		}
		wg.Go(func() {
			<-start
			_ = act("sending a code", func() error { return app.Filing.SendSignatureCode(ctx, lawyer, open.ID) })
			_ = act("a new draft", func() error {
				_, err := app.Filing.Start(ctx, lawyer, filing.NewFiling{Service: "declaration-debt", Act: id.New(), Lang: i18n.FA})
				return err
			})
		})
		wg.Go(func() {
			<-start
			if err := app.Mandate.End(ctx, client, m.ID); err != nil {
				t.Error(err)
			}
			revoked.Store(true)
		})
		close(start)
		wg.Wait()
		for i, f := range all {
			got, _, err := app.Filing.Get(ctx, client, f.id)
			if err != nil {
				t.Fatal(err)
			}
			if want := errsOf[i] == nil; (got.Status == filing.Submitted) != want || (got.Case != "") != want {
				t.Errorf("it is %s with case %q, and its submission said %v", got.Status, got.Case, errsOf[i])
			}
			if _, err := app.Filing.Submit(ctx, lawyer, f.id, f.code); got.Status != filing.Submitted && !errs.Is(err, errs.Forbidden) {
				t.Errorf("submitted after the revocation: %v", err)
			}
		}
		_, err := app.Filing.Start(ctx, lawyer, filing.NewFiling{Service: "declaration-debt", Act: id.New(), Lang: i18n.FA})
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("a draft after the revocation: %v", err)
		}
		if err := app.Filing.SendSignatureCode(ctx, lawyer, open.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a code after the revocation: %v", err)
		}
	})
}
