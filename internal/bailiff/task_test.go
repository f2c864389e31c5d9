// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A notice without an account is one task, however often its event is heard.
func TestOpened(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		k := r.task(t, home)
		if k.State != Open || k.Address != home.Address || k.Round != 1 || k.Title.EN == "" {
			t.Fatalf("%+v", k)
		}
		none := home
		none.Address = ""
		if k := r.task(t, none); !k.UnknownAddress() || k.Reason != "unknown_address" {
			t.Errorf("%+v", k)
		}
		page := must(r.UnitTasks(t.Context(), clerk, Open, ""))(t)
		if len(page.Tasks) != 2 || page.Counts[Open] != 2 || page.Next != "" {
			t.Errorf("%+v", page)
		}
		stranger := clerk
		stranger.Unit = "23201"
		if page := must(r.UnitTasks(t.Context(), stranger, Open, ""))(t); len(page.Tasks) != 0 {
			t.Errorf("another unit sees %+v", page.Tasks)
		}
		if _, err := r.Get(t.Context(), r.one, k.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("a bailiff who does not have it: %v", err)
		}
	})
}

// Every outcome of the table leads where its class says, and what it needs is asked
// for; the attempt is evidence with its reason.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	table := must(DefaultOutcomes())(t).At(20000)
	next := map[string]State{Actual: Served, Legal: Served, Failed: NotServed, Again: Assigned}
	each2(t, func(t *testing.T, r *rig) {
		for _, o := range table.Outcomes {
			to := home
			to.Addressee, to.NationalCode = o.Addressees[0], ""
			k := r.given(t, to, r.one)
			full := report(k.ID, o.Code)
			if len(o.Relations) > 0 {
				full.Relation = o.Relations[0]
			}
			for _, need := range o.Needs {
				short := full
				switch need {
				case NeedName:
					short.TakenBy = " "
				case NeedRelation:
					short.Relation = "neighbour"
				case NeedNote:
					short.Note = ""
				case NeedPhoto:
					short.Photo = Upload{}
				case NeedProof:
					short.Photo, short.Sign = Upload{}, Upload{}
				}
				if _, err := r.Record(t.Context(), r.one, short); !errs.Is(err, errs.Invalid) {
					t.Errorf("%s without %s: %v", o.Code, need, err)
				}
			}
			a := must(r.Record(t.Context(), r.one, full))(t)
			after := must(r.Get(t.Context(), clerk, k.ID))(t)
			if !a.Counted || a.Class != o.Class || after.State != next[o.Class] || after.Attempts != 1 || after.Outcome != o.Code {
				t.Errorf("%s: %+v, task %s", o.Code, a, after.State)
			}
			if n := r.count(t, `SELECT count(*) FROM ledger_entry WHERE id = $1`, a.Evidence); n != 1 {
				t.Errorf("%s: %d records", o.Code, n)
			}
		}
	})
}

// each2 is each in a test that is parallel already.
func each2(t *testing.T, fn func(t *testing.T, r *rig)) {
	t.Helper()
	t.Run("engines", func(t *testing.T) { each(t, fn) })
}

// An attempt without a signal comes later and more than once: it is one attempt,
// at the time at which it was made.
func TestOfflineOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		k := r.given(t, home, r.one)
		r.clk.Advance(3 * time.Hour)
		made := r.clk.Now().Add(-2 * time.Hour)
		x := report(k.ID, "household")
		x.Offline, x.Device, x.Sent = true, made.Add(-10*time.Minute), r.clk.Now().Add(-10*time.Minute) // its clock is ten minutes late
		a := must(r.Record(t.Context(), r.one, x))(t)
		if skew, ok := a.Skew(); !ok || skew != 10*time.Minute || !a.At.Equal(made) || !a.Offline {
			t.Errorf("skew %v, at %v, want %v", skew, a.At, made)
		}
		r.clk.Advance(time.Minute)
		x.Sent = r.clk.Now()
		again := must(r.Record(t.Context(), r.one, x))(t)
		if again.ID != a.ID || !again.Received.Equal(a.Received) || r.count(t, `SELECT count(*) FROM bailiff_attempt`) != 1 {
			t.Errorf("%+v", again)
		}
		x.TakenBy = "کس دیگر"
		if _, err := r.Record(t.Context(), r.one, x); !errs.Is(err, errs.Conflict) {
			t.Errorf("the same key with other words: %v", err)
		}
	})
}

