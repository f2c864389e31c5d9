// SPDX-License-Identifier: Apache-2.0

package mandate_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func fails(t *testing.T, what string, err error, kind errs.Kind, code string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != kind || code != "" && e.Code != code {
		t.Errorf("%s: %v, want %s %s", what, err, kind, code)
	}
}

// acting is somebody under a mandate that he accepts.
func acting(t *testing.T, e *Env, taker Who, id string) policy.Actor {
	t.Helper()
	m, err := e.App.Mandate.Accept(t.Context(), e.Actor(taker), id)
	if err != nil {
		t.Fatal(err)
	}
	a, err := e.App.Identity.Actor(t.Context(), e.Person(taker).ID, m.Capacity)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func events(t *testing.T, e *Env, kind, person string) int64 {
	t.Helper()
	n, err := store.One[int64](t.Context(), e.App.DB, `SELECT count(*) FROM identity_mandate WHERE giver = $1 AND state = $2 AND evidence <> ''`, person, kind)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLife: given with a code, worth nothing until it is accepted, acted on, seen
// by its giver, taken back at once.
func TestLife(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		draft := e.Draft(Plaintiff, Defendant, LargeClaim)
		me, helper := e.Actor(Plaintiff), e.Actor(Stranger)
		id := e.Offer(Plaintiff, Stranger, mandate.Helper, policy.See, policy.Prepare)
		if list, err := app.Identity.Capacities(ctx, helper.Person); err != nil || len(list) != 0 {
			t.Errorf("an offer gives %+v, %v", list, err)
		}
		if m, err := app.Mandate.Give(ctx, me, id, "000000"); err != nil || m.State != mandate.Offered { // a second click
			t.Errorf("given twice: %+v, %v", m, err)
		}
		_, err := app.Mandate.Accept(ctx, me, id)
		fails(t, "the giver accepts for the taker", err, errs.Forbidden, "")
		a := acting(t, e, Stranger, id)
		if a.Role != policy.Helper || a.For != me.Person || !a.Delegated || len(a.Rights) != 2 || a.ForName != e.Person(Plaintiff).Name() {
			t.Errorf("acts as %+v", a)
		}
		if _, _, err := app.Filing.Get(ctx, a, draft); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Filing.Freeze(ctx, a, draft); err != nil {
			t.Fatal(err)
		}
		m, err := app.Mandate.Get(ctx, me, id)
		if err != nil || m.State != mandate.Active || m.TakerName != e.Person(Stranger).Name() {
			t.Fatalf("%+v, %v", m, err)
		}
		looks, err := app.Mandate.Looks(ctx, me, m)
		if err != nil || len(looks) != 2 || looks[0].What != "identity.access.acting.prepared" || looks[0].Object != draft {
			t.Errorf("the giver is shown %+v, %v", looks, err)
		}
		_, err = app.Mandate.Looks(ctx, helper, m)
		fails(t, "what he did, for the taker", err, errs.Forbidden, "")

		for range 2 { // a second click finds it ended
			if err := app.Mandate.End(ctx, me, id); err != nil {
				t.Fatal(err)
			}
		}
		_, err = app.Identity.Actor(ctx, a.Person, a.Capacity)
		fails(t, "the next click", err, errs.Forbidden, "identity.capacity.over")
		if n := events(t, e, "ended", me.Person); n != 1 {
			t.Errorf("%d with evidence of the end", n)
		}
		_, err = app.Mandate.Accept(ctx, helper, id)
		fails(t, "accepted after the end", err, errs.Conflict, "mandate.not_offered")
		if m, err := app.Mandate.Get(ctx, me, id); err != nil || m.Why != mandate.Revoked || m.EndedBy != me.Person {
			t.Errorf("%+v, %v", m, err)
		}
	})
}

