// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	_ "embed"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

//go:embed policy.cedar
var policies string

//go:embed policy.cedarschema
var schema string

// Part is this package's share of the rules.
func Part() policy.Part { return policy.Part{Module: "mandate", Policies: policies, Schema: schema} }

func (s *Service) may(a policy.Actor, action string, m Mandate) error {
	return s.d.Policy.Check(a, action, policy.Resource{Type: "Mandate", ID: m.ID, Attrs: map[string]any{
		"giver": m.Giver, "taker": m.Taker, "kind": string(m.Kind),
	}})
}

// mayChange asks the rules about one mandate. To those who may not see it, it does not
// exist.
func (s *Service) mayChange(a policy.Actor, action string, m Mandate) error {
	if err := s.may(a, "mandate.view", m); err != nil {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return s.may(a, action, m)
}
