// SPDX-License-Identifier: Apache-2.0

package web

import (
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// layout is everything around a page's body.
type layout struct {
	Page
	P                 *i18n.Printer
	Theme             string
	CSS, JS, Font     string
	Own               string // address of the page's own script
	Nav               []NavItem
	Actor             policy.Actor
	Demo              bool
	Flash             string
	Ended             bool // the visitor was signed out by time
	Other             i18n.Lang
	OtherHref         string
	Suggest           bool
	Light, Dark, Auto string // theme links
}

func (c *Ctx) layout(p Page) (layout, error) {
	if p.Body == nil {
		return layout{}, errs.New(errs.Internal, "").Because(errNoBody)
	}
	l := layout{
		Page: p, P: c.P, Theme: c.theme, Actor: c.Actor, Demo: c.s.d.Demo,
		CSS: c.s.assets.URL("app.css"), JS: c.s.assets.URL("app.js"), Font: c.s.assets.URL("vazirmatn.woff2"),
		Own:   c.s.assets.URL(p.Script),
		Light: c.themeHref("light"), Dark: c.themeHref("dark"), Auto: c.themeHref("auto"),
		Flash: c.takeFlash(), Suggest: suggestsOther(c.R),
		Ended: c.R.URL.Path == LoginPath && c.Query("ended") == "1",
	}
	l.Other = i18n.EN
	if c.P.Lang() == i18n.EN {
		l.Other = i18n.FA
	}
	l.OtherHref = c.langHref(l.Other)
	if c.s.d.Nav != nil {
		l.Nav = c.s.d.Nav(c, p)
	}
	return l, nil
}

// docTitle is the title of the document: errors come first, so that a screen
// reader says them.
func (l layout) docTitle() string {
	t := l.Title + " – " + l.P.T("web.brand")
	if l.Errors != nil {
		t = l.P.T("web.error_prefix") + " " + t
	}
	return t
}

// otherName is the other language's name in itself.
func (l layout) otherName() string {
	if l.Other == i18n.EN {
		return "English"
	}
	return "فارسی"
}

// capacity is the words for the role in which somebody is signed in.
func (l layout) capacity() string { return l.P.T("web.role." + string(l.Actor.Role)) }

// onBehalf says for whom somebody acts; "" if for himself.
func (l layout) onBehalf() string {
	if l.Actor.For == "" {
		return ""
	}
	if l.Actor.Only != nil {
		return l.P.T("web.on_behalf_some", "name", l.Actor.ForName)
	}
	if l.Actor.Notices != nil {
		return l.P.T("web.on_behalf_notices", "name", l.Actor.ForName)
	}
	return l.P.T("web.on_behalf", "name", l.Actor.ForName)
}

func (l layout) frameClass() string {
	switch {
	case l.Wide:
		return "frame frame-wide"
	case l.Aside != nil:
		return "frame frame-aside"
	default:
		return "frame"
	}
}
