// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// servedBoth is a case in which the same judgment was served on two defendants.
func (r *rig) servedBoth(t *testing.T, plaintiff, one, two policy.Actor) (c docket.Case, first, second notice.Issued) {
	t.Helper()
	if err := r.docket.Ready(t.Context(), unit); err != nil {
		t.Fatal(err)
	}
	party := func(side string, a policy.Actor, n int) docket.Party {
		return docket.Party{Side: side, Person: a.Person, NationalCode: codes[n], Name: a.Name, Address: "اراک، خیابان ملک", Province: "markazi", County: "arak"}
	}
	err := r.db.Write(t.Context(), func(tx *store.Tx) (err error) {
		c, err = r.docket.OpenTx(t.Context(), tx, docket.NewCase{
			Unit: unit, Province: "markazi", TitleFA: "مطالبهٔ وجه", TitleEN: "Claim for a debt", Filing: id.New(), By: clerk,
			Parties: []docket.Party{party(docket.Plaintiff, plaintiff, 0), party(docket.Defendant, one, 1), party(docket.Defendant, two, 2)},
		})
		if err != nil {
			return err
		}
		for _, p := range c.Parties {
			if p.Side != docket.Defendant {
				continue
			}
			out, err := r.docket.IssueNoticeTx(t.Context(), tx, clerk, docket.NewNotice{
				Case: c.ID, Party: p.ID, Kind: notice.KindJudgment, Title: docket.Text{FA: "دادنامه", EN: "Judgment"}, Rule: "cpc-336",
				Key: "judgment-" + p.ID, Paper: docket.Text{FA: "دادگاه\nدادنامه", EN: "Court\nJudgment"},
			})
			if err != nil {
				return err
			}
			if p.Person == one.Person {
				first = out
			} else {
				second = out
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.drain(t)
	return c, first, second
}

// papers are the papers of a kind in somebody's account, in English, the newest first.
func (r *rig) papers(t *testing.T, a policy.Actor, kind string) (out []string) {
	t.Helper()
	page := must(r.notices.Inbox(t.Context(), a, notice.FilterAll, notice.Page{}))(t)
	for _, n := range page.Notices {
		if n.Kind == kind {
			out = append(out, must(r.notices.PaperOf(t.Context(), r.db, a.Person, n.ID))(t).Paper.EN)
		}
	}
	return out
}

// The other side is served the order too, without what was said and why; whoever has a
// term that moves is served its computation, the other defendant whom the longer term
// helps among them.
func TestOrderForBothSides(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d, co := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور"), r.person(t, "مینا", "خواندهٔ دوم")
		c, out, other := r.servedBoth(t, p, d, co)
		was, _ := r.term(t, c, other.ID)
		r.clk.Advance(day(5))
		k := r.filed(t, d, c, out.ID, "no_access")
		moved := civil.Of(r.clk.Now()).Add(-1)
		done := must(r.Decide(t.Context(), judge, c.ID, k.ID, Decision{State: Moved, Day: moved, Why: why, Version: k.Version}))(t)
		r.drain(t)

		for who, a := range map[string]policy.Actor{"the plaintiff": p, "the other defendant": co} {
			list := r.papers(t, a, notice.KindOrder)
			if len(list) != 1 {
				t.Fatalf("%s is served %d orders", who, len(list))
			}
			if !strings.Contains(list[0], k.Number) || !strings.Contains(list[0], "The service is counted from") || strings.Contains(list[0], why) ||
				strings.Contains(list[0], r.Reason(k).Name.EN) || strings.Contains(list[0], r.Reason(k).Citation.EN) {
				t.Errorf("%s reads %s", who, list[0])
			}
		}
		if list := r.papers(t, d, notice.KindOrder); len(list) != 1 || !strings.Contains(list[0], why) {
			t.Errorf("whoever contested reads %v", list)
		}
		p2 := r.d.Catalog.Printer(i18n.EN)
		for _, x := range []struct {
			who policy.Actor
			of  string
		}{{d, out.ID}, {co, other.ID}} {
			who, of := x.who, x.of
			now, ok := r.term(t, c, of)
			if !ok || now.Last <= was.Last {
				t.Fatalf("the term of %s: %s, was %s", who.Name, now.Last, was.Last)
			}
			list := r.papers(t, who, notice.KindOther)
			if len(list) != 1 || !strings.Contains(list[0], p2.Day(now.Last)) || !strings.Contains(list[0], p2.Day(was.Last)) || !strings.Contains(list[0], now.Title.EN) ||
				!strings.Contains(list[0], now.Computation.Rule.Article.EN) {
				t.Errorf("%s is told %q", who.Name, list)
			}
		}
		if list := r.papers(t, p, notice.KindOther); len(list) != 0 {
			t.Errorf("whoever has no term is told of one: %v", list)
		}
		r.drain(t) // nothing comes twice
		if n := len(r.papers(t, co, notice.KindOther)) + len(r.papers(t, d, notice.KindOther)); n != 2 {
			t.Errorf("%d notices about terms", n)
		}
		if done.Order == "" {
			t.Error("no order")
		}
	})
}

// What stands is told to both sides, and nobody of a term; what is set aside stops the
// term and tells of none until the paper comes anew.
func TestOrderWithoutTerm(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		for i, state := range []State{Upheld, SetAside} {
			k := r.filed(t, d, c, out.ID, []string{"no_access", "not_me"}[i])
			must(r.Decide(t.Context(), judge, c.ID, k.ID, Decision{State: state, Why: why, Version: k.Version}))(t)
			r.drain(t)
			if n := len(r.papers(t, p, notice.KindOrder)); n != i+1 {
				t.Errorf("%s: the other side has %d orders", state, n)
			}
		}
		if n := len(r.papers(t, d, notice.KindOther)) + len(r.papers(t, p, notice.KindOther)); n != 0 {
			t.Errorf("%d notices about terms", n)
		}
	})
}

