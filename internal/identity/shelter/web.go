// SPDX-License-Identifier: Apache-2.0

package shelter

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Path is where somebody hides where they live.
const Path = "/account/address"

// maxForm is far above what the form holds, in bytes.
const maxForm = 8 << 10

// Routes are the pages of this package.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Pattern: Path, Roles: web.SignedIn, Handle: s.get},
		{Method: http.MethodPost, Pattern: Path, Roles: web.SignedIn, Handle: s.post},
	}
}

type view struct {
	web.View
	hidden bool
	Shelter
}

func (s *Service) get(c *web.Ctx) error { return s.page(c, nil, nil) }

func (s *Service) page(c *web.Ctx, in *form.Form, shown *web.Errors) error {
	sh, hidden, err := s.Of(c.Context(), s.d.DB, c.Actor.Person)
	if err != nil {
		return err
	}
	v := view{View: c.View(in, shown), hidden: hidden, Shelter: sh}
	return c.Render(web.Page{
		Title: c.T("shelter.title"), Lead: c.T("shelter.lead"), Back: web.AccountPath, Active: "account", Errors: v.Errors, Body: body(v),
	})
}

func (s *Service) post(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	do := in.Choice("do", "hide", "end")
	address := in.Text("address", form.Optional, form.Max(maxAddress))
	if err = in.Err(); err == nil {
		if do == "end" {
			err = s.End(c.Context(), c.Actor)
		} else {
			err = s.Hide(c.Context(), c.Actor, address)
		}
	}
	if err != nil {
		shown, ok := c.Errors(err, in)
		if !ok {
			return err
		}
		return s.page(c, in, shown)
	}
	if do == "end" {
		c.Flash("shelter.ended")
	} else {
		c.Flash("shelter.hidden")
	}
	return c.Redirect(Path)
}
