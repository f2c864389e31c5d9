// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// What can be done with a day.
const (
	actClose   = "close"   // closed, anew or for the first time
	actConfirm = "confirm" // the estimate was right
	actMove    = "move"    // it was another day
	actOpen    = "open"    // taken back
	actYear    = "year"    // the holidays of a year are all published
)

var kinds = []string{KindGovernment, KindCourts, KindLunar, KindSolar}

// yearView is a year of closed days, and the form for another one.
type yearView struct {
	web.View
	year     int
	province string
	known    bool
	complete bool // the year is about to be called complete
	list     []Closure
	changed  map[closureKey]int // how often it was published
}

func (s *Service) showYear(c *web.Ctx) error { return s.yearPage(c, c.View(nil, nil)) }

func (s *Service) yearPage(c *web.Ctx, view web.View) error {
	v := yearView{View: view, changed: map[closureKey]int{}}
	v.year, _, _ = civil.Of(c.Now()).Jalali()
	asked := c.Query("year")
	v.complete = c.Query("do") == actYear
	if view.Form != nil { // it comes back: what was typed is still about its own year
		asked, v.complete = view.Form.Raw("date.year"), view.Form.Raw("act") == actYear
	}
	if y, err := strconv.Atoi(persian.Digits(asked)); err == nil && y > 1300 && y < 1600 {
		v.year = y
	}
	if p, ok := FindProvince(c.Query("of")); ok {
		v.province = p.Key
	}
	cal, err := s.Calendar(c.Context())
	if err != nil {
		return err
	}
	entries, err := s.Entries(c.Context())
	if err != nil {
		return err
	}
	for _, e := range entries {
		v.changed[e.key()]++
	}
	v.list, v.known = cal.InYear(v.year, v.province), cal.Known(v.year)
	v.complete = v.complete && !v.known
	return c.Render(web.Page{
		Title: c.T("calendar.page.title"), Lead: c.T("calendar.page.lead"), Active: "closures", Wide: true, Errors: view.Errors, Body: yearBody(v),
	})
}

// dayView is one entry with its history, and what can be done with it.
type dayView struct {
	web.View
	now     Closure
	act     string // what is about to be done with it
	history []Entry
}

func (s *Service) showDay(c *web.Ctx) error {
	date, err := civil.Parse(c.Param("date"))
	if err != nil {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return s.entryPage(c, c.View(nil, nil), closureKey{date, c.Query("province"), c.Param("kind")}, c.Query("do"))
}

func (s *Service) entryPage(c *web.Ctx, view web.View, k closureKey, act string) error {
	cal, err := s.Calendar(c.Context())
	if err != nil {
		return err
	}
	entries, err := s.Entries(c.Context())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(cal.byDay[k.date], func(e Closure) bool { return e.key() == k })
	if i < 0 {
		return errs.New(errs.NotFound, "")
	}
	v := dayView{View: view, now: cal.byDay[k.date][i]}
	if ways := waysOf(v.now); slices.Contains(ways, act) {
		v.act = act
	} else {
		v.act = ways[0]
	}
	for _, e := range entries {
		if e.key() == k {
			v.history = append(v.history, e)
		}
	}
	return c.Render(web.Page{
		Title: v.now.Name.In(c.P.Lang()), Caption: c.P.Day(k.date), Active: "closures", Errors: view.Errors,
		Back: yearPath(k.date, k.province), Body: dayBody(v),
	})
}

// postClosure shows what would move, goes back to the form, or publishes, as the
// button says.
func (s *Service) postClosure(c *web.Ctx) error {
	f, err := c.Form(16 << 10)
	if err != nil {
		return err
	}
	then := f.Choice("then", "preview", "change", "publish")
	act, list := readClosures(f)
	if err = f.Err(); err == nil && then == "publish" {
		if _, err = s.PublishAll(c.Context(), c.Actor, list); err == nil {
			c.Flash("calendar.page.published")
			return c.Redirect(yearPath(list[0].Date, list[0].Province))
		}
	}
	var moves Moves
	if err == nil && then == "preview" {
		if moves, err = s.Preview(c.Context(), c.Actor, list); err == nil {
			return c.Render(web.Page{
				Title: c.T("calendar.preview.title"), Lead: c.T("calendar.preview.lead"), Active: "closures", Back: PathClosures,
				Body: previewBody(previewView{View: c.View(f, nil), list: list, moves: moves, fields: hiddenFields(f)}),
			})
		}
	}
	view := c.View(f, nil)
	if err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		view = c.View(f, shown)
	}
	if !slices.Contains([]string{actConfirm, actMove, actOpen}, act) || f.Failed("on") {
		return s.yearPage(c, view)
	}
	return s.entryPage(c, view, list[0].key(), act)
}

// readClosures reads what is to be published. What is wrong with it is said by
// clean; the fields have the same names.
func readClosures(f *form.Form) (act string, list []Closure) {
	act = f.Choice("act", actClose, actConfirm, actMove, actOpen, actYear)
	e := Closure{Courts: true, Closed: true, Province: f.Text("province", form.Optional), Kind: f.Text("kind"), Source: f.Text("source", form.Max(300))}
	e.Name = Text{FA: f.Text("name_fa", form.Max(120)), EN: f.Text("name_en", form.Max(120))}
	f.Known("on", "provisional", "to.day", "to.month", "to.year", "date.day", "date.month", "date.year")
	if act == actClose || act == actYear {
		e.Date = f.Day("date")
		e.Provisional = act == actClose && f.Bool("provisional")
	} else if d, err := civil.Parse(f.Raw("on")); err != nil {
		f.Fail("on", "form.day_none")
	} else {
		e.Date = d
	}
	switch act {
	case actOpen:
		e.Closed = false
	case actYear:
		e.Kind, e.Province, e.Courts = KindYear, "", false
		if y, _, _ := e.Date.Jalali(); e.Date != 0 {
			e.Date, _ = civil.FromJalali(y, 1, 1)
		}
	case actMove:
		gone := e
		gone.Closed = false
		e.Date, e.Provisional = f.Day("to"), f.Bool("provisional")
		if e.Date == gone.Date {
			f.Fail("to", "calendar.page.same_day")
		}
		return act, []Closure{gone, e}
	}
	return act, []Closure{e}
}

// previewView is what publishing would do.
type previewView struct {
	web.View
	list   []Closure
	moves  Moves
	fields [][2]string // the form as it was typed
}

func hiddenFields(f *form.Form) (out [][2]string) {
	for name, list := range f.Values() {
		for _, value := range list {
			if name != "then" {
				out = append(out, [2]string{name, value})
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return out
}

func yearPath(d civil.Day, province string) string {
	y, _, _ := d.Jalali()
	q := url.Values{"year": {strconv.Itoa(y)}}
	if province != "" {
		q.Set("of", province)
	}
	return PathClosures + "?" + q.Encode()
}

func dayPath(e Closure) string {
	path := PathClosures + "/" + e.Date.String() + "/" + e.Kind
	if e.Province != "" {
		path += "?" + url.Values{"province": {e.Province}}.Encode()
	}
	return path
}
