// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"bytes"
	_ "embed" // for the rule table
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

//go:embed rules.json
var rulesJSON []byte

// Text is one text in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

// When a term begins to run.
const (
	StartsAtService       = "service"        // legal service is enough
	StartsAtActualService = "actual_service" // the person was really told (CPC 306)
	StartsAtEvent         = "event"          // the fact that Rule.Event names
)

// What it does to a term that the electronic services could not be used.
const (
	OutageMoves  = "last_day" // a last day that it touched is not counted (CPC 444)
	OutageProves = "evidence" // it moves nothing and is proof for a contest
)

// How well a figure is known.
const (
	MarkStatute  = "statute" // read in the text of the law
	MarkMemory   = "mem"     // from memory, to be confirmed by a lawyer
	MarkInferred = "inf"     // another law's way of counting, applied here
)

// Rule is one version of one statutory term. A deadline keeps a copy of the
// rule it was computed by.
type Rule struct {
	Code    string `json:"code"`    // law and article, "cpc-336"
	Version int    `json:"version"` // 1, 2 … per code
	Name    Text   `json:"name"`
	Article Text   `json:"article"`
	// Days is the term in days, 0 where the court sets it (CPC 442).
	Days int `json:"days"`
	// DaysAbroad is the term of residents abroad, 0 where the court sets it.
	DaysAbroad int `json:"days_abroad"`
	// AbroadDefault says that the article names no term abroad and that of
	// CPC 446 stands in.
	AbroadDefault bool   `json:"abroad_default"`
	AbroadSource  string `json:"abroad_source"`
	// ActionDayExcluded says that the day of the act is not counted either
	// (CPC 445), so that the last day is one day after the counted ones.
	ActionDayExcluded bool   `json:"action_day_excluded"`
	Starts            string `json:"starts"`
	Event             *Text  `json:"event,omitempty"` // the fact of StartsAtEvent
	// From is the first day of service this version is for; To is the first
	// day it is no longer for, absent while it stands.
	From         civil.Day  `json:"from"`
	To           *civil.Day `json:"to,omitempty"`
	Source       string     `json:"source"`
	Mark         string     `json:"mark"`
	CountingMark string     `json:"counting_mark"`

	Outage       string `json:"outage"`
	OutageSource string `json:"outage_source"`
	// Shared says that of several defendants the longest term helps all (CPC 447).
	Shared bool `json:"shared"`
	// AtHearing says that a term which ends on the day of a hearing moves with it
	// when the hearing could not be held (CPC 448).
	AtHearing bool `json:"at_hearing"`
}

// Moment is a term of minutes: it runs from an instant and no calendar moves it.
type Moment struct {
	Code    string `json:"code"`
	Name    Text   `json:"name"`
	Minutes int    `json:"minutes"`
	Source  string `json:"source"`
	Mark    string `json:"mark"`
}

// OutageEffect is Outage; of a copy from before the table said so, evidence.
func (r Rule) OutageEffect() string {
	if r.Outage == OutageMoves {
		return OutageMoves
	}
	return OutageProves
}

// SetByCourt tells whether the term is not in the law but in the court's order.
func (r Rule) SetByCourt() bool { return r.Days == 0 }

// Rules is the table of terms. It does not change.
type Rules struct {
	list    []Rule
	moments []Moment
}

// DefaultRules reads the embedded table.
func DefaultRules() (Rules, error) { return ParseRules(rulesJSON) }

