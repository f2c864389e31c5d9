// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// script is the built script of the bailiff's pages, worker that of their service
// worker.
const (
	script = "bailiff.js"
	worker = "bailiff-worker.js"
)

type routeView struct {
	web.View
	tasks []Task
	items []web.Item
	who   string // whose pages these are, as the script tells one person from another
}

// device lets the pages of a bailiff ask the telephone where it is.
func device(c *web.Ctx) {
	c.W.Header().Set("Permissions-Policy", "camera=(), geolocation=(self), microphone=(), payment=(), usb=(), interest-cohort=()")
}

func (s *Service) showRoute(c *web.Ctx) error {
	list, err := s.Route(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	v := routeView{View: c.View(nil, nil), tasks: list, who: owner(c.Actor)}
	for _, t := range list {
		v.items = append(v.items, s.routeItem(c, t))
	}
	device(c)
	return c.Render(web.Page{Title: c.T("bailiff.route.title"), Lead: c.P.N("bailiff.route.lead", len(list)), Active: "route", Script: script, Body: routeBody(v)})
}

// owner is a name of a person for the script, which keeps nothing of another one.
func owner(a policy.Actor) string { return a.Person + "." + a.Capacity }

func (s *Service) routeItem(c *web.Ctx, t Task) web.Item {
	it := web.Item{
		Title: t.Name, Href: Path + "/tasks/" + t.ID, Tag: c.T("bailiff.due", "day", c.P.DayShort(civil.Of(t.Due))), Tone: web.Info,
		Meta: []string{s.where(c, t), t.Title.In(c.P.Lang())},
	}
	if t.Late(c.Now()) {
		it.Tag, it.Tone = c.T("bailiff.late"), web.Bad
	}
	if t.Attempts > 0 {
		it.Side = c.P.N("bailiff.tried", t.Attempts)
	}
	return it
}

// where is the address as it is read out: the county first.
func (s *Service) where(c *web.Ctx, t Task) string {
	if t.Address == "" {
		if t.Concealed {
			return c.T("bailiff.concealed")
		}
		return c.T("bailiff.no_address")
	}
	if t.County == "" {
		return t.Address
	}
	comma := "، "
	if c.P.Lang() == i18n.EN {
		comma = ", "
	}
	county := s.d.Place(c.Context(), c.P.Lang(), t.Province, t.County)
	for _, l := range i18n.Langs() { // an address is written in one language, the page may be in the other
		if strings.HasPrefix(t.Address, s.d.Place(c.Context(), l, t.Province, t.County)) {
			return t.Address
		}
	}
	return county + comma + t.Address
}

type visitView struct {
	web.View
	t        Task
	rows     []web.SummaryRow
	form     visitForm
	who      string
	attempts []Attempt
}

// visitForm asks what happened at the door of a kind of addressee.
type visitForm struct {
	web.View
	addressee string
	action    string
	key       string
	outcomes  []Outcome
}

func (s *Service) formFor(c *web.Ctx, view web.View, addressee, action string) visitForm {
	return visitForm{View: view, addressee: addressee, action: action, key: id.New(), outcomes: s.outcomes.At(civil.Of(c.Now())).For(addressee)}
}

// pathPaper is where the QR code of a paper leads.
const pathPaper = Path + "/paper"

// showPaper leads on whoever has scanned the code of a paper: the bailiff to the task,
// anybody else to the page that checks papers, told nothing of the task.
func (s *Service) showPaper(c *web.Ctx) error {
	if c.Actor.Role == policy.Bailiff {
		return c.Redirect(Path + "/tasks/" + c.Param("id"))
	}
	return c.Redirect("/verify?" + url.Values{"h": {c.Query("h")}}.Encode())
}

func (s *Service) showVisit(c *web.Ctx) error { return s.visitPage(c, c.View(nil, nil)) }

func (s *Service) visitPage(c *web.Ctx, view web.View) error {
	t, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	list, err := s.Attempts(c.Context(), c.Actor, t.ID)
	if err != nil {
		return err
	}
	v := visitView{View: view, t: t, who: owner(c.Actor), attempts: list, form: s.formFor(c, view, t.Addressee, Path+"/tasks/"+t.ID)}
	v.rows = s.taskRows(c, t)
	device(c)
	return c.Render(web.Page{Title: t.Name, Caption: c.T("bailiff.addressee." + t.Addressee), Back: Path, Active: "route", Script: script, Errors: view.Errors, Body: visitBody(v)})
}

// taskRows are what everybody who may see a task is told.
func (s *Service) taskRows(c *web.Ctx, t Task) []web.SummaryRow {
	rows := []web.SummaryRow{
		{Key: c.T("bailiff.field.address"), Value: s.where(c, t)},
		{Key: c.T("bailiff.field.paper"), Value: t.Title.In(c.P.Lang())},
		{Key: c.T("bailiff.field.number"), Value: t.Number, LTR: true},
		{Key: c.T("bailiff.field.case"), Value: t.CaseNumber, LTR: true},
	}
	if !t.Due.IsZero() && t.State == Assigned {
		rows = append(rows, web.SummaryRow{Key: c.T("bailiff.field.due"), Value: c.P.Day(civil.Of(t.Due))})
	}
	return rows
}

func (s *Service) postVisit(c *web.Ctx) error {
	f, err := c.Form(maxReport)
	if err != nil {
		return err
	}
	r := reportOf(f)
	r.Task, r.Place, r.Elapsed = c.Param("id"), Place{Missing: PlacePage}, -1
	if err = f.Err(); err == nil {
		var a Attempt
		if a, err = s.Record(c.Context(), c.Actor, r); err == nil {
			c.Flash("bailiff.recorded." + saved(a))
			return c.Redirect(Path)
		}
	}
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.visitPage(c, c.View(f, shown))
}

// saved is what became of an attempt, as a part of a key of words.
func saved(a Attempt) string {
	if a.Counted {
		return "counted"
	}
	return a.Why
}

// reportOf reads what the page and the script have in common.
func reportOf(f *form.Form) Report {
	return Report{
		Key: f.Text("key", form.Max(64)), Code: f.Text("code", form.Max(40)), TakenBy: f.Text("taken_by", form.Max(mostName)),
		Relation: f.Text("relation", form.Max(40)), Note: f.Text("note", form.Max(mostNote)),
		Photo: uploaded(f, "photo"), Sign: uploaded(f, "signature"),
	}
}

func uploaded(f *form.Form, name string) Upload {
	h, ok := f.File(name, form.Optional)
	if !ok {
		return Upload{}
	}
	return Upload{Name: h.Filename, Open: func() (io.ReadCloser, error) { return h.Open() }}
}

// answer is what the script is told about one attempt.
type answer struct {
	State string `json:"state"` // recorded, kept, wrong
	Words string `json:"words"`
}

// postSync takes one attempt from the telephone. Its clocks are kept as they are
// told.
func (s *Service) postSync(c *web.Ctx) error {
	f, err := c.Form(maxReport)
	if err != nil {
		return err
	}
	r := reportOf(f)
	r.Task, r.Offline = f.Text("task", form.Max(64)), f.Text("offline", form.Max(3)) == "yes"
	num := func(name string) int64 {
		n, err := strconv.ParseInt(cmp.Or(f.Text(name, form.Max(20)), "0"), 10, 64)
		if err != nil {
			f.Fail(name, "bailiff.wrong.place")
		}
		return n
	}
	r.Device, r.Sent = time.UnixMilli(num("device")).UTC(), time.UnixMilli(num("sent")).UTC()
	r.Elapsed = time.Duration(num("elapsed")) * time.Millisecond
	r.Place = Place{LatE6: num("lat"), LonE6: num("lon"), Accuracy: num("accuracy"), Missing: f.Text("no_place", form.Max(20))}
	if err = f.Err(); err == nil {
		var a Attempt
		if a, err = s.Record(c.Context(), c.Actor, r); err == nil {
			state := "recorded"
			if !a.Counted {
				state = "kept"
			}
			return c.JSON(http.StatusOK, answer{State: state, Words: c.T("bailiff.recorded." + saved(a))})
		}
	}
	shown, ok := c.Errors(err, f)
	switch {
	case ok:
		var words []string
		for _, item := range shown.Items {
			words = append(words, item.Words)
		}
		return c.JSON(http.StatusUnprocessableEntity, answer{State: "wrong", Words: strings.Join(words, " ")})
	case errs.Is(err, errs.NotFound):
		return c.JSON(http.StatusNotFound, answer{State: "wrong", Words: c.T("bailiff.sync.not_yours")})
	}
	return err
}

// bundled is one task as the telephone keeps it: what is needed at the door.
type bundled struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Where     string `json:"where"`
	Paper     string `json:"paper"`
	Number    string `json:"number"`
	Addressee string `json:"addressee"`
	Due       string `json:"due"`
	Tried     string `json:"tried,omitempty"`
}

