// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/tarazu/tarazu/data"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Kinds of closures.
const (
	KindSolar      = "solar"      // fixed in the Jalali calendar
	KindLunar      = "lunar"      // announced, may move by a day
	KindGovernment = "government" // cold, heat, air, energy: by the government or a province
	KindCourts     = "courts"     // the judicial body itself was not ready (CPC 444)
	// KindYear closes nothing: it says that the holidays of the Jalali year of
	// its date are published completely.
	KindYear = "year"
)

// Closure is one entry about one day. A later entry with the same Date,
// Province and Kind takes the place of an earlier one; with Closed false it
// takes the closure back.
type Closure struct {
	Date        civil.Day `json:"date"`
	Province    string    `json:"province"` // key of Provinces, empty: the whole country
	Kind        string    `json:"kind"`
	Closed      bool      `json:"closed"`
	Courts      bool      `json:"courts"`      // applies to courts; else it moves no term
	Provisional bool      `json:"provisional"` // estimated, not yet announced
	Name        Text      `json:"name"`
	Source      string    `json:"source"` // who announced it and where
}

type closureKey struct {
	date           civil.Day
	province, kind string
}

func (c Closure) key() closureKey { return closureKey{c.Date, c.Province, c.Kind} }

// Calendar knows which days courts are open. It does not change.
type Calendar struct {
	// ThursdayClosed says that courts rest on Thursdays too.
	thursdayClosed bool
	version        string
	years          map[int]bool // Jalali years whose holidays are all known
	byDay          map[civil.Day][]Closure
}

// Options are what a country or a court decides about its week.
type Options struct{ ThursdayClosed bool }

// DefaultCalendar reads the embedded holiday table.
func DefaultCalendar(o Options) (*Calendar, error) { return ParseCalendar(data.Holidays, o) }