// TestAnswers: the taker declines and resigns; the last day ends it by itself.
func TestAnswers(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		me, helper := e.Actor(Plaintiff), e.Actor(Stranger)
		why := func(id string) string {
			m, err := app.Mandate.Get(ctx, me, id)
			if err != nil {
				t.Fatal(err)
			}
			return m.Why
		}
		one, two, three := e.Offer(Plaintiff, Stranger, mandate.Helper, policy.See), "", ""
		if err := app.Mandate.End(ctx, helper, one); err != nil || why(one) != mandate.Declined {
			t.Errorf("declined: %v %s", err, why(one))
		}
		two = e.Offer(Plaintiff, Stranger, mandate.Helper, policy.See)
		acting(t, e, Stranger, two)
		if err := app.Mandate.End(ctx, helper, two); err != nil || why(two) != mandate.Resigned {
			t.Errorf("resigned: %v %s", err, why(two))
		}
		three = e.Offer(Plaintiff, Stranger, mandate.Helper, policy.See)
		a := acting(t, e, Stranger, three)
		e.Clock.Advance(30 * 24 * time.Hour)
		if _, err := app.Identity.Actor(ctx, a.Person, a.Capacity); err != nil {
			t.Errorf("on its last day: %v", err)
		}
		e.Clock.Advance(24 * time.Hour)
		_, err := app.Identity.Actor(ctx, a.Person, a.Capacity)
		fails(t, "the day after", err, errs.Forbidden, "identity.capacity.over")
		e.Drain()
		if why(three) != mandate.Over {
			t.Errorf("ended as %q", why(three))
		}
	})
}

// TestNobodyPassesItOn: who acts by a mandate gives none, in no kind, and ends
// none of the giver's; nobody sees or ends those of others by their ids.
func TestNobodyPassesItOn(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		lawyer := acting(t, e, Lawyer, e.Offer(Plaintiff, Lawyer, mandate.Lawyer, policy.Rights()...))
		other := e.Offer(Plaintiff, Stranger, mandate.Helper, policy.See)
		p := e.Person(Defendant)
		if list := app.Mandate.Offers(lawyer); len(list) != 0 {
			t.Errorf("a delegate is offered %+v", list)
		}
		for _, kind := range []mandate.Kind{mandate.Helper, mandate.Lawyer, mandate.Office, mandate.Staff} {
			_, err := app.Mandate.Draft(ctx, lawyer, mandate.NewMandate{
				Kind: kind, Taker: p.NationalCode, LastName: p.LastName, Rights: []policy.Right{policy.See}, Until: civil.Of(e.Clock.Now()),
			})
			fails(t, "passed on as "+string(kind), err, errs.Forbidden, "")
		}
		if given, _, err := app.Mandate.Mine(ctx, lawyer); err != nil || len(given) != 0 {
			t.Errorf("a delegate sees %+v, %v", given, err)
		}
		_, err := app.Mandate.Get(ctx, lawyer, other)
		fails(t, "a delegate looks at another mandate", err, errs.NotFound, "")
		fails(t, "a delegate ends another mandate", app.Mandate.End(ctx, lawyer, other), errs.NotFound, "")
		_, err = app.Mandate.Get(ctx, e.Actor(Defendant), other)
		fails(t, "a stranger, by its id", err, errs.NotFound, "")
		fails(t, "a stranger ends it", app.Mandate.End(ctx, e.Actor(Defendant), other), errs.NotFound, "")
		fails(t, "a stranger's code", app.Mandate.SendCode(ctx, e.Actor(Defendant), other), errs.NotFound, "")

		// By law, not by mandate: a guardian chooses a lawyer for the child, and
		// no helper.
		guardian := e.Actor(Guardian)
		if list := app.Mandate.Offers(guardian); len(list) != 1 || list[0].Code != mandate.Lawyer {
			t.Errorf("a guardian is offered %+v", list)
		}
		for_ := acting(t, e, Lawyer, e.OfferBy(guardian, Lawyer, mandate.Lawyer, policy.See, policy.Sign))
		if for_.For != e.Person(Stranger).ID {
			t.Errorf("acts for %s", for_.For)
		}
	})
}

