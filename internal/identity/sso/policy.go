// SPDX-License-Identifier: Apache-2.0

package sso

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
	return policy.Part{Module: "sso", Policies: rules, Schema: schema}
}

// administration is the resource of what administrators do here.
var administration = policy.Resource{Type: "SignInSites", ID: "sites"}

// consentOf is what a person allows, as a resource.
func consentOf(person string) policy.Resource {
	return policy.Resource{Type: "SignInConsent", ID: person, Attrs: map[string]any{"person": person}}
}
