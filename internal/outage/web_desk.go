// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// deskView is where an outage is declared.
type deskView struct {
	web.View
	rules Rules
	list  statusView
}

// changeView is where one is closed, corrected or withdrawn: act says which.
type changeView struct {
	web.View
	rules Rules
	i     Interval
	act   Act
	now   time.Time
}

// acts are the words of an address for what can be done with an interval.
var acts = []struct {
	word string
	act  Act
}{{"close", Closed}, {"correct", Corrected}, {"withdraw", Withdrawn}}

// ways lead to the three acts, as far as they can be done.
func (v changeView) ways() (out []web.Filter) {
	for _, a := range acts {
		if a.act != Closed || v.i.Open() {
			out = append(out, web.Filter{Label: v.T("outage.desk." + a.word), Href: PathDesk + "/" + v.i.ID + "?do=" + a.word, On: a.act == v.act})
		}
	}
	return out
}

func (s *Service) showDesk(c *web.Ctx) error { return s.deskPage(c, c.View(nil, nil)) }

func (s *Service) deskPage(c *web.Ctx, view web.View) error {
	v := deskView{View: view, rules: s.rules, list: statusView{p: c.P, s: s.Status(c.Context()), part: s.partName(c.P)}}
	return c.Render(web.Page{Title: c.T("outage.desk.title"), Lead: c.T("outage.desk.lead"), Active: "outages", Errors: view.Errors, Body: deskBody(v)})
}

func (s *Service) postDeclare(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	facts := s.factsOf(f)
	var i Interval
	if err = f.Err(); err == nil {
		i, err = s.Declare(c.Context(), c.Actor, facts)
	}
	if err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.deskPage(c, c.View(f, shown))
	}
	c.Flash("outage.desk.declared")
	return c.Redirect(Path(i.ID))
}

func (s *Service) showChange(c *web.Ctx) error {
	act := Closed
	for _, a := range acts {
		if c.Query("do") == a.word {
			act = a.act
		}
	}
	return s.changePage(c, c.View(nil, nil), act)
}

func (s *Service) changePage(c *web.Ctx, view web.View, act Act) error {
	i, _, err := s.Get(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	if i.Withdrawn {
		return c.Redirect(Path(i.ID))
	}
	if act == Closed && !i.Open() {
		act = Corrected
	}
	v := changeView{View: view, rules: s.rules, i: i, act: act, now: c.Now()}
	return c.Render(web.Page{
		Title: c.T("outage.desk.change"), Caption: s.partName(c.P)(i.Part), Lead: spanWords(c.P, i), Active: "outages", Back: PathDesk, Errors: view.Errors, Body: changeBody(v),
	})
}

func (s *Service) postClose(c *web.Ctx) error {
	return s.changed(c, Closed, func(f *form.Form, id string, version int64) error {
		to := instant(f, "to", form.Required)
		if err := f.Err(); err != nil {
			return err
		}
		_, err := s.Close(c.Context(), c.Actor, id, version, to)
		return err
	})
}

func (s *Service) postCorrect(c *web.Ctx) error {
	return s.changed(c, Corrected, func(f *form.Form, id string, version int64) error {
		facts, reason := s.factsOf(f), f.Text("reason", form.Max(maxText))
		if err := f.Err(); err != nil {
			return err
		}
		_, err := s.Correct(c.Context(), c.Actor, id, version, facts, reason)
		return err
	})
}

func (s *Service) postWithdraw(c *web.Ctx) error {
	return s.changed(c, Withdrawn, func(f *form.Form, id string, version int64) error {
		reason := f.Text("reason", form.Max(maxText))
		if err := f.Err(); err != nil {
			return err
		}
		_, err := s.Withdraw(c.Context(), c.Actor, id, version, reason)
		return err
	})
}

// changed does one of the three acts and shows the page again if it cannot be.
func (s *Service) changed(c *web.Ctx, act Act, do func(f *form.Form, id string, version int64) error) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(f.Raw("version"), 10, 64)
	if err != nil {
		return errs.New(errs.Conflict, "outage.changed_meanwhile")
	}
	if err := do(f, c.Param("id"), version); err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.changePage(c, c.View(f, shown), act)
	}
	c.Flash("outage.desk.changed")
	return c.Redirect(Path(c.Param("id")))
}

// factsOf reads the form of an outage.
func (s *Service) factsOf(f *form.Form) Facts {
	return Facts{
		Part: f.Text("part", form.Max(60)), Cause: Cause(f.Choice("cause", string(Ours), string(Theirs), string(Planned))),
		From: instant(f, "from", form.Required), To: instant(f, "to", form.Optional),
		Text: Text{FA: f.Text("text_fa", form.Max(maxText)), EN: f.Text("text_en", form.Max(maxText))},
	}
}

// instant reads a day and a time of day by Tehran's clock; zero if neither was
// given.
func instant(f *form.Form, name string, need form.Rule) time.Time {
	day := f.Day(name, need)
	at := f.Checked(name+"_time", func(text string) (string, error) {
		text = persian.Digits(text)
		if _, err := minutes(text); err != nil {
			return "", errs.New(errs.Invalid, "outage.time.wrong")
		}
		return text, nil
	}, need)
	if day == 0 && at != "" {
		f.Fail(name, "outage.time.no_day")
	}
	if day == 0 || at == "" {
		if day != 0 && !f.Failed(name+"_time") {
			f.Fail(name+"_time", "outage.time.wrong")
		}
		return time.Time{}
	}
	n, _ := minutes(at)
	y, m, d := day.Gregorian()
	return time.Date(y, time.Month(m), d, 0, n, 0, 0, clock.Tehran)
}

// parts offers every part, none chosen at first unless on.
func parts(p *i18n.Printer, r Rules, on string) web.Choice {
	o := web.Choice{Name: "part", Label: p.T("outage.field.part"), Prompt: p.T("outage.desk.choose")}
	for _, x := range r.Parts {
		o.Options = append(o.Options, web.Option{Value: x.Code, Label: x.Name.In(p.Lang()), On: x.Code == on})
	}
	return o
}

func causes(p *i18n.Printer, on Cause) web.Choice {
	o := web.Choice{Name: "cause", Label: p.T("outage.field.cause")}
	for _, x := range Causes() {
		o.Options = append(o.Options, web.Option{Value: string(x), Label: p.T("outage.cause." + string(x)), On: x == on})
	}
	return o
}

// dayField and timeField are the two fields of an instant.
func dayField(p *i18n.Printer, name string, t time.Time, optional bool) web.Date {
	d := web.Date{Name: name, Label: p.T("outage.field." + name), Optional: optional}
	if !t.IsZero() {
		d.Value, d.Set = civil.Of(t), true
	}
	return d
}

func timeField(p *i18n.Printer, name string, t time.Time, optional bool) web.Text {
	o := web.Text{Name: name + "_time", Label: p.T("outage.field." + name + "_time"), Hint: p.T("outage.desk.time_hint"), Width: web.Narrow, LTR: true, Optional: optional, Max: 5, Autocomplete: "off"}
	if !t.IsZero() {
		o.Value = t.In(clock.Tehran).Format("15:04")
	}
	return o
}
