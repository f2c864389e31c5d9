// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"bytes"
	_ "embed" // for the table of effects
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

//go:embed effects.json
var effectsJSON []byte

// What a fact means in law.
const (
	EffectNone          = "none"
	EffectService       = "service"        // served (ابلاغ)
	EffectActualService = "actual_service" // served in fact (ابلاغ واقعی)
)

// Reading is one version of what the facts of a notice mean in law.
type Reading struct {
	Code        string    `json:"code"`
	Version     int       `json:"version"`
	From        civil.Day `json:"from"` // first day of issuing that it is for
	Citation    Text      `json:"citation"`
	OnArrival   string    `json:"on_arrival"`
	OnViewing   string    `json:"on_viewing"`
	ActualRules []string  `json:"actual_rules"`
	ActualKinds []string  `json:"actual_kinds"`
	// Kinds are the kinds of notices for which it is said apart.
	Kinds         map[string]KindEffect `json:"kinds"`
	AlertEffect   string                `json:"alert_effect"`
	AlertCitation Text                  `json:"alert_citation"`
	Source        string                `json:"source"`
	Mark          string                `json:"mark"`
}

// KindEffect is what the facts of one kind of notice mean.
type KindEffect struct {
	OnArrival string `json:"on_arrival"`
	OnViewing string `json:"on_viewing"`
}

// of is what the facts of a kind mean.
func (r Reading) of(kind string) KindEffect {
	if k, ok := r.Kinds[kind]; ok {
		return k
	}
	return KindEffect{OnArrival: r.OnArrival, OnViewing: r.OnViewing}
}

// Name is how evidence and deadlines name this version: "bylaw-1395-13@1".
func (r Reading) Name() string { return fmt.Sprintf("%s@%d", r.Code, r.Version) }

// Effects is the table of readings, the newest last.
type Effects struct{ list []Reading }

// DefaultEffects reads the embedded table.
func DefaultEffects() (Effects, error) { return ParseEffects(effectsJSON) }

// ParseEffects reads a table and refuses one that is incomplete or out of
// order.
func ParseEffects(b []byte) (_ Effects, err error) {
	defer errs.Wrap(&err, "notice.ParseEffects")
	var file struct {
		About    string    `json:"about"`
		Versions []Reading `json:"versions"`
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return Effects{}, err
	}
	if len(file.Versions) == 0 {
		return Effects{}, fmt.Errorf("no version")
	}
	known := []string{EffectNone, EffectService, EffectActualService}
	wrong := func(k KindEffect) bool {
		return !slices.Contains(known, k.OnArrival) || !slices.Contains(known, k.OnViewing)
	}
	for i, r := range file.Versions {
		switch {
		case r.Code == "" || r.Version < 1 || r.Citation.FA == "" || r.Citation.EN == "" || r.Source == "" || r.Mark == "":
			return Effects{}, fmt.Errorf("%s: code, version, citation, source or mark is missing", r.Name())
		case wrong(r.of("")) || slices.ContainsFunc(slices.Collect(maps.Values(r.Kinds)), wrong):
			return Effects{}, fmt.Errorf("%s: unknown effect", r.Name())
		case slices.ContainsFunc(slices.Collect(maps.Keys(r.Kinds)), func(k string) bool { return !slices.Contains(Kinds(), k) }):
			return Effects{}, fmt.Errorf("%s: unknown kind", r.Name())
		case i > 0 && r.From <= file.Versions[i-1].From:
			return Effects{}, fmt.Errorf("%s: begins before the version above it", r.Name())
		}
	}
	return Effects{list: file.Versions}, nil
}

// At is the reading that stands for a notice issued on a day; before the first
// version, the first.
func (e Effects) At(d civil.Day) Reading {
	out := e.list[0]
	for _, r := range e.list {
		if r.From <= d {
			out = r
		}
	}
	return out
}

// Effect is what the facts of one notice mean in law.
type Effect struct {
	Reading  Reading
	Served   time.Time // zero: not served
	InFact   time.Time // actual service; zero: not yet
	ByActual bool      // its term runs from actual service only
}

// RunsFrom is the instant from which the notice's term is counted; zero if it
// does not run yet, or if there is no term.
func (e Effect) RunsFrom() time.Time {
	if e.ByActual {
		return e.InFact
	}
	return e.Served
}

// Of computes what the facts of n mean. It is a pure function of them.
func (e Effects) Of(n Notice) Effect {
	r := e.At(civil.Of(n.Issued))
	out := Effect{Reading: r, ByActual: slices.Contains(r.ActualRules, n.Rule) || slices.Contains(r.ActualKinds, n.Kind)}
	apply := func(effect string, at time.Time) {
		if at.IsZero() || effect == EffectNone {
			return
		}
		if out.Served.IsZero() || at.Before(out.Served) {
			out.Served = at
		}
		if effect == EffectActualService {
			out.InFact = at
		}
	}
	k := r.of(n.Kind)
	apply(k.OnArrival, n.Arrived)
	apply(k.OnViewing, n.Viewed)
	return out
}
