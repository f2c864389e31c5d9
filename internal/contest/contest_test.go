// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"bytes"
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// term is the deadline that stands for a notice.
func (r *rig) term(t *testing.T, c docket.Case, noticeID string) (docket.Deadline, bool) {
	t.Helper()
	d, found, err := r.docket.DeadlineOf(t.Context(), r.db, c.ID, noticeID)
	if err != nil {
		t.Fatal(err)
	}
	return d, found && d.Stands()
}

// Somebody says that he could not read, a judge moves the day, and the term runs
// from there; the order is served on him and stands as a file.
func TestMoved(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		was, ok := r.term(t, c, out.ID)
		if !ok {
			t.Fatal("no term runs")
		}
		r.clk.Advance(day(5))
		k := r.filed(t, d, c, out.ID, "no_access")
		if k.State != Open || k.Evidence == "" || k.Late || len(k.Files) != 1 {
			t.Fatalf("%+v", k)
		}
		if now, _ := r.term(t, c, out.ID); now.Last != was.Last {
			t.Error("a contest alone has moved the term")
		}
		n := must(r.notices.Of(t.Context(), r.db, d.Person, out.ID))(t)
		if h := n.History(); h[len(h)-1].Kind != notice.FactContested || h[len(h)-1].Other != k.ID {
			t.Errorf("facts: %+v", h)
		}
		if got := must(r.Desk(t.Context(), judge, false, ""))(t); len(got.Contests) != 1 || got.Contests[0].ID != k.ID {
			t.Errorf("the desk: %+v", got)
		}
		moved := civil.Of(r.clk.Now()).Add(-1)
		done := must(r.Decide(t.Context(), judge, c.ID, k.ID, Decision{State: Moved, Day: moved, Why: why, Version: k.Version}))(t)
		r.drain(t)
		if done.State != Moved || civil.Of(done.Served) != moved || done.Order == "" || done.evidence2 == "" {
			t.Fatalf("%+v", done)
		}
		now, ok := r.term(t, c, out.ID)
		if !ok || civil.Of(now.RunsFrom) != moved || now.Last <= was.Last {
			t.Errorf("the term: from %v, last %s, was %s", now.RunsFrom, now.Last, was.Last)
		}
		order := must(r.notices.Of(t.Context(), r.db, d.Person, done.Order))(t)
		if order.Kind != notice.KindOrder || order.Arrived.IsZero() {
			t.Errorf("the order: %+v", order)
		}
		for _, lang := range []i18n.Lang{i18n.FA, i18n.EN} {
			if file := must(r.OrderFile(t.Context(), d, c.ID, k.ID, lang))(t); !bytes.HasPrefix(file, []byte("%PDF")) {
				t.Errorf("%s: no PDF", lang)
			}
		}
		if _, err := r.OrderFile(t.Context(), p, c.ID, k.ID, i18n.FA); !errs.Is(err, errs.NotFound) {
			t.Errorf("the other side reads the order: %v", err)
		}
		for _, kind := range []string{"contest.filed", "docket.service_moved"} {
			if n := r.count(t, "SELECT count(*) FROM docket_entry WHERE case_id = $1 AND kind = $2 AND for_plaintiff AND for_defendant", c.ID, kind); n != 1 {
				t.Errorf("%s: %d entries", kind, n)
			}
		}
		// The same reason is not heard twice, another one is.
		again := r.draft(t, d, c, out.ID, "no_access")
		code := r.sendCode(t, d, again)
		again = must(read(t.Context(), r.db, c.ID, again.ID))(t)
		if _, err := r.Sign(t.Context(), d, c.ID, again.ID, again.Hash, code); !errs.Is(err, errs.Invalid) {
			t.Errorf("the same reason again: %v", err)
		}
	})
}

// Set aside: the term stops, the paper goes out anew, and of the two notices one
// counts.
func TestSetAside(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		r.clk.Advance(day(3))
		k := r.filed(t, d, c, out.ID, "wrong_person")
		done := must(r.Decide(t.Context(), judge, c.ID, k.ID, Decision{State: SetAside, Why: why, Version: k.Version}))(t)
		r.drain(t)
		if done.Anew == "" || done.Anew == out.ID {
			t.Fatalf("%+v", done)
		}
		if e := r.notices.Effect(must(r.notices.Of(t.Context(), r.db, d.Person, out.ID))(t)); !e.Void {
			t.Errorf("the old one still serves: %+v", e)
		}
		if e := r.notices.Effect(must(r.notices.Of(t.Context(), r.db, d.Person, done.Anew))(t)); e.Void || e.Served.IsZero() {
			t.Errorf("the new one does not: %+v", e)
		}
		if _, ok := r.term(t, c, out.ID); ok {
			t.Error("the old term still runs")
		}
		if _, ok := r.term(t, c, done.Anew); !ok {
			t.Error("no new term runs")
		}
		if _, err := r.Begin(t.Context(), d, c.ID, out.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("what serves nothing is contested: %v", err)
		}
	})
}

