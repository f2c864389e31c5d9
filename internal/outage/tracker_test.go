// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// second is a time in these tests.
func second(n int) time.Time { return noon.Add(time.Duration(n) * time.Second) }

func showSpans(t *tracker) string {
	var out []string
	for _, s := range t.over {
		out = append(out, fmt.Sprintf("%d-%d", int(s.from.Sub(noon).Seconds()), int(s.to.Sub(noon).Seconds())))
	}
	if t.now != nil {
		out = append(out, fmt.Sprintf("%d-", int(t.now.from.Sub(noon).Seconds())))
	}
	return strings.Join(out, " ")
}

// TestTracker: each sign is a reading, a second apart: . succeeded, x failed.
func TestTracker(t *testing.T) {
	t.Parallel()
	three := Probing{Failures: 3, Successes: 2}
	for _, c := range []struct{ readings, want string }{
		{"", ""},
		{".....", ""},
		{"..xx..", ""},
		{"..xxx", "2-"},
		{"..xxxxx", "2-"},
		{"..xxx.", "2-"},
		{"..xxx..", "2-5"},
		{"..xxx.x.x.x", "2-"},
		{"..xxx.x.x..", "2-9"},
		{"xxx", "0-"},
		{"x.xx.xx.xxx", "8-"},
		{"xxx..xxx..", "0-3 5-8"},
		{"xxx..xx..", "0-3"},
	} {
		tr := newTracker(three)
		for i, r := range c.readings {
			tr.observe(second(i), r == '.')
		}
		if got := showSpans(tr); got != c.want {
			t.Errorf("%q: %q, want %q", c.readings, got, c.want)
		}
	}
}

func TestTrackerSeeded(t *testing.T) {
	t.Parallel()
	tr := newTracker(Probing{Failures: 3, Successes: 2})
	tr.seed(second(-100))
	tr.observe(second(0), true)
	tr.observe(second(1), true)
	if got := showSpans(tr); got != "-100-0" || !tr.over[0].found {
		t.Errorf("%q, %+v", got, tr.over)
	}
}

// TestTrackerProperties: whatever the readings, spans are ordered and apart; each
// begins at the first of enough failures in a row and ends at the first of enough
// successes in a row; and a row of failures that is long enough is never missed.
func TestTrackerProperties(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		p := Probing{Failures: 1 + rnd.IntN(4), Successes: 1 + rnd.IntN(4)}
		readings := make([]bool, rnd.IntN(60))
		bad := rnd.Float64()
		tr := newTracker(p)
		for i := range readings {
			readings[i] = rnd.Float64() > bad
			tr.observe(second(i), readings[i])
		}
		row := func(from time.Time, n int, ok bool) bool {
			at := int(from.Sub(noon).Seconds())
			for i := at; i < at+n; i++ {
				if i >= len(readings) || readings[i] != ok {
					return false
				}
			}
			return true
		}
		covered := map[int]bool{}
		all, last := tr.over, second(-1)
		if tr.now != nil {
			all = append(all[:len(all):len(all)], span{from: tr.now.from, to: second(len(readings))})
		}
		for i, s := range all {
			lasts := tr.now != nil && i == len(all)-1
			if !s.from.After(last) && i > 0 || !s.to.After(s.from) || !row(s.from, p.Failures, false) || !lasts && !row(s.to, p.Successes, true) {
				t.Fatalf("%v %v: %s", p, readings, showSpans(tr))
			}
			last = s.to
			for n := int(s.from.Sub(noon).Seconds()); n < int(s.to.Sub(noon).Seconds()); n++ {
				covered[n] = true
			}
		}
		for i := range readings {
			if row(second(i), p.Failures, false) && !covered[i] {
				t.Fatalf("%v %v: the failures from %d are missed by %s", p, readings, i, showSpans(tr))
			}
		}
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	at := func(from, to int, alter ...func(k *known)) known {
		k := known{Interval: Interval{ID: fmt.Sprint(from), From: second(from), Changed: second(max(from, to))}}
		if to > 0 {
			k.To = second(to)
		}
		for _, a := range alter {
			a(&k)
		}
		return k
	}
	hand := func(k *known) { k.byHand = true }
	gone := func(k *known) { k.byHand, k.Withdrawn, k.Changed = true, true, second(60) }
	sp := func(from, to int) span {
		s := span{from: second(from)}
		if to > 0 {
			s.to = second(to)
		}
		return s
	}
	for _, c := range []struct {
		name string
		list []known
		s    span
		want string
	}{
		{"nothing known", nil, sp(50, 0), "opened - 0"},
		{"nothing known, over", nil, sp(50, 90), "opened - 90"},
		{"it is open and lasts", []known{at(50, 0)}, sp(50, 0), " - 0"},
		{"it is open and ends", []known{at(50, 0)}, sp(50, 90), "closed 50 90"},
		{"it ended long ago", []known{at(1, 10)}, sp(50, 0), "opened - 0"},
		{"it ended just now", []known{at(1, 30)}, sp(50, 0), "reopened 1 0"},
		{"it ended just now, this is over too", []known{at(1, 30)}, sp(50, 60), "reopened 1 60"},
		{"it is written already", []known{at(1, 60)}, sp(1, 60), " - 0"},
		{"the newest counts", []known{at(1, 30), at(40, 45)}, sp(50, 0), "reopened 40 0"},
		{"ended by hand while it lasted", []known{at(1, 55, hand)}, sp(50, 0), " - 0"},
		{"ended by hand before", []known{at(1, 45, hand)}, sp(50, 0), "opened - 0"},
		{"corrected and open", []known{at(50, 0, hand)}, sp(50, 70), "closed 50 70"},
		{"withdrawn while it lasts", []known{at(50, 0, gone)}, sp(50, 0), " - 0"},
		{"withdrawn, another one begins", []known{at(1, 0, gone)}, sp(70, 0), "opened - 0"},
		{"withdrawn, it had ended before", []known{at(1, 20, gone)}, sp(50, 0), "opened - 0"},
	} {
		d := decide(c.list, c.s, 30*time.Second)
		name, end := "-", 0
		if d.at != nil {
			name = d.at.ID
		}
		if !d.to.IsZero() {
			end = int(d.to.Sub(noon).Seconds())
		}
		if got := fmt.Sprint(string(d.do), " ", name, " ", end); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
