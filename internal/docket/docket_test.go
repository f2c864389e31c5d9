// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

func TestStatementsRunOnBothEngines(t *testing.T) {
	t.Parallel()
	storetest.RunStatements(t, must(storetest.Statements("."))(t), mods)
}

func TestWordsAreFine(t *testing.T) {
	t.Parallel()
	c := must(i18n.NewCatalog(Locale))(t)
	// The example of a case number must be nobody's: courts count from 00001.
	for l, serial := range map[i18n.Lang]string{i18n.FA: "۰۰۰۰۰.", i18n.EN: "00000."} {
		if hint := c.Printer(l).T("docket.find.hint"); !strings.HasSuffix(hint, serial) {
			t.Errorf("the example in %q may be a case", hint)
		}
	}
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
	for _, key := range []string{"opened", "referred", "notice_issued", "notice_arrived", "notice_viewed", "notice_paper",
		"deadline", "deadline_moved", "deadline_explained", "term_moved", "term_explained", "deadline_stopped"} {
		if !c.Printer(i18n.FA).Has("docket.entry." + key) {
			t.Errorf("entry %s has no words", key)
		}
	}
	for _, key := range []string{ReasonArrived, ReasonViewed, ReasonOnPaper, ReasonCalendar, ReasonOutage, ReasonShared, ReasonHearing, ReasonMoved, ReasonStopped, ReasonAnew} {
		if !c.Printer(i18n.FA).Has("docket.reason." + key) {
			t.Errorf("reason %s has no words", key)
		}
	}
}

func TestOpenCase(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		if c.Number != "140400920010100001" || c.Proposed != "1" || c.Branch != "" || c.State != StateProposed || c.UnitName.EN != "Arak Civil Judicial Complex" {
			t.Errorf("case %+v", c)
		}
		if next := r.open(t, debt("f2", p, d)); next.Number != "140400920010100002" || next.Proposed != "2" {
			t.Errorf("the next: %s, branch %s", next.Number, next.Proposed)
		}
		if next := r.open(t, debt("f3", p, d)); next.Proposed != "3" {
			t.Errorf("the third goes to branch %s", next.Proposed)
		}
		if id, err := r.find(t.Context(), clerk, c.Number); err != nil || id != c.ID {
			t.Errorf("by number: %s %v", id, err)
		}
		if list := must(r.CasesOf(t.Context(), p))(t); len(list) != 3 || list[0].Side != Plaintiff {
			t.Errorf("cases of the plaintiff: %+v", list)
		}
		if list := must(r.CasesOf(t.Context(), d))(t); len(list) != 0 {
			t.Errorf("cases of the defendant, on whom nothing was served: %+v", list)
		}
		err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := r.OpenTx(t.Context(), tx, debt("f1", p, d))
			return err
		})
		if !errs.Is(err, errs.Conflict) || !strings.Contains(err.Error(), "docket.registered") {
			t.Errorf("the same filing again: %v", err)
		}
		// A new year begins with 1 again.
		r.clk.Advance(320 * 24 * time.Hour)
		if c := r.open(t, debt("f5", p, d)); c.Number != "140500920010100001" {
			t.Errorf("the first of the next year: %s", c.Number)
		}
	})
}

func TestWrongCases(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p := policy.Actor{Person: "p"}
		for name, change := range map[string]func(*NewCase){
			"unit":    func(n *NewCase) { n.Unit = "99999" },
			"title":   func(n *NewCase) { n.TitleEN = "" },
			"filing":  func(n *NewCase) { n.Filing = "" },
			"parties": func(n *NewCase) { n.Parties = n.Parties[1:] },
		} {
			n := debt("f", p, p)
			change(&n)
			err := r.Ready(t.Context(), n.Unit)
			if err == nil {
				err = r.db.Write(t.Context(), func(tx *store.Tx) error {
					_, err := r.OpenTx(t.Context(), tx, n)
					return err
				})
			}
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := number(1404, "00", unit, maxSerial+1); !errs.Is(err, errs.Internal) || !strings.Contains(err.Error(), "no case number left") {
			t.Errorf("a full counter: %v", err)
		}
		for s, ok := range map[string]bool{"140400920010100001": true, "14040092001010000": false, "14040092001010000x": false, "": false, "۱۴۰۴۰۰۹۲۰": false} {
			if ValidNumber(s) != ok {
				t.Errorf("%q valid: %v", s, !ok)
			}
		}
	})
}