// What an officer left with somebody else is set aside: it goes on paper again, and
// never stands open on both ways, also when the party has an account by then.
func TestSetAsideOnPaper(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		officer := policy.Actor{Person: "bailiff-1", Role: policy.Bailiff, Unit: unit}
		p := r.person(t, "سارا", "خواهانی")
		c, out := r.served(t, p, policy.Actor{})
		err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := r.notices.PaperOutcomeTx(t.Context(), tx, officer, notice.PaperOutcome{Owner: c.ID, Notice: out.ID, Fact: notice.FactPaperLegal, Code: "household", At: r.clk.Now()})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r.drain(t)
		r.made = 4 // the fifth has the defendant's national code
		d := r.person(t, "رضا", "خوانده‌پور")
		r.drain(t)
		k := r.filed(t, d, c, out.ID, "household")
		if k.Way != WayOther {
			t.Errorf("way %s", k.Way)
		}
		done := must(r.Decide(t.Context(), judge, c.ID, k.ID, Decision{State: SetAside, Why: why, Version: k.Version}))(t)
		r.drain(t)
		anew := must(r.notices.Of(t.Context(), r.db, d.Person, done.Anew))(t)
		if anew.Way != notice.WayElectronic || r.notices.Effect(anew).Served.IsZero() {
			t.Errorf("served anew: %+v", anew)
		}
		if n := r.count(t, "SELECT count(*) FROM notice_paper_task WHERE closed_us = 0"); n != 0 {
			t.Errorf("%d work items are still open on paper", n)
		}
	})
}

// Whoever has no part in a notice is told that there is none.
func TestWhoMay(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d, x := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور"), r.person(t, "نادر", "بیگانه")
		c, out := r.served(t, p, d)
		other, theirs := r.served(t, x, p)
		for name, a := range map[string]policy.Actor{"the other side": p, "a stranger": x} {
			if _, err := r.Begin(t.Context(), a, c.ID, out.ID); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s contests: %v", name, err)
			}
		}
		if _, err := r.Begin(t.Context(), d, c.ID, theirs.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another's notice by its id: %v", err)
		}
		if _, err := r.Begin(t.Context(), clerk, c.ID, out.ID); err == nil {
			t.Error("a clerk contests")
		}
		k := r.filed(t, d, c, out.ID, "not_me")
		for name, a := range map[string]policy.Actor{"the other side": p, "a stranger": x, "another branch": second} {
			if _, _, err := r.Get(t.Context(), a, c.ID, k.ID); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s reads: %v", name, err)
			}
		}
		if _, _, err := r.Get(t.Context(), clerk, c.ID, k.ID); err != nil {
			t.Errorf("the registry does not read: %v", err)
		}
		if n := r.count(t, "SELECT count(*) FROM identity_access WHERE subject = $1 AND what = 'contest.access.read'", d.Person); n != 1 {
			t.Errorf("%d looks recorded", n)
		}
		own := judge
		own.Person = d.Person // a judge in his own matter
		for name, a := range map[string]policy.Actor{"a clerk": clerk, "another branch": second, "his own": own, "the party": d} {
			if _, err := r.Decide(t.Context(), a, c.ID, k.ID, Decision{State: Upheld, Why: why, Version: k.Version}); !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.NotFound) {
				t.Errorf("%s decides: %v", name, err)
			}
		}
		if got := must(r.Desk(t.Context(), second, false, ""))(t); len(got.Contests) != 0 {
			t.Errorf("another branch lists it: %+v", got)
		}
		_ = other
	})
}

