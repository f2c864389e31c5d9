// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"net/url"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// stateWords are what a state is called.
var stateWords = map[State]string{
	Taking: "notice.bulk.state.taking", Checked: "notice.bulk.state.checked", Going: "notice.bulk.state.going",
	Paused: "notice.bulk.state.paused", Done: "notice.bulk.state.done", Stopped: "notice.bulk.state.stopped",
}

func tone(s State) web.Tone {
	switch s {
	case Done:
		return web.Good
	case Paused, Stopped:
		return web.Warn
	case Going:
		return web.Info
	}
	return web.Neutral
}

type listView struct {
	web.View
	table  web.TableOptions
	paging web.Paging
}

func (s *Service) listPage(c *web.Ctx) error {
	list, next, err := s.Batches(c.Context(), c.Actor, c.Query("before"))
	if err != nil {
		return err
	}
	v := listView{View: c.View(nil, nil)}
	v.table = web.TableOptions{
		Caption: c.T("notice.bulk.title"), HiddenCaption: true, Empty: c.T("notice.bulk.none"),
		Columns: []web.Column{
			{Label: c.T("notice.bulk.column.title")}, {Label: c.T("notice.bulk.column.made")}, {Label: c.T("notice.bulk.column.issued"), Numeric: true},
			{Label: c.T("notice.bulk.column.state")},
		},
	}
	for _, b := range list {
		v.table.Rows = append(v.table.Rows, []web.Cell{
			{Text: b.Title.In(c.P.Lang()), Href: b.Page()}, {Text: c.P.Time(b.Made)},
			{Text: c.T("notice.bulk.of", "n", b.Issued, "total", b.Total)}, {Body: web.Tag(tone(b.State), c.T(stateWords[b.State]))},
		})
	}
	if next != "" {
		v.paging.Older = Path + "?" + url.Values{"before": {next}}.Encode()
	}
	if c.Query("before") != "" {
		v.paging.Newer = Path
	}
	return c.Render(web.Page{Title: c.T("notice.bulk.title"), Lead: c.T("notice.bulk.lead"), Active: active(c), Wide: true, Body: listBody(v)})
}

// active is the place of these pages in the menu.
func active(c *web.Ctx) string {
	if c.Actor.Role == policy.Clerk {
		return "cases"
	}
	return "desk"
}

type batchView struct {
	web.View
	b      Batch
	faults web.TableOptions
	paging web.Paging
	steer  bool
}

func (s *Service) showBatch(c *web.Ctx) error { return s.batchPage(c, nil) }

func (s *Service) batchPage(c *web.Ctx, wrong *web.Errors) error {
	b, err := s.Batch(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	after, _ := strconv.ParseInt(c.Query("after"), 10, 64) // anything else is the first page
	faults, more, err := s.Faults(c.Context(), c.Actor, b.ID, after-1)
	if err != nil {
		return err
	}
	v := batchView{View: c.View(nil, wrong), b: b, steer: s.d.Policy.Check(c.Actor, "bulk.steer", resource(b)) == nil}
	v.faults = web.TableOptions{
		Caption: c.T("notice.bulk.faults"), HiddenCaption: true,
		Columns: []web.Column{{Label: c.T("notice.bulk.column.row"), Numeric: true}, {Label: c.T("notice.bulk.column.label")}, {Label: c.T("notice.bulk.column.reason")}},
	}
	for _, f := range faults {
		reason := f.Reason.In(c.P.Lang())
		if f.Twin {
			reason = c.T("notice.bulk.twin")
		}
		label := web.Cell{Text: f.Label, LTR: true}
		if c.Actor.Role != policy.Clerk { // whose rows they are is the sender's matter
			label.Text, reason = "", c.T("notice.bulk.hidden")
		}
		v.faults.Rows = append(v.faults.Rows, []web.Cell{{Text: c.P.Int(f.N + 1)}, label, {Text: reason}})
	}
	if more {
		v.paging.Older = b.Page() + "?after=" + strconv.FormatInt(faults[len(faults)-1].N+1, 10)
	}
	if after > 0 {
		v.paging.Newer = b.Page()
	}
	page := web.Page{Title: b.Title.In(c.P.Lang()), Caption: c.T("notice.bulk.title"), Active: active(c), Back: Path, Errors: wrong, Body: batchBody(v)}
	if b.State == Going {
		page.RefreshURL = b.Page()
	}
	return c.Render(page)
}

// steerBatch pauses, continues or stops.
func (s *Service) steerBatch(c *web.Ctx) error {
	steps := map[string]func(context.Context, policy.Actor, string) error{
		"pause": s.Pause, "continue": s.Continue, "stop": s.Stop, "start": s.Start,
	}
	step, ok := steps[c.Param("step")]
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	if _, err := c.Form(1 << 10); err != nil {
		return err
	}
	err := step(c.Context(), c.Actor, c.Param("id"))
	if errs.Is(err, errs.Conflict) {
		wrong, known := c.Errors(err, nil)
		if !known {
			return err
		}
		return s.batchPage(c, wrong)
	}
	if err != nil {
		return err
	}
	return c.Redirect(Path + "/" + c.Param("id"))
}
