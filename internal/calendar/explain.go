// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"fmt"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// In returns the text in a language.
func (t Text) In(l i18n.Lang) string {
	if l == i18n.EN && t.EN != "" {
		return t.EN
	}
	return t.FA
}

// Reason says in words why the day is counted or not, with what it is closed
// for: "closed, but inside the term, so counted (official holiday: Ashura)".
func (m DayMark) Reason(p *i18n.Printer) string {
	text := p.T("calendar.why." + m.Why)
	var closed []string
	if m.Closed != "" {
		closed = append(closed, p.T("calendar.closed."+m.Closed))
	}
	if m.Name != nil {
		closed = append(closed, m.Name.In(p.Lang()))
	}
	if len(closed) == 0 {
		return text
	}
	return text + " (" + strings.Join(closed, ": ") + ")"
}

// Notes are what a person must be told about the result, as locale keys, the
// weightiest first.
func (c Computation) Notes() []string {
	var keys []string
	add := func(is bool, key string) {
		if is {
			keys = append(keys, "calendar.note."+key)
		}
	}
	add(c.Uncertain, "uncertain")
	add(c.Provisional, "provisional")
	add(len(c.Outages) > 0, "outage")
	add(c.Longest != nil, "shared")
	add(len(c.Hearings) > 0, "hearing")
	add(c.AbroadDefault, "abroad_default")
	add(c.ActualService, "actual_service")
	add(c.Rule.Mark == MarkMemory, "memory")
	add(c.Rule.CountingMark == MarkInferred, "counting_inferred")
	return keys
}

// Explain writes a computation for people, as plain text with a line per day.
func Explain(p *i18n.Printer, c Computation) string {
	var b strings.Builder
	line := func(label, text string) { fmt.Fprintf(&b, "%s: %s\n", p.T("calendar.label."+label), text) }
	line("rule", p.T("calendar.rule.title",
		"name", c.Rule.Name.In(p.Lang()), "article", c.Rule.Article.In(p.Lang()), "code", c.Rule.Code))
	served := p.Day(c.Served)
	if c.Rule.Event != nil {
		served += " (" + c.Rule.Event.In(p.Lang()) + ")"
	}
	line("served", served)
	label := "term"
	if c.Abroad {
		label = "term_abroad"
	}
	line(label, p.N("calendar.days", c.Term))
	if v, ok := FindProvince(c.Province); ok {
		line("province", Text{FA: v.FA, EN: v.EN}.In(p.Lang()))
	}
	line("safe", p.Day(c.Safe))
	if c.Own != nil {
		line("own", p.Day(*c.Own))
	}
	line("last", p.Day(c.Last))
	for _, key := range c.Notes() {
		line("note", p.T(key))
	}
	fmt.Fprintf(&b, "\n%s:\n", p.T("calendar.label.days"))
	n := 0
	for _, m := range c.Days {
		count := ""
		if m.Counted {
			n++
			count = p.Int(int64(n))
		}
		fmt.Fprintf(&b, "%4s  %s: %s\n", count, p.Day(m.Date), m.Reason(p))
	}
	return b.String()
}