// A double click signs once; a stale tab changes nothing and loses nothing.
func TestTwice(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		k := r.draft(t, d, c, out.ID, "not_me")
		if same := must(r.Begin(t.Context(), d, c.ID, out.ID))(t); same.ID != k.ID {
			t.Error("a second draft")
		}
		if _, err := r.Save(t.Context(), d, c.ID, k.ID, Said{Reason: "wrong_time", Words: why, Version: k.Version - 1}); !errs.Is(err, errs.Conflict) {
			t.Errorf("a stale tab: %v", err)
		}
		if now := must(read(t.Context(), r.db, c.ID, k.ID))(t); now.Reason != "not_me" {
			t.Errorf("the stale tab was heard: %s", now.Reason)
		}
		code := r.sendCode(t, d, k)
		k = must(read(t.Context(), r.db, c.ID, k.ID))(t)
		if _, err := r.Sign(t.Context(), d, c.ID, k.ID, "another", code); !errs.Is(err, errs.Conflict) {
			t.Errorf("another record than was shown: %v", err)
		}
		var wg sync.WaitGroup
		var errors [2]error
		for i := range errors {
			wg.Go(func() { _, errors[i] = r.Sign(t.Context(), d, c.ID, k.ID, k.Hash, code) })
		}
		wg.Wait()
		if errors[0] != nil && errors[1] != nil {
			t.Fatal(errors)
		}
		if _, err := r.Sign(t.Context(), d, c.ID, k.ID, k.Hash, code); err != nil {
			t.Errorf("a later click: %v", err)
		}
		if n := r.count(t, "SELECT count(*) FROM notice_fact WHERE kind = 'contested'"); n != 1 {
			t.Errorf("%d facts", n)
		}
		if _, err := r.Begin(t.Context(), d, c.ID, out.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("a second open one: %v", err)
		}
	})
}

// Who keeps the same words once more before another code may be sent signs them with
// the code he has.
func TestSavedOnceMore(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		k := r.draft(t, d, c, out.ID, "not_me")
		code := r.sendCode(t, d, k)
		k = must(read(t.Context(), r.db, c.ID, k.ID))(t)
		k = must(r.Save(t.Context(), d, c.ID, k.ID, Said{Reason: k.Reason, Words: k.Words, Version: k.Version}))(t)
		if err := r.SendCode(t.Context(), d, c.ID, k.ID); !identity.CodeWaits(err) {
			t.Fatalf("another code at once: %v", err)
		}
		k = must(read(t.Context(), r.db, c.ID, k.ID))(t)
		if k = must(r.Sign(t.Context(), d, c.ID, k.ID, k.Hash, code))(t); k.State != Open {
			t.Errorf("%+v", k)
		}
	})
}

// Of two judges, and of a judge and a person who withdraws, one is heard.
func TestAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		k := r.filed(t, d, c, out.ID, "not_me")
		var wg sync.WaitGroup
		var found [2]error
		wg.Go(func() {
			_, found[0] = r.Decide(t.Context(), judge, c.ID, k.ID, Decision{State: Upheld, Why: why, Version: k.Version})
		})
		wg.Go(func() {
			_, found[1] = r.Decide(t.Context(), deputy, c.ID, k.ID, Decision{State: SetAside, Why: why, Version: k.Version})
		})
		wg.Wait()
		if (found[0] == nil) == (found[1] == nil) {
			t.Fatalf("two judges: %v", found)
		}
		for _, err := range found {
			if err != nil && !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		}
		if n := r.count(t, "SELECT count(*) FROM notice_fact WHERE kind IN ('upheld', 'set_aside')"); n != 1 {
			t.Errorf("%d decisions", n)
		}

		c, out = r.served(t, p, d)
		k = r.filed(t, d, c, out.ID, "not_me")
		if err := r.Withdraw(t.Context(), d, c.ID, k.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Decide(t.Context(), judge, c.ID, k.ID, Decision{State: Upheld, Why: why, Version: k.Version}); !errs.Is(err, errs.Conflict) {
			t.Errorf("what was taken back is decided: %v", err)
		}
		k = r.filed(t, d, c, out.ID, "not_me")
		must(r.Decide(t.Context(), judge, c.ID, k.ID, Decision{State: Upheld, Why: why, Version: k.Version}))(t)
		if err := r.Withdraw(t.Context(), d, c.ID, k.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("what was decided is taken back: %v", err)
		}
	})
}

// Nothing unfinished is signed, and each fault names its field.
func TestFaults(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		k := must(r.Begin(t.Context(), d, c.ID, out.ID))(t)
		today := civil.Of(r.clk.Now())
		for want, in := range map[string]Said{
			"reason":  {Reason: "household", Words: why}, // of paper, not of an account
			"words":   {Reason: "not_me", Words: "کوتاه"},
			"files":   {Reason: "no_access", Words: why},
			"learned": {Reason: "not_me", Words: why, Learned: today + 1},
		} {
			in.Version = k.Version
			k = must(r.Save(t.Context(), d, c.ID, k.ID, in))(t)
			err := r.SendCode(t.Context(), d, c.ID, k.ID)
			if e := (*errs.Error)(nil); !errs.Is(err, errs.Invalid) || !asError(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != want {
				t.Errorf("%s: %v", want, err)
			}
			if k.Words != in.Words {
				t.Errorf("%s: %q was not kept", want, in.Words)
			}
		}
		for want, in := range map[string]Decision{
			"decision": {State: Open, Why: why},
			"why":      {State: Upheld, Why: "نه"},
			"day":      {State: Moved, Day: today + 1, Why: why},
		} {
			n := must(r.notices.Of(t.Context(), r.db, d.Person, out.ID))(t)
			if e := (*errs.Error)(nil); !asError(in.check(n, today), &e) || e.Fields[0].Name != want {
				t.Errorf("%s: %+v", want, e)
			}
		}
	})
}

