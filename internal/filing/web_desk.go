// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// deskView is the desk of a court unit.
type deskView struct {
	states []web.Filter
	kinds  []web.Filter
	table  web.TableOptions
	paging web.Paging
}

func (s *Service) getDesk(c *web.Ctx) error {
	f := DeskFilter{State: deskNew, After: readCursor(c.Query("after"))}
	if show := c.Query("show"); slices.Contains(deskStates, show) {
		f.State = show
	}
	if kind := c.Query("kind"); slices.Contains(kinds, catalogue.Kind(kind)) {
		f.Kind = kind
	}
	page, err := s.Desk(c.Context(), c.Actor, f)
	if err != nil {
		return err
	}
	unit, err := s.d.Authority.Unit(c.Context(), c.Actor.Unit)
	if err != nil {
		return err
	}
	tell, err := s.teller(c.Context(), unit.Province)
	if err != nil {
		return err
	}
	v := deskView{table: deskTable(c, f, page, tell)}
	for _, state := range deskStates {
		to := DeskFilter{State: state, Kind: f.Kind}
		v.states = append(v.states, web.Filter{Label: c.T("filing.desk." + state), Href: deskPath(to), On: state == f.State})
	}
	v.kinds = append(v.kinds, web.Filter{Label: c.T("filing.desk.all_kinds"), Href: deskPath(DeskFilter{State: f.State}), On: f.Kind == ""})
	for _, kind := range kinds {
		to := DeskFilter{State: f.State, Kind: string(kind)}
		v.kinds = append(v.kinds, web.Filter{Label: c.T("filing.kinds." + string(kind)), Href: deskPath(to), On: string(kind) == f.Kind})
	}
	if page.Next != nil {
		v.paging.Older = deskPath(DeskFilter{State: f.State, Kind: f.Kind, After: *page.Next})
	}
	if c.Query("after") != "" {
		v.paging.Newer = deskPath(DeskFilter{State: f.State, Kind: f.Kind})
	}
	return c.Render(web.Page{
		Title: c.T("filing.desk.title"), Caption: pick(c, unit.NameFA, unit.NameEN), Lead: c.P.N("filing.desk.waiting", int(page.Waiting)),
		Active: "court", Wide: true, Body: deskBody(c.P, v),
	})
}

// deskTable lists a part of the desk: what is new by when it came, the rest by
// what was done with it.
func deskTable(c *web.Ctx, f DeskFilter, page DeskPage, tell teller) web.TableOptions {
	t := web.TableOptions{
		Caption: c.T("filing.desk.caption"), HiddenCaption: true, Empty: c.T("filing.desk.empty"),
		Columns: []web.Column{{Label: c.T("filing.desk.number")}, {Label: c.T("filing.desk.what")}, {Label: c.T("filing.desk.arrived")}},
	}
	last := c.T("filing.desk.last_act")
	if f.State == deskNew {
		last = c.T("filing.desk.tell_by")
	}
	t.Columns = append(t.Columns, web.Column{Label: last})
	for _, it := range page.Items {
		number := it.CaseNumber
		if number == "" {
			number = it.Tracking
		}
		row := []web.Cell{
			{Text: number, LTR: true, Href: "/court/filings/" + it.Filing},
			{Text: pick(c, it.TitleFA, it.TitleEN)}, {Text: c.P.Time(it.Arrived)},
		}
		note := lastAct(c, it)
		if day, late, ok := tell.by(it); ok {
			note = tellWords(c, day, late)
		}
		t.Rows = append(t.Rows, append(row, web.Cell{Text: note}))
	}
	return t
}

// tellWords say until when the filer must be told of a defect.
func tellWords(c *web.Ctx, day civil.Day, late bool) string {
	if late {
		return c.T("filing.desk.tell_late", "day", day)
	}
	return c.T("filing.desk.tell_until", "day", day)
}

// lastAct says who did what when.
func lastAct(c *web.Ctx, it DeskItem) string {
	if it.Act == "" {
		return ""
	}
	return c.T("filing.desk.did", "name", it.ByName, "act", i18n.Key("filing.act."+string(it.Act)), "at", it.At)
}

// deskPath is the address of a part of the desk.
func deskPath(f DeskFilter) string {
	q := url.Values{}
	if f.State != deskNew {
		q.Set("show", f.State)
	}
	if f.Kind != "" {
		q.Set("kind", f.Kind)
	}
	if !f.After.At.IsZero() {
		q.Set("after", strconv.FormatInt(f.After.At.UnixMicro(), 10)+"."+f.After.Filing)
	}
	if len(q) == 0 {
		return "/court"
	}
	return "/court?" + q.Encode()
}

// readCursor reads a place in the list; what is no place is its beginning.
func readCursor(s string) Cursor {
	at, filing, _ := strings.Cut(s, ".")
	us, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !id.Valid(filing) {
		return Cursor{}
	}
	return Cursor{At: time.UnixMicro(us), Filing: filing}
}
