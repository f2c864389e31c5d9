// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

func day(t testing.TB, s string) civil.Day {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(s, err)
	}
	return d
}

func law(t testing.TB) Law {
	t.Helper()
	l, err := DefaultLaw(Options{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func closed(d civil.Day, province string) Closure {
	return Closure{Date: d, Province: province, Kind: KindGovernment, Closed: true, Courts: true, Name: Text{"آلودگی هوا", "Air pollution"}, Source: "test"}
}

// fieldCode is the code of the only wrong field, "field code".
func fieldCode(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Invalid || len(e.Fields) != 1 {
		return fmt.Sprint(err)
	}
	return e.Fields[0].Name + " " + e.Fields[0].Code
}

func TestComputeExamples(t *testing.T) {
	t.Parallel()
	l := law(t)
	for name, c := range map[string]struct {
		in         Input
		safe, last string
		marks      string // why of the days after the counted ones
	}{
		"no closed day decides": {Input{Rule: "cpc-336", Served: day(t, "2025-04-21")}, "2025-05-11", "2025-05-12", "action"},
		// D+20 is Saturday, D+21 Sunday.
		"the day of service is not counted": {Input{Rule: "cpc-336", Served: day(t, "2025-04-20")}, "2025-05-10", "2025-05-11", "action"},
		// D+20 = Friday 2 May: safe goes back to Thursday, last is Saturday.
		"the safe date goes back from a Friday": {Input{Rule: "cpc-336", Served: day(t, "2025-04-12")}, "2025-05-01", "2025-05-03", "action"},
		// D+21 = Friday 16 May.
		"the last day moves from a Friday": {Input{Rule: "crpc-431", Served: day(t, "2025-04-25")}, "2025-05-15", "2025-05-17", "friday moved"},
		// 2025-03-13 + 10 = 3 Farvardin; 4 Farvardin is closed too.
		"Nowruz": {Input{Rule: "cpc-54", Served: day(t, "1403-12-23")}, "2025-03-20", "2025-03-25", "holiday moved"},
		// Tasua and Ashura 1404 are 5 and 6 July 2025; Friday is 4 July.
		"Friday, Tasua and Ashura": {Input{Rule: "cpc-260", Served: day(t, "2025-06-26")}, "2025-07-03", "2025-07-07", "friday holiday holiday moved"},
		"two months are 60 days":   {Input{Rule: "cpc-306", Served: day(t, "2025-09-01"), Abroad: true}, "2025-10-30", "2025-11-01", "action"},
		"one month is 30 days":     {Input{Rule: "crpc-270", Served: day(t, "2025-05-10"), Abroad: true}, "2025-06-09", "2025-06-10", "action"},
		"a term set by the court":  {Input{Rule: "cpc-442", Served: day(t, "2025-05-10"), Days: 3}, "2025-05-13", "2025-05-14", "action"},
	} {
		got, err := l.Compute(c.in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var marks []string
		for _, m := range got.Days[1:] {
			if !m.Counted {
				marks = append(marks, m.Why)
			}
		}
		if got.Safe.String() != c.safe || got.Last.String() != c.last || strings.Join(marks, " ") != c.marks {
			t.Errorf("%s: safe %s last %s (%s), want %s %s (%s)", name, got.Safe, got.Last, strings.Join(marks, " "), c.safe, c.last, c.marks)
		}
	}
}

func TestComputeDefaultsAbroad(t *testing.T) {
	t.Parallel()
	l := law(t)
	served := day(t, "2025-05-10")
	for code, want := range map[string]struct {
		home, abroad int
		standIn      bool
	}{
		"cpc-54": {10, 60, true}, "cpc-54-objection": {10, 60, true}, "cpc-54-tell": {2, 2, false}, "cpc-346": {10, 60, true}, "cpc-260": {7, 60, true}, "cel-34": {10, 60, true},
		"cpc-112": {10, 10, false}, "cpc-259": {7, 60, true}, "cpc-318": {20, 20, false}, "cpc-397": {20, 60, false}, "cpc-427": {20, 60, false},
		"cpc-490": {20, 60, false}, "crpc-406": {20, 60, false}, "fca-3": {30, 30, false}, "cheque-23": {10, 10, false}, "ajc-16": {90, 180, false}, "ajc-65": {20, 60, false},
		"cpc-306": {20, 60, false}, "cpc-336": {20, 60, false}, "crpc-431": {20, 60, false}, "crpc-270": {10, 30, false},
	} {
		home, err := l.Compute(Input{Rule: code, Served: served})
		if err != nil {
			t.Fatal(err)
		}
		abroad, err := l.Compute(Input{Rule: code, Served: served, Abroad: true})
		if err != nil {
			t.Fatal(err)
		}
		if home.Term != want.home || abroad.Term != want.abroad || abroad.AbroadDefault != want.standIn || home.AbroadDefault {
			t.Errorf("%s: %d and %d days, default %v and %v", code, home.Term, abroad.Term, home.AbroadDefault, abroad.AbroadDefault)
		}
		if home.ActualService != (code == "cpc-306" || code == "crpc-406") {
			t.Errorf("%s: actual service %v", code, home.ActualService)
		}
	}
}

func TestComputeRefuses(t *testing.T) {
	t.Parallel()
	l := law(t)
	d := day(t, "2025-05-10")
	for want, in := range map[string]Input{
		"rule calendar.rule.unknown":         {Rule: "cpc-999", Served: d},
		"rule calendar.rule.not_in_force":    {Rule: "crpc-270", Served: day(t, "1390-01-01")},
		"days calendar.days.not_allowed":     {Rule: "cpc-336", Served: d, Days: 5},
		"days calendar.days.missing":         {Rule: "cpc-442", Served: d},
		"days calendar.days.range":           {Rule: "cpc-442", Served: d, Days: 721},
		"province calendar.province.unknown": {Rule: "cpc-336", Served: d, Province: "Atlantis"},
	} {
		if _, err := l.Compute(in); fieldCode(err) != want {
			t.Errorf("%+v: got %s, want %s", in, fieldCode(err), want)
		}
	}
	r, err := l.Rules.At("cpc-336", d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Compute(r, l.Calendar, Input{Rule: "cpc-54", Served: d}); err == nil {
		t.Error("an input for another rule was accepted")
	}
}

func TestComputeWholeTermClosed(t *testing.T) {
	t.Parallel()
	l := law(t)
	d := day(t, "2025-05-10")
	var shut []Closure
	for i := 1; i <= 4; i++ {
		shut = append(shut, closed(d.Add(i), "tehran"))
	}
	r, err := l.Rules.At("cpc-442", d)
	if err != nil {
		t.Fatal(err)
	}
	// D+1 … D+4 and then Friday 16 May (D+6); D+5 is Thursday, open.
	got, err := Compute(r, l.Calendar.With(shut, "1"), Input{Served: d, Days: 3, Province: "تهران"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Safe != d.Add(5) || got.Last != d.Add(5) {
		t.Errorf("safe %s, last %s", got.Safe, got.Last)
	}
	// Another province is not touched.
	got, err = Compute(r, l.Calendar.With(shut, "1"), Input{Served: d, Days: 3, Province: "Qom"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Safe != d.Add(3) || got.Last != d.Add(4) {
		t.Errorf("Qom: safe %s, last %s", got.Safe, got.Last)
	}
	// A closure that does not bind courts moves nothing.
	for i := range shut {
		shut[i].Courts = false
	}
	got, err = Compute(r, l.Calendar.With(shut, "1"), Input{Served: d, Days: 3, Province: "tehran"})
	if err != nil || got.Last != d.Add(4) {
		t.Errorf("last %s, %v", got.Last, err)
	}
	// A calendar without an open day is a mistake in the calendar, not a loop.
	var forever []Closure
	for i := range 400 {
		forever = append(forever, closed(d.Add(i), ""))
	}
	if _, err := Compute(r, l.Calendar.With(forever, "1"), Input{Served: d, Days: 3}); !errs.Is(err, errs.Conflict) {
		t.Errorf("got %v", err)
	}
}

func TestActionDaySwitch(t *testing.T) {
	t.Parallel()
	l := law(t)
	d := day(t, "2025-05-10") // D+6 is Friday
	r, err := l.Rules.At("cpc-442", d)
	if err != nil {
		t.Fatal(err)
	}
	r.ActionDayExcluded = false
	for n, want := range map[int]civil.Day{5: d.Add(5), 6: d.Add(7)} {
		got, err := Compute(r, l.Calendar, Input{Served: d, Days: n})
		if err != nil || got.Last != want || got.Days[len(got.Days)-1].Date != want {
			t.Errorf("%d days: %s, %v", n, got.Last, err)
		}
	}
}

func TestDoubtIsSaid(t *testing.T) {
	t.Parallel()
	l := law(t)
	for name, c := range map[string]struct {
		served                 string
		provisional, uncertain bool
	}{
		"announced year":                 {"2025-04-21", false, false},
		"Eid al-Adha 1405 is estimated":  {"2026-05-07", true, false},  // D+20 is the day before
		"Ashura 1448 is estimated":       {"2026-06-07", true, false},  // D+20 is two days after it
		"nothing estimated is near":      {"2026-09-20", false, false}, // ends 10 and 11 October 2026
		"a year without a table":         {"2029-06-10", false, true},
		"begins in a known year":         {"1406-12-20", false, true},
		"the last day of a leap year":    {"1403-12-09", true, false}, // D+20 = 29, D+21 = 30 Esfand
		"before the table":               {"2019-06-10", false, true},
		"ends in the last days of table": {"1406-12-01", false, false},
	} {
		got, err := l.Compute(Input{Rule: "cpc-336", Served: day(t, c.served)})
		if err != nil {
			t.Fatal(err)
		}
		if got.Provisional != c.provisional || got.Uncertain != c.uncertain {
			t.Errorf("%s: %s to %s: provisional %v, uncertain %v", name, got.Safe, got.Last, got.Provisional, got.Uncertain)
		}
	}
}

// The promises that hold for every rule, day, province and set of closures.
func TestPromises(t *testing.T) {
	t.Parallel()
	l := law(t)
	rng := rand.New(rand.NewPCG(1404, 445))
	first, last := day(t, "1402-01-01"), day(t, "1407-06-01")
	codes := l.Rules.Codes()
	provinces := Provinces()
	for range 4000 {
		in := Input{
			Rule:     codes[rng.IntN(len(codes))],
			Served:   first.Add(rng.IntN(int(last - first))),
			Abroad:   rng.IntN(3) == 0,
			Province: provinces[rng.IntN(3)].Key,
		}
		if in.Rule == "cpc-442" {
			in.Days = 1 + rng.IntN(40)
		}
		var fewer, more []Closure
		for range rng.IntN(30) {
			c := closed(in.Served.Add(rng.IntN(80)), []string{"", provinces[rng.IntN(3)].Key}[rng.IntN(2)])
			more = append(more, c)
			if rng.IntN(2) == 0 {
				fewer = append(fewer, c)
			}
		}
		small, big := l.Calendar.With(fewer, "f"), l.Calendar.With(more, "m")
		a, err := Law{l.Rules, small}.Compute(in)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Law{l.Rules, big}.Compute(in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Law{l.Rules, small}.Compute(in)
		if err != nil || !reflect.DeepEqual(a, again) {
			t.Fatalf("%+v: not the same twice", in)
		}
		if b.Last < a.Last {
			t.Fatalf("%+v: more closures make the last day earlier: %s, %s", in, a.Last, b.Last)
		}
		promise(t, in, small, a)
		promise(t, in, big, b)
		if !in.Abroad {
			in.Abroad = true
			longer, err := Law{l.Rules, small}.Compute(in)
			if err != nil || longer.Last < a.Last || longer.Safe < a.Safe {
				t.Fatalf("%+v: abroad %s is before home %s (%v)", in, longer.Last, a.Last, err)
			}
		}
	}
}

func promise(t *testing.T, in Input, c *Calendar, got Computation) {
	t.Helper()
	if !c.On(got.Last, in.Province).Open || !c.On(got.Safe, in.Province).Open {
		t.Fatalf("%+v: ends on a closed day: %s, %s", in, got.Safe, got.Last)
	}
	if got.Safe > got.Last {
		t.Fatalf("%+v: safe %s is after last %s", in, got.Safe, got.Last)
	}
	if got.Last <= in.Served.Add(got.Term) || got.Safe <= in.Served {
		t.Fatalf("%+v: %s and %s fall short of %d days", in, got.Safe, got.Last, got.Term)
	}
	// Nothing between the term and the last day was open.
	for d := in.Served.Add(got.Term + 1); d < got.Last; d++ {
		if c.On(d, in.Province).Open {
			t.Fatalf("%+v: %s was open before %s", in, d, got.Last)
		}
	}
	for d := got.Safe.Add(1); d <= in.Served.Add(got.Term); d++ {
		if c.On(d, in.Province).Open {
			t.Fatalf("%+v: %s was open after the safe date %s", in, d, got.Safe)
		}
	}
	counted := 0
	for i, m := range got.Days {
		if m.Date != in.Served.Add(i) || m.Why == "" {
			t.Fatalf("%+v: day %d is %+v", in, i, m)
		}
		if m.Counted {
			counted++
		}
	}
	if counted != got.Term || got.Days[len(got.Days)-1].Date != got.Last {
		t.Fatalf("%+v: %d days counted of %d, to %s", in, counted, got.Term, got.Days[len(got.Days)-1].Date)
	}
}

// facts are random facts about a term that begins on a day.
func facts(rng *rand.Rand, in *Input, provinces []Province) (list []Closure) {
	for range rng.IntN(6) {
		in.Blocked = append(in.Blocked, Blocked{Day: in.Served.Add(rng.IntN(80)), Outage: fmt.Sprint("o", rng.IntN(5))})
	}
	for i := range rng.IntN(4) {
		in.Others = append(in.Others, Other{Notice: fmt.Sprint("n", i), Served: in.Served.Add(rng.IntN(40) - 20), Abroad: rng.IntN(4) == 0})
	}
	for i := range rng.IntN(3) {
		was := in.Served.Add(1 + rng.IntN(40))
		in.Hearings = append(in.Hearings, Postponed{Hearing: fmt.Sprint("h", i), Was: was, Now: was.Add(1 + rng.IntN(60))})
	}
	for range rng.IntN(20) {
		list = append(list, closed(in.Served.Add(rng.IntN(80)), []string{"", provinces[rng.IntN(3)].Key}[rng.IntN(2)]))
	}
	return list
}

// TestMovedPromises: whatever moves a term, it never ends on a closed day nor on
// one that an outage took, never before its own term without these facts, facts
// only ever give time, and their order says nothing.
func TestMovedPromises(t *testing.T) {
	t.Parallel()
	l := law(t)
	rng := rand.New(rand.NewPCG(447, 448))
	first, last := day(t, "1402-01-01"), day(t, "1407-01-01")
	codes, provinces := l.Rules.Codes(), Provinces()
	for range 3000 {
		in := Input{Rule: codes[rng.IntN(len(codes))], Served: first.Add(rng.IntN(int(last - first))), Province: provinces[rng.IntN(3)].Key}
		if in.Rule == "cpc-442" {
			in.Days = 1 + rng.IntN(40)
		}
		plain := in
		cal := l.Calendar.With(facts(rng, &in, provinces), "f")
		got, err := Law{l.Rules, cal}.Compute(in)
		if err != nil {
			t.Fatal(err)
		}
		own, err := Law{l.Rules, cal}.Compute(plain)
		if err != nil {
			t.Fatal(err)
		}
		if !cal.On(got.Last, in.Province).Open || got.Last < own.Last || got.Safe > got.Last {
			t.Fatalf("%+v: %s to %s, alone %s", in, got.Safe, got.Last, own.Last)
		}
		for _, b := range in.Blocked {
			if b.Day == got.Last && got.Rule.Outage == OutageMoves {
				t.Fatalf("%+v: ends on %s, which an outage took", in, got.Last)
			}
		}
		if r := got.Rule; r.Outage == OutageProves && len(got.Outages) > 0 || !r.Shared && got.Longest != nil || !r.AtHearing && got.Hearings != nil {
			t.Fatalf("%s: moved against its rule: %+v", r.Code, got)
		}
		for i, m := range got.Days {
			if m.Date != in.Served.Add(i) || m.Why == "" {
				t.Fatalf("%+v: day %d is %+v", in, i, m)
			}
		}
		if got.Days[len(got.Days)-1].Date != got.Last {
			t.Fatalf("%+v: the days end on %s", in, got.Days[len(got.Days)-1].Date)
		}
		for _, o := range in.Others { // the longest helps all
			alone := plain
			alone.Served, alone.Abroad = o.Served, o.Abroad
			if other, err := (Law{l.Rules, cal}).Compute(alone); err != nil || got.Rule.Shared && other.Rule.Version == got.Rule.Version && other.Last > got.Last {
				t.Fatalf("%+v: %s is before another's %s (%v)", in, got.Last, other.Last, err)
			}
		}
		mixed := in
		mixed.Blocked, mixed.Others, mixed.Hearings = shuffled(rng, in.Blocked), shuffled(rng, in.Others), shuffled(rng, in.Hearings)
		if again, err := (Law{l.Rules, cal}).Compute(mixed); err != nil || again.Last != got.Last || again.Safe != got.Safe || !reflect.DeepEqual(again.Days, got.Days) {
			t.Fatalf("%+v: another order gives %s instead of %s (%v)", in, again.Last, got.Last, err)
		}
	}
}

func shuffled[T any](rng *rand.Rand, list []T) []T {
	out := slices.Clone(list)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// TestEveryRoute: entries about different days in any order, and entries that were
// corrected or taken back in between, give the computation of what holds in the end.
func TestEveryRoute(t *testing.T) {
	t.Parallel()
	l := law(t)
	rng := rand.New(rand.NewPCG(1, 39))
	for range 500 {
		in := Input{Rule: "cpc-336", Served: day(t, "1404-01-20").Add(rng.IntN(900)), Province: "tehran"}
		var holds []Closure
		for i := range 1 + rng.IntN(8) {
			c := closed(in.Served.Add(i*9+rng.IntN(9)), "tehran") // each of another day
			c.Closed = rng.IntN(4) > 0
			holds = append(holds, c)
		}
		var route []Closure
		for _, c := range shuffled(rng, holds) {
			if rng.IntN(2) == 0 { // first the other way round, then corrected
				wrong := c
				wrong.Closed = !c.Closed
				route = append([]Closure{wrong}, route...)
			}
			route = append(route, c)
		}
		direct, err := Law{l.Rules, l.Calendar.With(holds, "x")}.Compute(in)
		if err != nil {
			t.Fatal(err)
		}
		byRoute, err := Law{l.Rules, l.Calendar.With(route, "x")}.Compute(in)
		if err != nil || !reflect.DeepEqual(direct, byRoute) {
			t.Fatalf("%+v: %s by one route, %s by another (%v)", in, direct.Last, byRoute.Last, err)
		}
	}
}
