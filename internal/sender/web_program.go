// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"time"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// keysView is the keys of a body.
type keysView struct {
	web.View
	list    []Key
	now     time.Time
	manages bool
	codes   []TestCode
}

func (v keysView) keys() program.KeyList {
	l := program.KeyList{View: v.View, Now: v.now, Path: pathKeys, May: v.manages, Rows: func(k program.Key) []web.SummaryRow {
		mode := v.T("sender.keys.live")
		if keyOf(k).Test {
			mode = v.T("sender.keys.test")
		}
		return []web.SummaryRow{{Key: v.T("sender.keys.mode"), Value: mode}}
	}}
	for _, k := range v.list {
		l.Keys = append(l.Keys, k.Key)
	}
	return l
}

func (s *Service) showKeys(c *web.Ctx) error { return s.keysPage(c, c.View(nil, nil)) }

func (s *Service) keysPage(c *web.Ctx, view web.View) error {
	list, err := s.Keys(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := keysView{View: view, list: list, now: c.Now(), manages: s.Manages(c.Actor), codes: s.rules.Codes}
	return c.Render(web.Page{Title: c.T("sender.keys.title"), Lead: c.T("sender.keys.lead"), Active: "sender", Back: Path, Errors: view.Errors, Body: keysBody(v)})
}

// secretPage shows a secret on the answer itself: it is in no address and no session.
func secretPage(c *web.Ctx, title, words, secret, back string) error {
	return c.Render(web.Page{Title: title, Active: "sender", Back: back, Body: program.Secret(c.View(nil, nil), words, secret)})
}

func (s *Service) postKey(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	label, mode := f.Text("label", form.Missing("program.wrong.label"), form.Max(60)), f.Choice("mode", keyTest, keyLive)
	secret := ""
	if err = f.Err(); err == nil {
		secret, _, err = s.MakeKey(c.Context(), c.Actor, label, mode == keyTest)
	}
	if err == nil {
		return secretPage(c, c.T("program.key.made"), c.T("program.key.made_words"), secret, pathKeys)
	}
	return c.After(f, err, "", pathKeys, s.keysPage)
}

func (s *Service) postRevoke(c *web.Ctx) error {
	return c.After(nil, s.RevokeKey(c.Context(), c.Actor, c.Param("id")), "program.key.revoked", pathKeys, s.keysPage)
}

func (s *Service) showHook(c *web.Ctx) error { return s.hookPage(c, c.View(nil, nil)) }

func (s *Service) hookPage(c *web.Ctx, view web.View) error {
	p := program.HookPage{View: view, May: s.Manages(c.Actor), Path: pathHook, Hint: c.T("sender.hint.url"), Called: func(e string) string { return c.T("sender.event." + e) }}
	var err error
	if p.Hook, p.Found, p.List, err = s.Hook(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("sender.hook.title"), Lead: c.T("sender.hook.lead"), Active: "sender", Back: Path, Errors: view.Errors, Body: program.Telling(p)})
}

func (s *Service) postHook(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	address, secret := f.Text("url", form.Missing("program.wrong.url"), form.Max(500)), ""
	if err = f.Err(); err == nil {
		secret, err = s.SetHook(c.Context(), c.Actor, address)
	}
	if err == nil && secret != "" {
		return secretPage(c, c.T("program.hook.made"), c.T("program.hook.made_words"), secret, pathHook)
	}
	return c.After(f, err, "program.hook.set", pathHook, s.hookPage)
}

func (s *Service) postRotate(c *web.Ctx) error {
	secret, err := s.RotateSecret(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return secretPage(c, c.T("program.hook.made"), c.T("program.hook.rotated_words", "hours", s.rules.OverlapHours), secret, pathHook)
}

func (s *Service) postAgain(c *web.Ctx) error {
	return c.After(nil, s.Again(c.Context(), c.Actor, c.Param("id")), "program.again_done", pathHook, s.hookPage)
}

func (s *Service) postTry(c *web.Ctx) error {
	return c.After(nil, s.TryAgain(c.Context(), c.Actor), "program.work.tried", pathHook, s.hookPage)
}

func (s *Service) postLeave(c *web.Ctx) error {
	return c.After(nil, s.LeaveUntold(c.Context(), c.Actor), "program.work.left", pathHook, s.hookPage)
}

// silent lists the bodies whose programs could not be told.
func (v centreView) silent() (out []web.Item) {
	for _, u := range v.untold {
		out = append(out, web.Item{
			Title: u.Contract.Title(v.P.Lang()), Href: PathCentre + "/" + u.Contract.Body + "/" + u.Contract.ID, Tag: v.P.N("sender.centre.untold_events", u.GivenUp), Tone: web.Bad,
			Meta: []string{v.T("sender.applied_at", "at", u.Since), program.Failure(v.View, u.Status)},
		})
	}
	return out
}
