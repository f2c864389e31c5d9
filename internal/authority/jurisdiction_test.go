// SPDX-License-Identifier: Apache-2.0

package authority

import (
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// limit is the amount of the embedded table.
const limit = 1_000_000_000

// TestJurisdiction: what is heard where, nature by nature, at its bounds and in
// several provinces.
func TestJurisdiction(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		tests := []struct {
			nature, basis string
			value         int64
			series, why   string // the third digit of the unit's code names its kind
		}{
			{"monetary", "", 1, "2", "domicile within_limit"},
			{"monetary", Residence, limit, "2", "residence within_limit"},
			{"monetary", Property, limit + 1, "1", "property above_limit"},
			{"monetary", "contract", limit + 1, "1", "contract above_limit"},
			{"non_monetary", Plaintiff, 0, "1", "plaintiff non_monetary"},
			{"immovable", "situs", 0, "1", "situs immovable"},
			{"possession", "situs", 0, "2", "situs possession"},
			{"eviction", "situs", 10 * limit, "2", "situs eviction"},
			{"heirs", "applicant", 0, "2", "applicant heirs"},
			{"evidence_preservation", "situs", 0, "2", "situs evidence_preservation"},
			{"conciliation_request", "", 0, "2", "domicile conciliation_request"},
			{"family", "wife", 0, "3", "wife family"},
			{"family", "", 0, "3", "domicile family"},
			{"family_monetary", "wife", limit, "2", "wife family_within_limit"},
			{"family_monetary", "wife", limit + 1, "3", "wife family_above_limit"},
			{"complaint", "crime", 0, "4", "crime complaint"},
			{"criminal_record", "applicant", 0, "4", "applicant criminal_record"},
			{"declaration", "", 0, "1", "addressee declaration"},
			{"declaration", Residence, 0, "1", "addressee_residence declaration"},
			{"declaration", "applicant", 0, "1", "applicant declaration"},
			{"appeal", "court", 0, "5", "court appeal"},
		}
		places := []struct{ province, county, code, serves string }{
			{"tehran", "tehran", "23", ""}, {"tehran", "rey", "23", " serves"}, {"alborz", "karaj", "30", ""},
			{"razavi-khorasan", "sabzevar", "09", " serves"}, {"markazi", "arak", "00", ""},
		}
		tried := map[string]bool{}
		for _, tt := range tests {
			tried[tt.nature] = true
			for _, p := range places {
				r, err := s.Route(t.Context(), Query{Nature: tt.nature, Basis: tt.basis, Value: tt.value, Province: p.province, County: p.county, At: day})
				if err != nil {
					t.Errorf("%s by %q in %s: %v", tt.nature, tt.basis, p.county, err)
					continue
				}
				var why []string
				for _, w := range r.Why {
					why = append(why, strings.TrimPrefix(w.Code, "authority.reason."))
					if w.Citation.FA == "" || w.Citation.EN == "" {
						t.Errorf("%s: %s has no citation", tt.nature, w.Code)
					}
				}
				if want := p.code + tt.series + "01"; r.Unit.Code != want || strings.Join(why, " ") != tt.why+p.serves {
					t.Errorf("%s by %q in %s: %s because %v, want %s because %s", tt.nature, tt.basis, p.county, r.Unit.Code, why, want, tt.why+p.serves)
				}
			}
		}
		for _, n := range Natures() {
			if !tried[n] {
				t.Errorf("%s is not in this table", n)
			}
		}
		for _, wrong := range []Query{
			{Nature: "immovable"}, {Nature: "complaint", Basis: "applicant"}, {Nature: "monetary", Value: 1, Basis: "wife"},
			{Nature: "family", Basis: "crime"}, {Nature: "appeal", Basis: Domicile},
		} {
			wrong.Province, wrong.County, wrong.At = "fars", "shiraz", day
			if _, err := s.Route(t.Context(), wrong); code(err) != "authority.route.basis" {
				t.Errorf("%+v: %v", wrong, err)
			}
			if err := CheckQuery(wrong); code(err) != "authority.route.basis" {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
	})
}

// TestReview: an appeal goes from any court of a province to its court of
// appeal; an objection to a default judgment stays where it is (CPC 305).
func TestReview(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		for from, want := range map[string]string{"23101": "23501", "23201": "23501", "01101": "01501", "00301": "00501"} {
			r, err := s.RouteReview(t.Context(), "cpc-336", from, day)
			if err != nil || r.Unit.Code != want || r.Unit.Kind != "appeal" || len(r.Why) == 0 {
				t.Errorf("from %s to %+v, %v; want %s", from, r, err, want)
			}
		}
		if !s.Reviews("cpc-336", day) || s.Reviews("cpc-306", day) || s.Reviews("cpc-336", 1) {
			t.Error("what is reviewed elsewhere")
		}
		if _, err := s.RouteReview(t.Context(), "cpc-306", "23101", day); !errs.Is(err, errs.Invalid) {
			t.Errorf("an objection to a default judgment: %v", err)
		}
		if _, err := s.RouteReview(t.Context(), "cpc-336", "99999", day); !errs.Is(err, errs.NotFound) {
			t.Errorf("a unit that is not there: %v", err)
		}
	})
}

