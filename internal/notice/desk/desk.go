// SPDX-License-Identifier: Apache-2.0

package desk

import (
	_ "embed" // for the limits
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/webhook"
)

// State is how far a notice has come at its desk.
type State string

// The states: new ⇄ taken → done, and again from done.
const (
	Fresh State = "new"
	Taken State = "taken"
	Done  State = "done"
)

// Item is a notice at a desk of a body.
type Item struct {
	Body, Notice    string
	Unit            string // "" is the top of the body
	Kind            string
	Case            string
	CaseNumber      string
	Court, Province string
	Rules, Rule     int64 // by which version and which rule it went there; 0: none
	Arrived         time.Time
	Opened          time.Time // by somebody whose opening counts
	Deemed          time.Time
	State           State
	Holder          string // who has taken it, as a person
	Since           time.Time

	Title      notice.Text // filled in for pages
	Sender     notice.Text
	HolderName string
}

// What happens to a notice at a desk; part of locale keys and of evidence.
const (
	stepRouted = "routed"
	stepOpened = "opened"
	stepTaken  = "taken"
	stepLeft   = "left" // given back
	stepHanded = "handed"
	stepDone   = "done"
	stepAgain  = "again" // there is something to do after all
)

// Step is one thing that happened to a notice at its desks.
type Step struct {
	What   string
	Unit   string
	Person string
	Name   string // filled in for pages
	Note   string
	At     time.Time
}

// Rule sends the notices that it names to a unit. What it leaves empty it does not ask
// for; all that it says must be so.
type Rule struct {
	Groups   []string `json:"groups,omitempty"`   // of notices
	Province string   `json:"province,omitempty"` // of the court
	Court    string   `json:"court,omitempty"`    // code of the unit that sends
	Case     string   `json:"case,omitempty"`     // number of one case
	Unit     string   `json:"unit"`
}

func (r Rule) empty() bool {
	return len(r.Groups) == 0 && r.Province == "" && r.Court == "" && r.Case == ""
}

// names tells whether a notice is one that the rule is for.
func (r Rule) names(i Item) bool {
	return (len(r.Groups) == 0 || slices.Contains(r.Groups, notice.GroupOf(i.Kind))) && (r.Province == "" || r.Province == i.Province) &&
		(r.Court == "" || r.Court == i.Court) && (r.Case == "" || r.Case == i.CaseNumber)
}

// Rules is one version of the rules of a body.
type Rules struct {
	Version int64 // 0: there are none yet
	Top     string
	List    []Rule
	By      string
	At      time.Time
}

// unit is where a notice goes, and by which rule (from 1; 0: none). A rule for a unit
// that has ended names nothing any more.
func (r Rules) unit(i Item, stands func(unit string) bool) (unit string, rule int64) {
	for n, x := range r.List {
		if x.names(i) && stands(x.Unit) {
			return x.Unit, int64(n + 1)
		}
	}
	if stands(r.Top) {
		return r.Top, 0
	}
	return "", 0
}

// Limits bound what a body may have.
type Limits struct {
	Rules        int           `json:"rules"`
	LateDays     int           `json:"late_days"`
	Preview      int           `json:"preview"`
	Note         int           `json:"note"`
	Keys         int           `json:"keys"`
	KeyDays      int           `json:"key_days"`
	Waits        webhook.Waits `json:"waits"`
	OverlapHours int           `json:"overlap_hours"`
	From         civil.Day     `json:"from"`
	Source       string        `json:"source"`
	Mark         string        `json:"mark"`
}

//go:embed limits.json
var limitsJSON []byte

func readLimits(b []byte) (l Limits, err error) {
	if err := json.Unmarshal(b, &l); err != nil {
		return l, fmt.Errorf("desk: limits.json: %w", err)
	}
	if min(l.Rules, l.LateDays, l.Preview, l.Note, l.Keys, l.KeyDays, l.OverlapHours, len(l.Waits)) < 1 || l.From == 0 || l.Source == "" || l.Mark == "" {
		return l, errors.New("desk: limits.json is not whole")
	}
	return l, nil
}
