// SPDX-License-Identifier: Apache-2.0

package notice

import (
	_ "embed" // for the rules
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	policySchema string
)

// Part is the rules of this module.
func Part() policy.Part {
	return policy.Part{Module: "notice", Policies: policies, Schema: policySchema}
}

func resource(n Notice) policy.Resource {
	return policy.Resource{Type: "Notice", ID: n.ID, Attrs: map[string]any{
		"owner": n.Owner, "case": n.Case, "way": n.Way, "group": GroupOf(n.Kind), "opened": n.Opened() || slices.ContainsFunc(n.Facts, func(f Fact) bool { return f.Kind == FactViewed }), "for_client": n.LawyerOf != "",
	}}
}

// hidden turns a refusal into "there is no such thing": who may not read a
// notice may not learn that it exists.
func hidden(err error) error {
	if errs.Is(err, errs.Forbidden) && !policy.Outside(err) {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return err
}
