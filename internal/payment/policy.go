// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	_ "embed"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

//go:embed policy.cedar
var policies string

//go:embed policy.cedarschema
var schema string

// Part is this module's share of the rules.
func Part() policy.Part { return policy.Part{Module: "payment", Policies: policies, Schema: schema} }

// may asks the rules about one payment. To those who may not even see it, it
// does not exist.
func (s *Service) may(ctx context.Context, a policy.Actor, action string, p Payment) error {
	within := a.Only == nil || s.d.Within != nil && s.d.Within(ctx, a, p)
	r := policy.Resource{Type: "Payment", ID: p.ID, Attrs: map[string]any{"owner": p.Owner, "within": within, "state": p.State}}
	err := s.d.Policy.Check(a, action, r)
	if err == nil {
		return nil
	}
	if seen := s.d.Policy.Check(a, "payment.view", r); seen != nil && !policy.Outside(seen) {
		return errs.New(errs.NotFound, "payment.not_found").Because(seen)
	}
	return err
}
