// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// listView is the list of files.
type listView struct {
	web.View
	table  web.TableOptions
	paging web.Paging
	may    bool // introduce somebody
}

func (s *Service) showList(c *web.Ctx) error {
	after := c.Query("after")
	if after != "" && !id.Valid(after) {
		after = ""
	}
	list, more, err := s.Batches(c.Context(), c.Actor, after)
	if err != nil {
		return err
	}
	offers, err := s.Offers(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := listView{View: c.View(nil, nil), may: len(offers) > 0, table: web.TableOptions{
		Caption: c.T("intro.list.title"), HiddenCaption: true, Empty: c.T("intro.list.empty"),
		Columns: []web.Column{
			{Label: c.T("intro.field.file")}, {Label: c.T("intro.field.kind")}, {Label: c.T("intro.field.source")},
			{Label: c.T("intro.field.created")}, {Label: c.T("intro.field.rows"), Numeric: true}, {Label: c.T("intro.field.state")},
		},
	}}
	for _, b := range list {
		source, err := s.sourceWords(c, b.Source)
		if err != nil {
			return err
		}
		v.table.Rows = append(v.table.Rows, []web.Cell{
			{Text: b.File, Href: b.path()}, {Text: s.kinds[b.Kind].Title(c.P.Lang())}, {Text: source},
			{Body: web.TimeText(c.P, b.Created)}, {Text: c.P.Int(int64(b.Total))}, {Body: web.Tag(tone(b.State), c.T("intro.state."+string(b.State)))},
		})
	}
	if more && len(list) > 0 {
		v.paging.Older = Path + "?after=" + list[len(list)-1].ID
	}
	if after != "" {
		v.paging.Newer = Path
	}
	return c.Render(web.Page{
		Title: c.T("intro.list.title"), Lead: c.T("intro.list.lead"), Active: "introductions", Wide: true, Body: listBody(v),
	})
}

func (s *Service) sourceWords(c *web.Ctx, source string) (string, error) {
	if source == "" {
		return c.T("intro.source.administrators"), nil
	}
	return s.SourceName(c.Context(), c.P.Lang(), source)
}

// Title of what a kind gives, in a language.
func (k Kind) Title(l i18n.Lang) string {
	if l == i18n.EN {
		return k.TitleEN
	}
	return k.TitleFA
}

// ground of a kind in law, in a language.
func (k Kind) ground(l i18n.Lang) string {
	if l == i18n.EN {
		return k.Ground
	}
	return k.GroundFA
}
