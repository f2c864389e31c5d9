// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/alert"
	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Issue 5, section 2: "address, mobile and delegation changes apply to every open case
// at once and are themselves evidence".

// proved counts the evidence of an event that somebody owns, with some words in it,
// in the record or in what it is about.
func proved(t *testing.T, e *Env, owner, event string, words ...string) (n int) {
	t.Helper()
	rows, err := store.All[struct {
		Record  []byte `db:"record"`
		Content []byte `db:"content"`
	}](t.Context(), e.App.DB, `SELECT record, content FROM ledger_entry WHERE owner = $1`, owner)
	if err != nil {
		t.Fatal(err)
	}
rows:
	for _, r := range rows {
		all := string(r.Record) + string(r.Content)
		for _, w := range append(words, `"`+event+`"`) {
			if !strings.Contains(all, w) {
				continue rows
			}
		}
		n++
	}
	return n
}

// twoCases are two suits against somebody, each with a notice to them.
func twoCases(t *testing.T, e *Env, against Who) (cases, notices [2]string) {
	t.Helper()
	p := e.Person(against)
	for i := range cases {
		f := e.File(Plaintiff, against, LargeClaim)
		cases[i] = f.Case
		notices[i] = sent(t, e, f.Case, p.ID, notice.KindJudgment)
	}
	return cases, notices
}

// TestMobileChange: from the moment of a new number on, what is said about every open
// case goes there and nothing to the old one: also what was queued before, and the
// reminders of what had arrived before.
func TestMobileChange(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const fresh = "+989361230000"
		ctx, app, me := t.Context(), e.App, e.Actor(Defendant)
		p := e.Person(Defendant)
		app.Doubles.SimOwner.Add(simowner.Pair{NationalCode: p.NationalCode, Mobile: fresh})
		about := func(mobile string, k alert.Kind) (n int) {
			text := app.Words.Printer(p.Lang).T("alert.text." + string(k))
			for _, m := range app.Doubles.SMS.For(mobile) {
				if m.Text == text {
					n++
				}
			}
			return n
		}
		twoCases(t, e, Defendant)
		if n := about(p.Mobile, alert.Arrival); n != 2 {
			t.Fatalf("%d alerts to the first number", n)
		}
		// From here on it is quiet: what arrives waits for the morning.
		quiet := alert.Wishes{SMS: true, Lang: p.Lang}
		var err error
		now := e.Clock.Now().In(time.FixedZone("", 3*3600+1800))
		if quiet.Quiet, err = alert.ParseHours(now.Format("15:00") + "-" + now.Add(4*time.Hour).Format("15:00")); err != nil {
			t.Fatal(err)
		}
		if err := app.Alert.SetWishes(ctx, me, quiet); err != nil {
			t.Fatal(err)
		}
		_, second := twoCases(t, e, Defendant)
		if n := about(p.Mobile, alert.Arrival); n != 2 {
			t.Fatalf("%d alerts in quiet hours", n-2)
		}
		reg := func() string {
			regID := id.New()
			if _, err := app.Identity.Start(ctx, regID, identity.Entries{NationalCode: p.NationalCode, Birth: p.Birth, Mobile: fresh, Lang: i18n.FA, Address: "192.0.2.9"}); err != nil {
				t.Fatal(err)
			}
			got, err := app.Identity.Prove(ctx, regID, e.Code(fresh))
			if err != nil || got.State != identity.Known {
				t.Fatalf("%s, %v", got.State, err)
			}
			return regID
		}
		r, err := app.Recovery.Open(ctx, reg())
		if err != nil {
			t.Fatal(err)
		}
		office := policy.Actor{Person: "operator", Role: policy.Operator, Unit: Office}
		err = app.DB.Write(ctx, func(tx *store.Tx) error {
			if err := app.Identity.AddProofTx(ctx, tx, identity.Proof{Person: p.ID, Way: identity.ByOffice, By: office}); err != nil {
				return err
			}
			return app.Recovery.ProveTx(ctx, tx, office, r.Person, r.Mobile, r.Email, string(identity.ByOffice), "visit")
		})
		if err == nil {
			_, err = app.Recovery.Finish(ctx, reg(), "پنج قایق آبی ۷۷", "")
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := proved(t, e, p.ID, "identity.recovered", `"contact_changed":true`); n != 1 {
			t.Errorf("%d records of the new number", n)
		}
		third := sent(t, e, e.File(Plaintiff, Defendant, LargeClaim).Case, p.ID, notice.KindWrit)
		e.Clock.Advance(5 * time.Hour)
		e.Drain()
		if n := about(fresh, alert.Arrival); n != 3 {
			t.Errorf("%d of three alerts go to the new number", n)
		}
		if n := about(p.Mobile, alert.Arrival); n != 2 {
			t.Errorf("%d alerts go to the old number after the change", n-2)
		}
		for _, nid := range append(second[:], third) {
			if list, err := app.Notice.Alerts(ctx, me, nid); err != nil || len(list) == 0 || list[0].State == alert.Queued {
				t.Errorf("alerts of a notice: %+v, %v", list, err)
			}
		}
		// The reminders of what was served before the change.
		e.Clock.Advance(20 * 24 * time.Hour)
		e.Drain()
		if n := about(p.Mobile, alert.Reminder); n != 0 {
			t.Errorf("%d reminders go to the old number", n)
		}
		if n := about(fresh, alert.Reminder); n != 2+len(second)+1 {
			t.Errorf("%d reminders go to the new number", n)
		}
	})
}

