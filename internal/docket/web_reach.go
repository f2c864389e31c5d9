// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"slices"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type reachView struct {
	c       *web.Ctx
	kase    Case
	parties []Reached
}

// reachPage says who was really reached, who only in law, and who never.
func (s *Service) reachPage(c *web.Ctx) error {
	parties, k, err := s.Reach(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("docket.reach.title"), Caption: k.Title.In(c.P.Lang()), Lead: c.T("docket.reach.lead"),
		Active: "cases", Back: casePath(k.ID), Body: reachBody(reachView{c, k, parties}),
	})
}

// reachTone is the colour beside the words.
func reachTone(reach string) web.Tone {
	switch reach {
	case notice.ReachActual:
		return web.Good
	case notice.ReachLegal:
		return web.Warn
	}
	return web.Bad
}

// alertState is the key of what became of a message.
func alertState(a notice.Alert) string {
	if a.State == alert.Queued {
		return "alert.state." + a.State
	}
	return "alert.try." + a.State
}

// steps are what was tried with one notice, the first one first.
func steps(c *web.Ctx, r ReachedByPaper) []web.Event {
	n := r.Notice
	out := []web.Event{{At: n.Issued, Title: c.T("docket.reach.issued." + n.Way)}}
	for _, f := range n.History() {
		ev := web.Event{At: f.At, Title: c.T("notice.fact." + f.Kind)}
		switch {
		case f.Kind == notice.FactViewed && f.Code != "":
			ev.Text = c.T("notice.opener." + f.Code)
		case f.Code != "" && c.P.Has("bailiff.outcome."+f.Code):
			ev.Text = c.T("bailiff.outcome." + f.Code)
		}
		out = append(out, ev)
		if f.Kind == notice.FactArrived && !n.Listed.IsZero() {
			out = append(out, web.Event{At: n.Listed, Title: c.T("docket.reach.listed")})
		}
	}
	for _, a := range r.Alerts {
		if a.Channel != "" { // one that was sent, or tried
			out = append(out, web.Event{At: a.At, Title: c.T("docket.reach.alert", "way", c.T("alert.channel."+string(a.Channel))), Text: c.T(alertState(a))})
		}
	}
	slices.SortStableFunc(out, func(a, b web.Event) int { return a.At.Compare(b.At) })
	if n.Way == notice.WayPaper && r.Effect.Reach() == notice.ReachNever && !r.Effect.Void {
		out = append(out, web.Event{When: c.T("docket.reach.waiting_when"), Title: c.T("docket.reach.waiting"), Pending: true})
	}
	return out
}
