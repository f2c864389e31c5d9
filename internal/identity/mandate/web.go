// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// Path is the list of a person's mandates.
const Path = web.AccountPath + "/mandates"

// maxForm is far above what any form of this package holds, in bytes.
const maxForm = 16 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: web.SignedIn, Handle: s.listPage},
		{Method: http.MethodGet, Pattern: Path + "/new", Roles: web.SignedIn, Handle: s.newPage},
		{Method: http.MethodPost, Pattern: Path, Roles: web.SignedIn, Handle: s.postNew},
		{Method: http.MethodGet, Pattern: Path + "/{id}", Roles: web.SignedIn, Handle: s.showPage},
		{Method: http.MethodPost, Pattern: Path + "/{id}/code", Roles: web.SignedIn, Handle: s.postCode},
		{Method: http.MethodPost, Pattern: Path + "/{id}/give", Roles: web.SignedIn, Handle: s.postGive},
		{Method: http.MethodPost, Pattern: Path + "/{id}/accept", Roles: web.SignedIn, Handle: s.postAccept},
		{Method: http.MethodGet, Pattern: Path + "/{id}/notices", Roles: web.SignedIn, Handle: s.scopePage},
		{Method: http.MethodPost, Pattern: Path + "/{id}/notices", Roles: web.SignedIn, Handle: s.postScope},
		{Method: http.MethodGet, Pattern: Path + "/{id}/end", Roles: web.SignedIn, Handle: s.endPage},
		{Method: http.MethodPost, Pattern: Path + "/{id}/end", Roles: web.SignedIn, Handle: s.postEnd},
	}
}

func (m Mandate) path() string { return Path + "/" + m.ID }

// tone is how a state looks.
func tone(s State) web.Tone {
	switch s {
	case Active:
		return web.Good
	case Offered, Draft:
		return web.Info
	}
	return web.Neutral
}
