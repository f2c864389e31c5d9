// SPDX-License-Identifier: Apache-2.0

package body

import (
	_ "embed" // for the limits
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Unit is one desk, office or department of a body.
type Unit struct {
	Body, ID       string
	Code           string // as the body writes it
	NameFA, NameEN string
	Parent         string    // "" at the top
	From           civil.Day // first day
	Until          civil.Day // the day on which it was ended; 0: it stands
	evidence       string
}

// Stands tells whether the unit was not ended.
func (u Unit) Stands() bool { return u.Until == 0 }

// Name is what the unit is called.
func (u Unit) Name(l i18n.Lang) string {
	if l == i18n.EN {
		return u.NameEN
	}
	return u.NameFA
}

// What happened to a unit; part of locale keys.
const (
	Made    = "made"
	Renamed = "renamed"
	Moved   = "moved"
	Over    = "over" // of a post: its last day
	Closed  = "ended"
)

// Change is one step in the life of a unit: how it is since then.
type Change struct {
	What           string
	Code           string
	NameFA, NameEN string
	Parent         string
	By             string // who did it, as a person
	ByName         string // filled in for pages
	At             time.Time
}

// Gives is which posts the holder of a post may give in turn.
type Gives string

// The steps: each one may give what is below it.
const (
	GivesNone  Gives = ""
	GivesPosts Gives = "posts" // posts that give none
	GivesHeads Gives = "heads" // also posts that give posts
)

// ways lists them, the least one first.
func ways() []Gives { return []Gives{GivesNone, GivesPosts, GivesHeads} }

// below tells whether somebody who may give g can give a post with other.
func (g Gives) below(other Gives) bool {
	return slices.Index(ways(), other) >= 0 && slices.Index(ways(), other) < slices.Index(ways(), g)
}

// State is how far a post has come.
type State string

// The states: offered → active → ended.
const (
	Offered State = "offered" // the person has not answered
	Active  State = "active"
	Ended   State = "ended"
)

// Why a post ended; part of locale keys. Over is another one.
const (
	Taken      = "taken"    // by the body
	Resigned   = "resigned" // by the holder
	Declined   = "declined" // before it began
	UnitEnded  = "unit"
	GiverGone  = "giver" // before it began: the post under which it was offered ended
	Died       = "died"
	Incapacity = "incapacity"
	Merged     = "merged"
)

// Post is what somebody is at a unit of a body.
type Post struct {
	Body, ID         string
	Unit             string
	Person           string
	TitleFA, TitleEN string
	Rights           []policy.Right
	Notices          []string // groups of notices; nil: all of them
	Gives            Gives
	From, Until      civil.Day // From: of the acceptance
	State            State
	GivenBy          string // who gave it, as a person
	GivenPost        string // the post under which they did; "": by who manages the body
	Capacity         string
	Created          time.Time
	Accepted         time.Time
	Ended            time.Time
	EndedBy          string
	Why              string
	evidence         string
	Name             string // of the holder, the body and who gave it: filled in for pages
	BodyName         string
	GiverName        string
}

// Title is what the holder is, in words.
func (p Post) Title(l i18n.Lang) string {
	if l == i18n.EN {
		return p.TitleEN
	}
	return p.TitleFA
}

// Standing is the state on a day: a post whose last day is over has ended, also
// before a job has written that.
func (p Post) Standing(day civil.Day) State {
	if day > p.Until {
		return Ended
	}
	return p.State
}

// Limits bound what a body may have.
type Limits struct {
	Depth    int       `json:"depth"` // of units below each other
	Units    int       `json:"units"` // that stand
	Posts    int       `json:"posts_at_unit"`
	PostDays int       `json:"post_days"`
	Misses   int       `json:"misses_an_hour"` // of looking for somebody in vain
	Offers   int       `json:"offers_a_day"`   // of a body to one person
	From     civil.Day `json:"from"`
	Citation struct {
		FA string `json:"fa"`
		EN string `json:"en"`
	} `json:"citation"`
	Source string `json:"source"`
}

//go:embed limits.json
var limitsJSON []byte

func readLimits(b []byte) (l Limits, err error) {
	if err := json.Unmarshal(b, &l); err != nil {
		return l, fmt.Errorf("body: limits.json: %w", err)
	}
	if min(l.Depth, l.Units, l.Posts, l.PostDays, l.Misses, l.Offers) < 1 || l.From == 0 || l.Source == "" || l.Citation.FA == "" || l.Citation.EN == "" {
		return l, errors.New("body: limits.json is not whole")
	}
	return l, nil
}
