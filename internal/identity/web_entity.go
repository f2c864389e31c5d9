// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

func (s *Service) showEntity(c *web.Ctx) error { return s.entityPage(c, c.View(nil, nil)) }

func (s *Service) entityPage(c *web.Ctx, view web.View) error {
	return c.Render(web.Page{
		Title: c.T("identity.entity.title"), Lead: c.T("identity.entity.lead"), Back: pathCapacity, Active: "account", Errors: view.Errors, Body: entityBody(view),
	})
}

// postEntity makes the account of a legal person, and goes on in its name.
func (s *Service) postEntity(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	var ref EntityRef
	if f.Choice("kind", string(Entity), string(Body)) == string(Body) {
		f.Known("national_id", "registration_number")
		ref.Code = f.Checked("code", func(v string) (string, error) { return CleanIdentifier(BodyCode, v) })
	} else {
		f.Known("code")
		ref.NationalID = f.Checked("national_id", persian.LegalID)
		ref.RegistrationNumber = f.Checked("registration_number", func(v string) (string, error) { return CleanIdentifier(RegistrationNumber, v) }, form.Missing("identity.entity.registration_number.missing"))
	}
	if err = f.Err(); err == nil {
		var acts Capacity
		if acts, err = s.RegisterEntity(c.Context(), c.Actor, ref); err == nil {
			if err := c.Renew(acts.ID); err != nil {
				return err
			}
			c.Flash("identity.entity.done")
			return c.Redirect(s.d.Home)
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.entityPage(c, c.View(f, shown))
}
