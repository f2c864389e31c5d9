// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// referred opens a case and refers it to the second branch.
func (r *rig) referred(t *testing.T, filing string, p, d policy.Actor) Case {
	t.Helper()
	c := r.open(t, debt(filing, p, d))
	if err := r.ConfirmBranch(t.Context(), head, c.ID, "2", 1); err != nil {
		t.Fatal(err)
	}
	return must(r.CaseFor(t.Context(), r.db, c.ID))(t)
}

// at is an instant of a day in Tehran.
func at(t *testing.T, date string, hour, minute int) time.Time {
	t.Helper()
	y, m, d := day(t, date).Gregorian()
	return time.Date(y, time.Month(m), d, hour, minute, 0, 0, clock.Tehran)
}

func hearingOn(t *testing.T, c Case, date string) NoticeOrder {
	t.Helper()
	o := NoticeOrder{Case: c.ID, Act: id.New(), Kind: notice.KindHearing, Hearing: &Hearing{At: at(t, date, 9, 30), Place: "شعبهٔ ۲، اتاق ۴"}}
	for _, p := range c.Parties {
		o.Parties = append(o.Parties, p.ID)
	}
	return o
}

func TestNoticesTable(t *testing.T) {
	t.Parallel()
	rules := must(calendar.DefaultRules())(t)
	table := must(parseOffers(noticesJSON, rules))(t)
	fa, en := must(i18n.NewCatalog(Locale))(t).Printer(i18n.FA), must(i18n.NewCatalog(Locale))(t).Printer(i18n.EN)
	for _, o := range table {
		for _, p := range []*i18n.Printer{fa, en} {
			if !p.Has("docket.send.kind."+o.Kind) || !p.Has("docket.send.about."+o.Kind) {
				t.Errorf("%s has no words in %s", o.Kind, p.Lang())
			}
		}
	}
	if got := table.of(DeclarationCase, day(t, "2025-05-10")); len(got) != 1 || got[0].Kind != notice.KindOther {
		t.Errorf("in a declaration: %+v", got)
	}
	if got := table.of(CriminalCase, day(t, "2010-01-01")); len(got) != 1 {
		t.Errorf("before the law: %+v", got)
	}
	good := `{"kind":"order","cases":["civil"],"from":"2020-01-01","rules":[{"rule":"cpc-336"}],"citation":{"fa":"x","en":"x"},"source":"x","mark":"mem"}`
	if _, err := parseOffers([]byte(`{"about":"","notices":[`+good+`]}`), rules); err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string]string{
		"twice":            good + "," + good,
		"unknown rule":     strings.Replace(good, "cpc-336", "cpc-1", 1),
		"days not by law":  strings.Replace(good, `"cpc-336"`, `"cpc-336","days":5,"least":1,"most":9`, 1),
		"days left out":    strings.Replace(good, "cpc-336", "cpc-442", 1),
		"no citation":      strings.Replace(good, `"fa":"x"`, `"fa":""`, 1),
		"unknown kind":     strings.Replace(good, `"order"`, `"letter"`, 1),
		"hearing, no days": strings.Replace(good, `"order"`, `"hearing"`, 1),
	} {
		if _, err := parseOffers([]byte(`{"about":"","notices":[`+list+`]}`), rules); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A hearing goes to both sides, each on its way, and stands in the case.
func TestHearing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p := r.person(t, "سارا", "خواهانی")
		c := r.referred(t, "f1", p, policy.Actor{}) // the defendant has no account
		o := hearingOn(t, c, "2025-05-17")          // today is 10 May: a Saturday, and so is the 17th
		preview := must(r.PreviewNotices(ctx, clerk, o))(t)
		ways := []string{preview.Recipients[0].Way, preview.Recipients[1].Way}
		if slices.Sort(ways); !slices.Equal(ways, []string{WayAccount, WayPaper}) || !preview.onPaper() {
			t.Errorf("ways %v", ways)
		}
		for _, want := range []string{"شعبهٔ ۲، اتاق ۴", c.Number, "سارا خواهانی", "رضا خوانده\u200cپور", "۲۷ اردیبهشت ۱۴۰۴", "۰۹:۳۰", clerk.Name} {
			if !strings.Contains(preview.Papers[0].FA, want) {
				t.Errorf("the paper lacks %q: %s", want, preview.Papers[0].FA)
			}
		}
		if en := preview.Papers[0].EN; !strings.Contains(en, "09:30") || !strings.Contains(en, "Saturday 17 May 2025") || strings.Contains(en, "⟦") {
			t.Errorf("in English: %s", en)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_notice"); n != 0 {
			t.Errorf("looking sent %d notices", n)
		}
		out := must(r.IssueNotices(ctx, clerk, o))(t)
		again := must(r.IssueNotices(ctx, clerk, o))(t) // a double click
		if len(out) != 2 || !slices.Equal(out, again) {
			t.Errorf("sent %+v, then %+v", out, again)
		}
		// The other side sees it, and so does its calendar program.
		v := must(r.View(ctx, p, c.ID))(t)
		if len(v.Hearings) != 1 || !slices.Contains(entryKinds(v), "docket.hearing") || !v.Hearings[0].At.Equal(o.Hearing.At) {
			t.Errorf("the case shows %+v %v", v.Hearings, entryKinds(v))
		}
		h := must(r.Hearing(ctx, p, c.ID, v.Hearings[0].ID))(t)
		ics := string(icsFile(r.cat.Printer(i18n.FA), r.clk.Now(), 0, icsEvent{uid: h.ID, words: "hearing", at: h.At, alarm: "-P1D"}))
		if !strings.Contains(ics, "DTSTART:20250517T060000Z\r\n") || strings.Contains(ics, c.Number) {
			t.Errorf("calendar file %s", ics)
		}
		if _, err := r.Hearing(ctx, policy.Actor{Person: "x", Role: policy.Citizen}, c.ID, h.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("a stranger: %v", err)
		}
		// Another clerk, another act, the same hearing.
		o.Act = id.New()
		other := clerk
		other.Person, other.Name = "clerk-2", "کارمند دوم"
		_, err := r.IssueNotices(ctx, other, o)
		if words := r.cat.Printer(i18n.EN).Error(err); !errs.Is(err, errs.Conflict) || !strings.Contains(words, clerk.Name) || !strings.Contains(words, "Notice of hearing") {
			t.Errorf("the second clerk is told %q %v", words, err)
		}
		r.clk.Advance(30 * 24 * time.Hour)
		if v := must(r.View(ctx, p, c.ID))(t); len(v.Hearings) != 0 {
			t.Errorf("a hearing that is over: %+v", v.Hearings)
		}
	})
}

