// SPDX-License-Identifier: Apache-2.0

package office

import (
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// officeView is one office. Who looks after it sees its people and its history.
type officeView struct {
	web.View
	office Office
	rows   []web.SummaryRow
	inside bool // people are shown
	keeps  bool // and may be changed
	report bool // what they did may be read
	people web.TableOptions
	ends   []web.Option // who may be dismissed
	steps  []web.Event
}

func toneOf(st State) web.Tone {
	switch st {
	case Active:
		return web.Good
	case Suspended:
		return web.Warn
	case Closed:
		return web.Neutral
	}
	return web.Info
}

func (s *Service) showOffice(c *web.Ctx) error { return s.officePage(c, c.View(nil, nil)) }

func (s *Service) officePage(c *web.Ctx, view web.View) error {
	o, err := s.Office(c.Context(), c.Actor, c.Param("code"))
	if err != nil {
		return err
	}
	places, err := s.d.Authority.Places(c.Context())
	if err != nil {
		return err
	}
	v := officeView{View: view, office: o, keeps: s.keeps(c.Actor)}
	v.rows = []web.SummaryRow{
		{Key: c.T("office.field.state"), Body: stateTag(c.P, o.State)},
		{Key: c.T("office.field.place"), Value: place(c, places, o)},
		{Key: c.T("office.field.address"), Value: o.Address},
	}
	if o.Phone != "" {
		v.rows = append(v.rows, web.SummaryRow{Key: c.T("office.field.phone"), Value: o.Phone, LTR: true})
	}
	if o.Point.Known() {
		v.rows = append(v.rows, web.SummaryRow{Key: c.T("office.field.point"), Value: o.Point.String(), LTR: true})
	}
	v.rows = append(v.rows, web.SummaryRow{Key: c.T("office.field.code"), Value: o.Code, LTR: true})
	v.report = s.may(c.Actor, "office.report", o, "") == nil
	if v.inside = s.may(c.Actor, "office.people", o, "") == nil; v.inside {
		if err := s.fillInside(c, &v); err != nil {
			return err
		}
	}
	return c.Render(web.Page{Title: o.Name.In(c.P.Lang()), Caption: c.T("office.what"), Back: listPath(o.Province, ""), Active: "offices", Errors: view.Errors, Body: officeBody(v)})
}

// fillInside adds what only those see who look after the office.
func (s *Service) fillInside(c *web.Ctx, v *officeView) error {
	o := v.office
	posts, err := s.People(c.Context(), c.Actor, o)
	if err != nil {
		return err
	}
	steps, err := s.Steps(c.Context(), o.Code)
	if err != nil {
		return err
	}
	v.rows = append(v.rows, web.SummaryRow{Key: c.T("office.field.licence"), Value: o.Source}, web.SummaryRow{Key: c.T("office.field.from"), Body: web.DayShortText(c.P, o.From)})
	if o.Until != 0 {
		v.rows = append(v.rows, web.SummaryRow{Key: c.T("office.field.until"), Body: web.DayShortText(c.P, o.Until)})
	}
	v.people = web.TableOptions{
		Caption: c.T("office.people.title"), HiddenCaption: true, Empty: c.T("office.people.empty"),
		Columns: []web.Column{{Label: c.T("office.people.name")}, {Label: c.T("office.people.post")}, {Label: c.T("office.people.time")}, {Label: c.T("office.people.source")}},
	}
	today := civil.Of(c.Now())
	for _, p := range posts {
		v.people.Rows = append(v.people.Rows, []web.Cell{
			{Text: p.Name}, {Text: c.T("office.role." + string(p.Role))}, {Text: timeOf(c, p)}, {Text: sourceOf(c, p.Source)},
		})
		if p.Holds(today) {
			v.ends = append(v.ends, web.Option{Value: p.ID, Label: c.T("office.people.line", "name", p.Name, "post", c.T("office.role."+string(p.Role)))})
		}
	}
	for _, st := range steps {
		v.steps = append(v.steps, web.Event{At: st.At.Time, Title: c.T("office.state." + string(st.State)), Text: st.Why, Tone: toneOf(st.State)})
	}
	return nil
}

// timeOf says from when to when somebody held a post.
func timeOf(c *web.Ctx, p identity.Post) string {
	switch {
	case !p.Ended.IsZero():
		return c.T("office.people.ended", "from", c.P.DayShort(p.From), "until", c.P.DayShort(civil.Of(p.Ended)))
	case p.Until != 0:
		return c.T("office.people.until", "from", c.P.DayShort(p.From), "until", c.P.DayShort(p.Until))
	}
	return c.T("office.people.since", "from", c.P.DayShort(p.From))
}

// again shows the page of an office once more with what is to be mended.
func (s *Service) again(c *web.Ctx, f *form.Form, err error) error {
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.officePage(c, c.View(f, shown))
}

func (s *Service) postState(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	to := State(f.Choice("to", string(Active), string(Suspended), string(Closed)))
	why := f.Text("state_why", form.Missing("office.why"), form.Max(500))
	if err = f.Err(); err == nil {
		err = s.SetState(c.Context(), c.Actor, c.Param("code"), to, why)
	}
	if err != nil {
		return s.again(c, f, err)
	}
	c.Flash("office.state_done")
	return c.Redirect(pathOf(c.Param("code")))
}

func (s *Service) postPerson(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	number := f.Checked("number", identity.SignInName, form.Missing("office.number_missing"))
	n := Appointment{
		Office: c.Param("code"), Role: policy.Role(f.Choice("role", string(policy.Manager), string(policy.Operator))),
		Until: f.Day("until", form.Optional), Source: f.Text("source", form.Required, form.Max(200)),
	}
	if err = f.Err(); err == nil {
		if n.Person, err = s.accountOf(c, number); err == nil {
			_, err = s.Appoint(c.Context(), c.Actor, n)
		}
	}
	if err != nil {
		return s.again(c, f, err)
	}
	c.Flash("office.people.added")
	return c.Redirect(pathOf(n.Office))
}

// accountOf finds whose account a number is.
func (s *Service) accountOf(c *web.Ctx, number string) (string, error) {
	p, found, err := s.d.Identity.FindByName(c.Context(), number)
	if err == nil && !found {
		err = errs.InvalidFields([]errs.Field{{Name: "number", Code: "office.no_account"}})
	}
	return p.ID, err
}

func (s *Service) postEnd(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	which := f.Text("post", form.Missing("form.choose"), form.Max(64))
	why := strings.TrimSpace(f.Text("why", form.Missing("office.why"), form.Max(500)))
	if err = f.Err(); err == nil {
		err = s.Dismiss(c.Context(), c.Actor, c.Param("code"), which, why)
	}
	if err != nil {
		return s.again(c, f, err)
	}
	c.Flash("office.people.dismissed")
	return c.Redirect(pathOf(c.Param("code")))
}

// sourceOf is where a post is known from: as it was entered, or in words of ours.
func sourceOf(c *web.Ctx, source string) string {
	if c.P.Has(source) {
		return c.T(source)
	}
	return source
}