// An outage that touches the notice's days comes along by itself and stands in what
// is signed.
func TestOutagesComeAlong(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		r.clk.Advance(day(2))
		admin := policy.Actor{Person: "admin-1", Role: policy.Administrator, Assurance: 2}
		o := must(r.outages.Declare(t.Context(), admin, outage.Facts{
			Part: "inbox", From: r.clk.Now().Add(-day(1)), To: r.clk.Now().Add(-day(1) / 2), Cause: outage.Ours, Text: outage.Text{FA: "قطعی", EN: "down"},
		}))(t)
		k := r.filed(t, d, c, out.ID, "system_down")
		rec := must(r.Record(t.Context(), d, k))(t)
		if len(rec.Outages) != 1 || rec.Outages[0].ID != o.ID || !bytes.Contains(k.record, []byte(o.ID)) {
			t.Errorf("%+v\n%s", rec.Outages, k.record)
		}
	})
}

// What became of the messages about a notice comes along with the contest: in the
// record that is shown, and in what is signed, as it stood then.
func TestAlertsComeAlong(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		must(r.jobs.Drain(t.Context()))(t)
		r.clk.Advance(day(1))
		must(r.jobs.Drain(t.Context()))(t)
		k := r.filed(t, d, c, out.ID, "system_down")
		rec := must(r.Record(t.Context(), d, k))(t)
		if len(rec.Alerts) == 0 || rec.Alerts[0].Channel != alert.SMS || rec.Alerts[0].State != alert.Delivered {
			t.Errorf("%+v", rec.Alerts)
		}
		if !bytes.Contains(k.record, []byte(`"alerts":[{"at":"`)) || !bytes.Contains(k.record, []byte(`"state":"delivered"`)) {
			t.Errorf("signed: %s", k.record)
		}
	})
}

// Who signed in in the notice's days stands in what is signed, for the person and
// the branch alone, and stays when the sign-ins are long forgotten; the look of the
// branch is shown to the person.
func TestSignInsComeAlong(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		ctx := t.Context()
		signIn := func(name string) {
			t.Helper()
			at := store.At(r.clk.Now())
			err := r.db.Write(ctx, func(tx *store.Tx) error {
				if err := tx.Exec(ctx, "INSERT INTO identity_signin (person, id, at_us, address, method) VALUES ($1, $2, $3, '10.1.2.3', 'passkey')", d.Person, name, at); err != nil {
					return err
				}
				return tx.Exec(ctx, "INSERT INTO identity_device (person, id, hash, name, method, session, first_us, last_us) VALUES ($1, $2, $2, $2, 'passkey', 's', $3, $3)", d.Person, name, at)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		signIn("Before")
		r.clk.Advance(day(2))
		c, out := r.served(t, p, d)
		r.clk.Advance(day(2))
		signIn("Firefox Android")
		r.clk.Advance(day(1))
		k := r.filed(t, d, c, out.ID, "not_me")
		if bytes.Contains(k.record, []byte("10.1.2.3")) {
			t.Error("a network address came along")
		}
		r.clk.Advance(day(1))
		signIn("After")
		if err := r.db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, "DELETE FROM identity_signin") }); err != nil {
			t.Fatal(err)
		}
		for _, a := range []policy.Actor{d, judge} {
			here := must(r.Record(ctx, a, k))(t).Here
			if len(here.SignIns) != 1 || here.SignIns[0].Method != "passkey" || len(here.Devices) != 1 || here.Devices[0].Name != "Firefox Android" {
				t.Errorf("%s: %+v", a.Role, here)
			}
		}
		if here := must(r.Record(ctx, p, k))(t).Here; !here.Kept || here.SignIns != nil || here.Devices != nil {
			t.Errorf("somebody else sees the sign-ins: %+v", here)
		}
		if n := r.count(t, "SELECT count(*) FROM identity_access WHERE subject = $1 AND what = 'contest.access.here'", d.Person); n != 1 {
			t.Errorf("%d looks are shown to the person, want the judge's", n)
		}
	})
}
