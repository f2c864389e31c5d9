// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var (
	system = policy.Actor{Person: "system", Role: policy.System}
	admin  = policy.Actor{Person: "p-admin", Role: policy.Administrator, Assurance: 2}
	day    = civil.Of(storetest.Start)
)

func service(t *testing.T, db *store.DB, clk *clock.Fake) *Service {
	t.Helper()
	pol, err := policy.New(Part())
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Deps{DB: db, Policy: pol, Ledger: testLedger(t, db, clk)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func country(t *testing.T) Country {
	t.Helper()
	c, err := DefaultCountry()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// each runs fn on both engines with the default country loaded.
func each(t *testing.T, fn func(t *testing.T, s *Service)) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{ledger.Migrations, Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := service(t, db, clk)
		if err := s.Load(t.Context(), system, country(t)); err != nil {
			t.Fatal(err)
		}
		fn(t, s)
	})
}

func code(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

func TestWordsAreFine(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
	p := c.Printer(i18n.FA)
	table, err := embeddedJurisdiction()
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]bool{"serves": true}
	for _, n := range table.Natures {
		if n.Limit == "" {
			reasons[n.reason()] = true
			continue
		}
		group := strings.TrimSuffix(n.Reason, "limit")
		reasons[group+"within_limit"], reasons[group+"above_limit"] = true, true
		reasons[n.Nature] = false
	}
	for _, b := range table.Bases {
		b, _ = table.basis(b.Nature, b.Basis)
		reasons[b.Reason] = true
	}
	for r, used := range reasons {
		if p.Has("authority.reason."+r) != used {
			t.Errorf("reason %s: used %v, has words %v", r, used, !used)
		}
	}
}

func TestDefaultCountryServesEveryCounty(t *testing.T) {
	t.Parallel()
	c := country(t)
	if !c.Demo {
		t.Error("the embedded country must say that it is demo data")
	}
	served := map[string]int{}
	for _, u := range c.Units {
		if n := len(u.Branches); n < 2 || n > 4 {
			t.Errorf("%s has %d branches", u.Code, n)
		}
		p, _ := FindProvince(u.Province)
		if series := slices.Index(Kinds(), u.Kind) + 1; u.Code != fmt.Sprintf("%s%d01", p.Code, series) {
			t.Errorf("%s is no number for a %s in province %s", u.Code, u.Kind, p.Code)
		}
		for _, x := range u.Serves {
			served[u.Province+"/"+x+"/"+string(u.Kind)]++
		}
	}
	for _, x := range c.Counties {
		for _, k := range Kinds() {
			if n := served[x.Province+"/"+x.Key+"/"+string(k)]; n != 1 {
				t.Errorf("%s/%s is served by %d units of kind %s", x.Province, x.Key, n, k)
			}
		}
	}
	if len(Provinces()) != 31 || len(c.Units) != 31*len(Kinds()) {
		t.Errorf("%d provinces, %d units", len(Provinces()), len(c.Units))
	}
}

func TestRoute(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		before, err := civil.Parse("1402-06-21")
		if err != nil {
			t.Fatal(err)
		}
		tests := []struct {
			name, unit, why string
			q               Query
		}{
			{"small claim", "23201", "domicile within_limit", Query{Nature: "monetary", Value: 1, Province: "tehran", County: "tehran", At: day}},
			{"at the limit", "23201", "domicile within_limit", Query{Nature: "monetary", Value: 1_000_000_000, Province: "tehran", County: "tehran", At: day}},
			{"one rial more", "23101", "domicile above_limit", Query{Nature: "monetary", Value: 1_000_000_001, Province: "tehran", County: "tehran", At: day}},
			{"before the Act", "23101", "domicile before_limit", Query{Nature: "monetary", Value: 1, Province: "tehran", County: "tehran", At: before}},
			{"day left out", "10101", "domicile above_limit", Query{Nature: "monetary", Value: 2_000_000_000, Province: "isfahan", County: "isfahan"}},
			{"county in the district of another", "10201", "domicile within_limit serves", Query{Nature: "monetary", Value: 5, Province: "isfahan", County: "kashan", At: day}},
			{"defendant abroad", "07201", "plaintiff within_limit", Query{Nature: "monetary", Value: 5, Province: "fars", County: "shiraz", Basis: Plaintiff, At: day}},
			{"eviction whatever its value", "07201", "domicile eviction", Query{Nature: "eviction", Province: "fars", County: "shiraz", At: day}},
			{"not about money", "07101", "domicile non_monetary", Query{Nature: "non_monetary", Province: "fars", County: "shiraz", At: day}},
		}
		for _, tt := range tests {
			r, err := s.Route(t.Context(), tt.q)
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			var why []string
			for _, w := range r.Why {
				why = append(why, strings.TrimPrefix(w.Code, "authority.reason."))
				if w.Citation.FA == "" || w.Citation.EN == "" {
					t.Errorf("%s: %s has no citation", tt.name, w.Code)
				}
			}
			if got := strings.Join(why, " "); r.Unit.Code != tt.unit || got != tt.why {
				t.Errorf("%s: unit %s because %q, want %s because %q", tt.name, r.Unit.Code, got, tt.unit, tt.why)
			}
		}
		refused := map[string]struct {
			q    Query
			kind errs.Kind
		}{
			"authority.route.nature": {Query{Nature: "guess", Value: 5, Province: "fars", County: "shiraz"}, errs.Invalid},
			"authority.route.value":  {Query{Nature: "monetary", Province: "fars", County: "shiraz"}, errs.Invalid},
			"authority.route.place":  {Query{Nature: "monetary", Value: 5, Province: "fars", County: "tehran"}, errs.Invalid},
			"authority.route.day":    {Query{Nature: "family", Province: "fars", County: "shiraz", At: civil.Day(0).Add(10000)}, errs.Invalid},
			"authority.route.basis":  {Query{Nature: "monetary", Value: 5, Province: "fars", County: "shiraz", Basis: "x"}, errs.Invalid},
		}
		for want, r := range refused {
			if _, err := s.Route(t.Context(), r.q); code(err) != want || !errs.Is(err, r.kind) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	})
}

