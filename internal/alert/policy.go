// SPDX-License-Identifier: Apache-2.0

package alert

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
	return policy.Part{Module: "alert", Policies: policies, Schema: policySchema}
}

var deskResource = policy.Resource{Type: "AlertDesk", ID: "alerts"}