// Who comes second changes nothing: what he tells is kept as a fact, and the reason
// stands beside it.
func TestNotCounted(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		k := r.given(t, home, r.one)
		if g := must(r.Assign(t.Context(), clerk, []string{k.ID}, r.two.Person))(t); g.Tasks != 1 {
			t.Fatal(g)
		}
		late := must(r.Record(t.Context(), r.one, report(k.ID, "handed")))(t)
		if late.Counted || late.Why != WhyReassigned {
			t.Errorf("%+v", late)
		}
		if now := must(r.Get(t.Context(), clerk, k.ID))(t); now.State != Assigned || now.Attempts != 0 {
			t.Errorf("%+v", now)
		}
		must(r.Record(t.Context(), r.two, report(k.ID, "handed")))(t)
		second := must(r.Record(t.Context(), r.two, report(k.ID, "come_again")))(t)
		if second.Counted || second.Why != WhyServed {
			t.Errorf("%+v", second)
		}
		if list := must(r.Attempts(t.Context(), clerk, k.ID))(t); len(list) != 3 {
			t.Errorf("%d attempts", len(list))
		}
		if g := must(r.Assign(t.Context(), clerk, []string{k.ID}, r.one.Person))(t); g.Skipped != 1 {
			t.Errorf("what is served is given out: %+v", g)
		}
	})
}

// A failed task goes to another address, and its bailiff sees it no more.
func TestReaddress(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		k := r.given(t, home, r.one)
		if err := r.Readdress(t.Context(), clerk, k.ID, Where{Address: "جای دیگر"}, "چون"); !errs.Is(err, errs.Conflict) {
			t.Errorf("while somebody is on the way: %v", err)
		}
		must(r.Record(t.Context(), r.one, report(k.ID, "moved")))(t)
		if err := r.Readdress(t.Context(), clerk, k.ID, Where{Address: "خیابان نو"}, ""); !errs.Is(err, errs.Invalid) {
			t.Errorf("without a reason: %v", err)
		}
		if err := r.Readdress(t.Context(), clerk, k.ID, Where{Address: "خیابان نو، پلاک ۲", Province: "tehran", County: "rey"}, "خواهان گفت"); err != nil {
			t.Fatal(err)
		}
		now := must(r.Get(t.Context(), clerk, k.ID))(t)
		if now.State != Open || now.Round != 2 || now.Address != "خیابان نو، پلاک ۲" || now.County != "rey" || now.Bailiff != "" {
			t.Errorf("%+v", now)
		}
		if list := must(r.Route(t.Context(), r.one))(t); len(list) != 0 {
			t.Errorf("%+v", list)
		}
	})
}

// Where a protected person lives is seen by the bailiff who goes there, only.
func TestConcealed(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		k := r.given(t, home, r.one)
		if err := r.Conceal(t.Context(), clerk, k.ID, true, "خشونت خانگی"); err != nil {
			t.Fatal(err)
		}
		if now := must(r.Get(t.Context(), clerk, k.ID))(t); now.Address != "" || !now.Concealed {
			t.Errorf("the registry sees %q", now.Address)
		}
		if list := must(r.Route(t.Context(), r.one))(t); len(list) != 1 || list[0].Address != home.Address {
			t.Errorf("%+v", list)
		}
	})
}

// Whoever hides an address while a paper is on its way to it: the bailiff has it no
// more, the registry neither, and of what was served before nobody reads it.
func TestHiddenMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		served, waits, given := r.given(t, home, r.one), r.task(t, home), r.given(t, home, r.one)
		must(r.Service.Record(t.Context(), r.one, report(served.ID, "handed")))(t)
		p := must(r.people.Enrol(t.Context(), system, identity.NewPerson{
			NationalCode: home.NationalCode, FirstName: "رضا", LastName: "آزمایشی", FatherName: "علی", Birth: must(civil.FromJalali(1360, 1, 9))(t),
			Mobile: "09120009999", Lang: i18n.FA, Assurance: identity.SeenInPerson,
		}))(t)
		err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			return r.jobs.PublishTx(t.Context(), tx, shelter.Hidden{Person: p.ID})
		})
		if err != nil {
			t.Fatal(err)
		}
		r.drain(t)
		if list := must(r.Route(t.Context(), r.one))(t); len(list) != 0 {
			t.Errorf("the bailiff still has %+v", list)
		}
		for _, k := range []Task{served, waits, given} {
			now := must(r.Get(t.Context(), clerk, k.ID))(t)
			if now.Address != "" || (now.State == Open) != (k.ID != served.ID) {
				t.Errorf("%s: %q", now.State, now.Address)
			}
		}
		if n := r.count(t, "SELECT count(*) FROM bailiff_task WHERE address <> '' AND state <> 'served'"); n != 0 {
			t.Errorf("%d copies of the address are left", n)
		}
	})
}