func TestRouteWithoutCourt(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		c := country(t)
		c.Counties = append(c.Counties, County{"fars", "fasa", "فسا", "Fasa"})
		if err := s.Load(t.Context(), admin, c); err != nil {
			t.Fatal(err)
		}
		_, err := s.Route(t.Context(), Query{Nature: "monetary", Value: 5, Province: "fars", County: "fasa"})
		if code(err) != "authority.route.no_unit" || !errs.Is(err, errs.NotFound) {
			t.Errorf("got %v", err)
		}
	})
}

func TestThresholdsAreDatedAndVersioned(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		ctx := t.Context()
		change := Threshold{Code: ConciliationLimit, From: day.Add(10), Value: 2_000_000_000, Citation: Text{"بخشنامه", "Circular"}}
		if err := s.PublishThreshold(ctx, admin, change); err != nil {
			t.Fatal(err)
		}
		q := Query{Nature: "monetary", Value: 1_500_000_000, Province: "fars", County: "shiraz", At: day.Add(9)}
		kindOn := func(at civil.Day) Kind {
			q.At = at
			r, err := s.Route(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			return r.Unit.Kind
		}
		if kindOn(day.Add(9)) != GeneralCivil || kindOn(day.Add(10)) != Conciliation {
			t.Error("the change does not hold exactly from its day")
		}
		change.Value = 1_200_000_000 // corrected for the same day
		if err := s.PublishThreshold(ctx, admin, change); err != nil {
			t.Fatal(err)
		}
		if kindOn(day.Add(10)) != GeneralCivil {
			t.Error("the correction does not count")
		}
		all, err := s.Thresholds(ctx, ConciliationLimit)
		if err != nil || len(all) != 3 || all[1].Version != 1 || all[2].Version != 2 {
			t.Errorf("the table is %+v, %v", all, err)
		}
	})
}

func TestOnlyTheRightOnesPublish(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		good := Threshold{Code: ConciliationLimit, From: day, Value: 5, Citation: Text{"ا", "a"}}
		for _, a := range []policy.Actor{{}, {Person: "c", Role: policy.Clerk, Assurance: 2}, {Person: "p", Role: policy.Administrator, Assurance: 1}} {
			if err := s.PublishThreshold(t.Context(), a, good); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", a.Role, err)
			}
			if err := s.Load(t.Context(), a, country(t)); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", a.Role, err)
			}
		}
		for _, bad := range []Threshold{
			{Code: "x", From: day, Value: 5, Citation: good.Citation},
			{Code: ConciliationLimit, From: day, Citation: good.Citation},
			{Code: ConciliationLimit, From: day, Value: 5},
		} {
			if err := s.PublishThreshold(t.Context(), admin, bad); !errs.Is(err, errs.Invalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
	})
}

