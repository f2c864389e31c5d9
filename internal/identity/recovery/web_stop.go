// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// showStop only reads: programs that look at links change nothing. It tells
// nothing about the account.
func (s *Service) showStop(c *web.Ctx) error {
	c.W.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	r, err := s.ByToken(c.Context(), c.Param("token"))
	if errs.Is(err, errs.NotFound) {
		return gonePage(c)
	}
	if err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("recovery.stop.title"), Lead: c.T("recovery.stop.lead"), Body: stopBody(c.P, r, pathStop+"/"+c.Param("token"))})
}

func gonePage(c *web.Ctx) error {
	return c.Render(web.Page{Title: c.T("recovery.gone.title"), Status: http.StatusNotFound, Body: goneBody(c.P)})
}

func (s *Service) postStop(c *web.Ctx) error {
	c.W.Header().Set("Referrer-Policy", "no-referrer")
	if _, err := c.Form(maxForm); err != nil {
		return err
	}
	err := s.Stop(c.Context(), c.Param("token"))
	if errs.Is(err, errs.NotFound) {
		return gonePage(c)
	}
	if err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("recovery.stopped.title"), Body: stoppedBody(c.P)})
}

// mineView is the page of the requests for one's own account.
type mineView struct {
	web.View
	Requests []Request
}

func (s *Service) showMine(c *web.Ctx) error {
	list, err := s.Requests(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("recovery.mine.title"), Lead: c.T("recovery.mine.lead"), Active: "account", Back: "/account/ways",
		Body: mineBody(mineView{View: c.View(nil, nil), Requests: list}),
	})
}

func (s *Service) postMine(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	request := f.Text("request", form.Required, form.Max(64))
	if err := f.Err(); err != nil {
		return err
	}
	err = s.StopOwn(c.Context(), c.Actor, request)
	if err != nil && !errs.Is(err, errs.NotFound) { // it has ended: that is what was wanted
		return err
	}
	c.Flash("recovery.mine.stopped")
	return c.Redirect(PathMine)
}
