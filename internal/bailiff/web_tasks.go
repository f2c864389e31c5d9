// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"net/url"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type tasksView struct {
	web.View
	filters  []web.Filter
	rows     []taskLine
	officers []web.Option
	assigns  bool // the actor may give these out
	share    bool
	paging   web.Paging
	empty    string
}

// taskLine is one task in the list of a unit.
type taskLine struct {
	t     Task
	where string
	tag   string
	tone  web.Tone
	meta  []string
}

func (s *Service) showTasks(c *web.Ctx) error { return s.tasksPage(c, c.View(nil, nil)) }

func (s *Service) tasksPage(c *web.Ctx, view web.View) error {
	state := State(c.Query("show"))
	if !slices.Contains(States(), state) {
		state = Open
		if c.Actor.Role == policy.Judge {
			state = Asked
		}
	}
	page, err := s.UnitTasks(c.Context(), c.Actor, state, c.Query("after"))
	if err != nil {
		return err
	}
	v := tasksView{View: view, empty: c.T("bailiff.unit.empty")}
	for _, k := range States() {
		v.filters = append(v.filters, web.Filter{
			Label: c.T("bailiff.state." + string(k)), Href: unitPath(k, ""), On: k == state, Counted: true, Count: page.Counts[k],
		})
	}
	for _, t := range page.Tasks {
		v.rows = append(v.rows, s.line(c, t))
	}
	if page.Next != "" {
		v.paging.Older = unitPath(state, page.Next)
	}
	if c.Query("after") != "" {
		v.paging.Newer = unitPath(state, "")
	}
	if c.Actor.Role == policy.Clerk && (state == Open || state == Assigned) && len(v.rows) > 0 {
		list, err := s.Officers(c.Context(), s.d.DB, c.Actor)
		if err != nil {
			return err
		}
		v.assigns, v.share = true, state == Open && len(list) > 0
		for _, o := range list {
			v.officers = append(v.officers, web.Option{Value: o.Person, Label: c.P.N("bailiff.officer", o.Load, "name", o.Name)})
		}
	}
	return c.Render(web.Page{Title: c.T("bailiff.unit.title"), Lead: c.T("bailiff.unit.lead"), Active: "service", Wide: true, Errors: view.Errors, Body: tasksBody(v)})
}

func (s *Service) line(c *web.Ctx, t Task) taskLine {
	out := taskLine{t: t, where: s.where(c, t), tag: c.T("bailiff.state." + string(t.State)), tone: toneOf(t.State)}
	if t.Outcome != "" {
		out.meta = append(out.meta, c.T("bailiff.outcome."+t.Outcome))
	}
	if t.Label != "" {
		out.meta = append(out.meta, c.T("bailiff.with", "name", t.Label))
	}
	if t.Attempts > 0 {
		out.meta = append(out.meta, c.P.N("bailiff.tried", t.Attempts))
	}
	if t.Late(c.Now()) {
		out.tag, out.tone = c.T("bailiff.late"), web.Bad
	} else if t.State == Assigned {
		out.meta = append(out.meta, c.T("bailiff.due", "day", c.P.DayShort(civil.Of(t.Due))))
	}
	return out
}

func toneOf(s State) web.Tone {
	switch s {
	case Served, Published:
		return web.Good
	case NotServed:
		return web.Bad
	case Open, Asked:
		return web.Warn
	case Assigned:
		return web.Info
	}
	return web.Neutral
}

func unitPath(s State, after string) string {
	q := url.Values{"show": {string(s)}}
	if after != "" {
		q.Set("after", after)
	}
	return PathUnit + "?" + q.Encode()
}

func (s *Service) postAssign(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	given, err := s.Assign(c.Context(), c.Actor, f.RawAll("task"), f.Text("bailiff", form.Max(64)))
	return s.afterGiving(c, f, given, err)
}

func (s *Service) postShare(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	given, err := s.Share(c.Context(), c.Actor)
	return s.afterGiving(c, f, given, err)
}