func TestLoadIsIdempotentAndUpdates(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		ctx := t.Context()
		count := func() [3]int {
			u, err := s.Units(ctx, Filter{})
			c, err2 := s.Counties(ctx, "")
			b, err3 := s.Branches(ctx, "23101")
			if err := errors.Join(err, err2, err3); err != nil {
				t.Fatal(err)
			}
			return [3]int{len(u), len(c), len(b)}
		}
		before, places := count(), snapshot(ctx, t, s)
		if err := s.Load(ctx, admin, country(t)); err != nil {
			t.Fatal(err)
		}
		if count() != before || before != [3]int{155, 155, 3} {
			t.Errorf("after loading twice %v, before %v", count(), before)
		}
		if snapshot(ctx, t, s) != places {
			t.Error("the snapshot was read again though nothing changed")
		}
		c := country(t)
		for i := range c.Units {
			if c.Units[i].Code == "23201" {
				c.Units[i].NameEN = "Renamed"
				c.Units[i].Serves = []string{"tehran"}
				c.Units[i].Branches = append(c.Units[i].Branches, Branch{Number: "10", NameFA: "شعبه", NameEN: "Ten"})
			}
		}
		c.Counties = append(c.Counties, County{"tehran", "pishva", "پیشوا", "Pishva"})
		if err := s.Load(ctx, admin, c); err != nil {
			t.Fatal(err)
		}
		u, err := s.Unit(ctx, "23201")
		if err != nil || u.NameEN != "Renamed" {
			t.Errorf("unit %+v, %v", u, err)
		}
		if b, err := s.Branches(ctx, "23201"); err != nil || len(b) != 3 || b[2].Number != "10" {
			t.Errorf("branches %+v, %v", b, err)
		}
		if _, err := s.Route(ctx, Query{Nature: "eviction", Province: "tehran", County: "rey"}); code(err) != "authority.route.no_unit" {
			t.Errorf("the old district still counts: %v", err)
		}
		if name, ok := snapshot(ctx, t, s).County("tehran", "pishva"); !ok || name.EN != "Pishva" {
			t.Error("the snapshot is stale")
		}
		if list, err := s.Units(ctx, Filter{Kind: Conciliation, Province: "tehran", County: "tehran"}); err != nil || len(list) != 1 {
			t.Errorf("filtered units %+v, %v", list, err)
		}
		if _, err := s.Unit(ctx, "99999"); !errs.Is(err, errs.NotFound) {
			t.Errorf("unknown unit: %v", err)
		}
	})
}

func snapshot(ctx context.Context, t *testing.T, s *Service) *Places {
	t.Helper()
	p, err := s.Places(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParseCountryNamesFaults(t *testing.T) {
	t.Parallel()
	_, err := ParseCountry([]byte(`{"counties":[{"province":"fars","key":"Shiraz","fa":"ش","en":"S"}],
		"units":[{"code":"123","kind":"tribunal","province":"fars","county":"x","fa":"","en":"","serves":["y"],
		"branches":[{"number":"0","fa":"","en":""}]}]}`))
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Invalid {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, f := range e.Fields {
		got = append(got, f.Name+" "+strings.TrimPrefix(f.Code, "authority.country."))
	}
	want := "counties[0].key key, units[0].code code, units[0].kind kind, units[0].county county, units[0] name, " +
		"units[0].serves[0] county, units[0].branches[0] branch, units[0].branches first_branch"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	for _, broken := range []string{"", "[]", `{"unknown":1}`, `{} {}`, `{}`} {
		if _, err := ParseCountry([]byte(broken)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", broken, err)
		}
	}
}

func FuzzParseCountry(f *testing.F) {
	f.Add([]byte(`{"counties":[{"province":"fars","key":"shiraz","fa":"ش","en":"S"}],"units":[]}`))
	f.Add([]byte(`{"units":[{"branches":[{}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := ParseCountry(data); err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("kind of %v", err)
		}
	})
}
