// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/policy"
)

const (
	anyone   policy.Role = "*"
	signedIn policy.Role = "+"
)

// Anyone opens a route to everybody, signed in or not. Never change it.
var Anyone = []policy.Role{anyone}

// SignedIn opens a route to every person who is signed in, in any capacity.
// Never change it.
var SignedIn = []policy.Role{signedIn}

// Route binds a method and a path (http.ServeMux syntax) to a handler and to
// the roles that may use it. A route without roles is an error, see
// Server.Check. GET answers HEAD too.
type Route struct {
	Method, Pattern string
	Roles           []policy.Role
	Handle          func(*Ctx) error
	MaxBody         int64 // bytes a request body may have; 0: 1 MiB
	// Always answers as to nobody if it cannot be read who asks: the page that
	// tells what is out of use.
	Always  bool
	Timeout time.Duration // for the whole request; 0: 30 s
}

const (
	defaultMaxBody = 1 << 20
	defaultTimeout = 30 * time.Second
)

func (r Route) key() string { return r.Method + " " + r.Pattern }

// RoleNames writes the roles for the route list, sorted: "anyone",
// "signed-in", or names.
func (r Route) RoleNames() []string {
	var names []string
	for _, role := range r.Roles {
		switch role {
		case anyone:
			names = append(names, "anyone")
		case signedIn:
			names = append(names, "signed-in")
		default:
			names = append(names, string(role))
		}
	}
	slices.Sort(names)
	return names
}

func (r Route) check() error {
	switch {
	case r.Handle == nil:
		return fmt.Errorf("web: route %s has no handler", r.key())
	case len(r.Roles) == 0:
		return fmt.Errorf("web: route %s has no roles", r.key())
	case !strings.HasPrefix(r.Pattern, "/"):
		return fmt.Errorf("web: route %s must begin with a slash", r.key())
	case !slices.Contains([]string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}, r.Method):
		return fmt.Errorf("web: route %s has an unknown method", r.key())
	}
	var errsFound []error
	for _, role := range r.Roles {
		if role == policy.Nobody || (role != anyone && role != signedIn && !role.Valid()) {
			errsFound = append(errsFound, fmt.Errorf("web: route %s names the unknown role %q", r.key(), role))
		}
	}
	return errors.Join(errsFound...)
}

// verdict is what the roles of a route say about an actor.
type verdict uint8

const (
	allowed verdict = iota
	signInFirst
	refused
)

func (r Route) judge(a policy.Actor) verdict {
	switch {
	case slices.Contains(r.Roles, anyone):
		return allowed
	case a.Person == "" || a.Role == policy.Nobody:
		return signInFirst
	case slices.Contains(r.Roles, signedIn), slices.Contains(r.Roles, a.Role):
		return allowed
	default:
		return refused
	}
}
