// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"net/url"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// looksView is the page of who has looked.
type looksView struct {
	web.View
	About string
	List  []Look
	Older string
	First bool
}

func (s *Service) looksPage(c *web.Ctx) error {
	before := c.Query("before")
	list, more, err := s.Looks(c.Context(), c.Actor, before)
	if err != nil {
		return err
	}
	v := looksView{View: c.View(nil, nil), About: about(c), List: list, First: before == ""}
	if more {
		v.Older = pathLooks + "?before=" + url.QueryEscape(list[len(list)-1].ID)
	}
	return c.Render(web.Page{
		Title: c.T("mydata.looks.title"), Lead: c.T("mydata.looks.lead"), Active: "account", Back: Path, Wide: true, Body: looksBody(v),
	})
}

func (v looksView) table() web.TableOptions {
	o := web.TableOptions{
		Caption: v.T("mydata.looks.title"), HiddenCaption: true, Empty: v.T("mydata.looks.none"),
		Columns: []web.Column{{Label: v.T("mydata.looks.when")}, {Label: v.T("mydata.looks.who")}, {Label: v.T("mydata.looks.role")}, {Label: v.T("mydata.looks.what")}, {Label: v.T("mydata.looks.why")}},
	}
	for _, l := range v.List {
		why := words(v.P, l.Why)
		if why == "" {
			why = v.T("mydata.looks.no_reason")
		}
		name := l.Name
		if name == "" {
			name = v.T("mydata.looks.nameless")
		}
		o.Rows = append(o.Rows, []web.Cell{
			{Body: web.TimeText(v.P, l.At)}, {Text: name}, {Text: v.T("web.role." + string(l.Role))}, {Text: words(v.P, l.What)}, {Text: why},
		})
	}
	return o
}

func (v looksView) paging() web.Paging {
	p := web.Paging{Older: v.Older}
	if !v.First {
		p.Newer = pathLooks
	}
	return p
}
