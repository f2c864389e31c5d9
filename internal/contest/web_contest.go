// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"strconv"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// recordView is what the program itself knows of a service.
type recordView struct {
	c   *web.Ctx
	r   Record
	way string
}

// contestView is the page of a contest.
type contestView struct {
	web.View
	c       *web.Ctx
	k       Contest
	reason  Reason
	files   []fileView
	record  recordView
	mobile  string
	mine    bool // the actor's account made it
	sent    bool // a code for what is shown
	decides bool
	staff   bool
	today   civil.Day
	issued  civil.Day
}

func (s *Service) showContest(c *web.Ctx) error { return s.contestPage(c, nil, nil) }

func (s *Service) contestPage(c *web.Ctx, f *form.Form, shown *web.Errors) error {
	k, kase, err := s.Get(c.Context(), c.Actor, c.Param("id"), c.Param("contest"))
	if err != nil {
		return err
	}
	v := contestView{
		View: c.View(f, shown), c: c, k: k, reason: s.Reason(k), files: s.fileViews(c, k, false), mine: k.Owner == c.Actor.Owner() && !staff(c.Actor),
		decides: s.MayDecide(c.Actor, kase, k), staff: staff(c.Actor), today: civil.Of(c.Now()),
	}
	if k.State == Draft && (!v.mine || s.Faults(k, v.today) != nil) {
		return c.Redirect(k.Path() + "/edit")
	}
	r, err := s.Record(c.Context(), c.Actor, k)
	if err != nil {
		return err
	}
	v.record, v.issued = recordView{c: c, r: r, way: k.Way}, civil.Of(r.Notice.Issued)
	if k.State == Draft {
		p, err := s.d.Identity.Person(c.Context(), c.Actor.Person)
		if err != nil {
			return err
		}
		v.mobile, v.sent = i18n.LTR(identity.MaskContact(p.Contact())), k.code != "" && k.codePerson == c.Actor.Person
	}
	page := web.Page{
		Title: c.T("contest.title"), Caption: k.Title.In(c.P.Lang()), Lead: c.T("contest.lead", "name", k.Name, "number", k.CaseNumber),
		Active: "cases", Back: "/cases/" + k.Case, Errors: shown, Body: contestBody(v), Aside: recordAside(v.record),
	}
	if v.staff { // the record comes before the decision, also on a telephone
		page.Active, page.Back, page.Aside = "contests", PathDesk, nil
	}
	return c.Render(page)
}

// refused shows the page again with what is wrong.
func (s *Service) refused(c *web.Ctx, f *form.Form, err error) error {
	shown, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.contestPage(c, f, shown)
}

func (s *Service) postCode(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	err = s.SendCode(c.Context(), c.Actor, c.Param("id"), c.Param("contest"))
	switch {
	case identity.CodeWaits(err): // a second click, or impatience: the last code is good
		c.Flash("contest.sign.code_waits")
	case err != nil:
		return s.refused(c, f, err)
	default:
		c.Flash("contest.sign.code_sent")
	}
	return c.Redirect("/cases/" + c.Param("id") + "/contests/" + c.Param("contest"))
}

func (s *Service) postSign(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	code, hash := f.Code("code", identity.CodeDigits, form.Required), f.Text("record")
	if err = f.Err(); err == nil {
		_, err = s.Sign(c.Context(), c.Actor, c.Param("id"), c.Param("contest"), hash, code)
	}
	if err != nil {
		return s.refused(c, f, err)
	}
	c.Flash("contest.signed")
	return c.Redirect("/cases/" + c.Param("id") + "/contests/" + c.Param("contest"))
}

func (s *Service) postWithdraw(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	if err := s.Withdraw(c.Context(), c.Actor, c.Param("id"), c.Param("contest")); err != nil {
		return s.refused(c, f, err)
	}
	c.Flash("contest.withdrawn")
	return c.Redirect("/cases/" + c.Param("id"))
}

