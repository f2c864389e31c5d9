// SPDX-License-Identifier: Apache-2.0

package desk

import (
	_ "embed" // for the rules

	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	schema string
)

// The actions of policy.cedar.
const (
	actionSee    = "desk.see"
	actionList   = "desk.list"
	actionWork   = "desk.work"
	actionManage = "desk.manage"
)

// Part is this package's share of the rules.
func Part() policy.Part { return policy.Part{Module: "desk", Policies: policies, Schema: schema} }

// sight is which units of a body an actor has to do with.
type sight struct {
	units body.Units
	whole bool            // all of them, and what is at none
	mine  map[string]bool // ids; the actor's unit and what is below it
}

func sightOf(a policy.Actor, units body.Units) sight {
	out := sight{units: units, whole: a.Unit == "", mine: map[string]bool{}}
	for _, id := range units.Below(a.Unit) {
		out.mine[id] = true
	}
	return out
}

// within tells whether what is at a unit is the actor's to see. What is at a unit that
// has ended is at the top.
func (v sight) within(unit string) bool { return v.whole || v.mine[unit] }

func (s *Service) may(a policy.Actor, v sight, action string, i Item) error {
	return s.d.Policy.Check(a, action, policy.Resource{Type: "DeskNotice", ID: i.Notice, Attrs: map[string]any{
		"body": i.Body, "within": v.within(i.Unit), "group": notice.GroupOf(i.Kind), "case": i.Case,
	}})
}

// mayAt is may for a notice that was named: what the actor may not see does not exist.
func (s *Service) mayAt(a policy.Actor, v sight, action string, i Item) error {
	if err := s.may(a, v, actionSee, i); err != nil {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return s.may(a, v, action, i)
}

// manages refuses whoever does not manage the body.
func (s *Service) manages(a policy.Actor) error {
	if a.For == "" || s.may(a, sight{whole: true}, actionManage, Item{Body: a.For}) != nil {
		return errs.New(errs.Forbidden, "desk.not_yours")
	}
	return nil
}

// Manages tells whether the actor writes the rules of a body.
func (s *Service) Manages(a policy.Actor) bool { return s.manages(a) == nil }

// Has tells whether the actor has desks to look at.
func (s *Service) Has(a policy.Actor) bool {
	return a.For != "" && s.may(a, sight{whole: true}, actionList, Item{Body: a.For}) == nil
}
