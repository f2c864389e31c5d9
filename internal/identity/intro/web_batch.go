// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// rowsShown is how many rows of a file stand on one page.
const rowsShown = 50

// batchView is one file: how far it is and what its rows came to.
type batchView struct {
	web.View
	b       Batch
	kind    Kind
	source  string
	counts  map[Outcome]int
	table   web.TableOptions
	filters []web.Filter
	paging  web.Paging
}

func (s *Service) showBatch(c *web.Ctx) error { return s.batchPage(c, c.View(nil, nil)) }

func (s *Service) batchPage(c *web.Ctx, view web.View) error {
	b, counts, err := s.Batch(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	v := batchView{View: view, b: b, kind: s.kinds[b.Kind], counts: counts}
	if v.source, err = s.sourceWords(c, b.Source); err != nil {
		return err
	}
	page := web.Page{
		Title: b.File, Caption: c.T("intro.kind." + b.Kind), Active: "introductions", Back: Path, Wide: true, Errors: view.Errors,
	}
	if v.working() {
		if b.State != Reading { // one that was cut short stays so
			page.RefreshURL = b.path()
		}
	} else if err := s.rowsOf(c, &v); err != nil {
		return err
	}
	page.Body = batchBody(v)
	return c.Render(page)
}

// working tells that rows are being worked through.
func (v batchView) working() bool {
	return v.b.State == Applying || v.b.State == Undoing || v.b.State == Reading
}

// good is how many rows can be applied.
func (v batchView) good() int { return v.b.Total - v.b.Wrong }

func (v batchView) undoable() bool { return v.b.State == Applied && v.kind.Kind != People }

func (s *Service) rowsOf(c *web.Ctx, v *batchView) error {
	after, _ := strconv.Atoi(c.Query("after")) // anything else is the first page
	after = max(after, 0)
	wrong := c.Query("rows") == "wrong" || c.Query("rows") == "" && v.b.State == Checked && v.b.Wrong > 0
	read, which := s.Lines, "all"
	if wrong {
		read, which = s.WrongLines, "wrong"
	}
	lines, err := read(c.Context(), c.Actor, v.b.ID, after, rowsShown+1)
	if err != nil {
		return err
	}
	path := func(rows string, after int) string {
		return v.b.path() + "?rows=" + rows + "&after=" + strconv.Itoa(after)
	}
	v.filters = []web.Filter{
		{Label: v.T("intro.rows.all"), Href: path("all", 0), On: !wrong}, {Label: v.T("intro.rows.wrong"), Href: path("wrong", 0), On: wrong},
	}
	if len(lines) > rowsShown {
		lines = lines[:rowsShown]
		v.paging.Older = path(which, lines[rowsShown-1].N)
	}
	if after > 0 {
		v.paging.Newer = path(which, 0)
	}
	v.table = web.TableOptions{Caption: v.T("intro.rows.caption"), HiddenCaption: true, Empty: v.T("intro.rows.none"), Columns: []web.Column{
		{Label: v.T("intro.rows.line"), Numeric: true}, {Label: v.T("intro.rows.national_code")}, {Label: v.T("intro.rows.last_name")},
		{Label: v.T("intro.rows.more")}, {Label: v.T("intro.rows.result")},
	}}
	for _, l := range lines {
		v.table.Rows = append(v.table.Rows, []web.Cell{
			{Text: c.P.Int(int64(l.Line))}, {Text: l.Cells["national_code"], LTR: true}, {Text: l.Cells["last_name"]},
			{Body: moreCell(v.kind.more(c.P, l))}, {Body: resultCell(v.kind, c.P, l)},
		})
	}
	return nil
}

// more is what a row says beside who it is about.
func (k Kind) more(p *i18n.Printer, l Line) (out []string) {
	for _, col := range k.Columns {
		value := l.Cells[col.Name]
		switch {
		case value == "" || col.Name == "national_code" || col.Name == "last_name":
			continue
		case col.Is == "one_of" && p.Lang() == i18n.FA && len(col.Words[value]) > 0:
			value = col.Words[value][0]
		case col.Is == "day":
			if d, err := civil.Parse(value); err == nil {
				value = p.DayShort(d)
			}
		}
		out = append(out, value)
	}
	return out
}

// said is what is wrong with a row, in which column.
func (k Kind) said(p *i18n.Printer, l Line) string {
	words := p.T(l.Problem)
	for _, col := range k.Columns {
		if col.Name == l.Field {
			return p.T("intro.rows.problem", "column", col.heading(p.Lang()), "words", words)
		}
	}
	return words
}

func (s *Service) postApply(c *web.Ctx) error {
	if err := s.Apply(c.Context(), c.Actor, c.Param("id")); err != nil {
		return s.again(c, err)
	}
	return c.Redirect(Path + "/" + c.Param("id"))
}

// again shows the file with what stands in the way.
func (s *Service) again(c *web.Ctx, err error) error {
	if !errs.Is(err, errs.Conflict) {
		return err
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.batchPage(c, c.View(nil, shown))
}

func (s *Service) showUndo(c *web.Ctx) error {
	b, counts, err := s.Batch(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	v := batchView{View: c.View(nil, nil), b: b, kind: s.kinds[b.Kind], counts: counts}
	if !v.undoable() {
		return c.Redirect(b.path())
	}
	return c.Render(web.Page{
		Title: c.T("intro.undo.title"), Caption: b.File, Active: "introductions", Back: b.path(), Body: undoBody(v),
	})
}

func (s *Service) postUndo(c *web.Ctx) error {
	if err := s.Undo(c.Context(), c.Actor, c.Param("id")); err != nil {
		return s.again(c, err)
	}
	return c.Redirect(Path + "/" + c.Param("id"))
}