// TestDelegationChange: a delegation that is given, narrowed, taken back or over does
// so for every open case at once, with evidence; what its holder then tries is not
// there, and opens nothing.
func TestDelegationChange(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		ctx, app, me := t.Context(), e.App, e.Actor(Defendant)
		cases, notices := twoCases(t, e, Defendant)
		var rest [2]string
		for i, c := range cases {
			rest[i] = sent(t, e, c, me.Person, notice.KindOther)
		}
		see := []policy.Right{policy.See, policy.OpenNotices}
		finds := func(a policy.Actor, list [2]string) (n int) {
			for _, nid := range list {
				if _, err := app.Notice.Get(ctx, a, nid); err == nil {
					n++
				} else if !errs.Is(err, errs.NotFound) {
					t.Error(err)
				}
			}
			return n
		}
		untouched := func(when string) {
			t.Helper()
			for _, nid := range append(notices[:], rest[:]...) {
				if n, err := app.Notice.Get(ctx, me, nid); err != nil || n.Opened() {
					t.Errorf("%s: opened: %v", when, err)
				}
			}
		}
		actor := func(person, capacity string) (policy.Actor, error) {
			return app.Identity.Actor(ctx, person, capacity)
		}
		m, a := narrow(t, e, me, Stranger, mandate.Helper, nil, see...)
		if finds(a, notices) != 2 || finds(a, rest) != 2 {
			t.Error("given: not every open case")
		}
		if n := proved(t, e, me.Person, "mandate.accepted", m.ID); n != 1 {
			t.Errorf("%d records that it holds", n)
		}
		before := a // a page that was opened then
		if _, _, err := app.Mandate.SetNotices(ctx, me, m.ID, []string{"rest"}, ""); err != nil {
			t.Fatal(err)
		}
		a, err := actor(a.Person, a.Capacity)
		if err != nil || finds(a, notices) != 0 || finds(a, rest) != 2 {
			t.Errorf("narrowed: not every open case, %v", err)
		}
		if _, err := app.Notice.Open(ctx, before, notices[0]); !errs.Is(err, errs.Forbidden) {
			t.Errorf("narrowed while a page was open: %v", err)
		}
		if n := proved(t, e, me.Person, "mandate.narrowed", m.ID); n != 1 {
			t.Errorf("%d records that it is narrower", n)
		}
		untouched("narrowed")

		them, program := e.As(Stranger), e.API(Stranger)
		them.Get("/capacity").Submit("/capacity", "capacity", a.Capacity).Want(http.StatusOK)
		program.Send(http.MethodPut, "/sessions/current", map[string]any{"capacity": a.Capacity}).Want(http.StatusOK)
		program.Get("/notices/" + rest[0]).Want(http.StatusOK)
		program.Get("/notices/" + notices[0]).Want(http.StatusNotFound)
		them.Get("/inbox/" + rest[0]).Want(http.StatusOK)
		if err := app.Mandate.End(ctx, me, m.ID); err != nil {
			t.Fatal(err)
		}
		if n := proved(t, e, me.Person, "mandate.ended", m.ID); n != 1 {
			t.Errorf("%d records that it ended", n)
		}
		gone := func(when string, a policy.Actor) {
			t.Helper()
			if _, err := actor(a.Person, a.Capacity); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: the capacity holds: %v", when, err)
			}
			for _, nid := range rest {
				if _, err := app.Notice.Open(ctx, a, nid); !errs.Is(err, errs.Forbidden) {
					t.Errorf("%s: opened from a page that was open: %v", when, err)
				}
			}
			if finds(e.Actor(Stranger), notices)+finds(e.Actor(Stranger), rest) != 0 {
				t.Errorf("%s: found as oneself", when)
			}
			untouched(when)
		}
		gone("taken back", a)
		for _, nid := range rest {
			if status := them.Get("/inbox/" + nid).Status; status != http.StatusSeeOther && status != http.StatusNotFound {
				t.Errorf("taken back: the next click answers %d", status)
			}
			if status := program.Post("/notices/"+nid+"/open", nil).Status; status < 400 {
				t.Errorf("taken back: the program is answered %d", status)
			}
		}
		untouched("taken back")

		m, a = narrow(t, e, me, Stranger, mandate.Helper, nil, see...)
		e.Clock.Advance(31 * 24 * time.Hour)
		gone("over", a)
		e.Drain()
		if n := proved(t, e, me.Person, "mandate.ended", m.ID, `"over"`); n != 1 {
			t.Errorf("%d records that its time was over", n)
		}
	})
}

