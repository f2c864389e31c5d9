// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	_ "embed" // for the rules

	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	//go:embed policy.cedar
	rules string
	//go:embed policy.cedarschema
	schema string
)

// Rules are this package's share of the rules.
func Rules() policy.Part {
	return policy.Part{Module: "mydata", Policies: rules, Schema: schema}
}
