// SPDX-License-Identifier: Apache-2.0

package intro

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

// Part is this package's share of the rules.
func Part() policy.Part {
	return policy.Part{Module: "intro", Policies: rules, Schema: schema}
}

// resource is a batch of a kind from a source.
func (k Kind) resource(source string) policy.Resource {
	by := make([]string, len(k.By))
	for i, r := range k.By {
		by[i] = string(r)
	}
	return policy.Resource{Type: "Introduction", ID: k.Kind, Attrs: map[string]any{"source": source, "by": by}}
}
