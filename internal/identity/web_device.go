// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"

	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// keyMethod is how the person of a session has signed in.
const keyMethod = "identity.method"

// deviceAge is how long a browser is recognised, in seconds; browsers keep
// nothing for longer.
const deviceAge = 400 * 24 * 60 * 60

// deviceCookie is the secret by which a browser is recognised. It opens nothing.
func deviceCookie(c *web.Ctx) string {
	if c.Secure() {
		return "__Host-tarazu-device"
	}
	return "tarazu-device"
}

// meet notes the browser of a sign-in; its person is told of a new one.
func (s *Service) meet(c *web.Ctx) error {
	secret := ""
	if cookie, err := c.R.Cookie(deviceCookie(c)); err == nil && len(cookie.Value) == 43 {
		secret = cookie.Value
	} else {
		secret = id.Secret(32)
	}
	method := c.Get(keyMethod)
	if method == "" {
		method = "registration"
	}
	err := s.Meet(c.Context(), factor.Met{Person: c.Actor.Person, Secret: secret, Name: c.Device(), Method: method, Session: c.Actor.Session})
	if err != nil {
		return err
	}
	http.SetCookie(c.W, &http.Cookie{
		Name: deviceCookie(c), Value: secret, Path: "/", MaxAge: deviceAge, HttpOnly: true, Secure: c.Secure(), SameSite: http.SameSiteLaxMode,
	})
	return nil
}

// postDeviceName gives a browser the name by which its owner knows it.
func (s *Service) postDeviceName(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	device, label := f.Text("device", form.Required, form.Max(64)), f.Text("label", form.Optional, form.Max(factor.MaxLabel))
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.factors.NameDevice(c.Context(), c.Actor.Person, device, label); err != nil {
		return err
	}
	c.Flash("identity.device.named")
	return c.Redirect(pathWays)
}

// postDeviceEnd forgets a browser and ends the session in it.
func (s *Service) postDeviceEnd(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	device := f.Text("device", form.Required, form.Max(64))
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.forgetDevice(c.Context(), c.Actor, device); err != nil {
		return err
	}
	c.Flash("identity.device.forgotten")
	return c.Redirect(pathWays)
}