// A judge orders that what is set aside is served on paper although there is an
// account: there is one open notice, on paper; opening the old one in the account
// begins nothing, and no job brings the paper back into the account.
func TestAnewOnPaper(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c, out := r.served(t, p, d)
		r.clk.Advance(day(3))
		k := r.filed(t, d, c, out.ID, "not_me")
		for name, tt := range map[string]struct {
			d    Decision
			code string
		}{
			"what stands":  {Decision{State: Upheld, OnPaper: true, PaperWhy: why}, "contest.wrong.on_paper"},
			"no reason":    {Decision{State: SetAside, OnPaper: true, PaperWhy: "کوتاه"}, "contest.wrong.paper_why"},
			"not chosen":   {Decision{State: SetAside, PaperWhy: why}, "contest.wrong.paper_not_chosen"},
			"another day":  {Decision{State: Moved, Day: civil.Of(r.clk.Now()), OnPaper: true, PaperWhy: why}, "contest.wrong.on_paper"},
			"without both": {Decision{State: SetAside, OnPaper: true}, "contest.wrong.paper_why"},
		} {
			tt.d.Why, tt.d.Version = why, k.Version
			_, err := r.Decide(ctx, judge, c.ID, k.ID, tt.d)
			var e *errs.Error
			if !asError(err, &e) || len(e.Fields) != 1 || e.Fields[0].Code != tt.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		const because = "تلفن و سیم‌کارت طرف نزد همسر سابق اوست و حساب در دست خود او نیست."
		done := must(r.Decide(ctx, judge, c.ID, k.ID, Decision{State: SetAside, Why: why, OnPaper: true, PaperWhy: because, Version: k.Version}))(t)
		r.drain(t)
		if !done.OnPaper || done.PaperWhy != because {
			t.Fatalf("%+v", done)
		}
		open := func(when string) {
			t.Helper()
			anew := must(r.notices.Of(ctx, r.db, c.ID, done.Anew))(t)
			old := must(r.notices.Of(ctx, r.db, d.Person, out.ID))(t)
			if anew.Way != notice.WayPaper || r.notices.Effect(anew).Void || !r.notices.Effect(old).Void {
				t.Fatalf("%s: anew by %s, void %v; the old one void %v", when, anew.Way, r.notices.Effect(anew).Void, r.notices.Effect(old).Void)
			}
			page := must(r.notices.Inbox(ctx, d, notice.FilterAll, notice.Page{}))(t)
			if slices.ContainsFunc(page.Notices, func(n notice.Notice) bool { return n.Kind == notice.KindJudgment && !r.notices.Effect(n).Void }) {
				t.Errorf("%s: it is open in the account too", when)
			}
			if n := r.count(t, "SELECT count(*) FROM notice_paper_task WHERE notice = $1 AND closed_us = 0 AND reason = 'ordered'", done.Anew); n != 1 {
				t.Errorf("%s: %d work items on paper", when, n)
			}
			if _, ok := r.term(t, c, out.ID); ok {
				t.Errorf("%s: the old term runs", when)
			}
		}
		open("after the order")
		must(r.notices.Open(ctx, d, out.ID))(t)
		r.drain(t)
		open("after the old one was opened")
		party := ""
		for _, x := range c.Parties {
			if x.Person == d.Person {
				party = x.ID
			}
		}
		err := r.db.Write(ctx, func(tx *store.Tx) error { // as when an account was given meanwhile
			return r.jobs.EnqueueTx(ctx, tx, "docket.serve_anew", map[string]string{"case": c.ID, "party": party})
		})
		if err != nil {
			t.Fatal(err)
		}
		r.drain(t)
		open("after a look for accounts")
		if list := r.papers(t, d, notice.KindOrder); len(list) != 1 || !strings.Contains(list[0], because) {
			t.Errorf("the order: %v", list)
		}
		if list := r.papers(t, p, notice.KindOrder); len(list) != 1 || strings.Contains(list[0], because) {
			t.Errorf("the copy: %v", list)
		}
		for _, event := range []string{`"notice.on_paper"`, `"ordered"`} {
			if n := r.records(t, c.ID, event); n != 1 {
				t.Errorf("%d records with %s", n, event)
			}
		}
		if n := r.records(t, c.ID, `"notice.no_account"`); n != 0 {
			t.Error("the evidence says that there was no account")
		}
	})
}

