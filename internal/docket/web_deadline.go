// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"slices"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type deadlineView struct {
	c       *web.Ctx
	kase    Case
	d       Deadline
	history []Deadline
	outages []outage.Interval // that fell within the term
}

// deadlinePage explains a deadline: by when, by which rule, and why this day.
func (s *Service) deadlinePage(c *web.Ctx) error {
	d, history, k, err := s.Deadline(c.Context(), c.Actor, c.Param("id"), c.Param("deadline"))
	if err != nil {
		return err
	}
	v := deadlineView{c: c, kase: k, d: d, history: history}
	if v.outages, err = s.outagesOf(c.Context(), d); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: d.Computation.Rule.Name.In(c.P.Lang()), Caption: d.Title.In(c.P.Lang()), Active: "cases", Back: "/cases/" + k.ID,
		Body: deadlineBody(v),
	})
}

// deadlineFile is the deadline for a person's own calendar program.
func (s *Service) deadlineFile(c *web.Ctx) error {
	d, _, _, err := s.Deadline(c.Context(), c.Actor, c.Param("id"), c.Param("deadline"))
	if err != nil {
		return err
	}
	return c.Download("tarazu-deadline.ics", "text/calendar; charset=utf-8", calendarFile(c.P, d))
}

// DeadlineCard shows the deadline that an opened notice started: the slot that
// notice.Deps.Deadline asks for. It is nil if there is none (yet).
func (s *Service) DeadlineCard(c *web.Ctx, n notice.Notice) templ.Component {
	if !n.HasTerm() || n.Case == "" {
		return nil
	}
	k, err := s.visible(c.Context(), c.Actor, n.Case)
	if err != nil { // he represents the party no more
		return nil
	}
	d, found, err := s.DeadlineOf(c.Context(), s.d.DB, n.Case, n.ID)
	if err != nil {
		c.Log().Error("docket: the deadline of a notice cannot be shown", "error", err)
		return nil
	}
	if !found { // computed by a job, in a moment
		return deadlinePending(c)
	}
	return deadlineCard(c, k.Kind, d, true)
}

// mostDrawn is how many strips the page of a case has room for: each is a table
// of days. The other deadlines are drawn on pages of their own.
const mostDrawn = 2

// strip draws the computation.
func strip(c *web.Ctx, d Deadline) web.Strip {
	p := c.P
	s := web.Strip{
		Title:   p.T("docket.strip.title", "rule", d.Computation.Rule.Name.In(p.Lang())),
		Summary: p.T("docket.strip.summary", "served", p.DayShort(d.Computation.Served), "n", d.Computation.Term, "last", p.Day(d.Last)),
		Today:   civil.Of(c.Now()),
	}
	n := 0
	for _, m := range d.Computation.Days {
		day := web.StripDay{Day: m.Date, Note: m.Reason(p), Closed: m.Closed != "" || closed(m.Why)}
		if m.Counted {
			n++
			day.Count, day.Role = n, web.DayCounted
		}
		switch {
		case m.Date == d.Computation.Served:
			day.Role = web.DayService
		case m.Date == d.Last:
			day.Role = web.DayLast
		case m.Date == d.Safe:
			day.Role = web.DaySafe
		case !m.Counted:
			day.Role = web.DayMoved
		}
		s.Days = append(s.Days, day)
	}
	return s
}

func closed(why string) bool {
	switch why {
	case calendar.WhyFriday, calendar.WhyThursday, calendar.WhyHoliday, calendar.WhyClosure, calendar.WhyOutage:
		return true
	}
	return false
}

// outageRows are the outages within a term: when, what, and whether it moved.
func outageRows(v deadlineView) (rows []web.SummaryRow) {
	for _, o := range v.outages {
		effect := "docket.outage.evidence"
		if slices.ContainsFunc(v.d.Computation.Outages, func(b calendar.Blocked) bool { return b.Outage == o.ID }) {
			effect = "docket.outage.moved"
		}
		span := v.c.T("docket.outage.lasts", "from", o.From)
		if !o.To.IsZero() {
			span = v.c.T("docket.outage.span", "from", o.From, "to", o.To)
		}
		rows = append(rows, web.SummaryRow{Key: span, Body: outageLine(v.c.T(effect), v.c.T("docket.outage.certificate"), outagePath(o.ID))})
	}
	return rows
}

// outagePath is the public page of an outage, with its certificate.
func outagePath(id string) string { return "/status/" + id }

// leftWords says how much time is left, and in which tone. Red is for lapsed.
func leftWords(c *web.Ctx, safe, last civil.Day) (string, web.Tone) {
	today := civil.Of(c.Now())
	switch {
	case today > last:
		return c.T("docket.left.lapsed"), web.Bad
	case today == last:
		return c.T("docket.left.today"), web.Warn
	case today >= safe:
		return c.P.N("docket.left.days", int(last-today)), web.Warn
	}
	return c.P.N("docket.left.days", int(last-today)), web.Info
}

