// SPDX-License-Identifier: Apache-2.0

package office

import (
	"net/url"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

func (s *Service) showRaise(c *web.Ctx) error { return s.showCounter(c, pathRaise) }

func (s *Service) postRaise(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	number := f.Checked("number", identity.SignInName, form.Missing("office.number_missing"))
	visit := f.Text("visit", form.Required, form.Max(64))
	if err = f.Err(); err == nil {
		var v Visit
		if v, err = s.BeginRaise(c.Context(), c.Actor, visit, number); err == nil {
			return c.Redirect(pathRaise + "?" + url.Values{"visit": {v.ID}}.Encode())
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.counterPage(c, counterView{View: c.View(f, shown), path: pathRaise, visit: visit})
}