// ParseRules reads a table of terms and refuses one in which two versions of a
// code stand at the same time or a figure is missing.
func ParseRules(b []byte) (_ Rules, err error) {
	defer errs.Wrap(&err, "calendar.ParseRules")
	var file struct {
		About   string   `json:"about"`
		Rules   []Rule   `json:"rules"`
		Moments []Moment `json:"moments"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return Rules{}, err
	}
	for i, r := range file.Rules {
		if err := r.check(); err != nil {
			return Rules{}, fmt.Errorf("%s version %d: %w", r.Code, r.Version, err)
		}
		for _, o := range file.Rules[:i] {
			if o.Code == r.Code && (o.Version == r.Version || r.overlaps(o)) {
				return Rules{}, fmt.Errorf("%s: versions %d and %d overlap", r.Code, o.Version, r.Version)
			}
		}
	}
	for _, m := range file.Moments {
		if m.Code == "" || m.Name.FA == "" || m.Name.EN == "" || m.Minutes < 1 || m.Source == "" || !slices.Contains(marks, m.Mark) {
			return Rules{}, fmt.Errorf("moment %q: something is missing", m.Code)
		}
	}
	return Rules{list: file.Rules, moments: file.Moments}, nil
}

var marks = []string{MarkStatute, MarkMemory, MarkInferred}

func (r Rule) check() error {
	switch {
	case r.Code == "" || r.Version < 1 || r.Name.FA == "" || r.Name.EN == "" || r.Article.FA == "" || r.Article.EN == "":
		return fmt.Errorf("code, version, name or article is missing")
	case r.Days < 0 || r.DaysAbroad < r.Days || r.Days == 0 && r.DaysAbroad != 0:
		return fmt.Errorf("terms of %d and %d days cannot be", r.Days, r.DaysAbroad)
	case r.Source == "" || r.Days > 0 && r.AbroadSource == "":
		return fmt.Errorf("a source is missing")
	case !slices.Contains(marks, r.Mark) || !slices.Contains(marks, r.CountingMark):
		return fmt.Errorf("a mark is missing")
	case r.Starts != StartsAtService && r.Starts != StartsAtActualService && r.Starts != StartsAtEvent:
		return fmt.Errorf("starts %q", r.Starts)
	case (r.Starts == StartsAtEvent) != (r.Event != nil) || r.Event != nil && (r.Event.FA == "" || r.Event.EN == ""):
		return fmt.Errorf("the event that it starts at is missing, or one too many")
	case r.Outage != OutageMoves && r.Outage != OutageProves || r.OutageSource == "":
		return fmt.Errorf("outage %q without effect or source", r.Outage)
	case r.Days > maxCourtDays || r.DaysAbroad > maxCourtDays:
		return fmt.Errorf("a term of more than %d days", maxCourtDays)
	case r.To != nil && *r.To <= r.From:
		return fmt.Errorf("ends before it begins")
	}
	return nil
}

func (r Rule) covers(d civil.Day) bool { return d >= r.From && (r.To == nil || d < *r.To) }

func (r Rule) overlaps(o Rule) bool {
	return r.covers(o.From) || o.covers(r.From)
}

// Codes lists the codes of the table in its order, each once.
func (rs Rules) Codes() []string {
	var out []string
	for _, r := range rs.list {
		if !slices.Contains(out, r.Code) {
			out = append(out, r.Code)
		}
	}
	return out
}

// List returns all versions of all rules in the order of the table.
func (rs Rules) List() []Rule { return slices.Clone(rs.list) }

// Moments returns the terms of minutes.
func (rs Rules) Moments() []Moment { return slices.Clone(rs.moments) }

// At returns the version of a rule that stands for papers served on a day.
// Errors are errs.Invalid with the field "rule".
func (rs Rules) At(code string, served civil.Day) (Rule, error) {
	known := false
	for _, r := range rs.list {
		if r.Code != code {
			continue
		}
		known = true
		if r.covers(served) {
			return r, nil
		}
	}
	if known {
		return Rule{}, wrong("rule", "calendar.rule.not_in_force", "rule", code)
	}
	return Rule{}, wrong("rule", "calendar.rule.unknown")
}

// wrong is an error about one input.
func wrong(field, code string, args ...any) error {
	return errs.InvalidFields([]errs.Field{{Name: field, Code: code, Args: args}})
}
