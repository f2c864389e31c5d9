// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// statusView is the public page.
type statusView struct {
	p    *i18n.Printer
	s    Status
	part func(code string) string
}

func (s *Service) showStatus(c *web.Ctx) error {
	return c.Render(web.Page{
		Title: c.T("outage.status.title"), Lead: c.T("outage.status.lead"), Active: "status",
		Body: statusBody(statusView{p: c.P, s: s.Status(c.Context()), part: s.partName(c.P)}),
	})
}

// partName names the parts in a language.
func (s *Service) partName(p *i18n.Printer) func(code string) string {
	return func(code string) string {
		if part, ok := s.rules.Part(code); ok {
			return part.Name.In(p.Lang())
		}
		return code
	}
}

// groups are the parts of this service and those of others.
func (v statusView) groups() [][]PartStatus {
	out := make([][]PartStatus, 2)
	for _, p := range v.s.Parts {
		n := 0
		if p.Part.Kind == KindOutside {
			n = 1
		}
		out[n] = append(out[n], p)
	}
	return out
}

func (v statusView) groupTitle(n int) string {
	return v.p.T([]string{"outage.status.own", "outage.status.outside"}[n])
}

// note says how long the part was out of use in the days shown.
func (v statusView) note(p PartStatus) string {
	if p.Total <= 0 {
		return v.p.T("outage.status.never", "days", statusDays)
	}
	return v.p.T("outage.status.total", "length", length(v.p, p.Total), "days", statusDays)
}

// Cells of the bar of days.
const (
	cellWide  = 10
	cellGap   = 3
	barHeight = 22
	// long is from when a day is shown as a bad one.
	long = time.Hour
)

func barBox() string {
	return "0 0 " + strconv.Itoa(statusDays*cellWide) + " " + strconv.Itoa(barHeight)
}

// cellX places a day: the newest one where a line ends in the language.
func (v statusView) cellX(n int) string {
	if v.p.Lang() == i18n.FA {
		n = statusDays - 1 - n
	}
	return strconv.Itoa(n * cellWide)
}

// quiet draws the days without an outage at once: one shape for each of them would
// make the page of eighteen parts too long.
func (v statusView) quiet(p PartStatus) string {
	var b strings.Builder
	for n, d := range p.Days {
		if d.Total <= 0 {
			fmt.Fprintf(&b, "M%s 0h%dv%dh-%dz", v.cellX(n), cellWide-cellGap, barHeight, cellWide-cellGap)
		}
	}
	return b.String()
}

// tone of a day with an outage: some or long.
func (d DayStatus) tone() string {
	if d.Total < long {
		return "some"
	}
	return "long"
}

// dayWords are a day with an outage for the pointer that rests on it.
func (v statusView) dayWords(d DayStatus) string {
	return v.p.T("outage.status.day", "day", d.Day, "length", length(v.p, d.Total))
}

// span is from when to when, in words.
func spanWords(p *i18n.Printer, i Interval) string {
	if i.To.IsZero() {
		return p.T("outage.since", "from", i.From)
	}
	return p.T("outage.between", "from", i.From, "to", i.To)
}

func (v statusView) items(list []Interval) []web.Item {
	out := make([]web.Item, len(list))
	for n, i := range list {
		it := web.Item{Title: v.part(i.Part), Href: Path(i.ID), Meta: []string{spanWords(v.p, i), v.p.T("outage.cause." + string(i.Cause))}}
		it.Tag, it.Tone = stateOf(v.p, i, v.s.At)
		if !i.To.IsZero() && !i.Withdrawn {
			it.Side = length(v.p, i.To.Sub(i.From))
		}
		out[n] = it
	}
	return out
}

// stateOf is an interval in a word.
func stateOf(p *i18n.Printer, i Interval, now time.Time) (string, web.Tone) {
	switch {
	case i.Withdrawn:
		return p.T("outage.state.withdrawn"), web.Neutral
	case i.From.After(now):
		return p.T("outage.state.planned"), web.Info
	case i.To.IsZero() || i.To.After(now):
		return p.T("outage.state.lasts"), web.Bad
	}
	return p.T("outage.state.over"), web.Neutral
}