// records counts the evidence that somebody owns with a word in it.
func (r *rig) records(t *testing.T, owner, word string) (n int) {
	t.Helper()
	rows := must(store.All[struct {
		Record []byte `db:"record"`
	}](t.Context(), r.db, "SELECT record FROM ledger_entry WHERE owner = $1", owner))(t)
	for _, x := range rows {
		if strings.Contains(string(x.Record), word) {
			n++
		}
	}
	return n
}

// A term is entered dated, with its source and evidence; what is signed after it is
// late, the judge sees that and decides all the same.
func TestTerm(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		admin := policy.Actor{Person: "admin-1", Role: policy.Administrator, Assurance: 2, Name: "مدیر سامانه"}
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		today := civil.Of(r.clk.Now())
		term := Term{Reason: "not_me", From: today, Days: 20, Source: "بخشنامهٔ آزمون، مادهٔ ۳"}
		for name, a := range map[string]policy.Actor{"a judge": judge, "a party": d, "an administrator on their word": {Person: "a", Role: policy.Administrator, Assurance: 1}} {
			if _, err := r.SetTerm(ctx, a, term, ""); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s enters a term: %v", name, err)
			}
		}
		_, err := r.SetTerm(ctx, admin, Term{Reason: "wish", Days: -1}, "")
		var e *errs.Error
		if !asError(err, &e) || len(e.Fields) != 4 {
			t.Errorf("all faults at once: %v", err)
		}
		if list := must(r.Terms(ctx, admin))(t); len(list) != 0 {
			t.Errorf("at first: %+v", list)
		}
		act := id.New()
		one := must(r.SetTerm(ctx, admin, term, act))(t)
		if two := must(r.SetTerm(ctx, admin, term, act))(t); two.ID != one.ID || len(must(r.Terms(ctx, admin))(t)) != 1 {
			t.Error("a second click enters it twice")
		}
		if n := r.records(t, termsOwner, `"contest.term_set"`); n != 1 {
			t.Errorf("%d records of it", n)
		}
		must(r.SetTerm(ctx, admin, Term{Reason: "not_me", From: today.Add(3), Days: 1, Source: "برای آنچه بعدها صادر می‌شود"}, ""))(t)

		c, out := r.served(t, p, d)
		r.clk.Advance(day(20))
		k := r.filed(t, d, c, out.ID, "not_me")
		if k.Late || k.TermDays != 20 || k.TermSource != term.Source {
			t.Errorf("on the last day: %+v", k)
		}
		must(r.Decide(ctx, judge, c.ID, k.ID, Decision{State: Upheld, Why: why, Version: k.Version}))(t)
		other := r.filed(t, d, c, out.ID, "no_access")
		if other.Late || other.TermDays != 0 {
			t.Errorf("a reason without a term: %+v", other)
		}

		c, out = r.served(t, p, d)
		r.clk.Advance(day(2))
		late := r.filed(t, d, c, out.ID, "not_me")
		if !late.Late || late.TermDays != 1 {
			t.Errorf("by the newer term: %+v", late)
		}
		if got := must(r.Decide(ctx, judge, c.ID, late.ID, Decision{State: SetAside, Why: why, Version: late.Version}))(t); got.State != SetAside {
			t.Errorf("a late one: %+v", got)
		}
		must(r.SetTerm(ctx, admin, Term{Reason: "not_me", From: today.Add(3), Days: 0, Source: "لغو شده است"}, ""))(t)
		if now := must(read(ctx, r.db, c.ID, late.ID))(t); !now.Late || now.TermDays != 1 {
			t.Errorf("what was signed before: %+v", now)
		}
		c, out = r.served(t, p, d)
		r.clk.Advance(day(30))
		if k := r.filed(t, d, c, out.ID, "not_me"); k.Late || k.TermDays != 0 {
			t.Errorf("after it was ended: %+v", k)
		}
	})
}
