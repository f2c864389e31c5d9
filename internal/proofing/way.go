// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	_ "embed"
	"encoding/json"
	"errors"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
)

//go:embed ways.json
var wayFile []byte

// Offer is a way to a level: for whom, how long it takes and what it costs.
type Offer struct {
	Way      identity.Way     `json:"way"`
	Level    int              `json:"level"`
	Classes  []identity.Class `json:"classes"`
	Minutes  int              `json:"minutes"`  // that it usually takes
	Rials    int64            `json:"rials"`    // -1: whoever does it says so
	Sessions int64            `json:"sessions"` // at the broker that one payment covers, with those that do not count
	From     civil.Day        `json:"from"`
	Source   string           `json:"source"`
	Citation struct {
		FA string `json:"fa"`
		EN string `json:"en"`
	} `json:"citation"`
}

func readWays(b []byte) ([]Offer, error) {
	var f struct {
		Ways []Offer `json:"ways"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, err
	}
	for _, o := range f.Ways {
		if o.Level != o.Way.Level() || o.Level == 0 || len(o.Classes) == 0 || o.Minutes <= 0 || o.Way == identity.ByVideo && o.Sessions < Attempts || o.From == 0 || o.Source == "" || o.Citation.FA == "" || o.Citation.EN == "" {
			return nil, errors.New("proofing: the way " + string(o.Way) + " is not whole")
		}
	}
	return f.Ways, nil
}

// sessions is how often a broker is called with one payment: each call costs the
// broker, and one that is let lapse is not counted as an attempt.
func (s *Service) sessions() int64 {
	i := slices.IndexFunc(s.ways, func(o Offer) bool { return o.Way == identity.ByVideo })
	if i < 0 {
		return Attempts
	}
	return s.ways[i].Sessions
}

// spent tells that no further attempt can be begun with an order.
func (s *Service) spent(o Order, last Try) bool {
	return o.tries >= s.sessions() && last.State != TryReserved && last.State != TryOpen
}

// waysTo are the ways that somebody has from where they are to a level, those
// that give the least first.
func (s *Service) waysTo(p identity.Person, need int) []Offer {
	today := civil.Of(s.d.Clock.Now())
	var out []Offer
	for _, o := range s.ways {
		if o.Level < need || o.Level <= p.Assurance || o.From > today || !slices.Contains(o.Classes, p.Class) {
			continue
		}
		if o.Way == identity.ByRegistry && (p.NationalCode == "" || p.Mobile == "") {
			continue
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Offer) int { return a.Level - b.Level })
	return out
}
