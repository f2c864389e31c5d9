// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// The pages of the second factors.
const (
	pathApp           = "/account/ways/app"
	pathAppEnd        = "/account/ways/app/end"
	pathRecoveryCodes = "/account/ways/recovery"
	pathLoginRecovery = "/login/recovery"
	pathDeviceEnd     = "/account/ways/device/end"
	pathDeviceName    = "/account/ways/device/name"
	pathSMSStep       = "/account/ways/sms"
)

// waysView is the page of the ways of signing in.
type waysView struct {
	web.View
	Note     string
	Person   Person
	Fresh    bool // a proof was given a moment ago
	Offered  bool // this site can have passkeys
	Passkeys []factor.Passkey
	Has      factor.Standing
	Devices  []factor.Device
	This     string // the session of this page
}

func (s *Service) showWays(c *web.Ctx) error { return s.waysPage(c, c.View(nil, nil)) }

func (s *Service) waysPage(c *web.Ctx, view web.View) (err error) {
	v := waysView{View: view, Note: takeNote(c), Fresh: fresh(c), Offered: s.factors.Offered()}
	if v.Person, err = s.Person(c.Context(), c.Actor.Person); err != nil {
		return err
	}
	if v.Passkeys, err = s.factors.Passkeys(c.Context(), c.Actor.Person); err != nil {
		return err
	}
	if v.Has, err = s.Standing(c.Context(), c.Actor.Person); err != nil {
		return err
	}
	v.This = c.Actor.Session
	if v.Devices, err = s.factors.Devices(c.Context(), c.Actor.Person); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("identity.ways.title"), Lead: c.T("identity.ways.lead"), Active: "account", Back: pathAccount, Errors: view.Errors, Body: waysBody(v),
	})
}
