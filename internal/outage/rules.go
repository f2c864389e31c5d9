// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"bytes"
	_ "embed" // for the table
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
)

//go:embed rules.json
var rulesFile []byte

// Rules is the table of what an outage is and what it means.
type Rules struct {
	About   string    `json:"about"`
	Version int       `json:"version"`
	From    civil.Day `json:"from"`
	Probe   Probing   `json:"probe"`
	Declare struct {
		BackDays  int `json:"back_days"`
		AheadDays int `json:"ahead_days"`
	} `json:"declare"`
	// Texts are the descriptions of what nobody has described yet, by origin.
	Texts map[Origin]Text `json:"texts"`
	Parts []Part          `json:"parts"`
	Acts  []Rule          `json:"acts"`
}

// Probing says when the program itself opens and closes intervals.
type Probing struct {
	Every     int `json:"every_seconds"`
	Timeout   int `json:"timeout_seconds"`
	Failures  int `json:"failures"`      // in a row open an interval, at the first of them
	Successes int `json:"successes"`     // in a row close it, at the first of them
	Join      int `json:"join_seconds"`  // two intervals that are nearer are one
	Gap       int `json:"gap_seconds"`   // without a sign of life of any process are an outage
	Share     int `json:"share_percent"` // of the running processes must fail
	Lease     int `json:"lease_seconds"`
}

// The kinds of parts.
const (
	KindOwn     = "own"
	KindOutside = "outside"
)

// Part is what can be out of use.
type Part struct {
	Code string `json:"code"`
	Kind string `json:"kind"`
	Name Text   `json:"name"`
}

// What an outage does to a term.
const (
	MovesLastDay  = "last_day" // a last day that it fell on is not counted
	MovesEvidence = "evidence" // nothing by itself
)

// Rule says which parts an act needs, and when their outage counts.
type Rule struct {
	Act          string   `json:"act"` // ActFile, ActRead
	Name         Text     `json:"name"`
	Parts        []string `json:"parts"`
	Moves        string   `json:"moves"`
	LeastMinutes int      `json:"least_minutes"`
	Hours        Hours    `json:"hours"`
	Causes       []Cause  `json:"causes"`
	Citation     Text     `json:"citation"`
	Source       string   `json:"source"`
	Mark         string   `json:"mark"` // statute, mem or inf
}

// The acts of the table.
const (
	ActFile = "file" // filing within a term
	ActRead = "read" // reading a notice
)

// Hours is a part of the day by Tehran's clock, "08:00" to "24:00".
type Hours struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// DefaultRules reads the embedded table.
func DefaultRules() (Rules, error) { return ParseRules(rulesFile) }

// ParseRules reads a table and says what is wrong with it.
func ParseRules(text []byte) (r Rules, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, fmt.Errorf("outage: rules: %w", err)
	}
	return r, r.check()
}

func (r Rules) check() error {
	for name, n := range map[string]int{
		"version": r.Version, "every": r.Probe.Every, "timeout": r.Probe.Timeout, "failures": r.Probe.Failures, "successes": r.Probe.Successes,
		"gap": r.Probe.Gap, "share": r.Probe.Share, "lease": r.Probe.Lease, "back": r.Declare.BackDays, "ahead": r.Declare.AheadDays,
	} {
		if n <= 0 {
			return fmt.Errorf("outage: rules: %s must be above nought", name)
		}
	}
	if r.Probe.Join < 0 || r.Probe.Share > 100 || r.Probe.Lease <= r.Probe.Every || r.Probe.Gap <= r.Probe.Every {
		return fmt.Errorf("outage: rules: the figures of probe do not fit each other")
	}
	for _, o := range []Origin{Automatic, Found} {
		if t := r.Texts[o]; t.FA == "" || t.EN == "" {
			return fmt.Errorf("outage: rules: no text for %s", o)
		}
	}
	seen := map[string]bool{}
	for _, p := range r.Parts {
		if p.Code == "" || seen[p.Code] || p.Kind != KindOwn && p.Kind != KindOutside || p.Name.FA == "" || p.Name.EN == "" {
			return fmt.Errorf("outage: rules: part %q", p.Code)
		}
		seen[p.Code] = true
	}
	acts := map[string]bool{}
	for _, a := range r.Acts {
		if a.Act == "" || acts[a.Act] || a.Moves != MovesLastDay && a.Moves != MovesEvidence || a.LeastMinutes < 0 ||
			!slices.Contains([]string{"statute", "mem", "inf"}, a.Mark) || a.Source == "" || a.Citation.FA == "" || a.Citation.EN == "" {
			return fmt.Errorf("outage: rules: act %q", a.Act)
		}
		acts[a.Act] = true
		for _, p := range a.Parts {
			if !seen[p] {
				return fmt.Errorf("outage: rules: act %q needs the unknown part %q", a.Act, p)
			}
		}
		for _, c := range a.Causes {
			if !slices.Contains(Causes(), c) {
				return fmt.Errorf("outage: rules: act %q names the unknown cause %q", a.Act, c)
			}
		}
		from, err1 := minutes(a.Hours.From)
		to, err2 := minutes(a.Hours.To)
		if err1 != nil || err2 != nil || from >= to {
			return fmt.Errorf("outage: rules: act %q has no hours", a.Act)
		}
	}
	return nil
}

