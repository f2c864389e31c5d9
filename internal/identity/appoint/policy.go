// SPDX-License-Identifier: Apache-2.0

package appoint

import (
	_ "embed" // for the rules

	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	schema string
)

// Part is this package's share of the rules.
func Part() policy.Part { return policy.Part{Module: "appoint", Policies: policies, Schema: schema} }
