// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"fmt"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// StartsIn says in words what the term runs from.
func (r Rule) StartsIn(p *i18n.Printer) string {
	if r.Event != nil {
		return p.T("calendar.list.starts.event", "event", r.Event.In(p.Lang()))
	}
	return p.T("calendar.list.starts." + r.Starts)
}

// DaysIn says in words how long the term is.
func (r Rule) DaysIn(p *i18n.Printer) string {
	if r.SetByCourt() {
		return p.T("calendar.list.court")
	}
	out := p.N("calendar.days", r.Days)
	if r.DaysAbroad != r.Days {
		out += separator(p) + p.T("calendar.list.abroad", "days", p.N("calendar.days", r.DaysAbroad))
	}
	return out
}

// ListRules writes the table of terms for people: three lines for each version
// of a rule, with its article and how well it is known.
func ListRules(p *i18n.Printer, rs Rules) string {
	var b strings.Builder
	sep := separator(p)
	for _, r := range rs.list {
		title := p.T("calendar.rule.title", "name", r.Name.In(p.Lang()), "article", r.Article.In(p.Lang()), "code", r.Code)
		dates := p.T("calendar.list.from", "from", r.From)
		if r.To != nil {
			dates += sep + p.T("calendar.list.until", "to", *r.To)
		}
		fmt.Fprintf(&b, "%s\n  %s\n  %s\n", title,
			strings.Join([]string{r.DaysIn(p), r.StartsIn(p), dates}, sep),
			strings.Join([]string{p.T("calendar.list.outage." + r.Outage), p.T("calendar.list.mark." + r.Mark)}, sep))
	}
	fmt.Fprintf(&b, "\n%s:\n", p.T("calendar.list.moments"))
	for _, m := range rs.moments {
		fmt.Fprintf(&b, "  %s: %s\n", m.Name.In(p.Lang()), p.N("calendar.list.minutes", m.Minutes))
	}
	return b.String()
}

// separator stands between the things of a list.
func separator(p *i18n.Printer) string {
	if p.Lang() == i18n.FA {
		return "، "
	}
	return ", "
}
