// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// outside checks that err is the refusal of what a mandate does not cover.
func outside(t *testing.T, what string, err error) {
	t.Helper()
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.Forbidden || e.Code != policy.OutsideCode {
		t.Errorf("%s: %v, want a refusal because it is outside the mandate", what, err)
	}
}

// limited gives a contract for some matters, has the lawyer accept it and returns
// who he is in it.
func limited(t *testing.T, e *Env, giver Who, cases, titles []string) (m mandate.Mandate, lawyer policy.Actor) {
	t.Helper()
	ctx, app, a, p := t.Context(), e.App, e.Actor(giver), e.Person(Lawyer)
	m, err := app.Mandate.Draft(ctx, a, mandate.NewMandate{
		Kind: mandate.Lawyer, Taker: p.NationalCode, LastName: p.LastName, Until: civil.Of(e.Clock.Now()).Add(30),
		Rights: []policy.Right{policy.See, policy.OpenNotices, policy.Prepare, policy.Sign}, Cases: cases, Titles: titles,
	})
	if err == nil {
		err = app.Mandate.SendCode(ctx, a, m.ID)
	}
	if err == nil {
		_, err = app.Mandate.Give(ctx, a, m.ID, e.Code(e.Person(giver).Mobile))
	}
	if err == nil {
		m, err = app.Mandate.Accept(ctx, e.Actor(Lawyer), m.ID)
	}
	if err == nil {
		lawyer, err = app.Identity.Actor(ctx, p.ID, m.Capacity)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m, lawyer
}

// TestLimitedLawyer: a lawyer whose contract covers one case asks for another one
// of the same client by its id, opens its notice, files on it and something new.
func TestLimitedLawyer(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		ctx, app := t.Context(), e.App
		e.Person(Defendant)
		in := e.File(Plaintiff, Defendant, LargeClaim)
		out := e.File(Plaintiff, Defendant, LargeClaim)
		foreign := e.File(Stranger, Plaintiff, LargeClaim) // against the client, who was not served yet
		e.Refer(Judge, in.Case)
		e.Refer(Judge, out.Case)
		inNotice, outNotice := e.Serve(Clerk, in, Defendant), e.Serve(Clerk, out, Defendant)
		_, lawyer := limited(t, e, Defendant, []string{in.Case}, nil)

		if c, err := app.Docket.Case(ctx, lawyer, in.Case); err != nil || c.Side != "defendant" {
			t.Errorf("the case of the contract: %+v, %v", c, err)
		}
		_, err := app.Docket.Case(ctx, lawyer, out.Case)
		outside(t, "another case by its id", err)
		if _, err := app.Docket.Case(ctx, lawyer, foreign.Case); !errs.Is(err, errs.NotFound) {
			t.Errorf("a case that is not the client's: %v", err)
		}
		_, err = app.Notice.Get(ctx, lawyer, outNotice)
		outside(t, "a notice in it", err)
		_, err = app.Notice.Open(ctx, lawyer, outNotice)
		outside(t, "opening it", err)
		if n, err := app.Notice.Get(ctx, e.Actor(Defendant), outNotice); err != nil || n.Opened() {
			t.Errorf("it was opened all the same: %v", err)
		}
		start := func(service, on, about string) error {
			_, err := app.Filing.Start(ctx, lawyer, filing.NewFiling{Service: service, Act: id.New(), Lang: i18n.FA, Case: on, Notice: about})
			return err
		}
		outside(t, "a brief on it", start("brief-defence", out.Case, outNotice))
		outside(t, "something new", start("petition-debt", "", ""))
		if n, err := app.Notice.Open(ctx, lawyer, inNotice); err != nil || n.ViewedBy != lawyer.Person {
			t.Errorf("the notice in the case of the contract: %v", err)
		}
		if err := start("brief-defence", in.Case, inNotice); err != nil {
			t.Errorf("a brief on the case of the contract: %v", err)
		}

		if list, err := app.Docket.CasesOf(ctx, lawyer); err != nil || len(list) != 1 || list[0].ID != in.Case {
			t.Errorf("cases listed: %+v, %v", list, err)
		}
		for _, f := range []notice.Filter{"", notice.FilterUnviewed, notice.FilterTerm} {
			p, err := app.Notice.Inbox(ctx, lawyer, f, notice.Page{})
			if err != nil || p.Counts.All != 1 {
				t.Errorf("inbox %q counts %+v, %v", f, p.Counts, err)
			}
			for _, n := range p.Notices {
				if n.Case != in.Case {
					t.Errorf("inbox %q lists a notice of another case", f)
				}
			}
		}
		if list, err := app.Docket.OpenDeadlines(ctx, lawyer); err != nil || len(list) > 1 || len(list) == 1 && list[0].Case != in.Case {
			t.Errorf("deadlines: %+v, %v", list, err)
		}
		if list, err := app.Filing.Mine(ctx, lawyer); err != nil || len(list) != 1 || list[0].Case != in.Case {
			t.Errorf("filings: %d, %v", len(list), err)
		}
	})
}