// TestTerms: what may be asked for, and that the accounts are no directory.
func TestTerms(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app, me := t.Context(), e.App, e.Actor(Plaintiff)
		p, today := e.Person(Stranger), civil.Of(e.Clock.Now())
		good := mandate.NewMandate{Kind: mandate.Helper, Taker: p.NationalCode, LastName: p.LastName, Rights: []policy.Right{policy.See}, Until: today.Add(1)}
		tests := []struct {
			name   string
			change func(*mandate.NewMandate)
			code   string
		}{
			{"a helper who signs", func(n *mandate.NewMandate) { n.Rights = policy.Rights() }, "mandate.wrong.rights"},
			{"nothing", func(n *mandate.NewMandate) { n.Rights = nil }, "mandate.wrong.rights"},
			{"preparing unseen", func(n *mandate.NewMandate) { n.Rights = []policy.Right{policy.Prepare} }, "mandate.wrong.rights"},
			{"yesterday", func(n *mandate.NewMandate) { n.Until = today.Add(-1) }, "mandate.wrong.until"},
			{"for ever", func(n *mandate.NewMandate) { n.Until = today.Add(367) }, "mandate.wrong.until"},
			{"another name", func(n *mandate.NewMandate) { n.LastName = "دیگر" }, "mandate.wrong.taker"},
			{"no name", func(n *mandate.NewMandate) { n.LastName = "" }, "mandate.wrong.taker"},
			{"nobody", func(n *mandate.NewMandate) { n.Taker = NationalCode(999) }, "mandate.wrong.taker"},
			{"oneself", func(n *mandate.NewMandate) {
				n.Taker, n.LastName = e.Person(Plaintiff).NationalCode, e.Person(Plaintiff).LastName
			}, "mandate.wrong.self"},
			{"no lawyer", func(n *mandate.NewMandate) { n.Kind = mandate.Lawyer }, "mandate.wrong.no_licence"},
		}
		for _, tt := range tests {
			n := good
			tt.change(&n)
			_, err := app.Mandate.Draft(ctx, me, n)
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || len(e.Fields) != 1 || e.Fields[0].Code != tt.code {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
			}
		}
		for range 10 {
			app.Mandate.Draft(ctx, me, good)
		}
		_, err := app.Mandate.Draft(ctx, me, good)
		fails(t, "the eleventh look in an hour", err, errs.RateLimited, "mandate.too_many_tries")
		e.Clock.Advance(61 * time.Minute)
		good.Act = "once"
		one, err := app.Mandate.Draft(ctx, me, good)
		two, err2 := app.Mandate.Draft(ctx, me, good)
		if err != nil || err2 != nil || one.ID != two.ID {
			t.Errorf("a double click drafts %s and %s: %v, %v", one.ID, two.ID, err, err2)
		}
	})
}

// TestOfficeRestsOnTheLicence: with the lawyer's licence the office is closed.
func TestOfficeRestsOnTheLicence(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		lawyer := e.Actor(Lawyer)
		a := acting(t, e, Stranger, e.Offer(Lawyer, Stranger, mandate.Office, policy.See, policy.Prepare))
		if a.Role != policy.LawClerk || a.For != lawyer.Person || a.Standing() != policy.Lawyer {
			t.Errorf("acts as %+v", a)
		}
		system := policy.Actor{Role: policy.System}
		if err := app.Identity.EndCapacity(ctx, system, lawyer.Person, lawyer.Capacity, "test"); err != nil {
			t.Fatal(err)
		}
		_, err := app.Identity.Actor(ctx, a.Person, a.Capacity)
		fails(t, "the staff of an office that is closed", err, errs.Forbidden, "identity.capacity.over")
		err = app.DB.Write(ctx, func(tx *store.Tx) error { return app.Identity.StandsTx(ctx, tx, a) })
		fails(t, "an act that was under way", err, errs.Forbidden, "identity.capacity.over")
	})
}

