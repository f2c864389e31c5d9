// SPDX-License-Identifier: Apache-2.0

package mandate

import "github.com/tarazu/tarazu/internal/platform/web"

// listView is what a person has given and what he was offered.
type listView struct {
	c            *web.Ctx
	given, taken []web.Task
	mayGive      bool
}

func (s *Service) listPage(c *web.Ctx) error {
	given, taken, err := s.Mine(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := listView{c: c, mayGive: len(s.Offers(c.Actor)) > 0}
	for _, m := range given {
		v.given = append(v.given, s.item(c, m, m.TakerName))
	}
	for _, m := range taken {
		v.taken = append(v.taken, s.item(c, m, m.GiverName))
	}
	return c.Render(web.Page{
		Title: c.T("mandate.list.title"), Lead: c.T("mandate.list.lead"), Active: "account", Back: web.AccountPath, Body: listBody(v),
	})
}

func (s *Service) item(c *web.Ctx, m Mandate, other string) web.Task {
	state := m.Standing(s.today())
	return web.Task{
		Label: other, Href: m.path(), Status: c.T("mandate.state." + string(state)), Tone: tone(state),
		Hint: c.T("mandate.list.hint", "kind", c.T("mandate.kind."+string(m.Kind)), "day", c.P.DayShort(m.Until), "notices", m.noticesWords(c.P)),
	}
}
