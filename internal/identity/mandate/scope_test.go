// SPDX-License-Identifier: Apache-2.0

package mandate_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// staged counts the evidence of an event that somebody owns, with a word in it.
func staged(t *testing.T, e *Env, owner, event, word string) (n int) {
	t.Helper()
	rows, err := store.All[struct {
		Record []byte `db:"record"`
	}](t.Context(), e.App.DB, `SELECT record FROM ledger_entry WHERE owner = $1`, owner)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if strings.Contains(string(r.Record), `"`+event+`"`) && strings.Contains(string(r.Record), word) {
			n++
		}
	}
	return n
}

// TestNarrowAndWiden: fewer groups hold at once, also for an act that is under way;
// more of them take the code and the acceptance, and until then the old mandate
// stands; when they are accepted there is one mandate and one capacity.
func TestNarrowAndWiden(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app, me := t.Context(), e.App, e.Actor(Plaintiff)
		first := e.Offer(Plaintiff, Stranger, mandate.Helper, policy.See, policy.OpenNotices)
		a := acting(t, e, Stranger, first)
		if a.Notices != nil {
			t.Fatalf("a mandate without a choice covers %v", a.Notices)
		}
		now, wider, err := app.Mandate.SetNotices(ctx, me, first, []string{"judgments", "summons"}, "")
		if err != nil || wider != nil || strings.Join(now.Notices, " ") != "summons judgments" {
			t.Fatalf("%+v, %+v, %v", now.Notices, wider, err)
		}
		if b, err := app.Identity.Actor(ctx, a.Person, a.Capacity); err != nil || !slices.Equal(b.Notices, now.Notices) {
			t.Errorf("the next click: %+v, %v", b.Notices, err)
		}
		err = app.DB.Write(ctx, func(tx *store.Tx) error {
			if err := app.Identity.StandsTx(ctx, tx, a); err != nil {
				return err
			}
			return app.Identity.CoversTx(ctx, tx, a, policy.OpenNotices, "", "")
		})
		fails(t, "an act of before", err, errs.Forbidden, "identity.capacity.narrowed")
		if n := staged(t, e, me.Person, "mandate.narrowed", first); n != 1 {
			t.Errorf("%d records of it", n)
		}
		if n := staged(t, e, a.Person, "identity.capacity_narrowed", a.Capacity); n != 1 {
			t.Errorf("%d records of the capacity", n)
		}

		// Some less and one more: the less holds at once, the more does not.
		now, wider, err = app.Mandate.SetNotices(ctx, me, first, []string{"summons", "execution"}, "act")
		if err != nil || wider == nil || wider.State != mandate.Draft || wider.Replaces != first || strings.Join(now.Notices, " ") != "summons" {
			t.Fatalf("%+v, %+v, %v", now.Notices, wider, err)
		}
		if _, again, err := app.Mandate.SetNotices(ctx, me, first, []string{"summons", "execution"}, "act"); err != nil || again == nil || again.ID != wider.ID {
			t.Errorf("a second click: %+v, %v", again, err)
		}
		if err := app.Mandate.SendCode(ctx, me, wider.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Mandate.Give(ctx, me, wider.ID, e.Code(e.Person(Plaintiff).Mobile)); err != nil {
			t.Fatal(err)
		}
		if b, err := app.Identity.Actor(ctx, a.Person, a.Capacity); err != nil || strings.Join(b.Notices, " ") != "summons" {
			t.Errorf("before the acceptance: %+v, %v", b.Notices, err)
		}
		b := acting(t, e, Stranger, wider.ID)
		if strings.Join(b.Notices, " ") != "summons execution" {
			t.Errorf("accepted: %+v", b.Notices)
		}
		_, err = app.Identity.Actor(ctx, a.Person, a.Capacity)
		fails(t, "the capacity of before", err, errs.Forbidden, "identity.capacity.over")
		if m, err := app.Mandate.Get(ctx, me, first); err != nil || m.State != mandate.Ended || m.Why != mandate.Replaced {
			t.Errorf("the mandate of before: %+v, %v", m, err)
		}

		// What waits for acceptance ends when the giver says something else meanwhile.
		_, all, err := app.Mandate.SetNotices(ctx, me, wider.ID, nil, "")
		if err != nil || all == nil || all.Notices != nil {
			t.Fatalf("%+v, %v", all, err)
		}
		if _, _, err := app.Mandate.SetNotices(ctx, me, wider.ID, []string{identity.NoNotices}, ""); err != nil {
			t.Fatal(err)
		}
		if m, err := app.Mandate.Get(ctx, me, all.ID); err != nil || m.State != mandate.Ended {
			t.Errorf("what was to be wider: %+v, %v", m, err)
		}
		if b, err := app.Identity.Actor(ctx, b.Person, b.Capacity); err != nil || !slices.Equal(b.Notices, []string{identity.NoNotices}) {
			t.Errorf("none: %+v, %v", b.Notices, err)
		}
		for what, by := range map[string]policy.Actor{"the taker": e.Actor(Stranger), "the taker in it": b, "somebody else": e.Actor(Defendant)} {
			if _, _, err := app.Mandate.SetNotices(ctx, by, wider.ID, nil, ""); !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.NotFound) {
				t.Errorf("%s widens it: %v", what, err)
			}
		}
		if err := app.Mandate.End(ctx, me, wider.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = app.Mandate.SetNotices(ctx, me, wider.ID, nil, "")
		fails(t, "one that has ended", err, errs.Conflict, "mandate.not_active")
	})
}

