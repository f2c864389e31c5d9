// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// maxKeyForm is far above what an authenticator answers, in bytes.
const maxKeyForm = 64 << 10

// keyFields are what the script fills in.
func keyFields(f *form.Form) (state, answer, next string) {
	return f.Text("state", form.Max(4000), form.Missing("identity.passkey.refused")), f.Raw("answer"), f.Text("next", form.Max(2000))
}

// mendedKey is mended for what an authenticator answered: a form without fields
// has nothing to point at.
func mendedKey(c *web.Ctx, err error) (*web.Errors, error) {
	if errs.Is(err, errs.Conflict) {
		return &web.Errors{Items: []web.ErrorItem{{Words: c.P.Error(err)}}}, nil
	}
	return mended(c, err)
}

func (s *Service) postLoginKeyAsk(c *web.Ctx) error {
	ask, err := s.AskToEnter(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(200, ask)
}

func (s *Service) postLoginKey(c *web.Ctx) error {
	f, err := c.Form(maxKeyForm)
	if err != nil {
		return err
	}
	state, answer, next := keyFields(f)
	if err = f.Err(); err == nil {
		var person string
		if person, err = s.EnterByPasskey(c.Context(), state, answer, from(c)); err == nil {
			keepNext(c, next)
			c.Put(keyMethod, "passkey")
			return s.enter(c, person, "")
		}
	}
	shown, err := mendedKey(c, err)
	if err != nil {
		return err
	}
	return s.loginPage(c, loginView{View: c.View(f, shown), Next: next})
}

func (s *Service) postStepKeyAsk(c *web.Ctx) error {
	if c.Get(keyPerson) == "" || c.Get(keyCode) == "" {
		return c.JSON(401, map[string]string{"to": pathLogin})
	}
	ask, err := s.AskForStep(c.Context(), Challenge{Person: c.Get(keyPerson)}, from(c))
	if err != nil {
		return err
	}
	return c.JSON(200, ask)
}

func (s *Service) postStepKey(c *web.Ctx) error {
	ch, ok, err := s.challengeOf(c)
	if !ok {
		return err
	}
	f, err := c.Form(maxKeyForm)
	if err != nil {
		return err
	}
	state, answer, _ := keyFields(f)
	if err = f.Err(); err == nil {
		if err = s.FinishByPasskey(c.Context(), ch, state, answer, from(c)); err == nil {
			c.Put(keyMethod, "passkey")
			return s.enter(c, ch.Person, "")
		}
	}
	shown, err := mendedKey(c, err)
	if err != nil {
		return err
	}
	return s.loginCodePage(c, ch, c.View(nil, shown))
}

// stale sends the visitor to prove who they are, if they have not just done so.
func (s *Service) stale(c *web.Ctx) (sent bool, err error) {
	if fresh(c) {
		return false, nil
	}
	note(c, "identity.ways.again")
	return true, c.Redirect(provePath(pathWays))
}

func (s *Service) postKeyAsk(c *web.Ctx) error {
	if !fresh(c) {
		return c.JSON(401, map[string]string{"to": provePath(pathWays)})
	}
	ask, err := s.AskForPasskey(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.JSON(200, ask)
}

func (s *Service) postKey(c *web.Ctx) error {
	f, err := c.Form(maxKeyForm)
	if err != nil {
		return err
	}
	if sent, err := s.stale(c); sent {
		return err
	}
	state, answer, _ := keyFields(f)
	name := f.Text("name", form.Max(60))
	if err = f.Err(); err == nil {
		if name == "" {
			name = c.T("identity.ways.passkey_name", "device", c.Device())
		}
		if _, err = s.AddPasskey(c.Context(), c.Actor, state, answer, name); err == nil {
			c.Flash("identity.ways.passkey_added")
			return c.Redirect(pathWays)
		}
	}
	shown, err := mendedKey(c, err)
	if err != nil {
		return err
	}
	return s.waysPage(c, c.View(f, shown))
}

func (s *Service) postKeyName(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	passkey, name := f.Text("passkey", form.Required, form.Max(64)), f.Text("name", form.Required, form.Max(60))
	if err = f.Err(); err == nil {
		if err = s.RenamePasskey(c.Context(), c.Actor, passkey, name); err == nil {
			c.Flash("identity.ways.renamed")
			return c.Redirect(pathWays)
		}
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.waysPage(c, c.View(nil, shown))
}

func (s *Service) postKeyEnd(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	passkey := f.Text("passkey", form.Required, form.Max(64))
	if err := f.Err(); err != nil {
		return err
	}
	if sent, err := s.stale(c); sent {
		return err
	}
	if err := s.RemovePasskey(c.Context(), c.Actor, passkey); err != nil {
		return s.waysRefused(c, err)
	}
	c.Flash("identity.ways.passkey_ended")
	return c.Redirect(pathWays)
}
