// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// routes are the pages that belong to no module: the front door and the demo.
func (a *App) routes() []web.Route {
	list := []web.Route{{Method: http.MethodGet, Pattern: "/{$}", Roles: web.Anyone, Handle: a.getLanding}}
	if a.Config.Demo {
		list = append(list,
			web.Route{Method: http.MethodGet, Pattern: "/demo", Roles: web.Anyone, Handle: a.getDemo},
			web.Route{Method: http.MethodPost, Pattern: "/demo/clock", Roles: web.Anyone, Handle: a.postClock},
		)
	}
	return list
}

func (a *App) getLanding(c *web.Ctx) error {
	if c.Actor.Role != policy.Nobody {
		return c.Redirect("/home")
	}
	return c.Render(web.Page{Title: c.T("app.landing.title"), Lead: c.T("app.landing.lead"), Body: landingBody(c.P, c.Demo())})
}

// demoView is the demo's control pane.
type demoView struct {
	now      time.Time
	messages []sms.Sent
	people   [][]web.Cell
	view     web.View
}

// newest is how many text messages the pane shows.
const newest = 30

func (a *App) getDemo(c *web.Ctx) error { return a.renderDemo(c, nil, nil) }

func (a *App) renderDemo(c *web.Ctx, in *form.Form, shown *web.Errors) error {
	if a.Doubles == nil {
		return errs.New(errs.NotFound, "").Because(errNoDemo)
	}
	v := demoView{now: c.Now(), messages: a.Doubles.SMS.List(), view: c.View(in, shown)}
	if len(v.messages) > newest {
		v.messages = v.messages[:newest]
	}
	for _, p := range newcomers() {
		v.people = append(v.people, []web.Cell{
			{Text: p.first + " " + p.last}, {Text: p.code, LTR: true}, {Text: c.P.DayShort(p.birth)}, {Text: "0" + p.mobile[3:], LTR: true},
		})
	}
	return c.Render(web.Page{Title: c.T("app.demo.title"), Lead: c.T("app.demo.lead"), Errors: shown, Body: demoBody(c.P, v)})
}

// maxForward is how far the demo's clock may be moved in one go, in days.
const maxForward = 400

func (a *App) postClock(c *web.Ctx) error {
	in, err := c.Form(4 << 10)
	if err != nil {
		return err
	}
	days := in.Int("days", 1, maxForward, form.Required)
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
