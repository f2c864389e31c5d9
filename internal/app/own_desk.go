// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// pathDesk is the first page of a capacity that has no desk of its own in a
// module.
const pathDesk = "/desk"

// ownView says what somebody can do here in a capacity, and what not yet.
type ownView struct {
	web.View
	about string
	tasks []web.Task
	yet   string // "" if nothing is missing
}

// getOwnDesk shows the desk of a capacity: what its menu leads to, in words.
func (a *App) getOwnDesk(c *web.Ctx) error {
	role := string(c.Actor.Role)
	v := ownView{View: c.View(nil, nil), about: c.T("app.own.other")}
	if key := "app.own.about." + role; c.P.Has(key) {
		v.about = c.T(key)
	}
	if key := "app.own.yet." + role; c.P.Has(key) {
		v.yet = c.T(key)
	}
	for _, n := range a.nav(c, web.Page{}) {
		if n.Href != pathDesk && n.Href != web.AccountPath {
			v.tasks = append(v.tasks, web.Task{Label: n.Label, Href: n.Href})
		}
	}
	v.tasks = append(v.tasks,
		web.Task{Label: c.T("app.own.account"), Href: web.AccountPath}, web.Task{Label: c.T("app.own.capacity"), Href: "/capacity"})
	return c.Render(web.Page{Title: c.T("app.own.title"), Active: "own", Body: ownBody(v)})
}

// unitName is for modules below authority that appoint people: the name of a
// court with its branch, or of whoever introduces people; "" if there is none.
func (a *App) unitName(ctx context.Context, kind, code, branch string) (fa, en string, err error) {
	if kind == "source" {
		if code == "" {
			return "", "", nil
		}
		if fa, err = a.Intro.SourceName(ctx, i18n.FA, code); err == nil {
			en, err = a.Intro.SourceName(ctx, i18n.EN, code)
		}
		if fa == code || strings.Contains(code, ":") { // not known by a name
			fa, en = "", ""
		}
		return fa, en, err
	}
	u, err := a.Authority.Unit(ctx, code)
	if errs.Is(err, errs.NotFound) {
		return "", "", nil
	}
	if err != nil || branch == "" {
		return u.NameFA, u.NameEN, err
	}
	list, err := a.Authority.Branches(ctx, code)
	for _, b := range list {
		if b.Number == branch {
			return b.NameFA + "، " + u.NameFA, b.NameEN + ", " + u.NameEN, nil
		}
	}
	return "", "", err
}
