// SPDX-License-Identifier: Apache-2.0

package outage

import (
	_ "embed" // for the policies

	"github.com/tarazu/tarazu/internal/platform/policy"
)

//go:embed policy.cedar
var policies string

//go:embed policy.cedarschema
var policySchema string

// Policy is the module's share of the rules on who may do what.
func Policy() policy.Part {
	return policy.Part{Module: "outage", Policies: policies, Schema: policySchema}
}

// register is what the rules are asked about: the list of outages as a whole.
var register = policy.Resource{Type: "OutageRegister", ID: "service"}