func (s *Service) postDecision(c *web.Ctx) error {
	f, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	d := Decision{State: State(f.Choice("decision", string(Upheld), string(Moved), string(SetAside))), Why: f.Text("why", form.Required, form.Max(mostWords))}
	if d.State == Moved {
		d.Day = f.Day("day")
	} else {
		f.Known("day.year", "day.month", "day.day")
	}
	d.OnPaper = f.Choice("way", "", wayBest, wayPaper) == wayPaper
	d.PaperWhy = f.Text("paper_why", form.Max(mostWords))
	d.Version, _ = strconv.ParseInt(f.Raw("version"), 10, 64)
	if err = f.Err(); err == nil {
		_, err = s.Decide(c.Context(), c.Actor, c.Param("id"), c.Param("contest"), d)
	}
	if err != nil {
		return s.refused(c, f, err)
	}
	c.Flash("contest.decided")
	return c.Redirect("/cases/" + c.Param("id") + "/contests/" + c.Param("contest"))
}

func (s *Service) getOrder(c *web.Ctx) error {
	b, err := s.OrderFile(c.Context(), c.Actor, c.Param("id"), c.Param("contest"), c.P.Lang())
	if err != nil {
		return err
	}
	return c.Inline("tarazu-order.pdf", "application/pdf", b)
}

// recordRows are what the record says, in order.
func (v recordView) recordRows() []web.SummaryRow {
	c, n, e := v.c, v.r.Notice, v.r.Effect
	rows := []web.SummaryRow{
		{Key: c.T("contest.record.number"), Value: n.Number, LTR: true},
		{Key: c.T("contest.record.way"), Value: c.T(wayWords[v.way])},
		{Key: c.T("contest.record.to"), Value: n.AddresseeName},
		{Key: c.T("contest.record.issued"), Body: web.TimeText(c.P, n.Issued)},
	}
	if !e.Served.IsZero() {
		rows = append(rows, web.SummaryRow{Key: c.T("contest.record.served"), Body: web.TimeText(c.P, e.Served)})
	}
	switch {
	case n.Opened():
		rows = append(rows, web.SummaryRow{Key: c.T("contest.record.opened"), Body: web.TimeText(c.P, n.Viewed)})
		if n.Opener != "" {
			rows = append(rows, web.SummaryRow{Key: c.T("contest.record.opener"), Value: c.T("notice.opener." + n.Opener)})
		}
	case v.way == WayElectronic:
		rows = append(rows, web.SummaryRow{Key: c.T("contest.record.opened"), Value: c.T("contest.record.not_opened")})
	}
	if v.r.HasTerm {
		rows = append(rows, web.SummaryRow{Key: c.T("contest.record.last"), Value: c.P.Day(v.r.Term.Last)})
	}
	return rows
}

// wayWords are the words of each way.
var wayWords = map[string]string{
	WayElectronic: "contest.way.electronic", WayPerson: "contest.way.person", WayOther: "contest.way.other",
	WayAffixed: "contest.way.affixed", WayPublication: "contest.way.publication", "": "contest.way.none",
}

// stepEvents are what was tried on paper.
func (v recordView) stepEvents() []web.Event {
	var out []web.Event
	for _, st := range v.r.Steps {
		ev := web.Event{At: st.At, By: st.By}
		if st.Attempt != "" {
			ev.Title = v.c.T("bailiff.outcome." + st.Why)
		} else {
			ev.Title, ev.Text = v.c.T("bailiff.step."+st.Kind), st.Why
		}
		if st.Reached {
			ev.Tone = web.Good
		}
		out = append(out, ev)
	}
	return out
}

// deviceName is the kind of a browser, as far as it is known.
func (v recordView) deviceName(d Device) string {
	if d.Name == "" {
		return v.c.T("contest.here.unknown")
	}
	return d.Name
}

// alertWords say what a message was about, over which channel, and what became of
// it.
func (v recordView) alertWords(a notice.Alert) string {
	kind := v.c.T("alert.kind." + string(a.Kind))
	if a.Channel == "" {
		return v.c.T("contest.alert.unsent", "kind", kind, "state", v.c.T("alert.state."+a.State))
	}
	state := "alert.try." + a.State
	if a.State == alert.Queued {
		state = "alert.state." + a.State
	}
	return v.c.T("contest.alert.line", "kind", kind, "way", v.c.T("alert.channel."+string(a.Channel)), "state", v.c.T(state))
}