// Whoever moves while a paper is on its way: it goes to the new address, by whoever
// goes there; what was served stays where it was.
func TestMoved(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		served, given, other := r.given(t, home, r.one), r.given(t, home, r.one), r.given(t, Destination{
			CaseKind: "civil", Addressee: AsPerson, Name: "دیگری", NationalCode: codes[3], Address: home.Address, Province: "tehran", County: "tehran",
		}, r.one)
		must(r.Service.Record(t.Context(), r.one, report(served.ID, "handed")))(t)
		to := Where{Address: "خیابان نو، پلاک ۱", Province: "alborz", County: "karaj"}
		if err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			return r.MoveTx(t.Context(), tx, caseID, Whose{NationalCode: home.NationalCode}, to)
		}); err != nil {
			t.Fatal(err)
		}
		if now := must(r.Get(t.Context(), clerk, given.ID))(t); now.State != Open || now.Address != to.Address || now.County != to.County {
			t.Errorf("%s: %q", now.State, now.Address)
		}
		for _, k := range []Task{served, other} {
			if now := must(r.Get(t.Context(), clerk, k.ID))(t); now.State == Open || now.Address != home.Address {
				t.Errorf("%s: %s: %q", k.Name, now.State, now.Address)
			}
		}
	})
}

// Publication is asked for by a clerk and ordered by a judge; in criminal matters
// nothing says what it is about.
func TestPublication(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		none := home
		none.Address = ""
		civil, crime := r.task(t, none), none
		crime.CaseKind = "criminal"
		criminal := r.task(t, crime)
		for _, k := range []Task{civil, criminal} {
			if err := r.DecidePublication(ctx, judge, k.ID, true, ""); !errs.Is(err, errs.Conflict) {
				t.Errorf("nobody asked: %v", err)
			}
			if err := r.AskPublication(ctx, clerk, k.ID, "خواهان نشانی ندارد"); err != nil {
				t.Fatal(err)
			}
			if err := r.DecidePublication(ctx, clerk, k.ID, true, ""); !errs.Is(err, errs.NotFound) {
				t.Errorf("a clerk orders: %v", err)
			}
			if err := r.DecidePublication(ctx, judge, k.ID, true, ""); err != nil {
				t.Fatal(err)
			}
		}
		calls, more, err := r.Calls(ctx, "")
		if err != nil || more != "" || len(calls) != 2 {
			t.Fatal(calls, more, err)
		}
		for _, p := range calls {
			if said := p.Title == civil.Title; said == (p.ID == criminal.ID) || p.Withheld != (p.ID == criminal.ID) {
				t.Errorf("%+v", p)
			}
			if all := fmt.Sprint(p); strings.Contains(all, none.NationalCode) || strings.Contains(all, home.Address) {
				t.Errorf("a call says too much: %s", all)
			}
		}
		r.clk.Advance(61 * 24 * time.Hour)
		if calls, _, err := r.Calls(ctx, ""); err != nil || len(calls) != 0 {
			t.Errorf("after its time: %+v, %v", calls, err)
		}
	})
}

// A judge who refuses gives the task back to the registry.
func TestPublicationRefused(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		k := r.given(t, home, r.one)
		if err := r.AskPublication(t.Context(), clerk, k.ID, "زود است"); !errs.Is(err, errs.Conflict) {
			t.Errorf("before anybody went there: %v", err)
		}
		must(r.Record(t.Context(), r.one, report(k.ID, "unknown_there")))(t)
		if err := r.AskPublication(t.Context(), clerk, k.ID, "پیدا نشد"); err != nil {
			t.Fatal(err)
		}
		if err := r.DecidePublication(t.Context(), judge, k.ID, false, ""); !errs.Is(err, errs.Invalid) {
			t.Errorf("without a reason: %v", err)
		}
		if err := r.DecidePublication(t.Context(), judge, k.ID, false, "نشانی محل کار پرسیده شود"); err != nil {
			t.Fatal(err)
		}
		if now := must(r.Get(t.Context(), clerk, k.ID))(t); now.State != NotServed {
			t.Errorf("%s", now.State)
		}
		if calls, _, err := r.Calls(t.Context(), ""); err != nil || len(calls) != 0 {
			t.Errorf("%+v, %v", calls, err)
		}
	})
}