// TestAcceptedAfterTheEnd: what was to take the place of a mandate that was taken back
// meanwhile is not accepted any more.
func TestAcceptedAfterTheEnd(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app, me := t.Context(), e.App, e.Actor(Plaintiff)
		first := e.Offer(Plaintiff, Stranger, mandate.Helper, policy.See)
		acting(t, e, Stranger, first)
		if _, _, err := app.Mandate.SetNotices(ctx, me, first, []string{"rest"}, ""); err != nil {
			t.Fatal(err)
		}
		_, wider, err := app.Mandate.SetNotices(ctx, me, first, nil, "")
		if err == nil {
			err = app.Mandate.SendCode(ctx, me, wider.ID)
		}
		if err == nil {
			_, err = app.Mandate.Give(ctx, me, wider.ID, e.Code(e.Person(Plaintiff).Mobile))
		}
		if err == nil {
			err = app.Mandate.End(ctx, me, first)
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = app.Mandate.Accept(ctx, e.Actor(Stranger), wider.ID)
		fails(t, "accepted", err, errs.Conflict, "mandate.not_offered")
	})
}

// TestWiderContract: a lawyer whose contract is given once more, to cover more, stays
// on record.
func TestWiderContract(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app, me := t.Context(), e.App, e.Actor(Plaintiff)
		first := e.Offer(Plaintiff, Lawyer, mandate.Lawyer, policy.See, policy.OpenNotices)
		acting(t, e, Lawyer, first)
		f := e.File(Plaintiff, Defendant, LargeClaim)
		e.RecordLawyer(Clerk, Lawyer, Plaintiff, f.Case)
		_, _, err := app.Mandate.SetNotices(ctx, me, first, []string{"rest"}, "")
		var wider *mandate.Mandate
		if err == nil {
			_, wider, err = app.Mandate.SetNotices(ctx, me, first, nil, "")
		}
		if err == nil {
			err = app.Mandate.SendCode(ctx, me, wider.ID)
		}
		if err == nil {
			_, err = app.Mandate.Give(ctx, me, wider.ID, e.Code(e.Person(Plaintiff).Mobile))
		}
		if err != nil {
			t.Fatal(err)
		}
		acting(t, e, Lawyer, wider.ID)
		e.Drain()
		c, err := app.Docket.Case(ctx, me, f.Case)
		if err != nil || len(c.Lawyers) != 1 {
			t.Errorf("on record: %+v, %v", c.Lawyers, err)
		}
	})
}

