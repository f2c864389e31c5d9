// SPDX-License-Identifier: Apache-2.0

package office

import (
	"net/url"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const pathRecover = "/counter/recover"

func (s *Service) showRecover(c *web.Ctx) error { return s.showCounter(c, pathRecover) }

func (s *Service) postRecover(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	number := f.Checked("number", identity.SignInName, form.Missing("office.number_missing"))
	request := persian.Identifier(f.Text("request", form.Missing("office.no_request"), form.Max(20)))
	visit := f.Text("visit", form.Required, form.Max(64))
	if err = f.Err(); err == nil {
		var v Visit
		if v, err = s.BeginRecover(c.Context(), c.Actor, visit, number, request); err == nil {
			return c.Redirect(pathRecover + "?" + url.Values{"visit": {v.ID}}.Encode())
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.counterPage(c, counterView{View: c.View(f, shown), path: pathRecover, visit: visit})
}