func TestWrongOrders(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.referred(t, "f1", p, d)
		elsewhere := clerk
		elsewhere.Unit = "00201"
		letter := NoticeOrder{Case: c.ID, Act: id.New(), Kind: notice.KindOther, Parties: []string{c.Parties[0].ID}, Title: Text{FA: "نامه"}, Text: Text{FA: "متن"}}
		judgment := letter
		judgment.Act, judgment.Kind, judgment.Rule = id.New(), notice.KindJudgment, "cpc-336"
		for name, x := range map[string]struct {
			a    policy.Actor
			o    NoticeOrder
			want errs.Kind
		}{
			"a clerk a judgment":          {clerk, judgment, errs.Forbidden},
			"another branch's judge":      {head, judgment, errs.Forbidden},
			"a judge a letter":            {second, letter, errs.Forbidden},
			"another unit's clerk":        {elsewhere, letter, errs.NotFound},
			"a party":                     {p, letter, errs.Forbidden},
			"the branch's judge":          {second, judgment, 0},
			"the registry":                {clerk, letter, 0},
			"a kind that is not sent":     {clerk, NoticeOrder{Case: c.ID, Kind: notice.KindClaimCopy}, errs.Invalid},
			"a case that is not referred": {clerk, hearingOn(t, r.open(t, debt("f2", p, d)), "2025-05-17"), errs.Conflict},
		} {
			_, err := r.IssueNotices(ctx, x.a, x.o)
			if x.want == 0 && err != nil || x.want != 0 && !errs.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		fields := func(a policy.Actor, o NoticeOrder) string {
			_, err := r.PreviewNotices(ctx, a, o)
			e, ok := errors.AsType[*errs.Error](err)
			if !ok {
				return ""
			}
			var out []string
			for _, f := range e.Fields {
				out = append(out, f.Name+" "+f.Code)
			}
			return strings.Join(out, ", ")
		}
		change := func(fn func(*NoticeOrder)) NoticeOrder { o := letter; fn(&o); return o }
		for want, o := range map[string]NoticeOrder{
			"act docket.send.wrong.act":     change(func(o *NoticeOrder) { o.Act = "x" }),
			"party docket.send.wrong.party": change(func(o *NoticeOrder) { o.Parties = []string{"x"} }),
			"title docket.send.wrong.title": change(func(o *NoticeOrder) { o.Title = Text{} }),
			"text docket.send.wrong.text":   change(func(o *NoticeOrder) { o.Text.FA = "" }),
			"rule docket.send.wrong.rule":   change(func(o *NoticeOrder) { o.Rule = "cpc-336" }),
			"days docket.send.wrong.days":   change(func(o *NoticeOrder) { o.Rule, o.Days = "cpc-442", 2 }),
			"hearing docket.send.too_soon":  hearingOn(t, c, "2025-05-15"), // five full days: the 16th at the earliest
			// The 16th is a Friday.
			"hearing docket.send.closed_day": hearingOn(t, c, "2025-05-16"),
		} {
			if got := fields(clerk, o); got != want {
				t.Errorf("wrong are %q, want %q", got, want)
			}
		}
		n := debt("f3", p, d)
		n.Parties[1].Abroad = true
		far := r.open(t, n)
		if err := r.ConfirmBranch(ctx, head, far.ID, "1", 1); err != nil {
			t.Fatal(err)
		}
		far = must(r.CaseFor(ctx, r.db, far.ID))(t)
		if got := fields(clerk, hearingOn(t, far, "2025-07-08")); got != "hearing docket.send.too_soon" {
			t.Errorf("abroad, on the 59th day: %q", got)
		}
		if got := fields(clerk, hearingOn(t, far, "2025-07-12")); got != "" {
			t.Errorf("abroad, later: %q", got)
		}
	})
}