// TestOneUnitForEveryPlace: for every nature, at the smallest and at a large
// value, every county of the country has exactly one competent unit, of the
// right kind, and it lies in the county's province.
func TestOneUnitForEveryPlace(t *testing.T) {
	t.Parallel()
	c := country(t)
	table, err := embeddedJurisdiction()
	if err != nil {
		t.Fatal(err)
	}
	serving := map[string][]Unit{}
	for _, u := range c.Units {
		for _, x := range u.Serves {
			key := u.Province + "/" + x + "/" + string(u.Kind)
			serving[key] = append(serving[key], u.Unit)
		}
	}
	for _, nature := range Natures() {
		n, err := table.row(nature, day)
		if err != nil {
			t.Fatal(err)
		}
		kinds := []Kind{n.Kind}
		if n.Limit != "" {
			kinds = []Kind{n.Below, n.Above}
		}
		for _, k := range kinds {
			for _, x := range c.Counties {
				units := serving[x.Province+"/"+x.Key+"/"+string(k)]
				if len(units) != 1 || units[0].Province != x.Province {
					t.Errorf("%s of kind %s in %s/%s: %+v", nature, k, x.Province, x.Key, units)
				}
			}
		}
	}
}

// TestEveryDayHasItsCourt: from the first day of a nature on, every day has
// exactly one row.
func TestEveryDayHasItsCourt(t *testing.T) {
	t.Parallel()
	table, err := embeddedJurisdiction()
	if err != nil {
		t.Fatal(err)
	}
	for _, nature := range Natures() {
		first := civil.Day(0)
		for _, n := range table.Natures {
			if n.Nature == nature && (first == 0 || n.From < first) {
				first = n.From
			}
		}
		for at := first; at < day.Add(3000); at++ {
			rows := 0
			for _, n := range table.Natures {
				if n.Nature == nature && n.holds(at) {
					rows++
				}
			}
			if rows != 1 {
				t.Fatalf("%s has %d rows on %s", nature, rows, at)
			}
		}
	}
}

// TestLoadAddsNewUnits: a country that runs already gets the courts of a newer
// file.
func TestLoadAddsNewUnits(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		c := country(t)
		u := c.Units[0]
		u.Code, u.Kind, u.NameEN, u.Serves = "00901", Family, "Second Family Court", []string{"saveh"}
		c.Units = append(c.Units, u)
		for range 2 {
			if err := s.Load(t.Context(), admin, c); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Unit(t.Context(), "00901")
		if err != nil || got.Kind != Family {
			t.Errorf("%+v, %v", got, err)
		}
		if b, err := s.Branches(t.Context(), "00901"); err != nil || len(b) != len(u.Branches) {
			t.Errorf("branches %v, %v", b, err)
		}
		if list, err := s.Units(t.Context(), Filter{Kind: Family, Province: "markazi"}); err != nil || len(list) != 2 {
			t.Errorf("family courts %v, %v", list, err)
		}
		// Of two that serve a county the one with the lowest code is asked.
		r, err := s.Route(t.Context(), Query{Nature: "family", Province: "markazi", County: "saveh", At: day})
		if err != nil || r.Unit.Code != "00301" {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestParseJurisdictionRefuses(t *testing.T) {
	t.Parallel()
	const good = `{"citations":{"c":{"fa":"ا","en":"a"}},"districts":{"family":"c","conciliation":"c"},"bases":[{"basis":"wife","citation":"c"}],"natures":[` +
		`{"nature":"n","from":"2013-01-01","until":"2020-01-01","kind":"family","bases":["wife"],"citation":"c","source":"s"},` +
		`{"nature":"n","from":"2020-01-02","limit":"conciliation_limit","below":"conciliation","above":"family","reason":"limit","bases":["wife"],"citation":"c","source":"s"}],` +
		`"reviews":[{"term":"r","from":"2014-01-01","nature":"n","basis":"wife","source":"t"}]}`
	if _, err := parseJurisdiction([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]string{
		"overlap":            {"2020-01-02", "2019-12-31"},
		"no such kind":       {`"kind":"family"`, `"kind":"tribunal"`},
		"a kind and a limit": {`"limit":`, `"kind":"family","limit":`},
		"half a limit":       {`"below":"conciliation",`, ``},
		"no such amount":     {`"conciliation_limit"`, `"gold"`},
		"no such citation":   {`"bases":["wife"],"citation":"c"`, `"bases":["wife"],"citation":"d"`},
		"no such basis":      {`"bases":["wife"]`, `"bases":["husband"]`},
		"no basis":           {`"bases":["wife"]`, `"bases":[]`},
		"no district":        {`"family":"c",`, ``},
		"no source":          {`"source":"s"`, `"source":""`},
		"ends first":         {`"until":"2020-01-01"`, `"until":"2012-01-01"`},
		"unknown member":     {`"until"`, `"untill"`},
		"empty citation":     {`"fa":"ا"`, `"fa":""`},
		"review by nobody":   {`"nature":"n","basis":"wife"`, `"nature":"m","basis":"wife"`},
		"two reviews":        {`"reviews":[`, `"reviews":[{"term":"r","from":"2015-01-01","nature":"n","basis":"wife","source":"t"},`},
		"review unnamed":     {`"term":"r"`, `"term":""`},
		"unnamed":            {`"nature":"n"`, `"nature":""`},
	} {
		if !strings.Contains(good, pair[0]) {
			t.Fatal(name)
		}
		if _, err := parseJurisdiction([]byte(strings.Replace(good, pair[0], pair[1], 1))); err == nil || errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