// TestLimitedToTitle: under a title that was named something new is filed, its
// payment and the case that it opens belong to the contract, and nothing else
// does. The end of such a contract ends no representation in another case.
func TestLimitedToTitle(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		later(e)
		ctx, app := t.Context(), e.App
		e.Person(Defendant)
		other := e.File(Plaintiff, Defendant, LargeClaim)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, other.Case)
		private := e.Draft(Plaintiff, Defendant, LargeClaim)
		owed := e.Pay(Plaintiff, private)
		m, lawyer := limited(t, e, Plaintiff, nil, []string{"petition-deed"})

		if _, err := app.Filing.Start(ctx, lawyer, filing.NewFiling{Service: "petition-deed", Act: id.New(), Lang: i18n.FA}); err != nil {
			t.Errorf("something new under the title: %v", err)
		}
		_, err := app.Filing.Start(ctx, lawyer, filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: i18n.FA})
		outside(t, "something new under another title", err)
		_, _, err = app.Filing.Get(ctx, lawyer, private)
		outside(t, "a draft under another title, by its id", err)
		_, err = app.Payment.Get(ctx, lawyer, owed)
		outside(t, "its payment, by its id", err)

		if err := app.DB.WriteBlind(ctx, func(tx *store.Tx) error { return app.Identity.WidenTx(ctx, tx, lawyer, other.Case) }); err != nil {
			t.Fatal(err)
		}
		lawyer, err = app.Identity.Actor(ctx, lawyer.Person, m.Capacity)
		if err != nil || !lawyer.Only.Covers(other.Case, "") {
			t.Errorf("a case that was opened under it: %+v, %v", lawyer.Only, err)
		}
	})
}

// TestLimitedEnds: a contract about one case that ends takes the lawyer off the
// record of that case and of no other.
func TestLimitedEnds(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		in, out := e.File(Plaintiff, Defendant, LargeClaim), e.File(Plaintiff, Defendant, LargeClaim)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, in.Case)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, out.Case)
		m, lawyer := limited(t, e, Plaintiff, []string{in.Case}, nil)
		e.Clock.Advance(time.Minute)
		if err := app.Mandate.End(ctx, e.Actor(Plaintiff), m.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Identity.Actor(ctx, lawyer.Person, lawyer.Capacity); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the capacity holds after the end: %v", err)
		}
		e.Drain()
		if _, err := app.Docket.Case(ctx, e.Actor(Lawyer), in.Case); !errs.Is(err, errs.NotFound) {
			t.Errorf("he is on record in the case of the contract: %v", err)
		}
		if _, err := app.Docket.Case(ctx, e.Actor(Lawyer), out.Case); err != nil {
			t.Errorf("he is off the record of a case that the contract was not about: %v", err)
		}
	})
}

// TestLimitOnPages: the giver names a case of his own on the form, both read it on
// the page of the mandate, and by page and API the lawyer gets nothing of another.
func TestLimitOnPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	later(e)
	in, out := e.File(Plaintiff, Defendant, LargeClaim), e.File(Plaintiff, Defendant, LargeClaim)
	foreign := e.File(Stranger, Defendant, LargeClaim)
	p := e.Person(Lawyer)
	y, m, d := civil.Of(e.Clock.Now()).Add(30).Jalali()
	form := func(pairs ...string) *Page {
		return e.As(Plaintiff).PostForm("/account/mandates", append([]string{
			"act", id.New(), "kind", "lawyer", "taker", p.NationalCode, "last_name", p.LastName, "rights", "see",
			"until.day", strconv.Itoa(d), "until.month", strconv.Itoa(m), "until.year", strconv.Itoa(y),
		}, pairs...)...)
	}
	page := e.As(Plaintiff).Get("/account/mandates/new?kind=lawyer").Want(http.StatusOK)
	if !strings.Contains(page.Body, in.Case) || !strings.Contains(page.Body, "petition-debt") || strings.Contains(page.Body, foreign.Case) {
		t.Errorf("the form does not offer the giver's own cases and the titles: %s", page.Text())
	}
	if strings.Contains(page.Body, "certificate-criminal-record") {
		t.Error("a title that is closed to lawyers is offered")
	}
	form("extent", "some", "titles", "certificate-criminal-record").Want(http.StatusUnprocessableEntity)
	form("extent", "all", "cases", in.Case).Want(http.StatusUnprocessableEntity)
	form("extent", "some").Want(http.StatusUnprocessableEntity)
	form("extent", "some", "cases", foreign.Case).Want(http.StatusUnprocessableEntity)

	_, lawyer := limited(t, e, Plaintiff, []string{in.Case}, nil)
	me := e.As(Lawyer)
	me.PostForm("/capacity", "capacity", lawyer.Capacity)
	if page := me.Get("/cases/" + in.Case).Want(http.StatusOK); !strings.Contains(page.Body, e.Person(Plaintiff).Name()+", in some matters") {
		t.Errorf("the page does not say that the mandate is limited: %s", page.Text())
	}
	if page := me.Get("/cases/" + out.Case).Want(http.StatusForbidden); !strings.Contains(page.Text(), "not one of those for which the mandate was given") {
		t.Errorf("the refusal does not say why: %s", page.Text())
	}
}
