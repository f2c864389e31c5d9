// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// peopleOnPage is how many people one page of the list shows.
const peopleOnPage = 20

// peopleQuery is what the list is searched for. The names are those of a demo
// country: they may stand in an address.
type peopleQuery struct {
	name, province string
	role           policy.Role
	page           int // from 0
}

// noAccountYet stands beside the roles for people who can register.
const noAccountYet policy.Role = "newcomer"

var peopleRoles = []policy.Role{
	policy.Citizen, policy.Lawyer, policy.Expert, policy.Graduate, policy.Clerk, policy.Judge, policy.Prosecutor, policy.Bailiff, policy.Association, policy.Operator, policy.Manager, policy.Inspector, policy.Centre, policy.Administrator, noAccountYet,
}

func (q peopleQuery) fits(p person) bool {
	role := policy.Citizen
	if len(p.posts) > 0 {
		role = p.posts[0].role
	}
	if p.noAccount {
		role = noAccountYet
	}
	return (q.role == "" || q.role == role) && (q.province == "" || q.province == p.province) &&
		(q.name == "" || strings.Contains(persian.Fold(p.name()), persian.Fold(q.name)))
}

func (q peopleQuery) href(page int) string {
	v := url.Values{}
	for name, value := range map[string]string{"name": q.name, "province": q.province, "role": string(q.role)} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if page > 0 {
		v.Set("page", strconv.Itoa(page+1))
	}
	if len(v) == 0 {
		return peoplePath
	}
	return peoplePath + "?" + v.Encode()
}

// peopleView is a page of the list of everybody.
type peopleView struct {
	view      web.View
	query     peopleQuery
	provinces []web.Option
	roles     []web.Option
	found     int
	people    []listedPerson
	paging    web.Paging
}

type listedPerson struct {
	identity.DemoLogin
	note, place string
}

func (a *App) getPeople(c *web.Ctx) error {
	if a.country == nil {
		return errs.New(errs.NotFound, "").Because(errNoDemo)
	}
	q := peopleQuery{name: strings.TrimSpace(c.Query("name")), province: c.Query("province"), role: policy.Role(c.Query("role"))}
	if n, err := strconv.Atoi(c.Query("page")); err == nil && n > 1 {
		q.page = n - 1
	}
	if !slices.Contains(peopleRoles, q.role) {
		q.role = ""
	}
	v := peopleView{view: c.View(nil, nil), query: q}
	places := map[string]string{}
	for _, p := range authority.Provinces() {
		name := p.NameFA
		if c.P.Lang() == i18n.EN {
			name = p.NameEN
		}
		places[p.Key] = name
		v.provinces = append(v.provinces, web.Option{Value: p.Key, Label: name, On: q.province == p.Key})
	}
	if places[q.province] == "" {
		q.province = ""
	}
	for _, r := range peopleRoles {
		v.roles = append(v.roles, web.Option{Value: string(r), Label: c.T("app.people.role." + string(r)), On: q.role == r})
	}
	var found []person
	for _, p := range a.country.people {
		if q.fits(p) {
			found = append(found, p)
		}
	}
	v.found = len(found)
	from := min(q.page*peopleOnPage, len(found))
	to := min(from+peopleOnPage, len(found))
	v.paging.Back, v.paging.On = c.T("app.people.back"), c.T("app.people.on")
	if q.page > 0 {
		v.paging.Newer = q.href(q.page - 1)
	}
	if to < len(found) {
		v.paging.Older = q.href(q.page + 1)
	}
	var codes []string
	for _, p := range found[from:to] {
		codes = append(codes, p.code)
	}
	accounts, posts, err := a.accountsOf(c.Context(), codes)
	if err != nil {
		return err
	}
	for _, p := range found[from:to] {
		l := listedPerson{DemoLogin: a.loginOf(p, accounts[p.code], posts[p.code]), place: places[p.province]}
		l.note = l.NoteFA
		if c.P.Lang() == i18n.EN {
			l.note = l.NoteEN
		}
		if p.abroad {
			l.place = c.T("app.people.abroad")
		}
		v.people = append(v.people, l)
	}
	return c.Render(web.Page{Title: c.T("app.people.title"), Lead: c.T("app.people.lead"), Back: "/login", Body: peopleBody(c.P, v)})
}
