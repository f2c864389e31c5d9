// SPDX-License-Identifier: Apache-2.0

package desk

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/program"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// programsView is the keys of a body and where its programs are told.
type programsView struct {
	web  web.View
	keys program.KeyList
	hook program.HookPage
	book RuleBook
}

func (s *Service) programsPage(c *web.Ctx) error { return s.drawPrograms(c, c.View(nil, nil)) }

func (s *Service) drawPrograms(c *web.Ctx, view web.View) (err error) {
	v := programsView{web: view}
	v.keys = program.KeyList{View: view, Now: c.Now(), Path: pathKeys, May: true}
	v.hook = program.HookPage{View: view, May: true, Path: pathHook, Hint: c.T("desk.hook.url_hint"), Called: func(e string) string { return c.T("desk.event." + e) }}
	if v.keys.Keys, err = s.Keys(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.hook.Hook, v.hook.Found, v.hook.List, err = s.Hook(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.book, err = s.Rules(c.Context(), c.Actor); err != nil {
		return err
	}
	v.keys.Rows = v.keyRows
	counts, not, err := s.Counting(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("desk.programs.title"), Caption: c.Actor.ForName, Lead: c.T("desk.programs.lead") + " " + opening(view, counts, not), Active: "bodydesk", Back: Path, Errors: view.Errors, Body: programsBody(v),
	})
}

// secretPage shows a secret on the answer itself: it is in no address and no session.
func secretPage(c *web.Ctx, title, words, secret string) error {
	return c.Render(web.Page{Title: title, Active: "bodydesk", Back: pathPrograms, Body: program.Secret(c.View(nil, nil), words, secret)})
}

func (s *Service) postKey(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	n := NewKey{Label: f.Text("label", form.Missing("program.wrong.label"), form.Max(60)), Scopes: append([]string{keyList}, f.Choices("scopes", keyOpen, keyReceipt)...), Unit: unitOf(f, "unit")}
	secret := ""
	if err = f.Err(); err == nil {
		secret, _, err = s.MakeKey(c.Context(), c.Actor, n)
	}
	if err == nil {
		return secretPage(c, c.T("program.key.made"), c.T("program.key.made_words"), secret)
	}
	return c.After(f, err, "", pathPrograms, s.drawPrograms)
}

func (s *Service) postRevoke(c *web.Ctx) error {
	return c.After(nil, s.RevokeKey(c.Context(), c.Actor, c.Param("id")), "program.key.revoked", pathPrograms, s.drawPrograms)
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
		return secretPage(c, c.T("program.hook.made"), c.T("program.hook.made_words"), secret)
	}
	return c.After(f, err, "program.hook.set", pathPrograms, s.drawPrograms)
}

func (s *Service) postRotate(c *web.Ctx) error {
	secret, err := s.RotateSecret(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return secretPage(c, c.T("program.hook.made"), c.T("program.hook.rotated_words", "hours", s.limits.OverlapHours), secret)
}

func (s *Service) postAgain(c *web.Ctx) error {
	return c.After(nil, s.TellAgain(c.Context(), c.Actor, c.Param("id")), "program.again_done", pathPrograms, s.drawPrograms)
}

func (s *Service) postTry(c *web.Ctx) error {
	return c.After(nil, s.TryAgain(c.Context(), c.Actor), "program.work.tried", pathPrograms, s.drawPrograms)
}

func (s *Service) postLeave(c *web.Ctx) error {
	return c.After(nil, s.LeaveUntold(c.Context(), c.Actor), "program.work.left", pathPrograms, s.drawPrograms)
}

// opening says for which kinds of notices opening by a program is viewing, as the table of
// effects says.
func opening(v web.View, counts, not []string) string {
	switch {
	case len(counts) == 0:
		return v.T("desk.programs.counts_none")
	case len(not) == 0:
		return v.T("desk.programs.counts_all")
	}
	names := make([]string, len(counts))
	for i, kind := range counts {
		names[i] = v.T("notice.kind." + kind)
	}
	return v.T("desk.programs.counts_some", "kinds", strings.Join(names, " · "))
}

func (v programsView) keyRows(k Key) []web.SummaryRow {
	may := make([]string, len(k.Scopes))
	for i, x := range k.Scopes {
		may[i] = v.web.T("desk.key.scope." + x)
	}
	whose := v.web.T("desk.key.whole")
	if k.Unit != "" {
		whose = unitName(v.web, v.book.Units, k.Unit)
	}
	return []web.SummaryRow{{Key: v.web.T("desk.key.may"), Value: strings.Join(may, " · ")}, {Key: v.web.T("desk.key.for"), Value: whose}}
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