func deadlineState(c *web.Ctx, d Deadline) (string, web.Tone) {
	switch {
	case !d.Stands():
		return c.T("docket.left.superseded"), web.Neutral
	case !d.Met.IsZero():
		return c.T("docket.left.met"), web.Good
	}
	return leftWords(c, d.Safe, d.Last)
}

func inputRows(v deadlineView) []web.SummaryRow {
	c, comp := v.c, v.d.Computation
	p := c.P
	rows := []web.SummaryRow{
		{Key: c.T("docket.input.rule"), Value: comp.Rule.Name.In(p.Lang())},
		{Key: c.T("docket.input.article"), Value: comp.Rule.Article.In(p.Lang())},
		{Key: c.T("docket.input.term"), Value: p.N("docket.days", comp.Term)},
		{Key: c.T("docket.input.runs_from." + startKey(comp)), Body: web.TimeText(p, v.d.RunsFrom)},
	}
	if prov, ok := calendar.FindProvince(comp.Province); ok {
		rows = append(rows, web.SummaryRow{Key: c.T("docket.input.province"), Value: calendar.Text{FA: prov.FA, EN: prov.EN}.In(p.Lang())})
	}
	residence := "docket.input.inside"
	if comp.Abroad {
		residence = "docket.input.abroad"
	}
	if comp.Own != nil {
		rows = append(rows, web.SummaryRow{Key: c.T("docket.input.own"), Value: p.Day(*comp.Own)})
	}
	return append(rows,
		web.SummaryRow{Key: c.T("docket.input.residence"), Value: c.T(residence)},
		web.SummaryRow{Key: c.T("docket.input.calendar"), Value: comp.Calendar, LTR: true},
		web.SummaryRow{Key: c.T("docket.input.made"), Body: web.TimeText(p, v.d.Made)})
}

// aboutSource are the notes on how well a rule is known. They are for whoever
// checks the law: as a note on his own deadline they would only frighten a lay
// person, who finds them with the source of the rule.
var aboutSource = []string{"calendar.note.memory", "calendar.note.counting_inferred"}

func isAboutSource(key string) bool { return slices.Contains(aboutSource, key) }

// notesFor are the notes that stand beside the dates.
func notesFor(v deadlineView) []string {
	notes := v.d.Computation.Notes()
	if staff(v.c.Actor) {
		return notes
	}
	return slices.DeleteFunc(notes, isAboutSource)
}

// sourceNotes are the notes that stand with the source of the rule.
func sourceNotes(comp calendar.Computation) []string {
	return slices.DeleteFunc(comp.Notes(), func(key string) bool { return !isAboutSource(key) })
}

func startKey(comp calendar.Computation) string {
	if comp.ActualService {
		return "viewed"
	}
	return "arrived"
}

// cardTitle says whose term it is: to the staff of which side, by the kind of
// the case.
func cardTitle(c *web.Ctx, kind string, d Deadline) string {
	rule := d.Computation.Rule.Name.In(c.P.Lang())
	if staff(c.Actor) && (d.Side == Plaintiff || d.Side == Defendant) {
		return c.T("docket.deadline.card.side", "side", c.T("docket.side."+kind+"."+d.Side), "rule", rule)
	}
	return c.T("docket.deadline.card.you", "rule", rule)
}

func dateFigures(c *web.Ctx, d Deadline) []web.Figure {
	words, tone := deadlineState(c, d)
	return []web.Figure{
		{Label: c.T("docket.deadline.safe"), Value: c.P.DayShort(d.Safe), Note: dayNote(c, d.Safe), Tone: web.Good},
		{Label: c.T("docket.deadline.last"), Value: c.P.DayShort(d.Last), Note: dayNote(c, d.Last)},
		{Label: c.T("docket.deadline.state"), Value: words, Tone: tone},
	}
}

// dayNote is the weekday and the day in the other calendar.
func dayNote(c *web.Ctx, d civil.Day) string {
	return c.T("docket.deadline.day_note", "weekday", c.P.Weekday(d.Weekday()), "other", c.P.DayOther(d))
}

func historyEvents(v deadlineView) []web.Event {
	var out []web.Event
	for _, h := range v.history {
		e := web.Event{
			At: h.Made, Title: v.c.T("docket.history.entry", "last", h.Last), Text: v.c.T("docket.reason." + h.Reason), Tone: web.Neutral,
		}
		if h.Stands() {
			e.Tone = web.Good
		}
		if h.ID != v.d.ID {
			e.Href, e.Link = "/cases/"+h.Case+"/deadlines/"+h.ID, v.c.T("docket.history.link")
		}
		out = append(out, e)
	}
	return out
}
