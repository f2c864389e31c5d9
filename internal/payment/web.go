// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// payers are the capacities in which a person pays.
var payers = policy.Parties()

// Routes are the pages of this module. The return from the provider is open to
// everybody, because it only makes us ask the provider and tells nothing.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: "/payments/{id}", Roles: payers, Handle: s.payPage},
		{Method: http.MethodPost, Pattern: "/payments/{id}/begin", Roles: payers, Handle: s.postBegin},
		{Method: http.MethodPost, Pattern: "/payments/{id}/check", Roles: payers, Handle: s.postCheck},
		{Method: http.MethodGet, Pattern: ReturnPath, Roles: web.Anyone, Handle: s.returned},
	}
}

func pagePath(id ID) string { return "/payments/" + id }

// waitingPath is the page while the provider's answer is on its way.
func waitingPath(id ID) string { return pagePath(id) + "?waiting=1" }

// postBegin starts an attempt and shows the link to the provider's page.
func (s *Service) postBegin(c *web.Ctx) error {
	if err := noFields(c); err != nil {
		return err
	}
	id := c.Param("id")
	_, err := s.Begin(c.Context(), c.Actor, id)
	switch {
	case errs.Is(err, errs.Unavailable):
		return s.render(c, id, err)
	case err != nil && !errs.Is(err, errs.Conflict): // a Conflict: the page says how it stands
		return err
	}
	return c.Redirect(pagePath(id))
}

// postCheck asks the provider because the payer wants to know.
func (s *Service) postCheck(c *web.Ctx) error {
	if err := noFields(c); err != nil {
		return err
	}
	p, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.Refresh(c.Context(), p.Owner, p.ID); err != nil {
		if errs.Is(err, errs.Unavailable) {
			return s.render(c, p.ID, err)
		}
		return err
	}
	if p, err = s.Get(c.Context(), c.Actor, p.ID); err != nil {
		return err
	}
	if p.State == StateStarted {
		return c.Redirect(waitingPath(p.ID))
	}
	return c.Redirect(pagePath(p.ID))
}

// returned is where the provider sends the browser. Only the token is read of
// what it brings, and it only says which payment to ask about.
func (s *Service) returned(c *web.Ctx) error {
	p, err := s.Settle(c.Context(), c.Query("token"))
	switch {
	case err != nil && !(errs.Is(err, errs.Unavailable) && p.ID != ""):
		return err
	case p.State == StatePaid:
		return c.Redirect(p.ReturnTo)
	case p.State == StateStarted:
		return c.Redirect(waitingPath(p.ID))
	}
	return c.Redirect(pagePath(p.ID))
}

// noFields reads a form that has only its button.
func noFields(c *web.Ctx) error {
	f, err := c.Form(4 << 10)
	if err != nil {
		return err
	}
	return f.Err()
}
