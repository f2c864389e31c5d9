// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// taskOptions are the tasks to choose from: what has no address cannot be given out.
func taskOptions(v tasksView) []web.Option {
	var out []web.Option
	for _, l := range v.rows {
		if !l.t.UnknownAddress() {
			out = append(out, web.Option{Value: l.t.ID, Label: l.t.Name, Hint: l.where})
		}
	}
	return out
}

func taskItems(v tasksView) []web.Item {
	out := make([]web.Item, 0, len(v.rows))
	for _, l := range v.rows {
		out = append(out, web.Item{
			Title: l.t.Name, Href: PathUnit + "/" + l.t.ID, Tag: l.tag, Tone: l.tone,
			Meta: append([]string{l.where, l.t.Title.In(v.P.Lang()), v.T("bailiff.case", "number", l.t.CaseNumber)}, l.meta...),
		})
	}
	return out
}

// stepEvents are the steps of a task as a timeline; an attempt has its picture.
func stepEvents(p *i18n.Printer, steps []LadderStep, attempts []Attempt, base string) []web.Event {
	out := make([]web.Event, 0, len(steps))
	for _, st := range steps {
		if st.Kind == LadderAttempt {
			for _, e := range attempts {
				if e.ID == st.Attempt {
					out = append(out, attemptEvents(p, []Attempt{e}, base)...)
				}
			}
			continue
		}
		out = append(out, web.Event{At: st.At, Title: p.T("bailiff.step." + st.Kind), Text: st.Why, By: st.By, Tone: web.Neutral})
	}
	return out
}
