// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// programsView is the keys of a body and where its programs are told.
type programsView struct {
	web    web.View
	keys   []Key
	hook   Hook
	found  bool
	list   []Delivery
	book   RuleBook
	living map[string]bool
}

func (s *Service) programsPage(c *web.Ctx) error { return s.drawPrograms(c, c.View(nil, nil)) }

func (s *Service) drawPrograms(c *web.Ctx, view web.View) (err error) {
	v := programsView{web: view, living: map[string]bool{}}
	if v.keys, err = s.Keys(c.Context(), c.Actor); err != nil {
		return err
	}
	for _, k := range v.keys {
		v.living[k.ID] = k.Lives(c.Now())
	}
	if v.hook, v.found, v.list, err = s.Hook(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.book, err = s.Rules(c.Context(), c.Actor); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("desk.programs.title"), Caption: c.Actor.ForName, Lead: c.T("desk.programs.lead"), Active: "bodydesk", Back: Path, Errors: view.Errors, Body: programsBody(v),
	})
}

// postKey shows the key on the answer itself: it is in no address and no session.
func (s *Service) postKey(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := NewKey{Label: f.Text("label", form.Missing("desk.wrong.label"), form.Max(60)), Scopes: append([]string{keyList}, f.Choices("scopes", keyOpen, keyReceipt)...), Unit: unitOf(f, "unit")}
	secret := ""
	if err = f.Err(); err == nil {
		secret, _, err = s.MakeKey(c.Context(), c.Actor, n)
	}
	if err == nil {
		return c.Render(web.Page{Title: c.T("desk.key.made"), Active: "bodydesk", Back: pathPrograms, Body: secretBody(c.View(nil, nil), c.T("desk.key.made_words"), secret)})
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.drawPrograms(c, c.View(f, shown))
}

func (s *Service) postRevoke(c *web.Ctx) error {
	if err := s.RevokeKey(c.Context(), c.Actor, c.Param("id")); err != nil {
		return err
	}
	c.Flash("desk.key.revoked")
	return c.Redirect(pathPrograms)
}

func (s *Service) postHook(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	address, secret := f.Text("url", form.Missing("desk.wrong.url"), form.Max(500)), ""
	if err = f.Err(); err == nil {
		secret, err = s.SetHook(c.Context(), c.Actor, address)
	}
	if err == nil && secret != "" {
		return c.Render(web.Page{Title: c.T("desk.hook.made"), Active: "bodydesk", Back: pathPrograms, Body: secretBody(c.View(nil, nil), c.T("desk.hook.made_words"), secret)})
	}
	return s.after(c, f, err, "desk.hook.set", pathPrograms, s.drawPrograms)
}

func (s *Service) postRotate(c *web.Ctx) error {
	secret, err := s.RotateSecret(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("desk.hook.made"), Active: "bodydesk", Back: pathPrograms,
		Body: secretBody(c.View(nil, nil), c.T("desk.hook.rotated_words", "hours", s.limits.OverlapHours), secret),
	})
}

func (v programsView) keyRows(k Key) []web.SummaryRow {
	may := make([]string, len(k.Scopes))
	for i, x := range k.Scopes {
		may[i] = v.web.T("desk.key.scope." + x)
	}
	state := v.web.T("desk.key.lives", "until", k.Expires)
	switch {
	case !k.Revoked.IsZero():
		state = v.web.T("desk.key.revoked_at", "at", k.Revoked)
	case !v.living[k.ID]:
		state = v.web.T("desk.key.expired", "at", k.Expires)
	}
	used := v.web.T("desk.key.never")
	if !k.Used.IsZero() {
		used = v.web.P.Time(k.Used)
	}
	whose := v.web.T("desk.key.whole")
	if k.Unit != "" {
		whose = unitName(v.web, v.book.Units, k.Unit)
	}
	return []web.SummaryRow{
		{Key: v.web.T("desk.key.begins"), Value: k.Prefix + "…", LTR: true}, {Key: v.web.T("desk.key.may"), Value: strings.Join(may, " · ")},
		{Key: v.web.T("desk.key.for"), Value: whose}, {Key: v.web.T("desk.state"), Value: state},
		{Key: v.web.T("desk.key.used"), Value: used},
	}
}

func (v programsView) scopes() web.Choice {
	o := web.Choice{Name: "scopes", Label: v.web.T("desk.key.scopes"), Hint: v.web.T("desk.key.scopes_hint"), Optional: true}
	for _, x := range keyScopes()[1:] {
		o.Options = append(o.Options, web.Option{Value: x, Label: v.web.T("desk.key.scope." + x), Hint: v.web.T("desk.key.scope_hint." + x)})
	}
	return o
}

func (v programsView) whose() web.Choice {
	o := unitChoice(v.web, v.book.Units, "unit", v.web.T("desk.key.unit"), "")
	o.Options[0].Label = v.web.T("desk.key.whole")
	o.Hint = v.web.T("desk.key.unit_hint")
	return o
}

func (v programsView) deliveries() web.TableOptions {
	o := web.TableOptions{
		Caption: v.web.T("desk.hook.deliveries"), HiddenCaption: true, Empty: v.web.T("desk.hook.deliveries_none"),
		Columns: []web.Column{{Label: v.web.T("desk.hook.event")}, {Label: v.web.T("desk.hook.at")}, {Label: v.web.T("desk.state")}, {Label: v.web.T("desk.hook.tries"), Numeric: true}, {Label: v.web.T("desk.hook.answer")}},
	}
	for _, d := range v.list {
		answer := web.Cell{Text: v.web.T("desk.hook.no_answer")}
		if d.Status > 0 {
			answer = web.Cell{Text: decimal(d.Status), LTR: true}
		}
		o.Rows = append(o.Rows, []web.Cell{
			{Text: v.web.T("desk.event." + d.Event)}, {Body: web.TimeText(v.web.P, d.Made)}, {Text: v.web.T("desk.delivery." + d.State)}, {Text: v.web.P.Int(d.Tries)}, answer,
		})
	}
	return o
}