// Sharing out: everything once, nobody much more than the others, and a street in
// one hand while there is room.
func TestShareOut(t *testing.T) {
	t.Parallel()
	for officers := 1; officers <= 4; officers++ {
		for n := 0; n <= 23; n++ {
			var tasks []Task
			var who []Officer
			for i := range n {
				tasks = append(tasks, Task{ID: fmt.Sprintf("t%02d", i), Province: "tehran", County: fmt.Sprint("c", i%3), Address: fmt.Sprint("a", i%5)})
			}
			total := n
			for i := range officers {
				load := (i * 7) % 5
				who = append(who, Officer{Person: fmt.Sprint("p", i), Load: load, Counties: map[string]int{"c1": load}})
				total += load
			}
			load, seen := map[string]int{}, map[string]bool{}
			for _, p := range shareOut(tasks, who) {
				if seen[p.task] {
					t.Fatalf("%s twice", p.task)
				}
				seen[p.task] = true
				load[p.officer.Person]++
			}
			if len(seen) != n {
				t.Fatalf("%d of %d given out", len(seen), n)
			}
			most := (total + officers - 1) / officers
			for _, o := range who {
				if got := load[o.Person]; got > 0 && o.Load+got > most {
					t.Errorf("%d officers, %d tasks: %s has %d, fair is %d", officers, n, o.Person, o.Load+got, most)
				}
			}
		}
	}
	list := shareOut([]Task{{ID: "1", County: "b"}, {ID: "2", County: "a"}, {ID: "3", County: "b"}, {ID: "4", County: "a"}}, []Officer{{Person: "x", Counties: map[string]int{}}, {Person: "y", Counties: map[string]int{}}})
	where := map[string][]string{}
	for _, p := range list {
		where[p.officer.Person] = append(where[p.officer.Person], p.task)
	}
	if !slices.Equal(where["x"], []string{"2", "4"}) || !slices.Equal(where["y"], []string{"1", "3"}) {
		t.Errorf("%v", where)
	}
}

// A task in no state gets out of it but as the table says, and those that have ended
// stay.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, s := range States() {
		if ended := s == Served || s == Published || s == Withdrawn; s.Ended() != ended {
			t.Errorf("%s", s)
		}
		if !s.Ended() && !s.May(Withdrawn) {
			t.Errorf("%s cannot be withdrawn when its addressee has an account", s)
		}
	}
}

// When something happened is told by the best clock there is, within what is possible.
func TestHappened(t *testing.T) {
	t.Parallel()
	given := time.Date(2025, 5, 1, 8, 0, 0, 0, time.UTC)
	now := given.Add(10 * time.Hour)
	for name, c := range map[string]struct {
		device, sent time.Time
		elapsed      time.Duration
		want         time.Time
	}{
		"steady clock":          {given.AddDate(-3, 0, 0), time.Time{}, time.Hour, now.Add(-time.Hour)},
		"clock that is late":    {given.Add(2 * time.Hour), now.Add(-time.Hour), -1, given.Add(3 * time.Hour)},
		"clock that is early":   {given.Add(5 * time.Hour), now.Add(time.Hour), -1, given.Add(4 * time.Hour)},
		"from a page":           {now, time.Time{}, -1, now},
		"in the future":         {now.Add(time.Hour), time.Time{}, -1, now},
		"before it was his":     {given.Add(-time.Hour), now, -1, given},
		"a clock of years back": {time.Unix(0, 0), now, -1, given},
		"no clock":              {time.Time{}, time.Time{}, -1, given},
	} {
		if got := happened(c.device, c.sent, c.elapsed, now, given); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// A table that would let something through is not taken.
func TestTablesRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"an unknown class":   {`"class": "again"`, `"class": "perhaps"`},
		"no signature":       {`"class": "actual", "addressees": ["person"], "needs": ["proof"]`, `"class": "actual", "addressees": ["person"], "needs": []`},
		"the same twice":     {`"code": "refused"`, `"code": "handed"`},
		"an unknown member":  {`"mark": "mem",`, `"mark": "mem", "more": 1,`},
		"no source":          {`"source": "قانون`, `"sauce": "قانون`},
		"relations unasked":  {`"needs": ["name", "relation", "proof"], "relations": ["head", "deputy"]`, `"needs": ["name", "proof"], "relations": ["head", "deputy"]`},
		"an unknown address": {`"addressees": ["body"]`, `"addressees": ["nobody"]`},
	} {
		text := strings.Replace(string(outcomesJSON), change[0], change[1], 1)
		if text == string(outcomesJSON) {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := ParseOutcomes([]byte(text)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := ParseRules([]byte(strings.Replace(string(rulesJSON), `"shown_days": 60`, `"shown_days": 0`, 1))); err == nil {
		t.Error("no days of showing are taken")
	}
}

// Whoever is neither of the unit nor its bailiff can do nothing.
func TestStrangers(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		k := r.given(t, home, r.one)
		elsewhere := clerk
		elsewhere.Unit = "23201"
		citizen := policy.Actor{Person: "c", Role: policy.Citizen}
		for name, a := range map[string]policy.Actor{"another unit": elsewhere, "a citizen": citizen, "nobody": {}, "another bailiff": r.two} {
			if _, err := r.Get(ctx, a, k.ID); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s sees it: %v", name, err)
			}
			if _, err := r.Record(ctx, a, report(k.ID, "handed")); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s records: %v", name, err)
			}
			if err := r.AskPublication(ctx, a, k.ID, "چون"); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s asks: %v", name, err)
			}
		}
		if _, err := r.Assign(ctx, r.one, []string{k.ID}, r.two.Person); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a bailiff gives out: %v", err)
		}
	})
}
