// SPDX-License-Identifier: Apache-2.0

package app

import (
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// demoView is the demo's control pane.
type demoView struct {
	now      time.Time
	to       string // whose messages are shown; "" for everybody's
	messages []posted
	people   []register
	story    []chapter
	view     web.View
}

// chapter is one step of the story that a visitor lives.
type chapter struct {
	title, text string
	enter       *identity.DemoLogin // as whom
	next        string              // and where to
	link, href  string              // or a page that anybody may open
}

// register is who of one register can register, and where.
type register struct {
	title, text string
	columns     []web.Column
	rows        [][]web.Cell
	link, href  string
	enter       *identity.DemoLogin // who can, if it is somebody with an account
}

func (a *App) getDemo(c *web.Ctx) error { return a.renderDemo(c, nil, nil) }

func (a *App) renderDemo(c *web.Ctx, in *form.Form, shown *web.Errors) error {
	if a.Doubles == nil {
		return errs.New(errs.NotFound, "").Because(errNoDemo)
	}
	v := demoView{now: c.Now(), view: c.View(in, shown), story: a.story(c)}
	v.to, v.messages = a.Doubles.postOf(c.Query("mobile"))
	v.people = a.registers(c)
	return c.Render(web.Page{Title: c.T("app.demo.title"), Lead: c.T("app.demo.lead"), Errors: shown, Body: demoBody(c.P, v), Aside: demoAside(c.P, v)})
}

// story is a case to be lived from both sides, step by step.
func (a *App) story(c *web.Ctx) []chapter {
	as := map[int]*identity.DemoLogin{}
	for _, l := range a.demoLogins(c.Context()) {
		for _, p := range a.country.people {
			if p.name() == l.TitleFA && as[p.n] == nil {
				as[p.n] = &l
			}
		}
	}
	if as[demoPlaintiff] == nil {
		return nil
	}
	defendant, _ := a.country.find(syntheticCode(demoDefendant))
	return []chapter{
		{title: c.T("app.story.file"), text: c.T("app.story.file_text", "name", defendant.first, "family", defendant.last, "code", defendant.code), enter: as[demoPlaintiff], next: "/filings/new"},
		{title: c.T("app.story.sign"), text: c.T("app.story.sign_text"), link: c.T("app.demo.messages"), href: "#messages"},
		{title: c.T("app.story.refer"), text: c.T("app.story.refer_text"), enter: as[demoJudge], next: "/court"},
		{title: c.T("app.story.serve"), text: c.T("app.story.serve_text"), enter: as[demoClerk], next: "/court"},
		{title: c.T("app.story.answer"), text: c.T("app.story.answer_text"), enter: as[demoDefendant], next: "/inbox"},
		{title: c.T("app.story.wait"), text: c.T("app.story.wait_text"), link: c.T("app.demo.clock"), href: "#clock"},
		{title: c.T("app.story.check"), text: c.T("app.story.check_text"), link: c.T("app.landing.verify"), href: "/verify"},
	}
}

// maxForward is how far the demo's clock may be moved in one go, in days.
const maxForward = 400

// forwards are the ready-made steps of the clock, in days.
var forwards = []int{1, 10, 30}

func (a *App) postClock(c *web.Ctx) error {
	in, err := c.Form(4 << 10)
	if err != nil {
		return err
	}
	field := "days"
	if in.Text("quick") != "" {
		field = "quick"
	}
	days := in.Int(field, 1, maxForward, form.Required)
	if err := in.Err(); err != nil {
		if shown, ok := c.Errors(err, in); ok {
			return a.renderDemo(c, in, shown)
		}
		return err
	}
	if err := a.moveClock(time.Duration(days) * 24 * time.Hour); err != nil {
		return err
	}
	c.Flash("app.demo.clock_moved")
	return c.Redirect("/demo")
}
