// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"strings"
	"testing"

	"github.com/tarazu/tarazu/data"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

func TestWordsAreFine(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
	p := c.Printer(i18n.EN)
	for _, w := range []string{WhyService, WhyTerm, WhyTermClosed, WhyAction, WhyMoved, WhyFriday, WhyThursday, WhyHoliday, WhyClosure, WhyOutage, WhyOwnLast, WhyShared, WhySharedLast, WhyHearing, WhyHearingNow} {
		if !p.Has("calendar.why." + w) {
			t.Errorf("no words for %s", w)
		}
	}
}

func TestEmbeddedHolidays(t *testing.T) {
	t.Parallel()
	c, err := DefaultCalendar(Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[closureKey]bool{}
	n := 0
	for d, list := range c.byDay {
		for _, e := range list {
			n++
			if seen[e.key()] {
				t.Errorf("%s stands twice", d)
			}
			seen[e.key()] = true
			if e.Name.FA == "" || e.Name.EN == "" {
				t.Errorf("%s: %q has no English name", d, e.Name.FA)
			}
		}
	}
	if want := strings.Count(string(data.Holidays), `"hijri"`) + strings.Count(string(data.Holidays), `"kind": "solar"`); n != want {
		t.Errorf("%d entries of %d: some share a day and kind", n, want)
	}
	// The fixed rule gives what the table gives, for every covered year.
	for y := 1402; y <= 1406; y++ {
		if !c.years[y] {
			t.Errorf("%d is not covered", y)
		}
	}
	for d := day(t, "1402-01-01"); d <= day(t, "1406-12-29"); d++ {
		if _, fixed := fixedSolar(d); fixed != c.has(d, KindSolar) {
			t.Errorf("%s: the fixed rule and the table differ", d)
		}
	}
}

func TestCalendarStatus(t *testing.T) {
	t.Parallel()
	c, err := DefaultCalendar(Options{})
	if err != nil {
		t.Fatal(err)
	}
	rest, err := DefaultCalendar(Options{ThursdayClosed: true})
	if err != nil {
		t.Fatal(err)
	}
	friday, thursday, nowruz1410 := day(t, "2025-05-16"), day(t, "2025-05-15"), day(t, "1410-01-01")
	if s := c.On(friday, ""); s.Open || s.Why != WhyFriday || !s.Known {
		t.Errorf("Friday: %+v", s)
	}
	if s := c.On(thursday, ""); !s.Open {
		t.Errorf("Thursday: %+v", s)
	}
	if s := rest.On(thursday, ""); s.Open || s.Why != WhyThursday {
		t.Errorf("Thursday where it is closed: %+v", s)
	}
	if s := c.On(nowruz1410, ""); s.Open || s.Why != WhyHoliday || s.Known {
		t.Errorf("Nowruz of a year without a table: %+v", s)
	}
	// A correction: the feast was a day later than estimated.
	eid := day(t, "2027-06-16")
	take := Closure{Date: eid, Kind: KindLunar, Courts: true, Name: Text{"عاشورا", "Ashura"}, Source: "s"}
	give := take
	give.Date, give.Closed = eid.Add(1), true
	fixed := c.With([]Closure{take, give}, "2")
	if s := c.On(eid, ""); s.Open || !s.Provisional {
		t.Errorf("estimate: %+v", s)
	}
	if s := fixed.On(eid, ""); !s.Open || s.Provisional {
		t.Errorf("taken back: %+v", s)
	}
	if s := fixed.On(eid.Add(1), ""); s.Open || s.Provisional || s.Name.EN != "Ashura" {
		t.Errorf("corrected: %+v", s)
	}
	// A published year is known, also without a single holiday of its own.
	year := Closure{Date: nowruz1410, Kind: KindYear, Closed: true}
	if s := c.With([]Closure{year}, "1").On(nowruz1410.Add(10), ""); !s.Known || !s.Open {
		t.Errorf("published year: %+v", s)
	}
	if c.Version() == fixed.Version() {
		t.Error("two calendars have one version")
	}
}

func TestCalendarRefuses(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]string{
		"no JSON":         `x`,
		"unequal dates":   `{"days":[{"date":"2025-03-21","jalali":"1404-01-02","name":"x","kind":"solar"}]}`,
		"an unknown kind": `{"days":[{"date":"2025-03-21","jalali":"1404-01-01","name":"x","kind":"y"}]}`,
	} {
		if _, err := ParseCalendar([]byte(b), Options{}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestRuleTable(t *testing.T) {
	t.Parallel()
	rs, err := DefaultRules()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rs.Codes(), " "); got != "cpc-54 cpc-54-objection cpc-54-tell cpc-112 cpc-259 cpc-260 cpc-306 cpc-318 cpc-336 cpc-346 cpc-397 cpc-427 cpc-429 cpc-430 cpc-442 cpc-459 "+
		"cpc-488 cpc-490 crpc-80 crpc-81 crpc-100 crpc-104 crpc-270 crpc-406 crpc-431 cel-34 fca-3 cheque-23 ajc-16 ajc-65" {
		t.Error(got)
	}
	good := `{"code":"a-1","version":1,"name":{"fa":"ا","en":"a"},"article":{"fa":"ا","en":"a"},"days":10,"days_abroad":60,"abroad_source":"s","starts":"service","from":"2000-01-01","source":"s","mark":"mem","counting_mark":"inf","outage":"evidence","outage_source":"s"`
	next := strings.Replace(good, `"version":1`, `"version":2`, 1)
	dated := good + `,"to":"2020-01-01"}`
	later := strings.Replace(next, "2000-01-01", "2020-01-01", 1) + "}"
	rs, err = ParseRules([]byte(`{"rules":[` + dated + `,` + strings.Replace(later, `"days":10`, `"days":15`, 1) + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	for on, want := range map[string]int{"2019-12-31": 10, "2020-01-01": 15} {
		if r, err := rs.At("a-1", day(t, on)); err != nil || r.Days != want {
			t.Errorf("%s: %d days, %v", on, r.Days, err)
		}
	}
	for name, list := range map[string]string{
		"two versions at once": good + "}," + later,
		"a version twice":      dated + "," + strings.Replace(later, `"version":2`, `"version":1`, 1),
		"no mark":              strings.Replace(good, `"mem"`, `""`, 1) + "}",
		"shorter abroad":       strings.Replace(good, "60", "5", 1) + "}",
		"no source":            strings.Replace(good, `"source":"s","mark"`, `"source":"","mark"`, 1) + "}",
		"an odd start":         strings.Replace(good, `"starts":"service"`, `"starts":"x"`, 1) + "}",
		"ends at once":         good + `,"to":"2000-01-01"}`,
		"no outage":            strings.Replace(good, `"outage":"evidence"`, `"outage":""`, 1) + "}",
		"an event too many":    good + `,"event":{"fa":"ا","en":"a"}}`,
		"an event too few":     strings.Replace(good, `"starts":"service"`, `"starts":"event"`, 1) + "}",
		"a term of years":      strings.Replace(good, "60", "721", 1) + "}",
		"an unknown member":    good + `,"x":1}`,
		"no code":              strings.Replace(good, "a-1", "", 1) + "}",
	} {
		if _, err := ParseRules([]byte(`{"rules":[` + list + `]}`)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestProvinces(t *testing.T) {
	t.Parallel()
	if n := len(Provinces()); n != 31 {
		t.Errorf("%d provinces", n)
	}
	for in, want := range map[string]string{
		"تهران": "tehran", "استان تهران": "tehran", "TEHRAN": "tehran", "Tehran Province": "tehran",
		"آذربايجان شرقي": "east-azerbaijan", "east azerbaijan": "east-azerbaijan", "East-Azerbaijan": "east-azerbaijan",
		"چهار محال و بختیاری": "chaharmahal-and-bakhtiari", "Sistan & Baluchestan": "sistan-and-baluchestan",
		"کهگیلویه و بویراحمد": "kohgiluyeh-and-boyer-ahmad",
	} {
		if p, ok := FindProvince(in); !ok || p.Key != want {
			t.Errorf("%q: got %q", in, p.Key)
		}
	}
	for _, bad := range []string{"", "Teheran", "23", "خراسان", "استان"} {
		if p, ok := FindProvince(bad); ok {
			t.Errorf("%q: got %q", bad, p.Key)
		}
	}
}
