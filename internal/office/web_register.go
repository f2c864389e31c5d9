// SPDX-License-Identifier: Apache-2.0

package office

import (
	"io"
	"net/url"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const (
	pathCounter  = "/counter"
	pathRegister = "/counter/register"
	pathRaise    = "/counter/raise"
	pathVisits   = "/counter/visits"
)

// mostCaptured is how large the form with the pictures may be, in bytes.
const mostCaptured = 2*mostPicture + maxForm

// counterView is the screen on which one client is served: first what is
// entered, then, on the same screen, what the registry says and what the client
// gives.
type counterView struct {
	web.View
	path   string // pathRegister, pathRaise, pathRecover or pathVouch
	visit  string // id
	asked  *Visit // nil: nothing was asked yet
	rows   []web.SummaryRow
	next   string // field that has the focus
	nation []web.Option
}

func (s *Service) showRegister(c *web.Ctx) error { return s.showCounter(c, pathRegister) }

func (s *Service) showCounter(c *web.Ctx, path string) error {
	which := c.Query("visit")
	if which == "" {
		return s.counterPage(c, counterView{View: c.View(nil, nil), path: path, visit: id.New(), next: "number"})
	}
	v, err := s.Visit(c.Context(), c.Actor, which)
	if err != nil {
		return err
	}
	if !v.Done.IsZero() {
		return c.Redirect(pathVisits + "/" + v.ID)
	}
	return s.askedPage(c, c.View(nil, nil), v)
}

func (s *Service) counterPage(c *web.Ctx, v counterView) error {
	if err := s.mayServe(c.Context(), c.Actor); err != nil {
		return err
	}
	status := 0
	if v.Errors == nil {
		status = 200 // the card was scanned, the rest follows
	}
	v.nation = countries(c.P.Lang())
	return c.Render(web.Page{Title: c.T(titleOf(v.path)), Back: pathCounter, Active: "counter", Errors: v.Errors, Status: status, Body: counterBody(v)})
}

// askedPage is the same screen after the registry has answered.
func (s *Service) askedPage(c *web.Ctx, view web.View, visit Visit) error {
	v := counterView{View: view, path: visit.path(), visit: visit.ID, asked: &visit}
	switch visit.Kind {
	case ToRaise, ToRecover: // nothing of the account is shown before the client agrees
	case ToVouch:
		v.rows = []web.SummaryRow{{Key: c.T("office.client.name"), Value: visit.Name()}, {Key: c.T("office.client.reason"), Value: visit.Reason}}
	default:
		v.rows = []web.SummaryRow{
			{Key: c.T("office.client.name"), Value: visit.Name()}, {Key: c.T("office.client.father"), Value: visit.FatherName},
			{Key: c.T("office.client.number"), Value: visit.Number, LTR: true}, {Key: c.T("office.client.birth"), Body: web.DayShortText(c.P, visit.Birth)},
		}
	}
	if visit.Mobile != "" {
		v.rows = append(v.rows, web.SummaryRow{Key: c.T("office.client.mobile"), Value: identity.MaskMobile(visit.Mobile), LTR: true})
	}
	return c.Render(web.Page{Title: c.T(titleOf(v.path)), Back: v.path, Active: "counter", Errors: view.Errors, Body: counterBody(v)})
}

func (s *Service) postRegister(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	f = scanned(f)
	n := Client{Class: identity.Class(f.Choice("class", string(identity.Resident), string(identity.Abroad), string(identity.Foreign)))}
	number := f.Text("number", form.Missing("office.number_missing"), form.Max(40))
	if number != "" {
		if n.Number, n.NumberKind, err = CleanNumber(n.Class, number); err != nil {
			f.Fail("number", codeOf(err))
		}
	}
	n.Birth = f.Day("birth", form.Missing("identity.register.birth_missing"))
	n.Mobile = f.Phone("mobile", form.Optional)
	n.Email = f.Text("email", form.Max(200))
	n.Lang = i18n.Lang(f.Choice("lang", string(i18n.FA), string(i18n.EN)))
	n.Country = f.Text("country", form.Max(2))
	if n.Country == "" && (n.Class == identity.Abroad || n.NumberKind == identity.Passport) {
		f.Fail("country", "office.country_missing")
	}
	visit := f.Text("visit", form.Required, form.Max(64))
	view := c.View(f, nil)
	if err = f.Err(); err == nil {
		var v Visit
		if v, err = s.Begin(c.Context(), c.Actor, visit, n); err == nil {
			return c.Redirect(pathRegister + "?" + url.Values{"visit": {v.ID}}.Encode())
		}
	} else if scanOnly(f) && n.Number != "" {
		return s.counterPage(c, counterView{View: view, path: pathRegister, visit: visit, next: "birth"})
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.counterPage(c, counterView{View: c.View(f, shown), path: pathRegister, visit: visit})
}

// scanned puts a national card's digits, which a scanner types into whichever
// field has the cursor, where they belong.
func scanned(f *form.Form) *form.Form {
	values := f.Values()
	if values.Get("number") != "" {
		return f
	}
	for _, name := range []string{"mobile", "email", "birth.day", "birth.year"} {
		if code, err := persian.NationalCode(values.Get(name)); err == nil {
			values.Set("number", code)
			values.Set(name, "")
			return form.New(values)
		}
	}
	return f
}

// scanOnly tells that nothing but the card was read so far: a scanner ends with
// the Enter key, which sends the form.
func scanOnly(f *form.Form) bool {
	for _, name := range []string{"birth.day", "birth.month", "birth.year", "mobile", "email"} {
		if f.Raw(name) != "" {
			return false
		}
	}
	return true
}

func (s *Service) postFinish(c *web.Ctx) error {
	f, err := c.Form(mostCaptured)
	if err != nil {
		return err
	}
	visit := f.Text("visit", form.Required, form.Max(64))
	got := Captured{Entered: f.Text("code", form.Max(20)), OnSlip: f.Bool("on_slip"), Fingerprint: f.Text("fingerprint", form.Max(80))}
	got.Vouched = [vouchers]string{f.Text("code_1", form.Max(20)), f.Text("code_2", form.Max(20))}
	got.Picture, got.Signature = upload(f, "picture"), upload(f, "signature")
	if err := f.Err(); err != nil {
		return err
	}
	v, err := s.Finish(c.Context(), c.Actor, visit, got)
	if err == nil {
		return c.Redirect(pathVisits + "/" + v.ID)
	}
	if v.ID == "" {
		return err
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.askedPage(c, c.View(f, shown), v)
}

func upload(f *form.Form, name string) Upload {
	h, ok := f.File(name, form.Optional)
	if !ok {
		return Upload{}
	}
	return Upload{Name: h.Filename, Open: func() (io.ReadCloser, error) { return h.Open() }}
}

func (s *Service) postResend(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	visit := f.Text("visit", form.Required, form.Max(64))
	if err := f.Err(); err != nil {
		return err
	}
	err = s.Resend(c.Context(), c.Actor, visit)
	v, verr := s.Visit(c.Context(), c.Actor, visit)
	if verr != nil {
		return verr
	}
	if err == nil {
		c.Flash("office.code_again")
		return c.Redirect(v.path() + "?" + url.Values{"visit": {v.ID}}.Encode())
	}
	shown, err := mended(c, err)
	if err != nil {
		return err
	}
	return s.askedPage(c, c.View(nil, shown), v)
}

func (v Visit) path() string {
	switch v.Kind {
	case ToRaise:
		return pathRaise
	case ToRecover:
		return pathRecover
	case ToVouch:
		return pathVouch
	}
	return pathRegister
}

// titleOf is the locale key of the title of a screen.
func titleOf(path string) string {
	switch path {
	case pathRaise:
		return "office.counter.raise"
	case pathRecover:
		return "office.counter.recover"
	case pathVouch:
		return "office.counter.vouch"
	}
	return "office.counter.register"
}

// mended turns err into the errors of the same page, or hands it back.
func mended(c *web.Ctx, err error) (*web.Errors, error) {
	if shown, ok := c.Errors(err, nil); ok {
		return shown, nil
	}
	if errs.Is(err, errs.Unavailable) || errs.Is(err, errs.RateLimited) {
		return &web.Errors{Items: []web.ErrorItem{{Words: c.P.Error(err)}}}, nil
	}
	return nil, err
}
