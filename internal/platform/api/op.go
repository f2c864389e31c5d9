// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Prefix is where all operations stand.
const Prefix = "/api/v1"

// Scope is what a token may be used for.
type Scope string

// The scopes. A personal token has one or more of the first three; a token
// from signing in has all.
const (
	ScopeRead    Scope = "read"    // see what its person may see
	ScopeFile    Scope = "file"    // fill, pay, sign and open as a person
	ScopeCourt   Scope = "court"   // act for a court
	ScopeAccount Scope = "account" // manage tokens: never a personal token
	ScopeSend    Scope = "send"    // send notices for an organisation: its keys, and nothing else, have it

	// Of the keys of an organisation for its inbox, and of nothing else.
	ScopeInboxList    Scope = "inbox_list"
	ScopeInboxOpen    Scope = "inbox_open"
	ScopeInboxReceipt Scope = "inbox_receipt"
)

// Scopes lists what a personal token may be given.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeFile, ScopeCourt} }

// keyScopes lists what only the keys of organisations may be given.
func keyScopes() []Scope {
	return []Scope{ScopeSend, ScopeInboxList, ScopeInboxOpen, ScopeInboxReceipt}
}

// Op is one operation.
type Op struct {
	ID     string // "getCase"; once in the whole API
	Method string
	Path   string // below Prefix
	Tag    string
	// Summary is what it does, for the OpenAPI document, in English.
	Summary string
	Note    string // more, if there is more to say
	// Roles may use it; nobody is in by default. web.Anyone needs no token.
	Roles []policy.Role
	// Scope is what a token must allow; "" only where nobody needs a token.
	Scope Scope
	// Status of success; 0: 200, or 204 without a body.
	Status  int
	MaxBody int64         // bytes; 0: 1 MiB
	Timeout time.Duration // 0: 30 s
	// Takes is the media type of the body; "": application/json.
	Takes string
}

const (
	defaultMaxBody = 1 << 20
	defaultTimeout = 30 * time.Second
)

var (
	idShape   = regexp.MustCompile(`^[a-z][A-Za-z0-9]+$`)
	pathShape = regexp.MustCompile(`^(/([a-z-]+(\.[a-z]+)?|\{[a-z]+\}))+$`)
	methods   = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}
)

func (o Op) pattern() string { return o.Method + " " + Prefix + o.Path }

// writes tells whether the operation may change something.
func (o Op) writes() bool { return o.Method != http.MethodGet }

// open tells that nobody needs a token.
func (o Op) open() bool { return slices.Equal(o.Roles, web.Anyone) }

// route is the operation as the list of routes shows it.
func (o Op) route() web.Route {
	return web.Route{Method: o.Method, Pattern: Prefix + o.Path, Roles: o.Roles}
}

func (o Op) check() error {
	var found []error
	bad := func(what string) {
		found = append(found, fmt.Errorf("api: operation %s %s: %s", o.ID, o.pattern(), what))
	}
	if !idShape.MatchString(o.ID) {
		bad("its id has no sensible shape")
	}
	if !slices.Contains(methods, o.Method) {
		bad("unknown method")
	}
	if !pathShape.MatchString(o.Path) {
		bad("its path has no sensible shape")
	}
	if len(o.Roles) == 0 {
		bad("no roles")
	}
	if o.Summary == "" || o.Tag == "" {
		bad("no summary or no tag")
	}
	for _, name := range o.route().RoleNames() {
		if name != "anyone" && name != "signed-in" && (name == "" || !policy.Role(name).Valid()) {
			bad("unknown role " + name)
		}
	}
	switch {
	case o.open() && o.Scope != "":
		bad("a scope where no token is needed")
	case !o.open() && !slices.Contains(append(append(Scopes(), ScopeAccount), keyScopes()...), o.Scope):
		bad("no scope")
	case !o.open() && !slices.Contains(keyScopes(), o.Scope) && o.writes() == (o.Scope == ScopeRead):
		bad("the scope does not fit the method")
	}
	return errors.Join(found...)
}

// takes is the media type of the body.
func (o Op) takes() string {
	if o.Takes == "" {
		return "application/json"
	}
	return strings.ToLower(o.Takes)
}
