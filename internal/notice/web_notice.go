// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"time"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// noticePage is the page before opening: from whom, since when it is served,
// and what opening means. An opened notice goes on to its paper.
func (s *Service) noticePage(c *web.Ctx) error {
	n, err := s.Get(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	if s.OpenTo(c.Actor, n) {
		return c.Redirect("/inbox/" + n.ID + "/paper")
	}
	return c.Render(web.Page{
		Title: n.Title.In(c.P.Lang()), Caption: n.Sender(c.P.Lang()), Active: "inbox", Back: "/inbox",
		Body: s.withContest(c, n, beforeOpening(c, n, s.Effect(n), s.numberOf(c, n))),
	})
}

// openNotice is the one place where a notice is opened.
func (s *Service) openNotice(c *web.Ctx) error {
	f, err := c.Form(1 << 10)
	if err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	n, err := s.Open(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	return c.Redirect("/inbox/" + n.ID + "/paper")
}

// paperView is an opened notice.
type paperView struct {
	c        *web.Ctx
	n        Notice
	effect   Effect
	alerts   []Alert
	ready    bool            // the receipt can be downloaded
	deadline templ.Component // nil: none
	answer   string          // where to answer; "" for nowhere
	number   int64           // in its owner's series; 0: none yet
	contest  templ.Component // what can be said against its service; nil: nothing
	files    string          // where the paper as a file is, and what is attached to it
}

// paperPage shows an opened notice. It never opens one.
func (s *Service) paperPage(c *web.Ctx) error {
	id := c.Param("id")
	n, err := s.Read(c.Context(), c.Actor, id)
	if errs.Is(err, errs.Conflict) {
		return c.Redirect("/inbox/" + id)
	}
	if err != nil {
		return err
	}
	v := paperView{c: c, n: n, effect: s.Effect(n)}
	if v.alerts, err = s.Alerts(c.Context(), c.Actor, id); err != nil {
		return err
	}
	if s.d.Deadline != nil {
		v.deadline = s.d.Deadline(c, n)
	}
	if s.d.Answer != nil {
		if href, ok := s.d.Answer(c, n); ok {
			v.answer = href
		}
	}
	v.files, v.contest = s.FilesOf(c, n), s.contestOf(c, n)
	page := web.Page{Title: n.Title.In(c.P.Lang()), Caption: n.Sender(c.P.Lang()), Lead: numbers(c, n), Active: "inbox", Back: "/inbox"}
	switch _, _, err := s.Receipt(c.Context(), c.Actor, id, true); {
	case err == nil:
		v.ready = true
	case errs.Is(err, errs.Conflict):
		page.RefreshURL = "/inbox/" + id + "/paper"
	default:
		return err
	}
	v.number = s.numberOf(c, n)
	page.Body, page.Aside = paperBody(v), paperAside(v)
	return c.Render(page)
}

// contestOf leads to a contest of the service of n; nil for nowhere.
func (s *Service) contestOf(c *web.Ctx, n Notice) templ.Component {
	if s.d.Contest == nil {
		return nil
	}
	return s.d.Contest(c, n)
}

// withContest adds the way to a contest below what a page shows.
func (s *Service) withContest(c *web.Ctx, n Notice, body templ.Component) templ.Component {
	if more := s.contestOf(c, n); more != nil {
		return templ.Join(body, more)
	}
	return body
}

// numberOf is the number of a notice in its owner's series; 0 if it has none
// yet, or if it cannot be read now: the notice matters more.
func (s *Service) numberOf(c *web.Ctx, n Notice) int64 {
	if s.d.Serial == nil {
		return 0
	}
	serial, err := s.d.Serial(c.Context(), c.Actor, n.ID)
	if err != nil {
		c.Log().Warn("notice: the number of a notice was not read", "error", err)
	}
	return serial
}

// mayNumber tells whether the inbox leads to the numbers: not for those who see
// only a part of it.
func (s *Service) mayNumber(c *web.Ctx) bool {
	limited, _, _ := c.Actor.Limited()
	some, _ := KindsOf(c.Actor)
	return s.d.Serial != nil && !limited && !some && !clientsOnly(c.Actor)
}

// FilesOf is where the files of what a notice serves are; "" for nowhere.
func (s *Service) FilesOf(c *web.Ctx, n Notice) string {
	if s.d.Files == nil {
		return ""
	}
	href, _ := s.d.Files(c, n)
	return href
}

// receipt is the proof file of arrival, or with ?of=viewing that of viewing.
func (s *Service) receipt(c *web.Ctx) error {
	viewing := c.Query("of") == "viewing"
	file, n, err := s.Receipt(c.Context(), c.Actor, c.Param("id"), viewing)
	if errs.Is(err, errs.Conflict) { // not opened, or ready in a second: the page says so
		return c.Redirect("/inbox/" + c.Param("id") + "/paper")
	}
	if err != nil {
		return err
	}
	name := "tarazu-notice-" + n.Number + ".tlog-proof"
	if viewing {
		name = "tarazu-notice-" + n.Number + "-viewed.tlog-proof"
	}
	return c.Download(name, "application/octet-stream", file)
}

// timeRow is a line of the list of evidence.
func timeRow(c *web.Ctx, key string, t time.Time) web.SummaryRow {
	if t.IsZero() {
		return web.SummaryRow{Key: c.T(key), Value: c.T("notice.not_yet")}
	}
	return web.SummaryRow{Key: c.T(key), Body: exactTime(c, t)}
}

// numbers are the notice's number and the case's, in a sentence.
func numbers(c *web.Ctx, n Notice) string {
	if n.CaseNumber == "" {
		return c.T("notice.number", "number", n.Number)
	}
	return c.T("notice.numbers", "number", n.Number, "case", n.CaseNumber)
}

func factRows(c *web.Ctx, n Notice, number int64) []web.SummaryRow {
	rows := []web.SummaryRow{
		{Key: c.T("notice.field.kind"), Value: c.T("notice.kind." + n.Kind)},
		{Key: c.T("notice.field.from"), Value: n.Sender(c.P.Lang())},
		{Key: c.T("notice.field.to"), Value: n.AddresseeName},
	}
	if n.LawyerOf != "" {
		rows = append(rows, web.SummaryRow{Key: c.T("notice.field.lawyer_of"), Value: n.LawyerOf})
	}
	if number > 0 {
		rows = append(rows, web.SummaryRow{Key: c.T("notice.number_in_series"), Body: numberInSeries(c, number)})
	}
	if n.Opened() { // its page has the numbers at the top
		return rows
	}
	rows = append(rows, web.SummaryRow{Key: c.T("notice.field.number"), Value: n.Number, LTR: true})
	if n.CaseNumber != "" {
		rows = append(rows, web.SummaryRow{Key: c.T("notice.field.case"), Value: n.CaseNumber, LTR: true})
	}
	return append(rows, timeRow(c, "notice.field.arrived", n.Arrived))
}

func evidenceRows(v paperView) []web.SummaryRow {
	rows := []web.SummaryRow{timeRow(v.c, "notice.field.issued", v.n.Issued)}
	if v.effect.Served.IsZero() { // it serves nothing
		return append(rows, timeRow(v.c, "notice.field.arrived", v.n.Arrived), timeRow(v.c, "notice.field.opened", v.n.Viewed))
	}
	rows = append(rows, timeRow(v.c, "notice.field.served", v.n.Arrived), timeRow(v.c, "notice.field.viewed", v.n.Viewed))
	if v.effect.Moved {
		rows = append(rows, timeRow(v.c, "notice.field.served_decided", v.effect.Served))
	}
	if v.n.HasTerm() {
		rows = append(rows, timeRow(v.c, "notice.field.runs_from", v.effect.RunsFrom()))
	}
	return rows
}

// historyRows are the facts of a notice, in the order in which they were learned.
func historyRows(c *web.Ctx, n Notice) []web.SummaryRow {
	var rows []web.SummaryRow
	for _, f := range n.History() {
		rows = append(rows, timeRow(c, "notice.fact."+f.Kind, f.At))
	}
	return rows
}

// openedInVain is the last opening that does not count for the addressee.
func openedInVain(n Notice) (f Fact, found bool) {
	for _, f := range n.History() {
		if f.Kind == FactViewed {
			return f, true
		}
	}
	return Fact{}, false
}

// replacement is the notice that took the place of n; "" if none did.
func replacement(n Notice) string {
	if n.ReplacedBy == withdrawn {
		return ""
	}
	return n.ReplacedBy
}

// alertWords say over which way a message went, when, and what became of it.
func alertWords(c *web.Ctx, a Alert) string {
	if a.Channel == "" {
		return c.T("notice.alert.line", "way", c.T("alert.kind."+string(a.Kind)), "state", c.T("alert.state."+a.State), "at", a.At)
	}
	state := "alert.try." + a.State
	if a.State == alert.Queued {
		state = "alert.state." + a.State
	}
	return c.T("notice.alert.line", "way", c.T("alert.channel."+string(a.Channel)), "state", c.T(state), "at", a.At)
}
