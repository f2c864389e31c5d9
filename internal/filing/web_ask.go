// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// thenAsk is sent by the page itself when an answer decides what else is asked:
// the answers so far are kept, and the page comes back with the questions that
// belong to them and without a word about what is still missing.
const thenAsk = "ask"

func (s *Service) askOn(c *web.Ctx, f Filing, d *catalogue.Definition, pg catalogue.PageDef, in *form.Form) error {
	answers := d.Read(in, pg.Key, f.Answers, c.P.Lang())
	if _, err := s.Keep(c.Context(), c.Actor, f.ID, pg.Key, answers, tabOf(in)); err != nil {
		return err
	}
	f.Answers = merge(d, f.Answers, pg, f.mendedAnswers(d, pg, answers))
	return s.renderPage(c, f, d, in, nil)
}

// freshOn are the questions of a page that the answers just given have opened
// and that nobody could answer yet.
func freshOn(d *catalogue.Definition, before Filing, pg catalogue.PageDef, answers catalogue.Answers) (out []string) {
	after := merge(d, before.Answers, pg, before.mendedAnswers(d, pg, answers))
	for _, q := range pg.Fields {
		_, answered := after[q.Name]
		if !answered && before.opens(d, q.Name) && d.Visible(q.Name, after) && !d.Visible(q.Name, before.Answers) {
			out = append(out, q.Name)
		}
	}
	return slices.Clip(out)
}
