// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"slices"
	"strings"
)

// Scope is something that a site may ask for.
type Scope string

// The scopes. Openid is the sign-in itself.
const (
	Openid       Scope = "openid"
	Profile      Scope = "profile"   // name
	Assurance    Scope = "assurance" // how surely it is known who the person is
	Capacity     Scope = "capacity"  // in which capacity they act now
	Phone        Scope = "phone"     // mobile number
	Email        Scope = "email"
	NationalCode Scope = "national_code"  // national code
	Offline      Scope = "offline_access" // go on without the person being there
)

// Scopes lists every scope in the order in which a person is asked.
func Scopes() []Scope {
	return []Scope{Openid, Profile, Assurance, Capacity, Phone, Email, NationalCode, Offline}
}

// Sensitive tells whether a person is asked about a scope by itself, and may
// refuse it alone.
func (s Scope) Sensitive() bool {
	return slices.Contains([]Scope{Phone, Email, NationalCode, Offline}, s)
}

// scopes reads a list with spaces between, as far as it is known, in our order.
func scopes(list string) []Scope {
	have := strings.Fields(list)
	return slices.DeleteFunc(Scopes(), func(s Scope) bool { return !slices.Contains(have, string(s)) })
}

func join(list []Scope) string { return strings.Join(names(list), " ") }

func names(list []Scope) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// both is what stands in a and in b.
func both(a, b []Scope) []Scope {
	return slices.DeleteFunc(slices.Clone(a), func(s Scope) bool { return !slices.Contains(b, s) })
}

// either is what stands in a or in b, in our order.
func either(a, b []Scope) []Scope {
	return slices.DeleteFunc(Scopes(), func(s Scope) bool { return !slices.Contains(a, s) && !slices.Contains(b, s) })
}

// within tells whether all of a stands in b.
func within(a, b []Scope) bool { return len(both(a, b)) == len(a) }
