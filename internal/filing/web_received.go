// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// receivedView is one filing as the court sees it.
type receivedView struct {
	item     DeskItem
	rows     []web.SummaryRow
	round    int    // how often it was halted
	last     string // who did what with it last
	acts     []actView
	paper    string
	files    []fileView
	view     web.View
	pending  bool // the registry has not answered for a name
	mismatch bool // it knows nobody by a name
	defects  []defectView
	declines []web.Option // why a declaration may be declined
	term     string       // of mending, in words
	late     bool         // an appeal that came late and was not sent on
}

// actView is one act that the desk may do, or why it cannot yet.
type actView struct {
	Act           Act
	Title, Words  string
	Wait          string
	Action, Label string

	Late bool // of a rejection: it was mended, after its term

	MinDays, MaxDays, Days int // of the term that the desk sets; 0 if it sets none
}

func (s *Service) getReceived(c *web.Ctx) error {
	r, err := s.received(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return s.renderReceived(c, r, nil, nil)
}

func (s *Service) renderReceived(c *web.Ctx, r received, in *form.Form, shown *web.Errors) error {
	paper, err := s.Paper(c.Context(), r.f, r.def, c.P.Lang())
	if err != nil {
		return err
	}
	v := receivedView{
		item: r.item, round: r.all.Round, rows: receivedRows(c, r), last: lastAct(c, r.item), paper: paper, view: c.View(in, shown),
		files:   fileViews(c, r.f.Files, "/court/filings/"+r.f.ID+"/files/"),
		pending: r.f.Names.any(NameUnanswered), mismatch: r.f.Names.any(NameMismatch),
	}
	if v.defects, err = s.defectsOn(c, r, &v); err != nil {
		return err
	}
	if err := s.inTime(c, r, &v); err != nil {
		return err
	}
	if v.declines, err = declineOptions(c); err != nil {
		return err
	}
	v.late = r.onward != nil && r.onward.late && r.item.State != deskDone
	if r.onward != nil && r.onward.reply > 0 {
		v.rows = append(v.rows, web.SummaryRow{Key: c.T("filing.desk.reply"), Value: c.T("filing.desk.tell_until", "day", r.onward.reply)})
	}
	if r.onward != nil && r.onward.paper {
		v.rows = append(v.rows, web.SummaryRow{Key: c.T("filing.desk.reply"), Value: c.T("filing.desk.reply_paper")})
	}
	for _, o := range r.offers() {
		if s.mayOn(c.Actor, o.Act, r) == nil {
			v.acts = append(v.acts, actOf(c, r, o))
		}
	}
	return c.Render(web.Page{
		Title: pick(c, r.item.TitleFA, r.item.TitleEN), Caption: c.T("filing.kind." + r.item.Kind), Active: "court", Back: "/court",
		Errors: shown, Body: receivedBody(c.P, v),
	})
}

// defectsOn are the defects of the last round, with what has become of them.
func (s *Service) defectsOn(c *web.Ctx, r received, v *receivedView) ([]defectView, error) {
	tell, err := s.teller(c.Context(), r.c.Province)
	if err != nil {
		return nil, err
	}
	if day, late, ok := tell.by(r.item); ok {
		v.rows = append(v.rows, web.SummaryRow{Key: c.T("filing.desk.tell_by"), Value: tellWords(c, day, late)})
	}
	h, found, err := s.lastHalt(c.Context(), r.f)
	if err != nil || !found {
		return nil, err
	}
	list, err := h.defects()
	if last := r.mendBy.Last; last != 0 {
		v.term = c.T("filing.desk.mend_until", "day", last)
		switch {
		case h.Ended == "rejected_late", h.Ended == "mended" && civil.Of(h.EndedAt.Time) > last:
			v.term = c.T("filing.desk.mended_late", "day", last, "at", h.EndedAt.Time)
		case h.Ended == "mended":
			v.term = c.T("filing.desk.mended_in_time", "day", last, "at", h.EndedAt.Time)
		}
	}
	return defectViews(c, r.def, list), err
}

// inTime says whether an objection came within its term: the day it was filed
// against the last legal day of the notice that it attacks.
func (s *Service) inTime(c *web.Ctx, r received, v *receivedView) error {
	if r.def.Against == nil {
		return nil
	}
	due, ok, err := s.d.Docket.DeadlineOf(c.Context(), s.d.DB, r.f.Case, r.f.Notice)
	if err != nil {
		return err
	}
	words := c.T("filing.desk.term_unknown")
	if filed := civil.Of(r.f.Submitted); ok && filed <= due.Last {
		words = c.T("filing.desk.in_time", "filed", filed, "last", due.Last, "rule", pick(c, due.Computation.Rule.Article.FA, due.Computation.Rule.Article.EN))
	} else if ok {
		words = c.T("filing.desk.out_of_time", "filed", filed, "last", due.Last, "rule", pick(c, due.Computation.Rule.Article.FA, due.Computation.Rule.Article.EN))
	}
	v.rows = append(v.rows, web.SummaryRow{Key: c.T("filing.desk.term"), Value: words})
	return nil
}

func declineOptions(c *web.Ctx) (out []web.Option, err error) {
	list, err := declineReasons()
	for _, x := range list {
		out = append(out, web.Option{Value: x.Code, Label: pick(c, x.Label.FA, x.Label.EN), Hint: pick(c, x.Citation.FA, x.Citation.EN)})
	}
	return out, err
}

// postDecline refuses to send a declaration.
func (s *Service) postDecline(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	code, note := in.Text("reason"), in.Text("note", form.Max(maxNote))
	if err = in.Err(); err == nil {
		_, err = s.Decline(c.Context(), c.Actor, c.Param("id"), code, note)
	}
	if err != nil {
		return s.receivedAgain(c, in, err)
	}
	c.Flash("filing.declined")
	return c.Redirect("/court/filings/" + c.Param("id"))
}

func receivedRows(c *web.Ctx, r received) []web.SummaryRow {
	rows := []web.SummaryRow{
		{Key: c.T("filing.case_number"), Value: r.item.CaseNumber, LTR: true},
		{Key: c.T("filing.done.tracking"), Value: r.f.Tracking, LTR: true},
		{Key: c.T("filing.desk.filer"), Value: r.item.Filer},
	}
	rows = append(rows, filerRows(c, r.signed)...)
	rows = append(rows, web.SummaryRow{Key: c.T("filing.desk.arrived"), Value: c.P.Time(r.item.Arrived)})
	if r.item.Case == "" {
		rows = rows[1:]
	}
	if branch := r.c.BranchName.In(c.P.Lang()); branch != "" {
		key := c.T("filing.desk.branch")
		if !r.referred {
			key = c.T("filing.desk.branch_proposed")
		}
		rows = append(rows, web.SummaryRow{Key: key, Value: branch})
	}
	return rows
}

// actOf explains an act in the words for it and for the kind of filing.
func actOf(c *web.Ctx, r received, o offer) actView {
	v := actView{
		Act: o.Act, Title: c.T("filing.desk.do." + string(o.Act)), Label: c.T("filing.desk.do." + string(o.Act)),
		Action: "/court/filings/" + r.f.ID + "/" + string(o.Act),
	}
	if o.Act == ActSend {
		v.Words = c.T("filing.desk.why.send.objection", "unit", pick(c, r.onward.unit.NameFA, r.onward.unit.NameEN))
	} else {
		v.Words = c.T("filing.desk.why." + string(o.Act) + "." + r.item.Kind)
	}
	if d := r.def.Service; o.Act == ActServe && d != nil {
		v.MinDays, v.MaxDays, v.Days = d.MinDays, d.MaxDays, d.Days
	}
	if last := r.mendBy.Last; !r.late.IsZero() && o.Act == ActReject {
		v.Late, v.Words = true, c.T("filing.desk.why.reject_late", "day", last, "at", r.late)
	} else if !r.late.IsZero() && o.Act != ActHalt {
		v.Words += " " + c.T("filing.desk.why.accept_late", "day", last, "at", r.late)
	}
	if o.Wait != "" {
		v.Wait = c.T(o.Wait)
	}
	return v
}

// maxDays is more than any title lets a clerk set; ServeClaim knows the bounds.
const maxDays = 1000

// postServe serves the claim on the defendant.
func (s *Service) postServe(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	days := int(in.Int("days", 0, maxDays, form.Optional))
	err = in.Err()
	if err == nil {
		_, err = s.ServeClaim(c.Context(), c.Actor, c.Param("id"), days)
	}
	if err == nil {
		c.Flash("filing.served")
		return c.Redirect("/court/filings/" + c.Param("id"))
	}
	return s.receivedAgain(c, in, err)
}

func (s *Service) postSeen(c *web.Ctx) error {
	if err := s.Seen(c.Context(), c.Actor, c.Param("id")); err != nil {
		return s.receivedAgain(c, nil, err)
	}
	c.Flash("filing.seen")
	return c.Redirect("/court")
}

// postSend sends the file to the court above.
func (s *Service) postSend(c *web.Ctx) error {
	_, err := s.SendOn(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return s.receivedAgain(c, nil, err)
	}
	c.Flash("filing.sent_on")
	return c.Redirect("/court/filings/" + c.Param("id"))
}

func (s *Service) receivedAgain(c *web.Ctx, in *form.Form, err error) error {
	shown, ok := c.Errors(err, in)
	if !ok {
		return err
	}
	r, rerr := s.received(c.Context(), c.Actor, c.Param("id"))
	if rerr != nil {
		return rerr
	}
	return s.renderReceived(c, r, in, shown)
}