func (s *Service) afterGiving(c *web.Ctx, f *form.Form, given Given, err error) error {
	if err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.tasksPage(c, c.View(f, shown))
	}
	c.Flash("bailiff.given")
	if given.Skipped > 0 {
		c.Flash("bailiff.given_some")
	}
	return c.Redirect(unitPath(Assigned, ""))
}

type taskView struct {
	web.View
	t      Task
	rows   []web.SummaryRow
	events []web.Event
	call   Publication
	asked  bool
	clerk  bool
	judge  bool
}

func (s *Service) showTask(c *web.Ctx) error { return s.taskPage(c, c.View(nil, nil)) }

func (s *Service) taskPage(c *web.Ctx, view web.View) error {
	t, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	steps, err := s.ladder(c.Context(), s.d.DB, t)
	if err != nil {
		return err
	}
	attempts, err := s.Attempts(c.Context(), c.Actor, t.ID)
	if err != nil {
		return err
	}
	v := taskView{View: view, t: t, clerk: c.Actor.Role == policy.Clerk, judge: c.Actor.Role == policy.Judge, rows: s.taskRows(c, t)}
	v.rows = append(v.rows, web.SummaryRow{Key: c.T("bailiff.field.state"), Body: web.Tag(toneOf(t.State), c.T("bailiff.state."+string(t.State)))})
	if t.Label != "" {
		v.rows = append(v.rows, web.SummaryRow{Key: c.T("bailiff.field.bailiff"), Value: t.Label})
	}
	v.events = stepEvents(c.P, steps, attempts, PathUnit+"/"+t.ID)
	if v.call, v.asked, err = s.PublicationOf(c.Context(), c.Actor, t.ID); err != nil {
		return err
	}
	return c.Render(web.Page{Title: t.Name, Caption: c.T("bailiff.unit.title"), Back: unitPath(t.State, ""), Active: "service", Errors: view.Errors, Body: taskBody(v)})
}

// act runs what a form of the task's page asks for, and shows the page again.
func (s *Service) act(c *web.Ctx, done string, do func(f *form.Form) error) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	if err := do(f); err != nil {
		shown, ok := c.Errors(err, f)
		if !ok {
			return err
		}
		return s.taskPage(c, c.View(f, shown))
	}
	c.Flash(done)
	return c.Redirect(PathUnit + "/" + c.Param("id"))
}

func (s *Service) postAddress(c *web.Ctx) error {
	return s.act(c, "bailiff.done.address", func(f *form.Form) error {
		t, err := s.Get(c.Context(), c.Actor, c.Param("id"))
		if err != nil {
			return err
		}
		to := Where{Address: f.Text("address", form.Max(mostAddress)), Province: t.Province, County: t.County}
		return s.Readdress(c.Context(), c.Actor, t.ID, to, f.Text("why", form.Max(mostNote)))
	})
}

func (s *Service) postConceal(c *web.Ctx) error {
	return s.act(c, "bailiff.done.conceal", func(f *form.Form) error {
		return s.Conceal(c.Context(), c.Actor, c.Param("id"), f.Text("on", form.Max(3)) == "yes", f.Text("conceal_why", form.Max(mostNote)))
	})
}

func (s *Service) postAsk(c *web.Ctx) error {
	return s.act(c, "bailiff.done.asked", func(f *form.Form) error {
		return s.AskPublication(c.Context(), c.Actor, c.Param("id"), f.Text("ask_why", form.Max(mostNote)))
	})
}

func (s *Service) postDecide(c *web.Ctx) error {
	return s.act(c, "bailiff.done.decided", func(f *form.Form) error {
		return s.DecidePublication(c.Context(), c.Actor, c.Param("id"), f.Text("then", form.Max(10)) == "order", f.Text("decide_why", form.Max(mostNote)))
	})
}

func (s *Service) getPaper(c *web.Ctx) error {
	b, err := s.Paper(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Inline("tarazu-notice.pdf", "application/pdf", b)
}

func (s *Service) getPicture(c *web.Ctx) error {
	b, kind, err := s.Picture(c.Context(), c.Actor, c.Param("id"), c.Param("attempt"), c.Param("which"))
	if err != nil {
		return err
	}
	return c.Inline("tarazu-attempt", kind, b)
}
