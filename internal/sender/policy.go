// SPDX-License-Identifier: Apache-2.0

package sender

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

// Part is the rules of this module.
func Part() policy.Part {
	return policy.Part{Module: "sender", Policies: policies, Schema: policySchema}
}

func resource(body string) policy.Resource {
	return policy.Resource{Type: "Sender", ID: body, Attrs: map[string]any{"body": body}}
}