// outagePath is the public page of an outage, with its certificate.
func outagePath(id string) string { return "/status/" + id }

// outageWords say when an outage was.
func (v recordView) outageWords(o outage.Interval) string {
	if o.To.IsZero() {
		return v.c.T("contest.outage.since", "from", o.From)
	}
	return v.c.T("contest.outage.span", "from", o.From, "to", o.To)
}

// stateWords are the words of each state, toneOf their colour.
var stateWords = map[State]string{
	Draft: "contest.state.draft", Open: "contest.state.open", Withdrawn: "contest.state.withdrawn", Moot: "contest.state.moot",
	Upheld: "contest.state.upheld", Moved: "contest.state.moved", SetAside: "contest.state.set_aside",
}

func toneOf(s State) web.Tone {
	switch s {
	case Open, Draft:
		return web.Warn
	case Moved, SetAside:
		return web.Good
	case Upheld:
		return web.Info
	}
	return web.Neutral
}

// saidRows are what the person says.
func (v contestView) saidRows() []web.SummaryRow {
	rows := []web.SummaryRow{
		{Key: v.T("contest.field.state"), Body: web.Tag(toneOf(v.k.State), v.T(stateWords[v.k.State]))},
		{Key: v.T("contest.said.reason"), Value: v.reason.Name.In(v.P.Lang())},
		{Key: v.T("contest.said.words"), Body: lines(v.k.Words)},
	}
	if v.k.State == Draft {
		rows = rows[1:]
	}
	if v.k.Learned != 0 {
		rows = append(rows, web.SummaryRow{Key: v.T("contest.field.learned"), Value: v.P.Day(v.k.Learned)})
	}
	if !v.k.Signed.IsZero() {
		rows = append(rows, web.SummaryRow{Key: v.T("contest.field.signed"), Body: web.TimeText(v.P, v.k.Signed)})
	}
	if v.k.TermDays > 0 {
		rows = append(rows, web.SummaryRow{Key: v.T("contest.field.term"), Value: v.T("contest.term.stood", "days", v.k.TermDays, "source", v.k.TermSource)})
	}
	return rows
}

// decisionRows are what the judge decided.
func (v contestView) decisionRows() []web.SummaryRow {
	rows := []web.SummaryRow{{Key: v.T("contest.field.decision"), Value: v.T(decisionWords[v.k.State], "day", civil.Of(v.k.Served))}}
	if v.k.OnPaper {
		rows = append(rows, web.SummaryRow{Key: v.T("contest.field.paper_why"), Body: lines(v.k.PaperWhy)})
	}
	return append(rows,
		web.SummaryRow{Key: v.T("contest.field.why"), Body: lines(v.k.Why)},
		web.SummaryRow{Key: v.T("contest.field.judge"), Value: v.k.DecidedName},
		web.SummaryRow{Key: v.T("contest.field.decided"), Body: web.TimeText(v.P, v.k.Decided)})
}

// Ways of serving anew what is set aside.
const (
	wayBest  = "best"  // in an account if there is one
	wayPaper = "paper" // on paper, whatever there is
)

// wayOptions are how the paper is served again.
func (v contestView) wayOptions() []web.Option {
	return []web.Option{
		{Value: wayBest, Label: v.T("contest.decide.way_best"), Hint: v.T("contest.decide.way_best.hint"), On: true},
		{Value: wayPaper, Label: v.T("contest.decide.way_paper"), Hint: v.T("contest.decide.way_paper.hint")},
	}
}

// decisionOptions are what a judge can decide.
func (v contestView) decisionOptions() []web.Option {
	return []web.Option{
		{Value: string(Upheld), Label: v.T("contest.decide.upheld"), Hint: v.T("contest.decide.upheld.hint")},
		{Value: string(Moved), Label: v.T("contest.decide.moved"), Hint: v.T("contest.decide.moved.hint")},
		{Value: string(SetAside), Label: v.T("contest.decide.set_aside"), Hint: v.T("contest.decide.set_aside.hint")},
	}
}
