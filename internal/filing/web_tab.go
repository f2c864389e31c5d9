// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// staleView asks which answers of a page hold: those typed here, or those that
// another tab has kept meanwhile.
type staleView struct {
	rows []web.SummaryRow // what is kept where it differs from what is typed
	then string
}

// tabOf is the tab that sent a page. Where somebody was asked to decide, "over"
// stands for "seen": nothing that the page sends by itself may decide for them.
func tabOf(in *form.Form) Tab {
	seen := in.Raw("seen")
	if in.Has("over") {
		seen = in.Raw("over")
	}
	return Tab{ID: in.Raw("tab"), Seen: seen}
}

// staleView compares what is kept with what was typed, as people read it.
func (s *Service) staleView(c *web.Ctx, d *catalogue.Definition, pg catalogue.PageDef, kept, typed Filing, then string) (*staleView, error) {
	v := &staleView{then: then}
	if then != "later" {
		v.then = "next"
	}
	words := func(q catalogue.FieldDef, answers catalogue.Answers) (label, text string, err error) {
		fv, err := s.fieldView(c, q, answers)
		if err == nil && d.Visible(q.Name, answers) {
			text = answerWords(c, fv)
		}
		return fv.Label, text, err
	}
	for _, q := range pg.Fields {
		label, there, err := words(q, kept.Answers)
		if err != nil {
			return nil, err
		}
		_, here, err := words(q, typed.Answers)
		if err != nil {
			return nil, err
		}
		if there == here {
			continue
		}
		if there == "" {
			there = c.T("filing.stale.none")
		}
		v.rows = append(v.rows, web.SummaryRow{Key: label, Value: there})
	}
	return v, nil
}