// A judgment starts the term that the judge chose; a default judgment's runs
// from the opening.
func TestJudgmentStartsItsTerm(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.referred(t, "f1", p, d)
		send := func(rule string) notice.Issued {
			o := NoticeOrder{Case: c.ID, Act: id.New(), Kind: notice.KindJudgment, Parties: []string{side(c, Defendant).ID}, Text: Text{FA: "رأی " + rule}, Rule: rule}
			return must(r.IssueNotices(ctx, second, o))(t)[0]
		}
		send("cpc-336")
		byDefault := send("cpc-306")
		r.drain(t)
		if dues := must(r.OpenDeadlines(ctx, d))(t); len(dues) != 1 || dues[0].Rule != "cpc-336" {
			t.Errorf("before the opening: %+v", dues)
		}
		n := must(r.notice.Open(ctx, d, byDefault.ID))(t)
		for _, want := range []string{"مادهٔ ۳۰۶", "۲۰ روز", "ابلاغ واقعی"} {
			if !strings.Contains(n.Paper.FA, want) {
				t.Errorf("the paper lacks %q: %s", want, n.Paper.FA)
			}
		}
		r.drain(t)
		if dues := must(r.OpenDeadlines(ctx, d))(t); len(dues) != 2 {
			t.Errorf("after the opening: %+v", dues)
		}
	})
}

// Two clerks call to the same hearing at the same moment: one does, the other is
// told who did, and each party has one notice.
func TestTwoClerksSendTheSameHearing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.referred(t, "f1", p, d)
		clerks := []policy.Actor{clerk, {Person: "clerk-2", Role: policy.Clerk, Unit: unit, Assurance: 2, Name: "کارمند دوم"}}
		orders := []NoticeOrder{hearingOn(t, c, "2025-05-17"), hearingOn(t, c, "2025-05-17")}
		results := make([]error, 2)
		var wg sync.WaitGroup
		for i := range clerks {
			wg.Go(func() { _, results[i] = r.IssueNotices(t.Context(), clerks[i], orders[i]) })
		}
		wg.Wait()
		winner := slices.IndexFunc(results, func(err error) bool { return err == nil })
		if winner < 0 || !errs.Is(results[1-winner], errs.Conflict) {
			t.Fatalf("results %v", results)
		}
		if words := r.cat.Printer(i18n.EN).Error(results[1-winner]); !strings.Contains(words, clerks[winner].Name) {
			t.Errorf("the loser is told %q", words)
		}
		for table, want := range map[string]int64{"docket_notice": 2, "docket_hearing": 1, "notice_notice": 2} {
			if n := r.count(t, "SELECT count(*) FROM "+table); n != want {
				t.Errorf("%s has %d rows", table, n)
			}
		}
		if civil.Of(orders[0].Hearing.At) != day(t, "2025-05-17") {
			t.Error("the day of the hearing is not that of Tehran")
		}
	})
}
