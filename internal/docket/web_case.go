// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type caseView struct {
	c        *web.Ctx
	view     View
	v        web.View
	events   []web.Event
	branches []Branch         // to choose from, if the actor may refer
	send     bool             // the actor may send notices
	hides    bool             // and ask for an address that is hidden
	reach    bool             // and see how far papers have come
	lawyers  []Representation // of the party for whom the actor acts
	mayEnd   bool             // and he may end them
	contests templ.Component  // of the service of its notices; nil: none

	running, over []Deadline // deadlines to be kept, and those that are met or have passed
}

// casePage shows a case: what is expected, what happened, who is in it.
func (s *Service) casePage(c *web.Ctx) error { return s.showCase(c, nil, nil) }

// showCase also shows the page again after a wrong choice of branch.
func (s *Service) showCase(c *web.Ctx, f *form.Form, wrong *web.Errors) error {
	view, err := s.View(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	served, err := s.onLawyer(c.Context(), c.Actor, view.Case)
	if err != nil {
		return err
	}
	v := caseView{c: c, view: view, v: c.View(f, wrong), events: events(c, view.Entries, served),
		send: len(s.MaySend(c.Actor, view.Case)) > 0, hides: c.Actor.Role == policy.Judge && slices.ContainsFunc(view.Case.Parties, func(p Party) bool { return p.Hides }),
		reach: staff(c.Actor) && view.Case.Kind != DeclarationCase}
	today := civil.Of(c.Now())
	for _, d := range view.Deadlines {
		if d.Met.IsZero() && d.Last >= today {
			v.running = append(v.running, d)
		} else {
			v.over = append(v.over, d)
		}
	}
	if own, ok := view.Case.PartyOf(c.Actor.Owner()); ok {
		v.lawyers, v.mayEnd = view.Case.lawyersOf(own.ID), s.d.Policy.Check(c.Actor, "docket.end_lawyer", partyResource(view.Case, own)) == nil
	}
	if s.d.Contests != nil {
		v.contests = s.d.Contests(c, view.Case)
	}
	if s.MayRefer(c.Actor, view.Case) {
		if v.branches, err = s.Branches(c.Context(), view.Case.Unit); err != nil {
			return err
		}
	}
	return c.Render(web.Page{
		Title: view.Case.Title.In(c.P.Lang()), Caption: view.Case.Sender().In(c.P.Lang()),
		Lead: c.T("docket.case_number", "number", view.Case.Number), Active: "cases", Back: "/cases",
		Errors: wrong, Body: caseBody(v), Aside: caseAside(v),
	})
}

// confirmBranch refers the case to a branch.
func (s *Service) confirmBranch(c *web.Ctx) error {
	f, err := c.Form(4 << 10)
	if err != nil {
		return err
	}
	branch := f.Text("branch", form.Required, form.Max(4))
	version, verr := strconv.ParseInt(f.Raw("version"), 10, 64)
	if verr != nil {
		f.Fail("version", "docket.case_changed")
	}
	if err = f.Err(); err == nil {
		err = s.ConfirmBranch(c.Context(), c.Actor, c.Param("id"), branch, version)
	}
	if err == nil {
		c.Flash("docket.referred_done")
		return c.Redirect("/cases/" + c.Param("id"))
	}
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Forbidden) {
		return err
	}
	wrong, ok := c.Errors(err, f)
	if !ok {
		return err
	}
	return s.showCase(c, f, wrong)
}

// events are the entries, the newest first, with a link to each paper that was
// served on the lawyer of who looks.
func events(c *web.Ctx, entries []Entry, served map[string]bool) []web.Event {
	out := make([]web.Event, 0, len(entries))
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		ev := web.Event{At: e.At, Title: e.Words(c.P)}
		ev.Href, ev.Link = e.Link(c.P, c.Actor.Owner())
		if served[e.Subject] {
			ev.Href, ev.Link = servedPath(e.Case, e.Subject), c.T("docket.served.read")
		}
		if c.P.Has(e.key() + ".text") {
			ev.Text = c.P.T(e.key()+".text", e.pairs(c.P)...)
		}
		if e.By.Name != "" && c.P.Has("docket.role."+string(e.By.Role)) {
			ev.By = c.T("docket.by", "name", e.By.Name, "role", c.T("docket.role."+string(e.By.Role)))
		}
		out = append(out, ev)
	}
	return out
}