// TestScopeTerms: what may be chosen; and that a mandate for some notices is none for
// all data, in which all of them are.
func TestScopeTerms(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	ctx, app, me := t.Context(), e.App, e.Actor(Plaintiff)
	p := e.Person(Stranger)
	good := mandate.NewMandate{Kind: mandate.Helper, Taker: p.NationalCode, LastName: p.LastName, Rights: []policy.Right{policy.See}, Until: civil.Of(e.Clock.Now())}
	for name, tt := range map[string]struct {
		notices []string
		rights  []policy.Right
		field   string
	}{
		"an unknown group":   {[]string{"wishes"}, nil, "notices"},
		"none and some":      {[]string{identity.NoNotices, "rest"}, nil, "notices"},
		"some, and all data": {[]string{"rest"}, []policy.Right{policy.See, policy.Data}, "rights"},
	} {
		n := good
		n.Notices = tt.notices
		if tt.rights != nil {
			n.Rights = tt.rights
		}
		_, err := app.Mandate.Draft(ctx, me, n)
		if x, ok := errors.AsType[*errs.Error](err); !ok || len(x.Fields) != 1 || x.Fields[0].Name != tt.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestScopePages: chosen on the form, told to both, changed by the giver on a page.
func TestScopePages(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	p := e.Person(Stranger)
	me, them := e.As(Plaintiff), e.As(Stranger)
	page := me.Get("/account/mandates/new?kind=helper").Want(http.StatusOK)
	y, m, d := civil.Of(e.Clock.Now()).Add(20).Jalali()
	fields := []string{"taker", p.JudicialID, "last_name", p.LastName, "until.day", itoa(d), "until.month", itoa(m), "until.year", itoa(y)}
	f, ok := page.Form("/account/mandates")
	if !ok || f.Get("notices") != "all" {
		t.Fatalf("at first: %v", f["notices"])
	}
	for i := 0; i < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	f["notices"] = []string{"all", "rest"}
	me.Do(http.MethodPost, "/account/mandates", f).Want(http.StatusUnprocessableEntity)
	f.Del("notices")
	me.Do(http.MethodPost, "/account/mandates", f).Want(http.StatusUnprocessableEntity)
	f["notices"] = []string{"summons", "rest"}
	page = me.Do(http.MethodPost, "/account/mandates", f).Follow().Want(http.StatusOK)
	path := page.Path
	const words = "Summonses, Letters and certificates"
	if !strings.Contains(page.Text(), words) {
		t.Errorf("before the code: %s", page.Text())
	}
	page.Submit(path+"/code").Submit(path+"/give", "code", e.Code(e.Person(Plaintiff).Mobile)).Want(http.StatusOK)
	offer := them.Get(path).Want(http.StatusOK)
	if !strings.Contains(offer.Text(), words) {
		t.Errorf("the offer: %s", offer.Text())
	}
	offer.Submit(path + "/accept").Want(http.StatusOK)
	page = me.Get(path).Want(http.StatusOK)
	if !slices.Contains(page.Links(), path+"/notices") {
		t.Fatalf("no way to change it: %s", page.Text())
	}
	them.Get(path + "/notices").Want(http.StatusForbidden)
	f, _ = me.Get(path + "/notices").Want(http.StatusOK).Form(path + "/notices")
	if got := f["notices"]; !slices.Equal(got, []string{"summons", "rest"}) {
		t.Errorf("ticked at first: %v", got)
	}
	f["notices"] = []string{"rest"}
	page = me.Do(http.MethodPost, path+"/notices", f).Follow().Want(http.StatusOK)
	if page.Path != path || strings.Contains(page.Text(), "Summonses") {
		t.Errorf("narrowed: %s %s", page.Path, page.Text())
	}
	f["notices"] = []string{"all"}
	page = me.Do(http.MethodPost, path+"/notices", f).Follow().Want(http.StatusOK)
	if page.Path == path || !strings.Contains(page.Text(), "takes the place") {
		t.Errorf("widened: %s %s", page.Path, page.Text())
	}
}
