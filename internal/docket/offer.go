// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"bytes"
	_ "embed" // for the table of notices
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

//go:embed notices.json
var noticesJSON []byte

// offer is what may be sent: a kind of notice in a kind of case, with the terms
// that it can start.
type offer struct {
	Kind             string      `json:"kind"`
	Cases            []string    `json:"cases"`
	From             civil.Day   `json:"from"`
	To               *civil.Day  `json:"to,omitempty"`
	Rules            []offerRule `json:"rules"`
	MinDays          int         `json:"min_days"`
	MinDaysAbroad    int         `json:"min_days_abroad"`
	MinDaysPublished int         `json:"min_days_published"`
	Citation         Text        `json:"citation"`
	Source           string      `json:"source"`
	Mark             string      `json:"mark"`
}

// offerRule is a term that a notice can start; Rule is "" for none. The days
// are for a term that the court sets.
type offerRule struct {
	Rule  string `json:"rule"`
	Days  int    `json:"days"`
	Least int    `json:"least"`
	Most  int    `json:"most"`
}

// hearing tells whether the notice calls to a hearing.
func (o offer) hearing() bool { return o.Kind == notice.KindHearing }

func (o offer) rule(code string) (offerRule, bool) {
	i := slices.IndexFunc(o.Rules, func(r offerRule) bool { return r.Rule == code })
	if i < 0 {
		return offerRule{}, false
	}
	return o.Rules[i], true
}

// minDays is how many full days must lie between service on a party and the
// hearing.
func (o offer) minDays(p Party, published bool) int {
	n := o.MinDays
	if p.Abroad {
		n = max(n, o.MinDaysAbroad)
	}
	if published {
		n = max(n, o.MinDaysPublished)
	}
	return n
}

// offers is the table; it does not change.
type offers []offer

// parseOffers reads the table and refuses one that is incomplete, names a rule
// that does not exist, or has two entries for the same thing at one time.
func parseOffers(b []byte, rules calendar.Rules) (_ offers, err error) {
	defer errs.Wrap(&err, "docket.parseOffers")
	var file struct {
		About   string `json:"about"`
		Notices offers `json:"notices"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, err
	}
	for i, o := range file.Notices {
		if err := o.check(rules); err != nil {
			return nil, fmt.Errorf("%s in %v: %w", o.Kind, o.Cases, err)
		}
		for _, other := range file.Notices[:i] {
			if o.clashes(other) {
				return nil, fmt.Errorf("%s in %v: there are two entries at one time", o.Kind, o.Cases)
			}
		}
	}
	return file.Notices, nil
}

func (o offer) check(rules calendar.Rules) error {
	switch {
	case !slices.Contains(notice.Kinds(), o.Kind) || len(o.Cases) == 0 || len(o.Rules) == 0:
		return fmt.Errorf("kind, cases or rules are missing")
	case o.Citation.FA == "" || o.Citation.EN == "" || o.Source == "" || o.Mark == "":
		return fmt.Errorf("citation, source or mark is missing")
	case o.hearing() != (o.MinDays > 0):
		return fmt.Errorf("a hearing, and nothing else, has days before it")
	}
	for _, r := range o.Rules {
		if r.Rule == "" {
			continue
		}
		law, err := rules.At(r.Rule, o.From)
		if err != nil {
			return err
		}
		if law.SetByCourt() != (r.Days > 0) || r.Days > 0 && (r.Least < 1 || r.Days < r.Least || r.Most < r.Days) {
			return fmt.Errorf("%s: days exactly where the court sets them, least and most around them", r.Rule)
		}
	}
	return nil
}

func (o offer) clashes(b offer) bool {
	same := o.Kind == b.Kind && slices.ContainsFunc(o.Cases, func(c string) bool { return slices.Contains(b.Cases, c) })
	return same && (o.To == nil || b.From < *o.To) && (b.To == nil || o.From < *b.To)
}

// of lists what may be sent in a kind of case on a day.
func (l offers) of(kind string, d civil.Day) []offer {
	var out []offer
	for _, o := range l {
		if slices.Contains(o.Cases, kind) && d >= o.From && (o.To == nil || d < *o.To) {
			out = append(out, o)
		}
	}
	return out
}