// Many openings at once: every number once, none left out, loads balanced; and
// one that fails gives its number back and leaves nothing.
func TestNumbersAreUniqueUnderConcurrency(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		if err := r.SyncCourts(t.Context()); err != nil {
			t.Fatal(err)
		}
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		const n = 30
		boom := errors.New("boom")
		numbers := make(chan string, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				var c Case
				err := r.db.Write(t.Context(), func(tx *store.Tx) error {
					var err error
					if c, err = r.OpenTx(t.Context(), tx, debt(fmt.Sprint("f", i), p, d)); err == nil && i%5 == 0 {
						return boom
					}
					return err
				})
				switch {
				case i%5 == 0 && errors.Is(err, boom):
				case err != nil:
					t.Error(err)
				default:
					numbers <- c.Number
				}
			})
		}
		wg.Wait()
		close(numbers)
		var got []string
		for s := range numbers {
			if !ValidNumber(s) {
				t.Errorf("number %q", s)
			}
			got = append(got, s)
		}
		slices.Sort(got)
		for i, s := range got {
			if want := fmt.Sprintf("1404009200101%05d", i+1); s != want {
				t.Errorf("number %d is %s, want %s", i, s, want)
			}
		}
		if len(got) != n-n/5 {
			t.Errorf("%d numbers", len(got))
		}
		for _, table := range []string{"docket_case", "docket_number", "docket_filing", "docket_entry"} {
			if c := r.count(t, "SELECT count(*) FROM "+table); c != int64(len(got)) {
				t.Errorf("%s has %d rows", table, c)
			}
		}
		for _, b := range must(r.Branches(t.Context(), unit))(t) {
			if b.Open != len(got)/3 {
				t.Errorf("branch %s has %d open cases", b.Number, b.Open)
			}
		}
	})
}