// ID names the table in evidence.
func (r Rules) ID() string { return "outage-rules@" + strconv.Itoa(r.Version) }

// Part finds a part.
func (r Rules) Part(code string) (Part, bool) {
	i := slices.IndexFunc(r.Parts, func(p Part) bool { return p.Code == code })
	if i < 0 {
		return Part{}, false
	}
	return r.Parts[i], true
}

// Of finds the rule of an act: ActFile, ActRead.
func (r Rules) Of(act string) (Rule, bool) {
	i := slices.IndexFunc(r.Acts, func(a Rule) bool { return a.Act == act })
	if i < 0 {
		return Rule{}, false
	}
	return r.Acts[i], true
}

func (r Rules) back() time.Duration  { return time.Duration(r.Declare.BackDays) * 24 * time.Hour }
func (r Rules) ahead() time.Duration { return time.Duration(r.Declare.AheadDays) * 24 * time.Hour }

// minutes reads "08:30" as minutes since midnight; "24:00" is the end of the day.
func minutes(text string) (int, error) {
	var h, m int
	if n, err := fmt.Sscanf(text, "%2d:%2d", &h, &m); err != nil || n != 2 || len(text) != 5 || h < 0 || m < 0 || m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("outage: %q is no time of day", text)
	}
	return h*60 + m, nil
}

// On returns the hours of a day in which an outage counts for the act.
func (r Rule) On(day civil.Day) (from, to time.Time) {
	y, m, d := day.Gregorian()
	midnight := time.Date(y, time.Month(m), d, 0, 0, 0, 0, clock.Tehran)
	start, _ := minutes(r.Hours.From) // checked when the table was read
	end, _ := minutes(r.Hours.To)
	return midnight.Add(time.Duration(start) * time.Minute), midnight.Add(time.Duration(end) * time.Minute)
}

// Blocked tells how long the act could not be done within the hours of a day
// because of these intervals, each moment counted once however many of them
// cover it, which of them were part of that, and whether it is long enough to
// count. What lasts counts until now.
func (r Rule) Blocked(day civil.Day, list []Interval, now time.Time) (total time.Duration, by []Interval, counts bool) {
	from, to := r.On(day)
	var counted []Interval
	for _, i := range list {
		if slices.Contains(r.Parts, i.Part) && slices.Contains(r.Causes, i.Cause) {
			if i.Open() && now.Before(to) {
				i.To = later(now, i.From)
			}
			counted = append(counted, i)
		}
	}
	total, by = sum(counted, from, to)
	return total, by, total > 0 && total >= time.Duration(r.LeastMinutes)*time.Minute
}

// sum is how long from and to were covered by intervals, each moment counted once,
// and which of them were part of that.
func sum(list []Interval, from, to time.Time) (total time.Duration, by []Interval) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Interval) int { return a.From.Compare(b.From) })
	reached := from
	for _, i := range list {
		since, until, ok := i.Overlap(from, to)
		if !ok {
			continue
		}
		by = append(by, i)
		if since.Before(reached) {
			since = reached
		}
		if until.After(since) {
			total, reached = total+until.Sub(since), until
		}
	}
	return total, by
}
