// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// partView is the page of one module.
type partView struct {
	web.View
	s     *Service
	About string
	Part  Part
}

func (s *Service) partPage(c *web.Ctx) error {
	part, err := s.Part(c.Context(), c.Actor, c.Param("module"))
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("held.module." + part.Module), Caption: c.T("mydata.title"), Active: "account", Back: Path, Wide: true,
		Body: partBody(partView{View: c.View(nil, nil), s: s, About: about(c), Part: part}),
	})
}

// rows are the values of the only row of a set.
func (v partView) rows(set held.Set) []web.SummaryRow {
	var out []web.SummaryRow
	for _, i := range shownColumns(set) {
		text, code := v.s.said(v.P, set.Columns[i], set.Rows[0][i])
		if text != "" {
			out = append(out, web.SummaryRow{Key: v.T("held.column." + set.Columns[i].Name), Value: text, LTR: code})
		}
	}
	return out
}

// table is a set of several rows.
func (v partView) table(set held.Set) web.TableOptions {
	o := web.TableOptions{Caption: v.T(set.Name), HiddenCaption: true}
	columns := shownColumns(set)
	for _, i := range columns {
		o.Columns = append(o.Columns, web.Column{Label: v.T("held.column." + set.Columns[i].Name)})
	}
	for _, row := range set.Rows {
		line := make([]web.Cell, len(columns))
		for at, i := range columns {
			text, code := v.s.said(v.P, set.Columns[i], row[i])
			line[at] = web.Cell{Text: text, LTR: code && text != ""}
		}
		o.Rows = append(o.Rows, line)
	}
	return o
}