func TestConfirmBranch(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		elsewhere := head
		elsewhere.Unit = "00102"
		for name, x := range map[string]struct {
			a    policy.Actor
			kind errs.Kind
		}{
			"a clerk": {clerk, errs.Forbidden}, "another branch's judge": {second, errs.Forbidden},
			"another unit's head": {elsewhere, errs.NotFound}, "the plaintiff": {p, errs.Forbidden}, "nobody": {policy.Actor{}, errs.NotFound},
		} {
			if err := r.ConfirmBranch(t.Context(), x.a, c.ID, "1", c.Version); !errs.Is(err, x.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := r.ConfirmBranch(t.Context(), head, c.ID, "77", c.Version); !errs.Is(err, errs.Invalid) {
			t.Errorf("a branch that is not there: %v", err)
		}
		if err := r.ConfirmBranch(t.Context(), head, c.ID, "1", 9); !errs.Is(err, errs.Conflict) {
			t.Errorf("a version that is not there: %v", err)
		}
		// The head and his deputy at once: one wins, the other is told.
		var wg sync.WaitGroup
		results := make([]error, 2)
		for i, a := range []policy.Actor{head, deputy} {
			wg.Go(func() { results[i] = r.ConfirmBranch(t.Context(), a, c.ID, []string{"2", "3"}[i], c.Version) })
		}
		wg.Wait()
		winner := slices.IndexFunc(results, func(err error) bool { return err == nil })
		loser := 1 - winner
		if winner < 0 || !errs.Is(results[max(loser, 0)], errs.Conflict) {
			t.Fatalf("results %v", results)
		}
		won := []policy.Actor{head, deputy}[winner]
		branch := []string{"2", "3"}[winner]
		words := r.cat.Printer(i18n.EN).Error(results[loser])
		if !strings.Contains(words, won.Name) || !strings.Contains(words, "branch "+branch) {
			t.Errorf("the loser is told %q", words)
		}
		now := must(r.Case(t.Context(), head, c.ID))(t)
		if now.Branch != branch || now.ConfirmedBy != won.Person || now.State != StateReferred || now.Version != 2 {
			t.Errorf("case %+v", now)
		}
		for _, b := range must(r.Branches(t.Context(), unit))(t) {
			if want := map[bool]int{true: 1}[b.Number == branch]; b.Open != want {
				t.Errorf("branch %s has %d open cases", b.Number, b.Open)
			}
		}
		if n := r.count(t, "SELECT count(*) FROM docket_entry WHERE kind = 'docket.referred'"); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}

func TestWhoSeesACase(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d, stranger := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور"), r.person(t, "نیما", "بیگانه")
		c := r.open(t, debt("f1", p, d))
		otherUnit, asJudge := clerk, p
		otherUnit.Unit = "00201"
		asJudge.Role, asJudge.Unit = policy.Judge, "00201"
		for name, a := range map[string]policy.Actor{"a stranger": stranger, "another unit's clerk": otherUnit, "the plaintiff as another court's judge": asJudge,
			"nobody": {}, "an administrator": {Person: "a", Role: policy.Administrator}} {
			if _, err := r.Case(t.Context(), a, c.ID); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := r.View(t.Context(), a, c.ID); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s, view: %v", name, err)
			}
		}
		mine := must(r.Case(t.Context(), p, c.ID))(t)
		if mine.Side != Plaintiff || mine.Parties[0].Address == "" && mine.Parties[1].Address == "" {
			t.Errorf("own data: %+v", mine)
		}
		for _, party := range mine.Parties {
			if party.Side == Defendant && (party.Address != "" || party.NationalCode != "" || party.County != "") {
				t.Errorf("the plaintiff sees %+v", party)
			}
		}
		if n := len(must(r.people.Accesses(t.Context(), p.Person))(t)); n != 0 {
			t.Errorf("%d accesses before staff looked", n)
		}
		theirs := must(r.Case(t.Context(), clerk, c.ID))(t)
		if theirs.Side != "" || theirs.Parties[0].Address == "" || theirs.Parties[1].Address == "" {
			t.Errorf("staff see %+v", theirs)
		}
		// The defendant is not warned by it, and sees it when he sees the case.
		if rows := must(r.people.Accesses(t.Context(), d.Person))(t); len(rows) != 0 {
			t.Errorf("the defendant is warned: %+v", rows)
		}
		looked := r.clk.Now()
		r.clk.Advance(time.Hour)
		r.serve(t, c, Defendant, "", "k1")
		if rows := must(r.people.Accesses(t.Context(), d.Person))(t); len(rows) != 1 || !rows[0].At.Equal(looked) {
			t.Errorf("the look was at %v: %+v", looked, rows)
		}
		for _, who := range []policy.Actor{p, d} {
			rows := must(r.people.Accesses(t.Context(), who.Person))(t)
			if len(rows) != 1 || rows[0].Name != clerk.Name || rows[0].Object != c.ID || rows[0].Role != policy.Clerk {
				t.Errorf("accesses of %s: %+v", who.Name, rows)
			}
			for _, key := range []string{rows[0].What, rows[0].Why} {
				if !r.cat.Printer(i18n.FA).Has(key) {
					t.Errorf("no words for %s", key)
				}
			}
		}
		page := must(r.UnitCases(t.Context(), clerk, false, ""))(t)
		if len(page.Cases) != 1 || page.Pending != 1 {
			t.Errorf("the unit's list: %+v", page)
		}
		if other := must(r.UnitCases(t.Context(), otherUnit, false, ""))(t); len(other.Cases) != 0 {
			t.Errorf("another unit's list: %+v", other)
		}
		if _, err := r.UnitCases(t.Context(), p, false, ""); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a party asks for a unit's list: %v", err)
		}
	})
}