func partyRows(c *web.Ctx, k Case, side string) []web.SummaryRow {
	var rows []web.SummaryRow
	for _, p := range k.Parties {
		if p.Side != side {
			continue
		}
		name := p.Name
		if p.Person != "" && p.Person == c.Actor.Owner() {
			name = c.T("docket.party.you", "name", p.Name)
		}
		rows = append(rows, web.SummaryRow{Key: c.T("docket.side." + k.Kind + "." + p.Side), Value: name})
		if p.Agent != "" {
			rows = append(rows, web.SummaryRow{Key: c.T("docket.party.agent"), Value: p.Agent},
				web.SummaryRow{Key: c.T("docket.party.agent_title"), Value: Text{FA: p.AgentFA, EN: p.AgentEN}.In(c.P.Lang())})
		}
		for _, l := range k.lawyersOf(p.ID) {
			rows = append(rows, web.SummaryRow{Key: c.T("docket.lawyers.title"), Value: l.Name})
		}
		if p.NationalCode != "" {
			rows = append(rows, web.SummaryRow{Key: c.T("docket.party.national_code"), Value: p.NationalCode, LTR: true})
		}
		if p.EntityID != "" {
			rows = append(rows, web.SummaryRow{Key: c.T("docket.party.entity_id"), Value: p.EntityID, LTR: true})
		}
		if p.Address != "" {
			rows = append(rows, web.SummaryRow{Key: c.T("docket.party.address"), Value: p.Address})
		}
		if p.Hides && (staff(c.Actor) || p.Person == c.Actor.Owner()) {
			rows = append(rows, web.SummaryRow{Key: c.T("docket.party.address"), Value: c.T("docket.party.hides")})
		}
		if p.UnknownAddress && staff(c.Actor) {
			rows = append(rows, web.SummaryRow{Key: c.T("docket.party.address"), Value: c.T("docket.party.unknown_address")})
		}
		if p.Abroad {
			rows = append(rows, web.SummaryRow{Key: c.T("docket.party.residence"), Value: c.T("docket.party.abroad")})
		}
	}
	return rows
}

func caseRows(c *web.Ctx, k Case) []web.SummaryRow {
	rows := []web.SummaryRow{
		{Key: c.T("docket.field.unit"), Value: k.UnitName.In(c.P.Lang())},
	}
	switch {
	case k.Branch != "":
		rows = append(rows, web.SummaryRow{Key: c.T("docket.field.branch"), Value: k.BranchName.In(c.P.Lang())})
	case k.Kind != DeclarationCase:
		rows = append(rows, web.SummaryRow{Key: c.T("docket.field.branch"), Value: c.T("docket.branch_pending")})
	}
	return append(rows,
		web.SummaryRow{Key: c.T("docket.field.opened"), Body: web.TimeText(c.P, k.Opened)},
		web.SummaryRow{Key: c.T("docket.field.state"), Body: web.Tag(toneOf(k.State), c.T(stateKey(k.Kind, k.State)))})
}

// linkedTitle is the key of what the other case is to this one.
func linkedTitle(l Linked) string {
	if l.First {
		return "docket.linked.first"
	}
	return "docket.linked.appeal"
}

// branchChoice offers the branches, the proposed one first chosen.
func branchChoice(v caseView) web.Choice {
	p := v.c.P
	ch := web.Choice{Name: "branch", Label: p.T("docket.refer.label"), Hint: p.T("docket.refer.hint")}
	for _, b := range v.branches {
		hint := p.N("docket.refer.load", b.Open)
		on := b.Number == v.view.Case.Proposed
		if on {
			hint = p.T("docket.refer.proposed", "load", hint)
		}
		ch.Options = append(ch.Options, web.Option{Value: b.Number, Label: b.Name.In(p.Lang()), Hint: hint, On: on})
	}
	return ch
}