// TestMoveHomeByProgram: the operation for a new address does what the page does, in
// every open case, and says what is wrong without naming anybody’s address.
func TestMoveHomeByProgram(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, e *Env) {
		const home = "تهران، خیابان نوبهار، پلاک ۱۲، واحد ۳"
		var cases [2]string
		for i, amount := range []int64{LargeClaim, SmallClaim} {
			cases[i] = e.File(Plaintiff, Defendant, amount).Case
		}
		program := e.API(Plaintiff)
		wrong := program.Send(http.MethodPut, "/account/residence", map[string]any{"address": "اینجا", "province": "tehran", "county": "nowhere"}).Want(http.StatusUnprocessableEntity)
		if body := string(wrong.Body); !strings.Contains(body, "address") || !strings.Contains(body, "county") {
			t.Errorf("both faults at once: %s", body)
		}
		to := map[string]any{"address": home, "province": "tehran", "county": "tehran"}
		if body := string(program.Send(http.MethodPut, "/account/residence", to).Want(http.StatusOK).Body); !strings.Contains(body, `"changed":2`) {
			t.Errorf("%s", body)
		}
		if body := string(program.Get("/account/residence").Want(http.StatusOK).Body); strings.Count(body, home) != 2 {
			t.Errorf("what each case has: %s", body)
		}
		for _, c := range cases {
			if n := proved(t, e, c, "docket.address_changed", home); n != 1 {
				t.Errorf("%d records in a case", n)
			}
		}
		if body := string(program.Send(http.MethodPut, "/account/residence", to).Want(http.StatusOK).Body); !strings.Contains(body, `"changed":0`) {
			t.Errorf("the same again: %s", body)
		}
		if err := e.App.Shelter.Hide(t.Context(), e.Actor(Plaintiff), ""); err != nil {
			t.Fatal(err)
		}
		program.Send(http.MethodPut, "/account/residence", to).Want(http.StatusConflict)
	})
}