// TestServiceFollowsTheContract: while a lawyer is on record he is served; from
// the moment in which his contract is taken back the party is, also before
// anything has heard of it, and then he is off the record.
func TestServiceFollowsTheContract(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app := t.Context(), e.App
		me := e.Actor(Plaintiff)
		id := e.Offer(Plaintiff, Lawyer, mandate.Lawyer, policy.Rights()...)
		acting(t, e, Lawyer, id)
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, f.Case)
		to := func(notice string) Who {
			for _, who := range []Who{Plaintiff, Lawyer} {
				if _, err := app.Notice.Get(ctx, e.Actor(who), notice); err == nil {
					return who
				}
			}
			return Nobody
		}
		if who := to(e.Letter(Clerk, f.Case, Plaintiff)); who != Lawyer {
			t.Errorf("while the contract holds the %s is served", who)
		}
		e.Clock.Advance(time.Minute)
		if err := app.Mandate.End(ctx, me, id); err != nil {
			t.Fatal(err)
		}
		if who := to(e.Letter(Clerk, f.Case, Plaintiff)); who != Plaintiff { // before the event was heard
			t.Errorf("from the moment of its end the %s is served", who)
		}
		e.Drain()
		c, err := app.Docket.Case(ctx, me, f.Case)
		if err != nil || len(c.Lawyers) != 0 {
			t.Errorf("on record: %+v, %v", c.Lawyers, err)
		}
		_, err = app.Docket.Case(ctx, e.Actor(Lawyer), f.Case)
		fails(t, "the lawyer's look at the case", err, errs.NotFound, "")
	})
}

// TestPages: the whole way as people go it, on a page without script.
func TestPages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p := e.Person(Stranger)
	me := e.As(Plaintiff)
	page := me.Get("/account/mandates/new?kind=helper").Want(http.StatusOK)
	y, m, d := civil.Of(e.Clock.Now()).Add(20).Jalali()
	page = page.Submit("/account/mandates", "taker", p.JudicialID, "last_name", p.LastName,
		"until.day", itoa(d), "until.month", itoa(m), "until.year", itoa(y)).Want(http.StatusOK)
	path := page.Path
	page = page.Submit(path + "/code").Want(http.StatusOK)
	wrong := page.Submit(path+"/give", "code", "000000")
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", wrong.Status)
	}
	page = page.Submit(path+"/give", "code", e.Code(e.Person(Plaintiff).Mobile)).Want(http.StatusOK)
	if !strings.Contains(page.Text(), "Waits for acceptance") {
		t.Fatalf("given: %s", page.Text())
	}
	them := e.As(Stranger)
	if list := them.Get("/account/mandates").Want(http.StatusOK); !strings.Contains(list.Text(), e.Person(Plaintiff).Name()) {
		t.Errorf("the taker's list: %s", list.Text())
	}
	them.Get(path).Want(http.StatusOK).Submit(path + "/accept").Want(http.StatusOK)
	mandates, _, err := e.App.Mandate.Mine(t.Context(), e.Actor(Plaintiff))
	if err != nil || len(mandates) != 1 {
		t.Fatal(mandates, err)
	}
	page = them.Get("/capacity").Want(http.StatusOK).Submit("/capacity", "capacity", mandates[0].Capacity).Want(http.StatusOK)
	if !strings.Contains(page.Body, "on behalf of "+e.Person(Plaintiff).Name()) {
		t.Errorf("the page does not say for whom: %s", page.Text())
	}
	them.Get("/account/mandates/new").Want(http.StatusForbidden)
	other := e.Another(Stranger) // another tab of the same person, another session
	other.Get("/capacity").Submit("/capacity", "capacity", mandates[0].Capacity).Want(http.StatusOK)

	me.Get(path + "/end").Want(http.StatusOK).Submit(path + "/end").Want(http.StatusOK)
	for _, c := range []*Client{them, other} {
		if gone := c.Get("/home"); gone.Status != http.StatusSeeOther {
			t.Errorf("after the end a tab gets %d", gone.Status)
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