func TestTimelineBySide(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		r.serve(t, c, Defendant, "", "k1") // else the defendant sees nothing
		add := func(what string, sides ...string) {
			for range 2 { // twice: the second is dropped
				err := r.db.WriteBlind(t.Context(), func(tx *store.Tx) error {
					return r.AddEntryTx(t.Context(), tx, Entry{Case: c.ID, Kind: "test." + what, Sides: sides, By: clerk, Subject: what,
						Members: map[string]string{"title_fa": "الف", "title_en": "a", "href": "/x", "owner": d.Person}})
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		add("for_p", Plaintiff)
		add("for_d", Defendant)
		add("for_court")
		add("for_both", Plaintiff, Defendant)
		for name, x := range map[string]struct {
			a    policy.Actor
			want string
		}{
			"plaintiff": {p, "docket.opened test.for_p test.for_both"},
			"defendant": {d, "docket.opened docket.notice_issued test.for_d test.for_both"},
			"clerk":     {clerk, "docket.opened docket.notice_issued test.for_p test.for_d test.for_court test.for_both"},
		} {
			var got []string
			for _, e := range must(r.View(t.Context(), x.a, c.ID))(t).Entries {
				got = append(got, e.Kind)
			}
			if s := strings.Join(got, " "); s != x.want {
				t.Errorf("%s sees %q", name, s)
			}
		}
		if err := r.db.WriteBlind(t.Context(), func(tx *store.Tx) error { return r.AddEntryTx(t.Context(), tx, Entry{Case: c.ID, Kind: "x"}) }); !errs.Is(err, errs.Invalid) {
			t.Errorf("an entry without a module: %v", err)
		}
	})
}

func day(t *testing.T, s string) civil.Day { t.Helper(); return must(civil.Parse(s))(t) }

func TestDeadlineFromArrival(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		issued := r.serve(t, c, Defendant, "cpc-336", "k1")
		if again := r.serve(t, c, Defendant, "cpc-336", "k1"); again != issued {
			t.Errorf("the same key issued %+v and %+v", issued, again)
		}
		r.drain(t)
		r.clk.Advance(time.Hour)
		r.drain(t)
		dues := must(r.OpenDeadlines(t.Context(), d))(t)
		// Served 20 Ordibehesht 1404 (2025-05-10); twenty days end on Friday
		// 2025-05-30, so the safe day is Thursday the 29th; the day of the act
		// makes it the 31st.
		if len(dues) != 1 || dues[0].Safe != day(t, "2025-05-29") || dues[0].Last != day(t, "2025-05-31") || dues[0].CaseNumber != c.Number {
			t.Fatalf("dues %+v", dues)
		}
		got, history, _, err := r.Deadline(t.Context(), d, c.ID, dues[0].Deadline)
		if err != nil || len(history) != 1 || got.Reason != ReasonArrived || got.Reading != "bylaw-1395-13@1" ||
			got.Computation.Rule.Code != "cpc-336" || len(got.Computation.Days) != 22 || !got.RunsFrom.Equal(storetest.Start) || got.Evidence == "" {
			t.Errorf("deadline %+v %v", got, err)
		}
		if _, _, _, err := r.Deadline(t.Context(), p, c.ID, got.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("the other side's deadline: %v", err)
		}
		if _, _, _, err := r.Deadline(t.Context(), clerk, c.ID, got.ID); err != nil {
			t.Errorf("the clerk: %v", err)
		}
		if must(r.OpenDeadlines(t.Context(), p))(t) == nil {
			t.Log("none for the plaintiff, as it should be")
		}
		var kinds []string
		for _, e := range must(r.View(t.Context(), p, c.ID))(t).Entries {
			kinds = append(kinds, e.Kind)
		}
		if s := strings.Join(kinds, " "); s != "docket.opened docket.notice_arrived" {
			t.Errorf("the plaintiff sees %q", s)
		}
		// Viewing adds an entry but starts nothing anew.
		must(r.notice.Open(t.Context(), d, issued.ID))(t)
		r.drain(t)
		if n := r.count(t, "SELECT count(*) FROM docket_deadline"); n != 1 {
			t.Errorf("%d computations", n)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_entry WHERE kind = 'docket.notice_viewed'"); n != 1 {
			t.Errorf("%d entries of viewing", n)
		}
		// Done is done.
		if err := r.db.WriteBlind(t.Context(), func(tx *store.Tx) error { return r.MeetTx(t.Context(), tx, d.Person, c.ID, issued.ID) }); err != nil {
			t.Fatal(err)
		}
		if dues := must(r.OpenDeadlines(t.Context(), d))(t); len(dues) != 0 {
			t.Errorf("still to do: %+v", dues)
		}
	})
}