func (s *Service) getBundle(c *web.Ctx) error {
	list, err := s.Route(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	out := make([]bundled, 0, len(list))
	for _, t := range list {
		b := bundled{
			ID: t.ID, Name: t.Name, Where: s.where(c, t), Paper: t.Title.In(c.P.Lang()), Number: t.Number, Addressee: t.Addressee,
			Due: c.T("bailiff.due", "day", c.P.DayShort(civil.Of(t.Due))),
		}
		if t.Attempts > 0 {
			b.Tried = c.P.N("bailiff.tried", t.Attempts)
		}
		out = append(out, b)
	}
	return c.JSON(http.StatusOK, map[string]any{"owner": owner(c.Actor), "tasks": out})
}

type phoneView struct {
	web.View
	forms []visitForm
}

// showPhone is the page for when there is no signal. It holds nothing about
// anybody, so that the browser may keep it; the script fills it from what it keeps.
func (s *Service) showPhone(c *web.Ctx) error {
	c.Actor = policy.Actor{}
	v := phoneView{View: c.View(nil, nil)}
	for _, a := range []string{AsPerson, AsEntity, AsBody} {
		v.forms = append(v.forms, s.formFor(c, v.View, a, pathPhone))
	}
	device(c)
	return c.Render(web.Page{Title: c.T("bailiff.phone.title"), Lead: c.T("bailiff.phone.lead"), Back: Path, Script: script, Body: phoneBody(v)})
}

// getWorker is the service worker of the bailiff's pages: what it keeps, and the
// script that does it.
func (s *Service) getWorker(c *web.Ctx) error {
	files := []string{pathPhone}
	for _, name := range []string{"app.css", "app.js", script, "vazirmatn.woff2"} {
		if url := c.Asset(name); url != "" {
			files = append(files, url)
		}
	}
	list, err := json.Marshal(files)
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Service-Worker-Allowed", Path)
	_, err = c.W.Write([]byte("self.KEEP = " + string(list) + ";\nimportScripts(" + strconv.Quote(c.Asset(worker)) + ");\n"))
	return err
}
