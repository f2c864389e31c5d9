// SPDX-License-Identifier: Apache-2.0

package body

import (
	_ "embed" // for the rules

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
	actionView    = "body.view"
	actionArrange = "body.arrange"
	actionGive    = "body.give"
	actionEndPost = "body.end_post"
)

// The evidence of a post; that of a unit is eventUnit and what happened.
const (
	eventGiven    = "body.post_given"
	eventAccepted = "body.post_accepted"
	eventEnded    = "body.post_ended"
	eventUnit     = "body.unit_"
)

// Part is this package's share of the rules.
func Part() policy.Part { return policy.Part{Module: "body", Policies: policies, Schema: schema} }

// standpoint is the actor in one body: its units, and the own post of a head.
type standpoint struct {
	tree
	own   Post // zero: the actor does not give posts by a post of their own
	sends bool // the actor manages a government body, which may send notices
}

// may asks the rules about a unit; "" is the top.
func (s *Service) may(a policy.Actor, p standpoint, action, unit string) error {
	return s.d.Policy.Check(a, action, policy.Resource{Type: "BodyUnit", ID: unit, Attrs: map[string]any{
		"body": a.For, "heads": p.own.Unit != "" && unit != "" && p.within(unit, p.own.Unit),
	}})
}

// mayAt is may for a unit that was named: what the actor may not see does not exist.
func (s *Service) mayAt(a policy.Actor, p standpoint, action, unit string) error {
	if err := s.may(a, p, actionView, unit); err != nil {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return s.may(a, p, action, unit)
}

func (s *Service) mayAnswer(a policy.Actor, p Post) error {
	err := s.d.Policy.Check(a, "body.answer", policy.Resource{Type: "BodyPost", ID: p.ID, Attrs: map[string]any{"person": p.Person}})
	if err != nil {
		err = errs.New(errs.NotFound, "").Because(err)
	}
	return err
}
