// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// forPart says for whom somebody else files, and as what he signs if he may; no
// rows if he files for himself.
func (s *Service) forPart(c *web.Ctx, f Filing, d *catalogue.Definition) (part checkPart, err error) {
	if c.Actor.For == "" {
		return part, nil
	}
	p, err := s.d.Identity.Person(c.Context(), f.Owner)
	if err != nil {
		return part, err
	}
	var r Record
	if r.Filer, err = s.filerParty(c.Context(), f, p, string(f.Standing)); err != nil {
		return part, err
	}
	if s.may(c.Actor, "filing.sign", f, 0) == nil && !f.closedTo(d, c.Actor) {
		if r.Agent, err = s.agentOf(c.Context(), c.Actor); err != nil {
			return part, err
		}
	}
	part.title = c.T("filing.filer.title")
	part.rows = append([]web.SummaryRow{{Key: c.T("filing.filer.name"), Value: p.Name()}}, filerRows(c, r)...)
	if r.Agent == nil {
		part.rows = append(part.rows, web.SummaryRow{Key: c.T("filing.filer.agent"), Value: c.T("filing.filer.agent_open")})
	}
	return part, nil
}

// filerRows say more of who filed than the name: the numbers of a legal person, and
// who signed on its behalf, in which capacity and by which mandate.
func filerRows(c *web.Ctx, r Record) (rows []web.SummaryRow) {
	for _, x := range []struct{ key, value string }{
		{"entity_id", r.Filer.EntityID}, {"registration", r.Filer.Registration}, {"body_code", r.Filer.BodyCode},
	} {
		if x.value != "" {
			rows = append(rows, web.SummaryRow{Key: c.T("filing.filer." + x.key), Value: x.value, LTR: true})
		}
	}
	if r.Agent == nil {
		return rows
	}
	rows = append(rows, web.SummaryRow{Key: c.T("filing.filer.agent"), Value: r.Agent.Name()})
	if title := pick(c, r.Agent.TitleFA, r.Agent.TitleEN); title != "" {
		rows = append(rows, web.SummaryRow{Key: c.T("filing.filer.agent_title"), Value: title})
	}
	if r.Agent.Contract != "" {
		rows = append(rows, web.SummaryRow{Key: c.T("filing.filer.contract"), Value: r.Agent.Contract, LTR: true})
	}
	return rows
}