// ParseCalendar reads a holiday table in the form of data/holidays.json. Every
// Jalali year that has an entry on its first day counts as complete.
func ParseCalendar(b []byte, o Options) (_ *Calendar, err error) {
	defer errs.Wrap(&err, "calendar.ParseCalendar")
	var file struct {
		Days []struct {
			Date        civil.Day `json:"date"`
			Jalali      civil.Day `json:"jalali"`
			Name        string    `json:"name"`
			Kind        string    `json:"kind"`
			Provisional bool      `json:"provisional"`
		} `json:"days"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	c := &Calendar{
		thursdayClosed: o.ThursdayClosed,
		version:        hex.EncodeToString(sum[:6]),
		years:          map[int]bool{},
		byDay:          map[civil.Day][]Closure{},
	}
	if o.ThursdayClosed {
		c.version += "-thursdays"
	}
	for _, d := range file.Days {
		if d.Date != d.Jalali {
			return nil, fmt.Errorf("%s is not %s", d.Date, d.Jalali.JalaliString())
		}
		if d.Kind != KindSolar && d.Kind != KindLunar {
			return nil, fmt.Errorf("%s: kind %q", d.Date, d.Kind)
		}
		if y, m, day := d.Date.Jalali(); m == 1 && day == 1 {
			c.years[y] = true
		}
		c.put(Closure{
			Date: d.Date, Kind: d.Kind, Closed: true, Courts: true, Provisional: d.Provisional,
			Name: Text{FA: d.Name, EN: holidayEN[d.Name]}, Source: "data/holidays.json",
		})
	}
	return c, nil
}

// With returns a calendar with published entries laid over this one, in their
// order, the latest last. revision names that state of the publication.
func (c *Calendar) With(published []Closure, revision string) *Calendar {
	out := &Calendar{thursdayClosed: c.thursdayClosed, version: c.version + "+" + revision, years: map[int]bool{}, byDay: make(map[civil.Day][]Closure, len(c.byDay))}
	for y := range c.years {
		out.years[y] = true
	}
	for d, l := range c.byDay {
		out.byDay[d] = slices.Clone(l)
	}
	for _, p := range published {
		if p.Kind == KindYear {
			y, _, _ := p.Date.Jalali()
			out.years[y] = p.Closed
			continue
		}
		out.put(p)
	}
	return out
}

func (c *Calendar) put(e Closure) {
	list := c.byDay[e.Date]
	if i := slices.IndexFunc(list, func(o Closure) bool { return o.key() == e.key() }); i >= 0 {
		list[i] = e
		return
	}
	c.byDay[e.Date] = append(list, e)
}

// Version names all that this calendar was made from: the table, the options
// and the state of the publication. Two calendars of one version are equal.
func (c *Calendar) Version() string { return c.version }

// Status is what a calendar says about one day for the courts of a province.
type Status struct {
	Open        bool
	Why         string // why it is closed: WhyFriday, WhyThursday, WhyHoliday, WhyClosure
	Name        Text   // of the holiday or closure
	Provisional bool   // the entry, or its being taken back, is an estimate
	Known       bool   // false: only Fridays and fixed solar holidays are known that year
}

// On returns the status of a day for the courts of a province (a key of
// Provinces; empty: only what holds for the whole country).
func (c *Calendar) On(d civil.Day, province string) Status {
	y, _, _ := d.Jalali()
	s := Status{Open: true, Known: c.years[y]}
	shut := func(why string, name Text) {
		if s.Open {
			s.Open, s.Why, s.Name = false, why, name
		}
	}
	firm := false
	for _, e := range c.byDay[d] {
		if !e.Courts || e.Province != "" && e.Province != province {
			continue
		}
		s.Provisional = s.Provisional || e.Provisional
		if !e.Closed {
			continue
		}
		firm = firm || !e.Provisional
		if e.Kind == KindSolar || e.Kind == KindLunar {
			shut(WhyHoliday, e.Name)
		} else {
			shut(WhyClosure, e.Name)
		}
	}
	if !s.Known && !c.has(d, KindSolar) {
		if name, ok := fixedSolar(d); ok {
			firm = true
			shut(WhyHoliday, Text{FA: name, EN: holidayEN[name]})
		}
	}
	if d.Weekday() == time.Friday {
		firm = true
		shut(WhyFriday, Text{})
	}
	if c.thursdayClosed && d.Weekday() == time.Thursday {
		firm = true
		shut(WhyThursday, Text{})
	}
	if _, m, day := d.Jalali(); m == 12 && day == 30 && !c.has(d, KindSolar) {
		// Printed calendars show the last day of a leap year as a holiday; no
		// source confirms it (domain C.4), so it is open but not certain.
		s.Provisional = true
	}
	// A day that is closed for a firm reason does not hang on an estimate.
	s.Provisional = s.Provisional && !firm
	return s
}

func (c *Calendar) has(d civil.Day, kind string) bool {
	return slices.ContainsFunc(c.byDay[d], func(e Closure) bool { return e.Kind == kind && e.Province == "" })
}

// InYear lists what a calendar says about the days of a Jalali year that have an
// entry, in their order: what is closed, and what was taken back. province leaves
// out what holds for others; empty lists all.
func (c *Calendar) InYear(year int, province string) []Closure {
	var out []Closure
	for d, list := range c.byDay {
		y, _, _ := d.Jalali()
		for _, e := range list {
			if y == year && (province == "" || e.Province == "" || e.Province == province) {
				out = append(out, e)
			}
		}
	}
	slices.SortFunc(out, func(a, b Closure) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Province, b.Province), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

// Known tells whether the holidays of a Jalali year are published.
func (c *Calendar) Known(year int) bool { return c.years[year] }

// fixedSolar names the holiday that falls on a day in every Jalali year
// (domain C.4), for years that the table does not cover.
func fixedSolar(d civil.Day) (string, bool) {
	_, m, day := d.Jalali()
	name, ok := map[[2]int]string{
		{1, 1}: "نوروز", {1, 2}: "نوروز", {1, 3}: "نوروز", {1, 4}: "نوروز",
		{1, 12}: "روز جمهوری اسلامی", {1, 13}: "روز طبیعت",
		{3, 14}: "رحلت امام خمینی", {3, 15}: "قیام ۱۵ خرداد",
		{11, 22}: "پیروزی انقلاب", {12, 29}: "ملی\u200cشدن صنعت نفت",
	}[[2]int{m, day}]
	return name, ok
}

// holidayEN gives the English names of the holidays that the table names in
// Persian only.
var holidayEN = map[string]string{
	"نوروز":                 "Nowruz",
	"روز جمهوری اسلامی":     "Islamic Republic Day",
	"روز طبیعت":             "Nature Day",
	"رحلت امام خمینی":       "Passing of Imam Khomeini",
	"قیام ۱۵ خرداد":         "Uprising of 15 Khordad",
	"پیروزی انقلاب":         "Victory of the Revolution",
	"ملی\u200cشدن صنعت نفت": "Nationalisation of the oil industry",
	"تاسوعا":                "Tasua",
	"عاشورا":                "Ashura",
	"اربعین":                "Arbaeen",
	"رحلت پیامبر و شهادت امام حسن": "Passing of the Prophet and martyrdom of Imam Hasan",
	"شهادت امام رضا":               "Martyrdom of Imam Reza",
	"شهادت امام حسن عسکری":         "Martyrdom of Imam Hasan al-Askari",
	"ولادت پیامبر و امام صادق":     "Birth of the Prophet and of Imam Sadeq",
	"شهادت حضرت فاطمه":             "Martyrdom of Fatimah",
	"ولادت امام علی":               "Birth of Imam Ali",
	"مبعث":                         "Mab’ath",
	"ولادت امام زمان":              "Birth of the Imam of the Age",
	"شهادت امام علی":               "Martyrdom of Imam Ali",
	"عید فطر":                      "Eid al-Fitr",
	"تعطیل عید فطر":                "Eid al-Fitr, second day",
	"شهادت امام صادق":              "Martyrdom of Imam Sadeq",
	"عید قربان":                    "Eid al-Adha",
	"عید غدیر":                     "Eid al-Ghadir",
}
