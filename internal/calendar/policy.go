// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	_ "embed" // for the policies

	"github.com/tarazu/tarazu/internal/platform/policy"
)

//go:embed policy.cedar
var policies string

//go:embed policy.cedarschema
var policySchema string

// Policy is the module's part of the rules on who may do what.
func Policy() policy.Part {
	return policy.Part{Module: "calendar", Policies: policies, Schema: policySchema}
}