// A rule that runs from actual service waits for the opening.
// A term that runs unread has a reminder some days before its safe date, and none
// after it was opened.
func TestReminder(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده‌پور")
		c := r.open(t, debt("f1", p, d))
		issued := r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		due := func() string {
			t.Helper()
			at := must(store.All[int64](t.Context(), r.db, `SELECT due_us FROM alert_alert WHERE owner = $1 AND ref = $2 AND kind = 'reminder' AND state = 'queued'`, d.Person, issued.ID))(t)
			if len(at) != 1 {
				return ""
			}
			return civil.Of(store.FromMicros(at[0])).String()
		}
		if got := due(); got != "2025-05-26" { // three days before the safe date
			t.Errorf("the reminder is due %q", got)
		}
	})
}

func TestDeadlineFromViewing(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		issued := r.serve(t, c, Defendant, "cpc-306", "k1")
		r.drain(t)
		if dues := must(r.OpenDeadlines(t.Context(), d))(t); len(dues) != 0 {
			t.Fatalf("runs before it was opened: %+v", dues)
		}
		r.clk.Advance(72 * time.Hour)
		must(r.notice.Open(t.Context(), d, issued.ID))(t)
		r.drain(t)
		dues := must(r.OpenDeadlines(t.Context(), d))(t)
		if len(dues) != 1 || dues[0].Last != day(t, "2025-06-03") {
			t.Errorf("dues %+v", dues)
		}
	})
}

