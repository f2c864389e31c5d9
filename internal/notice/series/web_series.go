// SPDX-License-Identifier: Apache-2.0

package series

import (
	"net/url"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// fileName is what a downloaded series is called.
const fileName = "tarazu-notices.series.json"

// shownDays is how many days the page shows.
const shownDays = 7

// seriesView is the page of one series.
type seriesView struct {
	web.View
	all    []Series
	of     Series
	lines  []Line
	days   []Signed
	paging web.Paging
	other  string // whose notices these are, if not the reader's own
}

func (s *Service) seriesPage(c *web.Ctx) error {
	v := seriesView{View: c.View(nil, nil), other: c.Actor.ForName}
	var err error
	if v.all, err = s.All(c.Context(), c.Actor); err != nil {
		return err
	}
	number, _ := strconv.Atoi(c.Query("series"))
	found := false
	for _, x := range v.all {
		if x.Number == number {
			v.of, found = x, true
		}
	}
	if !found {
		return errs.New(errs.NotFound, "")
	}
	before, _ := strconv.ParseInt(c.Query("before"), 10, 64)
	var more bool
	if v.lines, more, err = s.Lines(c.Context(), c.Actor, number, before); err != nil {
		return err
	}
	if v.days, err = s.Signed(c.Context(), c.Actor, number, shownDays); err != nil {
		return err
	}
	if more {
		v.paging.Older = pathOf(Path, number, "before", strconv.FormatInt(v.lines[len(v.lines)-1].Serial, 10))
	}
	if before > 0 {
		v.paging.Newer = pathOf(Path, number)
	}
	return c.Render(web.Page{
		Title: c.T("notice.series.title"), Lead: c.T("notice.series.lead"), Caption: v.caption(), Active: "inbox", Back: "/inbox", Body: seriesBody(v),
	})
}

func (v seriesView) caption() string {
	if v.other == "" {
		return v.T("notice.series.caption")
	}
	return v.T("notice.series.caption_of", "name", v.other)
}

// pathOf is a page of a series, with more of a query.
func pathOf(path string, number int, pairs ...string) string {
	q := url.Values{}
	if number > 0 {
		q.Set("series", strconv.Itoa(number))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// file is the download.
func (s *Service) file(c *web.Ctx) error {
	number, _ := strconv.Atoi(c.Query("series"))
	file, err := s.Export(c.Context(), c.Actor, number, c.Query("days") == "all")
	if errs.Is(err, errs.Conflict) {
		return c.Render(web.Page{
			Title: c.T("notice.series.pending.title"), Active: "inbox", Back: Path, RefreshURL: pathOf(pathFile, number, "days", c.Query("days")),
			Body: pendingBody(c.View(nil, nil)),
		})
	}
	if err != nil {
		return err
	}
	return c.Download(fileName, "application/json", file)
}

// newer is how many notices no signed day has yet.
func (v seriesView) newer() int {
	if len(v.days) == 0 {
		return int(v.of.Last)
	}
	return int(v.of.Last - v.days[0].Count)
}

// tabs lead to the other series.
func (v seriesView) tabs() (out []web.Filter) {
	if len(v.all) < 2 {
		return nil
	}
	for _, x := range v.all {
		label := v.T("notice.series.own")
		if x.Number > 0 {
			label = v.T("notice.series.merged", "n", x.Number)
		}
		out = append(out, web.Filter{Label: label, Href: pathOf(Path, x.Number), On: x.Number == v.of.Number, Counted: true, Count: int(x.Last)})
	}
	return out
}

func (v seriesView) table() web.TableOptions {
	t := web.TableOptions{
		Caption: v.T("notice.series.list"), HiddenCaption: true, Empty: v.T("notice.series.list_empty"),
		Columns: []web.Column{
			{Label: v.T("notice.series.column.number")}, {Label: v.T("notice.series.column.notice")},
			{Label: v.T("notice.series.column.arrived")}, {Label: v.T("notice.series.column.state")},
		},
	}
	for _, l := range v.lines {
		row := []web.Cell{{Text: v.P.Int(l.Serial)}, {Text: v.T("notice.series.not_shown")}, {Text: v.P.Time(l.Arrived)}, {Text: ""}}
		if l.Notice.Number != "" {
			row[1] = web.Cell{Text: l.Notice.Title.In(v.P.Lang()), Href: "/inbox/" + l.Notice.ID}
			row[3].Text = v.T("notice.state.new")
			if l.Notice.Opened() {
				row[3].Text = v.T("notice.state.viewed")
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (v seriesView) dayTable() web.TableOptions {
	t := web.TableOptions{
		Caption: v.T("notice.series.days"), HiddenCaption: true, Empty: v.T("notice.series.days_empty"),
		Columns: []web.Column{
			{Label: v.T("notice.series.column.day")}, {Label: v.T("notice.series.column.new")},
			{Label: v.T("notice.series.column.last")},
		},
	}
	for _, d := range v.days {
		fresh := v.T("notice.series.nothing")
		if d.New > 0 {
			fresh = v.P.N("notice.series.came", int(d.New))
		}
		last := v.T("notice.series.none")
		if d.Count > 0 {
			last = v.P.Int(d.Count)
		}
		t.Rows = append(t.Rows, []web.Cell{{Text: v.P.Day(d.Day)}, {Text: fresh}, {Text: last}})
	}
	return t
}

// standing says how far the numbers go.
func standing(v seriesView) string {
	if v.of.Last == 0 {
		return v.T("notice.series.standing_none")
	}
	return v.P.N("notice.series.standing", int(v.of.Last))
}
