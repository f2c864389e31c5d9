// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// ruleChoice offers the terms that a notice can start, with their article.
func (s *Service) ruleChoice(v sendView) (web.Choice, error) {
	p := v.c.P
	ch := web.Choice{Name: "rule", Label: p.T("docket.send.rule")}
	for i, r := range v.of.Rules {
		if r.Rule == "" {
			ch.Options = append(ch.Options, web.Option{Value: "none", Label: p.T("docket.send.rule.none"), On: i == 0})
			continue
		}
		law, err := s.d.Calendar.Rule(r.Rule, civil.Of(v.c.Now()))
		if err != nil {
			return web.Choice{}, err
		}
		hint := law.Article.In(p.Lang())
		if !law.SetByCourt() {
			hint = p.T("docket.send.rule.hint", "article", hint, "days", p.N("docket.days", law.Days), "start", p.T("docket.compose.start."+law.Starts))
		}
		ch.Options = append(ch.Options, web.Option{Value: r.Rule, Label: law.Name.In(p.Lang()), Hint: hint, On: i == 0})
	}
	return ch, nil
}
