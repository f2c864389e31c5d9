// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
)

func rulesOf(t *testing.T) Rules {
	t.Helper()
	r, err := DefaultRules()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBlocked(t *testing.T) {
	t.Parallel()
	rule, ok := rulesOf(t).Of(ActFile)
	if !ok {
		t.Fatal("no rule for filing")
	}
	day, err := civil.Parse("2026-03-01")
	if err != nil {
		t.Fatal(err)
	}
	at := func(h, m int) time.Time { return time.Date(2026, 3, 1, h, m, 0, 0, clock.Tehran) }
	of := func(part string, cause Cause, from, to time.Time) Interval {
		return Interval{ID: part, Part: part, Cause: cause, From: from, To: to}
	}
	gone := of("login", Ours, at(9, 0), at(20, 0))
	gone.Withdrawn = true
	for _, c := range []struct {
		name   string
		list   []Interval
		now    time.Time
		total  time.Duration
		by     int
		counts bool
	}{
		{"nothing", nil, at(23, 0), 0, 0, false},
		{"one hour", []Interval{of("login", Ours, at(9, 0), at(10, 0))}, at(23, 0), time.Hour, 1, true},
		{"a minute too short", []Interval{of("login", Ours, at(9, 0), at(9, 59))}, at(23, 0), 59 * time.Minute, 1, false},
		{"at night", []Interval{of("login", Ours, at(0, 0), at(8, 0))}, at(23, 0), 0, 0, false},
		{"the night and a bit", []Interval{of("login", Ours, at(-5, 0), at(8, 30))}, at(23, 0), 30 * time.Minute, 1, false},
		{"two halves", []Interval{of("login", Ours, at(9, 0), at(9, 30)), of("filing", Theirs, at(12, 0), at(12, 30))}, at(23, 0), time.Hour, 2, true},
		{"the same time twice", []Interval{of("login", Ours, at(9, 0), at(9, 40)), of("filing", Ours, at(9, 10), at(9, 50))}, at(23, 0), 50 * time.Minute, 2, false},
		{"one within another", []Interval{of("login", Ours, at(9, 0), at(10, 0)), of("filing", Ours, at(9, 10), at(9, 20))}, at(23, 0), time.Hour, 2, true},
		{"a part that filing does not need", []Interval{of("inbox", Ours, at(9, 0), at(20, 0))}, at(23, 0), 0, 0, false},
		{"withdrawn", []Interval{gone}, at(23, 0), 0, 0, false},
		{"lasts, so far", []Interval{of("login", Ours, at(9, 0), time.Time{})}, at(9, 20), 20 * time.Minute, 1, false},
		{"lasts past the day", []Interval{of("login", Ours, at(9, 0), time.Time{})}, at(50, 0), 15 * time.Hour, 1, true},
		{"another day", []Interval{of("login", Ours, at(33, 0), at(40, 0))}, at(50, 0), 0, 0, false},
	} {
		total, by, counts := rule.Blocked(day, c.list, c.now)
		if total != c.total || len(by) != c.by || counts != c.counts {
			t.Errorf("%s: %s by %d, counts %v", c.name, total, len(by), counts)
		}
	}
}

func TestParseRulesRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"a word":               {`"version"`, `"verzion"`},
		"no failures":          {`"failures": 3`, `"failures": 0`},
		"more than all":        {`"share_percent": 50`, `"share_percent": 101`},
		"a short lease":        {`"lease_seconds": 90`, `"lease_seconds": 30`},
		"a part twice":         {`"code": "inbox"`, `"code": "login"`},
		"a part of no kind":    {`"code": "login", "kind": "own"`, `"code": "login", "kind": "ours"`},
		"an unknown part":      {`"parts": ["login", "inbox"`, `"parts": ["login", "moon"`},
		"an unknown cause":     {`"theirs", "planned"]`, `"fate"]`},
		"an unknown effect":    {`"moves": "last_day"`, `"moves": "year"`},
		"no such time":         {`"from": "08:00"`, `"from": "8 h"`},
		"hours backwards":      {`"from": "08:00", "to": "24:00"`, `"from": "24:00", "to": "08:00"`},
		"a rule without a law": {`"source": "domain B.9 (CPC 443-448), seed 0.21"`, `"source": ""`},
		"an unknown mark":      {`"mark": "inf"`, `"mark": "sure"`},
	} {
		text := strings.Replace(string(rulesFile), change[0], change[1], 1)
		if text == string(rulesFile) {
			t.Errorf("%s: nothing was changed", name)
			continue
		}
		if _, err := ParseRules([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
