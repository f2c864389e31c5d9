// SPDX-License-Identifier: Apache-2.0

package office

import (
	"net/url"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const pathVouch = "/counter/vouch"

func (s *Service) showVouch(c *web.Ctx) error {
	if err := s.mayVouch(c.Context(), c.Actor); err != nil {
		return err
	}
	return s.showCounter(c, pathVouch)
}

func (s *Service) postVouch(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	name := func(field string) string {
		return f.Checked(field, identity.SignInName, form.Missing("office.number_missing"))
	}
	n := Vouching{
		FirstName: f.Text("first_name", form.Required, form.Max(80)), LastName: f.Text("last_name", form.Required, form.Max(80)),
		FatherName: f.Text("father_name", form.Max(80)), Reason: f.Text("reason", form.Missing("office.why"), form.Max(1000)),
	}
	n.Class = identity.Class(f.Choice("class", string(identity.Resident), string(identity.Foreign)))
	n.Birth = f.Day("birth", form.Missing("identity.register.birth_missing"))
	n.Mobile, n.Lang = f.Mobile("mobile", form.Optional), i18n.FA
	n.Names = [vouchers]string{name("voucher_1"), name("voucher_2")}
	visit := f.Text("visit", form.Required, form.Max(64))
	if err = f.Err(); err == nil {
		var v Visit
		if v, err = s.BeginVouch(c.Context(), c.Actor, visit, n); err == nil {
			return c.Redirect(pathVouch + "?" + url.Values{"visit": {v.ID}}.Encode())
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.counterPage(c, counterView{View: c.View(f, shown), path: pathVouch, visit: visit})
}
