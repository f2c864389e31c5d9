// SPDX-License-Identifier: Apache-2.0

package level

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Locale holds the words of this package.
//
//go:embed locale/*.json
var Locale embed.FS

//go:embed level.json
var ruleFile []byte

// Service is something that people do, by the name that level.json gives it.
type Service string

// The services.
const (
	SignFiling  Service = "sign_filing" // the title names its own level
	OpenNotice  Service = "open_notice"
	GiveMandate Service = "give_mandate"
	ExportData  Service = "export_data"
	Site        Service = "site"         // the site names its own level
	UseCapacity Service = "use_capacity" // the capacity names its own level
)

// Services lists them, for tests and for whoever draws a list.
func Services() []Service {
	return []Service{SignFiling, OpenNotice, GiveMandate, ExportData, Site, UseCapacity}
}

// Most is the highest level there is.
const Most = 3

// Rule is what a service asks for from a day on.
type Rule struct {
	Service  Service   `json:"service"`
	Level    int       `json:"level"`
	From     civil.Day `json:"from"`
	Source   string    `json:"source"` // how sure the rule is: "mem", "inf" or the name of a source
	Citation struct {
		FA string `json:"fa"`
		EN string `json:"en"`
	} `json:"citation"`
}

// Rules are the levels by service and day.
type Rules []Rule

// Default reads the rules that the program brings along.
func Default() (Rules, error) { return read(ruleFile) }

func read(b []byte) (Rules, error) {
	var f struct {
		Rules Rules `json:"rules"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("level: %w", err)
	}
	for _, r := range f.Rules {
		switch {
		case !slices.Contains(Services(), r.Service):
			return nil, fmt.Errorf("level: there is no service %q", r.Service)
		case r.Level < 0 || r.Level > Most || r.From == 0 || r.Source == "" || r.Citation.FA == "" || r.Citation.EN == "":
			return nil, fmt.Errorf("level: the rule of %q is not whole", r.Service)
		}
	}
	for _, s := range Services() {
		if !slices.ContainsFunc(f.Rules, func(r Rule) bool { return r.Service == s }) {
			return nil, fmt.Errorf("level: %q has no rule", s)
		}
	}
	return f.Rules, nil
}

// Of is what a service asks for on a day: its newest rule that has begun. Before
// the first one nothing was asked for.
func (r Rules) Of(s Service, day civil.Day) int {
	var last Rule
	for _, x := range r {
		if x.Service == s && x.From <= day && x.From >= last.From {
			last = x
		}
	}
	return last.Level
}

// Check refuses somebody who is not known surely enough for a service on a day.
func (r Rules) Check(a policy.Actor, s Service, day civil.Day) error { return Need(a, s, r.Of(s, day)) }

// Missing is in the chain of every refusal for the level alone.
type Missing struct {
	Service Service
	Need    int
	Has     int
}

func (m *Missing) Error() string {
	return fmt.Sprintf("%s asks for level %d, this is %d", m.Service, m.Need, m.Has)
}

// Need refuses an actor below a level. errs.Forbidden, code
// identity.level.missing, with a *Missing in its chain.
func Need(a policy.Actor, s Service, need int) error {
	if a.Assurance >= need {
		return nil
	}
	return errs.New(errs.Forbidden, "identity.level.missing").Because(&Missing{Service: s, Need: need, Has: a.Assurance})
}

// IsMissing tells whether err is a refusal for the level alone.
func IsMissing(err error) bool {
	_, ok := errors.AsType[*Missing](err)
	return ok
}
