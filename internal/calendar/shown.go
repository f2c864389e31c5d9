// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Shown is a computation as programs read it. The modules above show it for
// deadlines of theirs.
type Shown struct {
	Rule        string     `json:"rule"`
	Name        api.Text   `json:"name"`
	Article     api.Text   `json:"article"`
	Served      string     `json:"served"`
	Term        int        `json:"term" doc:"Counted days."`
	Abroad      bool       `json:"abroad"`
	Province    string     `json:"province,omitempty"`
	Safe        string     `json:"safe" doc:"The last day that no reading of the law can call late."`
	Last        string     `json:"last" doc:"The last day on which the act is in time."`
	Provisional bool       `json:"provisional"`
	Uncertain   bool       `json:"uncertain"`
	Notes       []string   `json:"notes" doc:"What one must know about the result, in words."`
	Calendar    string     `json:"calendar" doc:"Version of the calendar."`
	Days        []ShownDay `json:"days"`
}

// ShownDay is one day on the way to the deadline.
type ShownDay struct {
	Date    string `json:"date"`
	Counted bool   `json:"counted"`
	Why     string `json:"why"`
	Words   string `json:"words"`
}

// Show is the computation in the words of a printer.
func (c Computation) Show(p *i18n.Printer) Shown {
	out := Shown{
		Rule: c.Rule.Code, Name: api.Text(c.Rule.Name), Article: api.Text(c.Rule.Article), Served: c.Served.String(), Term: c.Term,
		Abroad: c.Abroad, Province: c.Province, Safe: c.Safe.String(), Last: c.Last.String(), Provisional: c.Provisional, Uncertain: c.Uncertain,
		Notes: []string{}, Calendar: c.Calendar, Days: []ShownDay{},
	}
	for _, key := range c.Notes() {
		out.Notes = append(out.Notes, p.T(key))
	}
	for _, d := range c.Days {
		out.Days = append(out.Days, ShownDay{Date: d.Date.String(), Counted: d.Counted, Why: d.Why, Words: d.Reason(p)})
	}
	return out
}
