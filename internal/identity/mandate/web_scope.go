// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// allNotices is every group that there is or will be, as an answer.
const allNotices = "all"

// noticesChoice asks which groups of notices a mandate covers; covered are ticked at
// first, nil is all of them.
func noticesChoice(v web.View, groups, covered []string) web.Choice {
	o := web.Choice{Name: "notices", Label: v.T("mandate.new.notices"), Hint: v.T("mandate.new.notices_hint")}
	o.Options = append(o.Options, web.Option{Value: allNotices, Label: v.T("mandate.notices.all"), Hint: v.T("mandate.notices.all_hint"), On: covered == nil})
	for _, g := range groups {
		o.Options = append(o.Options, web.Option{
			Value: g, Label: v.T("notice.group." + g), Hint: v.T("notice.group_hint." + g), On: slices.Contains(covered, g),
		})
	}
	o.Options = append(o.Options, web.Option{Value: identity.NoNotices, Label: v.T("mandate.notices.none"), On: slices.Contains(covered, identity.NoNotices)})
	return o
}

// readNotices reads what noticesChoice asked; nil is all. Who ticks all of them, or
// none, beside others is asked again: neither is taken for what was meant.
func (s *Service) readNotices(f *form.Form) []string {
	chosen := f.Choices("notices", append(slices.Clone(s.d.Notices), allNotices, identity.NoNotices)...)
	alone := func(x string) bool { return slices.Contains(chosen, x) && len(chosen) > 1 }
	switch {
	case len(chosen) == 0 && !f.Failed("notices"):
		f.Fail("notices", "mandate.wrong.notices_none")
	case alone(allNotices) || alone(identity.NoNotices):
		f.Fail("notices", "mandate.wrong.notices_both")
	case slices.Contains(chosen, allNotices):
		return nil
	}
	return chosen
}

// noticesWords are the groups of notices that a mandate covers.
func (m Mandate) noticesWords(p *i18n.Printer) string {
	switch {
	case m.Notices == nil:
		return p.T("mandate.notices.all")
	case slices.Contains(m.Notices, identity.NoNotices):
		return p.T("mandate.notices.none")
	}
	names := make([]string, len(m.Notices))
	for i, g := range m.Notices {
		names[i] = p.T("notice.group." + g)
	}
	return strings.Join(names, p.T("mandate.show.and")+" ")
}

// scopeView is the page on which the groups of notices of a mandate are changed.
type scopeView struct {
	web.View
	m      Mandate
	groups []string
	act    string
}

func (s *Service) scopePage(c *web.Ctx) error {
	m, err := s.scoped(c)
	if err != nil {
		return err
	}
	return s.drawScope(c, m, c.View(nil, nil))
}

// scoped is a mandate whose groups the actor may change.
func (s *Service) scoped(c *web.Ctx) (Mandate, error) {
	m, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err == nil {
		err = s.mayChange(c.Actor, "mandate.revoke", m)
	}
	return m, err
}

func (s *Service) drawScope(c *web.Ctx, m Mandate, view web.View) error {
	if !m.Holds(s.today()) {
		return c.Redirect(m.path())
	}
	return c.Render(web.Page{
		Title: c.T("mandate.scope.title"), Caption: c.T("mandate.scope.caption", "kind", c.T("mandate.kind."+string(m.Kind)), "name", m.TakerName),
		Active: "account", Back: m.path(), Errors: view.Errors, Body: scopeBody(scopeView{View: view, m: m, groups: s.d.Notices, act: id.New()}),
	})
}

func (s *Service) postScope(c *web.Ctx) error {
	m, err := s.scoped(c)
	if err != nil {
		return err
	}
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	act, list := f.Text("act", form.Max(64)), s.readNotices(f)
	if err = f.Err(); err == nil {
		var wider *Mandate
		if _, wider, err = s.SetNotices(c.Context(), c.Actor, m.ID, list, act); err == nil && wider != nil {
			c.Flash("mandate.scope.wider")
			return c.Redirect(wider.path())
		}
	}
	if err == nil {
		c.Flash("mandate.scope.done")
		return c.Redirect(m.path())
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.drawScope(c, m, c.View(f, shown))
}
