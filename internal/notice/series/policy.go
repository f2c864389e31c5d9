// SPDX-License-Identifier: Apache-2.0

package series

import (
	_ "embed" // for the rules

	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	policySchema string
)

// Part is the rules of this package.
func Part() policy.Part {
	return policy.Part{Module: "series", Policies: policies, Schema: policySchema}
}

func resource(owner string) policy.Resource {
	return policy.Resource{Type: "NoticeSeries", ID: owner, Attrs: map[string]any{"owner": owner}}
}
