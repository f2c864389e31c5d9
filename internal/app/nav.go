// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/contest"
	"github.com/tarazu/tarazu/internal/identity/appoint"
	"github.com/tarazu/tarazu/internal/identity/intro"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/notice/desk"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
	"github.com/tarazu/tarazu/internal/sender"
)

// desks are the first pages of those who file nothing.
var desks = map[policy.Role]string{
	policy.Clerk: "/court", policy.Judge: "/court", policy.Administrator: adminDesk, policy.Operator: "/counter", policy.Manager: "/counter",
	policy.Bailiff:   bailiff.Path,
	policy.Inspector: "/offices", policy.Centre: intro.Path, policy.Association: intro.Path,
}

// nav is the main menu of each capacity.
func (a *App) nav(c *web.Ctx, p web.Page) []web.NavItem {
	item := func(key, href string) web.NavItem {
		return web.NavItem{Key: key, Href: href, Label: c.T("app.nav." + key)}
	}
	switch c.Actor.Role {
	case policy.Nobody:
		return nil
	case policy.Administrator:
		desk := item("desk", adminDesk)
		if onDesk(p.Active) { // its pages have no place of their own in the menu
			desk.Key = p.Active
		}
		return []web.NavItem{desk, item("account", "/account")}
	case policy.Operator, policy.Manager:
		return []web.NavItem{item("counter", "/counter"), item("offices", "/offices"), item("account", "/account")}
	case policy.Inspector:
		return []web.NavItem{item("offices", "/offices"), item("account", "/account")}
	case policy.Centre:
		return append(a.introduces(c, item), item("offices", "/offices"), item("publications", bailiff.PathPress), item("senders", sender.PathCentre), item("account", "/account"))
	case policy.Auditor:
		return []web.NavItem{item("own", pathDesk), item("registrations", steward.PathRegistrations), item("account", "/account")}
	case policy.Association:
		return append(a.introduces(c, item), item("account", "/account"))
	case policy.Clerk:
		return []web.NavItem{item("court", "/court"), item("cases", "/cases"), item("service", bailiff.PathUnit), item("contests", contest.PathDesk)}
	case policy.Bailiff:
		return []web.NavItem{item("route", bailiff.Path), item("account", "/account")}
	case policy.Judge:
		return []web.NavItem{item("court", "/court"), item("cases", "/cases"), item("service", bailiff.PathUnit), item("contests", contest.PathDesk), item("guardianships", appoint.PathGuardians)}
	case policy.Citizen, policy.Lawyer, policy.Representative, policy.Guardian, policy.Helper, policy.LawClerk:
		inbox := item("inbox", "/inbox")
		if p.Active == inbox.Key && p.Count != nil {
			inbox.Count = *p.Count
		} else if n, err := a.Notice.Counts(c.Context(), c.Actor); err == nil {
			inbox.Count = n.Unviewed
		} else {
			c.Log().Warn("count of notices", "err", err)
		}
		list := []web.NavItem{item("home", "/home"), inbox, item("cases", "/cases"), item("filings", "/filings/new")}
		if c.Actor.Role == policy.Representative && a.Desk.Has(c.Actor) {
			list = append(list, item("bodydesk", desk.Path))
		}
		if a.sends(c) {
			list = append(list, item("sender", sender.Path))
		}
		return list
	}
	return []web.NavItem{item("own", pathDesk), item("account", "/account")}
}

// introduces is the entry of the introductions for whoever has somebody to
// introduce: an officer without a unit that is a source has not.
func (a *App) introduces(c *web.Ctx, item func(key, href string) web.NavItem) []web.NavItem {
	offers, err := a.Intro.Offers(c.Context(), c.Actor)
	if err != nil {
		c.Log().Warn("what may be introduced", "err", err)
	}
	if len(offers) == 0 {
		return nil
	}
	return []web.NavItem{item("introductions", intro.Path)}
}
