// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"cmp"
	_ "embed"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

//go:embed policy.cedar
var policies string

//go:embed policy.cedarschema
var schema string

// Part is this module's share of the rules.
func Part() policy.Part { return policy.Part{Module: "filing", Policies: policies, Schema: schema} }

// may asks the rules about one filing. To those who may not even see it, it
// does not exist.
func (s *Service) may(a policy.Actor, action string, f Filing, assurance int) error {
	r := policy.Resource{Type: "Filing", ID: f.ID, Attrs: map[string]any{
		"owner": f.Owner, "case": f.Case, "title": f.Service, "standing": string(f.Standing), "status": string(f.Status), "unit": cmp.Or(f.desk, f.Unit), "assurance": assurance, "received": f.received(),
		"mended": f.mendedGroup(),
	}}
	err := s.d.Policy.Check(a, action, r)
	if err == nil {
		return nil
	}
	if verr := s.d.Policy.Check(a, "filing.view", r); verr != nil && !policy.Outside(verr) {
		return errs.New(errs.NotFound, "filing.not_found").Because(verr)
	}
	return err
}

// maySign asks the rules about signing. When nothing but the level is missing
// that the title asks for, the refusal says so. Who began a draft is not always
// who signs it: a title that is closed to lawyers no lawyer signs, and what somebody
// files as a lawyer he signs as one.
func (s *Service) maySign(a policy.Actor, f Filing, def *catalogue.Definition) error {
	err := s.may(a, "filing.sign", f, def.Assurance)
	if errs.Is(err, errs.Forbidden) && s.may(a, "filing.sign", f, 0) == nil {
		if missing := level.Need(a, level.SignFiling, def.Assurance); missing != nil {
			return missing
		}
	}
	switch {
	case err != nil:
		return err
	case f.closedTo(def, a):
		return errs.New(errs.Forbidden, "filing.not_for_lawyers")
	case f.Standing == policy.Lawyer && a.Role != policy.Lawyer: // his licence may have been suspended since
		return errs.New(errs.Forbidden, "filing.not_in_this_capacity")
	}
	return nil
}

// mendedGroup is the group of the notice that says what is to be mended; "" if nothing
// is.
func (f Filing) mendedGroup() string {
	if !f.beingMended() {
		return ""
	}
	return notice.GroupOf(notice.KindDefect)
}

func (s *Service) mayDesk(a policy.Actor) error {
	return s.d.Policy.Check(a, "filing.desk", policy.Resource{Type: "Desk", ID: a.Unit, Attrs: map[string]any{"unit": a.Unit}})
}

// mayAct asks the rules about one act on a received filing.
func (s *Service) mayAct(a policy.Actor, act Act, f Filing) error {
	if act == ActDecide {
		return s.may(a, "filing.decide", f, 0)
	}
	return s.may(a, "filing.handle", f, 0)
}

// mayOn is mayAct for one that also depends on how the filing came: what came
// late is sent to the court above by a judge.
func (s *Service) mayOn(a policy.Actor, act Act, r received) error {
	if act == ActSend && r.onward != nil && r.onward.late {
		act = ActDecide
	}
	return s.mayAct(a, act, r.f)
}
