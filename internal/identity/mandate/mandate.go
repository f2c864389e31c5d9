// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Kind is what sort of mandate one is: the code of a row of kinds.json.
type Kind string

// The kinds that other modules know.
const (
	Helper Kind = "helper"
	Lawyer Kind = "lawyer"
	Office Kind = "office" // staff of a lawyer's office
	Staff  Kind = "staff"  // representatives of a legal entity or body
)

// State is how far a mandate has come.
type State string

// The states: draft → offered → active → ended; each may end.
const (
	Draft   State = "draft"   // the giver's code is missing
	Offered State = "offered" // the taker has not answered
	Active  State = "active"
	Ended   State = "ended"
)

// Why a mandate ended; part of locale keys.
const (
	Revoked  = "revoked"  // by the giver
	Resigned = "resigned" // by the taker
	Declined = "declined" // by the taker, before it began
	Over     = "over"     // its last day is over
	Replaced = "replaced" // by one of the same two that covers more

	Died       = "died"       // the giver or the taker
	Incapacity = "incapacity" // of either
	Merged     = "merged"     // the account of either into another one
)

// Mandate is what one person lets another do in their name.
type Mandate struct {
	Giver, ID        string
	Number           string // to be quoted, ten digits
	Kind             Kind
	Taker            string
	Rights           []policy.Right
	Only             *policy.Limit // to some matters; nil: all
	OnlyFA, OnlyEN   []string      // these in words, as they were when it was drafted
	Notices          []string      // groups of notices that it covers; nil: all
	Replaces         string        // the mandate whose place it takes when it is accepted
	From, Until      civil.Day     // From: of the acceptance
	State            State
	GivenBy          string // who gave it: the giver, or who acts for them by law
	Capacity         string // of the taker, while it holds
	BaseOf, Base     string // the licence on which it rests
	Created          time.Time
	Given            time.Time
	Accepted         time.Time
	Ended            time.Time
	EndedBy          string
	Why              string
	code             string
	GiverName        string // filled in for pages
	TakerName        string
	previousEvidence string
}

// Holds tells whether it may be acted on, on a day.
func (m Mandate) Holds(day civil.Day) bool { return m.State == Active && day <= m.Until }

// Standing is its state on a day: one whose last day is over has ended, also
// before the clock has written that.
func (m Mandate) Standing(day civil.Day) State {
	if day > m.Until {
		return Ended
	}
	return m.State
}

// Text is a text in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

// Rule is what a kind of mandate may be.
type Rule struct {
	Code      Kind           `json:"code"`
	Role      policy.Role    `json:"role"`      // in which the taker acts
	Needs     policy.Role    `json:"needs"`     // which the taker has to hold; "": none
	Limits    bool           `json:"limits"`    // whether it can be limited to some matters
	Rights    []policy.Right `json:"rights"`    // that it may cover
	Suggested []policy.Right `json:"suggested"` // ticked at first
	Days      int            `json:"days"`      // at most
	Citation  Text           `json:"citation"`
	Source    string         `json:"source"`
}

//go:embed kinds.json
var kindsJSON []byte

// Rules reads the kinds, in the order in which they are offered.
func Rules() ([]Rule, error) {
	var file struct {
		ValidFrom string `json:"valid_from"`
		Kinds     []Rule `json:"kinds"`
	}
	if err := json.Unmarshal(kindsJSON, &file); err != nil {
		return nil, fmt.Errorf("mandate: kinds.json: %w", err)
	}
	for _, r := range file.Kinds {
		known := func(x policy.Right) bool { return slices.Contains(policy.Rights(), x) }
		if r.Code == "" || !r.Role.Valid() || !r.Needs.Valid() || r.Days < 1 || !slices.Contains(r.Rights, policy.See) ||
			slices.ContainsFunc(r.Rights, func(x policy.Right) bool { return !known(x) || x == policy.Sign && !identity.MaySign(r.Role) }) {
			return nil, fmt.Errorf("mandate: kinds.json: %q is wrong", r.Code)
		}
	}
	return file.Kinds, nil
}