// intervalView is the public page of one interval.
type intervalView struct {
	p        *i18n.Printer
	i        Interval
	versions []Version
	part     func(code string) string
	now      time.Time
	admin    bool
}

func (s *Service) showInterval(c *web.Ctx) error {
	i, versions, err := s.Get(c.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	v := intervalView{p: c.P, i: i, versions: versions, part: s.partName(c.P), now: c.Now(), admin: s.d.Policy.Check(c.Actor, "outage.declare", register) == nil}
	page := web.Page{Title: v.part(i.Part), Caption: c.T("outage.one.caption"), Lead: spanWords(c.P, i), Back: PathStatus, Active: "status", Body: intervalBody(v)}
	if c.Query("wait") != "" && certified(i) {
		page.RefreshURL = Path(i.ID)
	}
	return c.Render(page)
}

func (v intervalView) rows() []web.SummaryRow {
	p, i := v.p, v.i
	words, tone := stateOf(p, i, v.now)
	rows := []web.SummaryRow{
		{Key: p.T("outage.field.state"), Body: web.Tag(tone, words)},
		{Key: p.T("outage.field.from"), Value: exact(p, i.From)},
	}
	if !i.To.IsZero() {
		rows = append(rows, web.SummaryRow{Key: p.T("outage.field.to"), Value: exact(p, i.To)}, web.SummaryRow{Key: p.T("outage.field.length"), Value: length(p, i.To.Sub(i.From))})
	}
	return append(rows,
		web.SummaryRow{Key: p.T("outage.field.cause"), Value: p.T("outage.cause." + string(i.Cause))},
		web.SummaryRow{Key: p.T("outage.field.origin"), Value: p.T("outage.origin." + string(i.Origin))},
		web.SummaryRow{Key: p.T("outage.field.text"), Value: i.Text.In(p.Lang())})
}

// history is every version, the oldest first.
func (v intervalView) history() []web.Event {
	out := make([]web.Event, len(v.versions))
	for n, x := range v.versions {
		e := web.Event{
			At: x.Changed, Title: v.p.T("outage.act." + string(x.Act)), Text: spanWords(v.p, x.Interval),
			Href: Path(x.ID) + "/receipts/" + strconv.FormatInt(x.Version, 10), Link: v.p.T("outage.one.receipt"),
		}
		if x.Reason != "" {
			e.Text += v.p.T("outage.one.reason", "reason", x.Reason)
		}
		if e.By = v.p.T("outage.one.by_program"); x.Person != "" {
			e.By = v.p.T("outage.one.by_administrator")
		}
		out[n] = e
	}
	return out
}

func (s *Service) getCertificate(c *web.Ctx) error {
	lang := i18n.Lang(c.Param("lang"))
	if lang != i18n.FA && lang != i18n.EN {
		return errs.New(errs.NotFound, "")
	}
	file, err := s.Certificate(c.Context(), c.Param("id"), lang)
	if errs.Is(err, errs.Conflict) { // made in a second: the page says so
		return c.Redirect(Path(c.Param("id")) + "?wait=1")
	}
	if err != nil {
		return err
	}
	return c.Download("tarazu-outage-"+c.Param("id")+"-"+string(lang)+".pdf", "application/pdf", file)
}

func (s *Service) getReceipt(c *web.Ctx) error {
	version, err := strconv.ParseInt(c.Param("version"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "outage.not_found")
	}
	file, err := s.Receipt(c.Context(), c.Param("id"), version)
	if errs.Is(err, errs.Conflict) {
		return c.Redirect(Path(c.Param("id")) + "?wait=1")
	}
	if err != nil {
		return err
	}
	return c.Download("tarazu-outage-"+c.Param("id")+"-"+strconv.FormatInt(version, 10)+".tlog-proof", "application/octet-stream", file)
}

func (s *Service) showFeed(c *web.Ctx) error {
	b, err := feed(s.Status(c.Context()), c.P, s.d.BaseURL, s.partName(c.P))
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	c.W.Header().Set("Cache-Control", "public, max-age=60")
	c.W.Header().Set("Vary", "Cookie, Accept-Language")
	_, _ = c.W.Write(b) // the reader may be gone
	return nil
}

func fmtInt(n int) string { return strconv.Itoa(n) }
