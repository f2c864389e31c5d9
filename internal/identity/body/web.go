// SPDX-License-Identifier: Apache-2.0

package body

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// The pages: the units of the body that one acts for, and the posts that one was
// offered.
const (
	Path      = web.AccountPath + "/body"
	PathPosts = web.AccountPath + "/posts"

	pathUnits = Path + "/units"
)

// maxForm is far above what any form of this package holds, in bytes.
const maxForm = 16 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	rep := []policy.Role{policy.Representative}
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: rep, Handle: s.treePage},
		{Method: http.MethodGet, Pattern: pathUnits + "/new", Roles: rep, Handle: s.newUnitPage},
		{Method: http.MethodPost, Pattern: pathUnits, Roles: rep, Handle: s.postUnit},
		{Method: http.MethodGet, Pattern: pathUnits + "/{id}", Roles: rep, Handle: s.unitPage},
		{Method: http.MethodGet, Pattern: pathUnits + "/{id}/name", Roles: rep, Handle: s.namePage},
		{Method: http.MethodPost, Pattern: pathUnits + "/{id}/name", Roles: rep, Handle: s.postName},
		{Method: http.MethodGet, Pattern: pathUnits + "/{id}/place", Roles: rep, Handle: s.placePage},
		{Method: http.MethodPost, Pattern: pathUnits + "/{id}/place", Roles: rep, Handle: s.postPlace},
		{Method: http.MethodGet, Pattern: pathUnits + "/{id}/end", Roles: rep, Handle: s.endUnitPage},
		{Method: http.MethodPost, Pattern: pathUnits + "/{id}/end", Roles: rep, Handle: s.postEndUnit},
		{Method: http.MethodGet, Pattern: pathUnits + "/{id}/posts/new", Roles: rep, Handle: s.givePage},
		{Method: http.MethodPost, Pattern: pathUnits + "/{id}/posts", Roles: rep, Handle: s.postGive},
		{Method: http.MethodGet, Pattern: PathPosts, Roles: web.SignedIn, Handle: s.minePage},
		{Method: http.MethodGet, Pattern: PathPosts + "/{id}", Roles: web.SignedIn, Handle: s.seatPage},
		{Method: http.MethodPost, Pattern: PathPosts + "/{id}/accept", Roles: web.SignedIn, Handle: s.postAccept},
		{Method: http.MethodGet, Pattern: PathPosts + "/{id}/end", Roles: web.SignedIn, Handle: s.endPostPage},
		{Method: http.MethodPost, Pattern: PathPosts + "/{id}/end", Roles: web.SignedIn, Handle: s.postEndPost},
	}
}

func (u Unit) path() string { return pathUnits + "/" + u.ID }

func (p Post) path() string { return PathPosts + "/" + p.ID }

// tone is how a state looks.
func tone(s State) web.Tone {
	switch s {
	case Active:
		return web.Good
	case Offered:
		return web.Info
	}
	return web.Neutral
}
