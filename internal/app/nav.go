// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/tarazu/tarazu/internal/identity/intro"
	"github.com/tarazu/tarazu/internal/identity/merge"
	"github.com/tarazu/tarazu/internal/identity/sso"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// nav is the main menu of each capacity.
func (a *App) nav(c *web.Ctx, p web.Page) []web.NavItem {
	item := func(key, href string) web.NavItem {
		return web.NavItem{Key: key, Href: href, Label: c.T("app.nav." + key)}
	}
	switch c.Actor.Role {
	case policy.Nobody:
		return nil
	case policy.Administrator:
		return []web.NavItem{item("jobs", adminJobs), item("registrations", steward.PathRegistrations), item("accounts", steward.PathAccounts), item("merges", merge.PathMerges), item("sites", sso.PathSites), item("introductions", intro.Path), item("offices", "/offices"), item("account", "/account")}
	case policy.Operator, policy.Manager:
		return []web.NavItem{item("counter", "/counter"), item("offices", "/offices"), item("account", "/account")}
	case policy.Inspector:
		return []web.NavItem{item("offices", "/offices"), item("account", "/account")}
	case policy.Centre:
		return []web.NavItem{item("introductions", intro.Path), item("offices", "/offices"), item("account", "/account")}
	case policy.Association:
		return []web.NavItem{item("introductions", intro.Path), item("account", "/account")}
	case policy.Clerk, policy.Judge:
		return []web.NavItem{item("court", "/court"), item("cases", "/cases")}
	case policy.Citizen, policy.Lawyer, policy.Representative, policy.Guardian, policy.Helper, policy.LawClerk:
		inbox := item("inbox", "/inbox")
		if p.Active == inbox.Key && p.Count != nil {
			inbox.Count = *p.Count
		} else if n, err := a.Notice.Counts(c.Context(), c.Actor); err == nil {
			inbox.Count = n.Unviewed
		} else {
			c.Log().Warn("count of notices", "err", err)
		}
		return []web.NavItem{item("home", "/home"), inbox, item("cases", "/cases"), item("filings", "/filings/new")}
	}
	return []web.NavItem{item("account", "/account")}
}