// A closure of the province moves the last day; the old computation stays and
// says what took its place; another province's closure moves nothing.
func TestClosureSupersedes(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p, d := r.person(t, "سارا", "خواهانی"), r.person(t, "رضا", "خوانده\u200cپور")
		c := r.open(t, debt("f1", p, d))
		r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		first := must(r.OpenDeadlines(t.Context(), d))(t)[0]
		admin := policy.Actor{Person: "admin", Role: policy.Administrator, Assurance: 2}
		publish := func(province string) {
			_, err := r.cal.Publish(t.Context(), admin, calendar.Closure{Date: day(t, "2025-05-31"), Province: province, Kind: calendar.KindGovernment,
				Closed: true, Courts: true, Name: calendar.Text{FA: "گرما", EN: "Heat"}, Source: "test"})
			if err != nil {
				t.Fatal(err)
			}
		}
		publish("tehran")
		r.clk.Advance(2 * time.Minute)
		r.drain(t)
		if n := r.count(t, "SELECT count(*) FROM docket_deadline"); n != 1 {
			t.Fatalf("another province's closure made %d computations", n)
		}
		publish("markazi")
		r.clk.Advance(2 * time.Minute)
		r.drain(t)
		var wg sync.WaitGroup
		for range 4 { // again and at once: nothing more happens
			wg.Go(func() {
				if err := r.Recompute(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		dues := must(r.OpenDeadlines(t.Context(), d))(t)
		if len(dues) != 1 || dues[0].Last != day(t, "2025-06-01") || dues[0].Deadline == first.Deadline {
			t.Fatalf("dues %+v", dues)
		}
		old, history, _, err := r.Deadline(t.Context(), d, c.ID, first.Deadline)
		if err != nil || len(history) != 2 {
			t.Fatalf("history %+v %v", history, err)
		}
		if old.Stands() || old.SupersededBy != dues[0].Deadline || old.Last != first.Last || old.Computation.Last != first.Last {
			t.Errorf("the old one: %+v", old)
		}
		now := history[1]
		if !now.Stands() || now.Seq != 2 || now.Reason != ReasonCalendar || !now.RunsFrom.Equal(old.RunsFrom) {
			t.Errorf("the new one: %+v", now)
		}
		if !slices.ContainsFunc(now.Computation.Days, func(m calendar.DayMark) bool { return m.Why == calendar.WhyClosure && m.Name.EN == "Heat" }) {
			t.Errorf("the closure is not explained: %+v", now.Computation.Days)
		}
		if n := r.count(t, "SELECT count(*) FROM docket_entry WHERE kind = 'docket.deadline_moved'"); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}

func TestIssueNotice(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		p := r.person(t, "سارا", "خواهانی")
		c := r.open(t, debt("f1", p, policy.Actor{})) // the defendant has no account
		otherUnit := clerk
		otherUnit.Unit = "00201"
		for name, a := range map[string]policy.Actor{"another unit": otherUnit, "the plaintiff": p, "nobody": {}} {
			if _, err := r.issue(t, c, Defendant, "cpc-336", "k-"+name, a); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, rule := range []string{"no-such-rule"} {
			if _, err := r.issue(t, c, Defendant, rule, "k", clerk); !errs.Is(err, errs.Invalid) {
				t.Errorf("rule %s: %v", rule, err)
			}
		}
		out := r.serve(t, c, Defendant, "cpc-336", "k1")
		r.drain(t)
		if out.Electronic || r.count(t, "SELECT count(*) FROM docket_deadline") != 0 {
			t.Errorf("issued %+v", out)
		}
		if tasks := must(r.notice.PaperTaskPage(t.Context(), clerk, noticePage))(t).Tasks; len(tasks) != 1 || tasks[0].CaseNumber != c.Number {
			t.Errorf("tasks %+v", tasks)
		}
		entries := must(r.View(t.Context(), p, c.ID))(t).Entries
		if last := entries[len(entries)-1]; last.Kind != "docket.notice_paper" || !strings.Contains(last.Words(r.cat.Printer(i18n.FA)), "خوانده\u200cپور") {
			t.Errorf("timeline %+v", entries)
		}
		// What fails later leaves nothing.
		before := r.count(t, "SELECT count(*) FROM ledger_entry")
		boom := errors.New("boom")
		err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := r.IssueNoticeTx(t.Context(), tx, clerk, NewNotice{Case: c.ID, Party: c.Parties[0].ID, Kind: "order", Title: Text{"الف", "a"},
				Paper: Text{"الف", "a"}, Key: "k9"}); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) || r.count(t, "SELECT count(*) FROM ledger_entry") != before || r.count(t, "SELECT count(*) FROM docket_notice") != 1 {
			t.Errorf("a failed act left something: %v", err)
		}
	})
}

func TestCalendarFile(t *testing.T) {
	t.Parallel()
	c := must(i18n.NewCatalog(Locale))(t)
	d := Deadline{Case: "c", ID: "d", Notice: "n1", Seq: 2, Title: Text{FA: "دادنامهٔ مطالبهٔ وجه", EN: "Judgment on the debt"}, Rule: "cpc-336",
		Safe: day(t, "2025-05-29"), Last: day(t, "2025-05-31"), Made: storetest.Start}
	for _, l := range i18n.Langs() {
		text := string(calendarFile(c.Printer(l), d))
		for _, want := range []string{"BEGIN:VCALENDAR\r\n", "DTSTART;VALUE=DATE:20250529\r\n", "DTSTART;VALUE=DATE:20250531\r\n", "DTEND;VALUE=DATE:20250601\r\n",
			"UID:n1-safe@tarazu\r\n", "SEQUENCE:1\r\n", "DTSTAMP:20250510T063000Z\r\n", "TRIGGER:-P3D\r\n", "END:VCALENDAR\r\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: lacks %q in %s", l, want, text)
			}
		}
		unfolded := strings.ReplaceAll(text, "\r\n ", "")
		for _, secret := range []string{"debt", "وجه", "Judgment", "دادنامه", "cpc"} {
			if strings.Contains(unfolded, secret) {
				t.Errorf("%s: tells %q", l, secret)
			}
		}
		for line := range strings.SplitSeq(text, "\r\n") {
			if len(line) > 75 {
				t.Errorf("%s: a line of %d octets", l, len(line))
			}
		}
		if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || !strings.Contains(unfolded, c.Printer(l).T("docket.ics.words")) {
			t.Errorf("%s: %s", l, text)
		}
	}
}
