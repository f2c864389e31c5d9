// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Path is the list of introduction files, for the menu.
const Path = "/introductions"

const (
	pathNew      = Path + "/new"
	pathTemplate = Path + "/template"
)

// maxForm is above what a form without a file holds, in bytes; maxUpload above
// the one with the file.
const (
	maxForm   = 16 << 10
	maxUpload = MaxBytes + 1<<20
)

// introducers are the roles in which somebody may introduce people; for which
// source is the rules' matter.
func introducers() []policy.Role {
	return []policy.Role{policy.Administrator, policy.Association, policy.Centre, policy.Representative}
}

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	route := func(method, path string, h func(*web.Ctx) error) web.Route {
		return web.Route{Method: method, Pattern: path, Roles: introducers(), Handle: h}
	}
	return []web.Route{
		route(http.MethodGet, Path, s.showList),
		route(http.MethodGet, pathNew, s.showNew),
		route(http.MethodGet, pathTemplate, s.templateFile),
		route(http.MethodPost, Path, s.postNew),
		route(http.MethodGet, Path+"/{id}", s.showBatch),
		route(http.MethodPost, Path+"/{id}/apply", s.postApply),
		route(http.MethodGet, Path+"/{id}/undo", s.showUndo),
		route(http.MethodPost, Path+"/{id}/undo", s.postUndo),
		route(http.MethodGet, Path+"/{id}/report", s.reportFile),
	}
}

func (b Batch) path() string { return Path + "/" + b.ID }

// tone is how a state looks.
func tone(s State) web.Tone {
	switch s {
	case Applied:
		return web.Good
	case Checked, Applying, Undoing:
		return web.Info
	}
	return web.Neutral
}

// outcomeTone is how what became of a row looks.
func outcomeTone(o Outcome) web.Tone {
	switch o {
	case Granted, Resumed, Renewed:
		return web.Good
	case Refused, Suspended, Revoked:
		return web.Warn
	case Introduced:
		return web.Info
	}
	return web.Neutral
}
