// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// registers are the people and legal persons who have no account and can get
// one, with what a visitor has to type.
func (a *App) registers(c *web.Ctx) []register {
	column := func(key string) web.Column { return web.Column{Label: c.T("app.demo." + key)} }
	cells := func(p person, more ...string) []web.Cell {
		out := []web.Cell{{Text: p.name()}}
		for _, m := range more {
			out = append(out, web.Cell{Text: m, LTR: true})
		}
		return append(out, web.Cell{Text: c.P.DayShort(p.birth)}, web.Cell{Text: cmp.Or(p.email, identity.LocalMobile(p.mobile)), LTR: true})
	}
	here := register{
		title: c.T("app.demo.residents"), text: c.T("app.demo.newcomers_hint"), link: c.T("app.landing.register"), href: "/register",
		columns: []web.Column{column("name"), column("code"), column("birth"), column("mobile")},
	}
	abroad := register{
		title: c.T("app.demo.emigrants"), text: c.T("app.demo.emigrants_hint"), link: c.T("app.demo.emigrants_go"), href: "/register/abroad",
		columns: []web.Column{column("name"), column("reference"), column("birth"), column("contact")},
	}
	foreign := register{
		title: c.T("app.demo.foreigners"), text: c.T("app.demo.foreigners_hint"), link: c.T("app.demo.foreigners_go"), href: "/register/foreign",
		columns: []web.Column{column("name"), column("foreign_code"), column("passport"), column("birth"), column("contact")},
	}
	for _, p := range newcomers() {
		switch p.class {
		case identity.Abroad:
			abroad.rows = append(abroad.rows, cells(p, p.reference))
		case identity.Foreign:
			passport := "—"
			if p.passport != "" {
				passport = p.issuer + " " + p.passport
			}
			foreign.rows = append(foreign.rows, cells(p, p.code, passport))
		default:
			here.rows = append(here.rows, cells(p, p.code))
		}
	}
	return append([]register{here, abroad, foreign}, a.entities(c)...)
}

// entities are the legal persons without an account, each with who may make it.
func (a *App) entities(c *web.Ctx) (out []register) {
	for _, e := range demoEntities() {
		if e.joined {
			continue
		}
		officer, _ := a.country.find(a.country.cardCode(e.officer))
		r := register{
			title: c.T("app.demo.entities"), text: c.T("app.demo.entities_hint", "name", officer.name()), link: c.T("app.demo.enter_as", "name", officer.name()), href: "/capacity/entity",
			columns: []web.Column{{Label: c.T("app.demo.entity")}, {Label: c.T("app.demo.entity_id")}, {Label: c.T("app.demo.registration")}},
			rows:    [][]web.Cell{{{Text: e.name}, {Text: e.nationalID, LTR: true}, {Text: e.registration, LTR: true}}},
		}
		for _, l := range a.demoLogins(c.Context()) {
			if l.TitleFA == officer.name() {
				r.enter = &l
			}
		}
		if r.enter != nil {
			out = append(out, r)
		}
	}
	return out
}
