// SPDX-License-Identifier: Apache-2.0

package office

import (
	"net/url"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// listView is the list of offices, of one province or all.
type listView struct {
	web.View
	provinces web.Choice
	table     web.TableOptions
	paging    web.Paging
	keeps     bool
}

func (s *Service) showOffices(c *web.Ctx) error {
	province := c.Query("province")
	if _, known := authority.FindProvince(province); !known {
		province = ""
	}
	after := c.Query("after")
	if !codeShape.MatchString(after) {
		after = ""
	}
	list, more, err := s.Offices(c.Context(), c.Actor, province, after)
	if err != nil {
		return err
	}
	places, err := s.d.Authority.Places(c.Context())
	if err != nil {
		return err
	}
	v := listView{View: c.View(nil, nil), keeps: s.keeps(c.Actor)}
	v.provinces = web.Choice{Name: "province", Label: c.T("office.list.province"), Prompt: c.T("office.list.all")}
	for _, p := range authority.Provinces() {
		v.provinces.Options = append(v.provinces.Options, web.Option{Value: p.Key, Label: p.Name().In(c.P.Lang()), On: p.Key == province})
	}
	v.table = web.TableOptions{
		Caption: c.T("office.list.caption"), HiddenCaption: true, Empty: c.T("office.list.empty"),
		Columns: []web.Column{{Label: c.T("office.field.name")}, {Label: c.T("office.field.place")}, {Label: c.T("office.field.address")}},
	}
	if v.keeps {
		v.table.Columns = append(v.table.Columns, web.Column{Label: c.T("office.field.state")})
	}
	for _, o := range list {
		row := []web.Cell{{Text: o.Name.In(c.P.Lang()), Href: pathOf(o.Code)}, {Text: place(c, places, o)}, {Text: o.Address}}
		if v.keeps {
			row = append(row, web.Cell{Body: stateTag(c.P, o.State)})
		}
		v.table.Rows = append(v.table.Rows, row)
	}
	v.paging.Back, v.paging.On = c.T("office.list.first"), c.T("office.list.more")
	if more {
		v.paging.Older = listPath(province, list[len(list)-1].Code)
	}
	if after != "" {
		v.paging.Newer = listPath(province, "")
	}
	return c.Render(web.Page{Title: c.T("office.list.title"), Lead: c.T("office.list.lead"), Active: "offices", Wide: true, Body: listBody(v)})
}

func listPath(province, after string) string {
	q := url.Values{}
	if province != "" {
		q.Set("province", province)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return pathOffices
	}
	return pathOffices + "?" + q.Encode()
}

// place is county and province of an office.
func place(c *web.Ctx, places *authority.Places, o Office) string {
	p, _ := authority.FindProvince(o.Province)
	county, _ := places.County(o.Province, o.County)
	return c.T("office.place", "county", county.In(c.P.Lang()), "province", p.Name().In(c.P.Lang()))
}
