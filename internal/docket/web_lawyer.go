// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// lawyerView is the page that asks before a representation ends.
type lawyerView struct {
	c      *web.Ctx
	lawyer Representation
}

// ownLawyer finds a lawyer on record of the actor's own party.
func (s *Service) ownLawyer(c *web.Ctx) (Case, Representation, error) {
	k, err := s.Case(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return Case{}, Representation{}, err
	}
	own, _ := k.PartyOf(c.Actor.Owner())
	list := k.lawyersOf(own.ID)
	i := slices.IndexFunc(list, func(l Representation) bool { return l.Lawyer == c.Param("lawyer") })
	if i < 0 {
		return k, Representation{}, errs.New(errs.NotFound, "")
	}
	return k, list[i], nil
}

// endLawyerPage says what ending a representation means, and asks.
func (s *Service) endLawyerPage(c *web.Ctx) error {
	k, l, err := s.ownLawyer(c)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("docket.end.title", "name", l.Name), Caption: k.Title.In(c.P.Lang()), Lead: c.T("docket.case_number", "number", k.Number),
		Active: "cases", Back: "/cases/" + k.ID, Body: endLawyerBody(lawyerView{c: c, lawyer: l}),
	})
}

// endLawyer ends it. Who presses twice finds it ended.
func (s *Service) endLawyer(c *web.Ctx) error {
	f, err := c.Form(1 << 10)
	if err == nil {
		err = f.Err()
	}
	if err != nil {
		return err
	}
	k, err := s.Case(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	own, _ := k.PartyOf(c.Actor.Owner())
	err = s.EndLawyer(c.Context(), c.Actor, k.ID, own.ID, c.Param("lawyer"))
	switch {
	case err == nil:
		c.Flash("docket.end.done")
	case errs.Is(err, errs.Conflict):
		c.Flash("docket.lawyer_ended")
	default:
		return err
	}
	return c.Redirect("/cases/" + k.ID)
}

func lawyerPath(l Representation) string { return "/cases/" + l.Case + "/lawyers/" + l.Lawyer }

// sinceWords says since when a lawyer is on record, and by which contract.
func sinceWords(c *web.Ctx, l Representation) string {
	if l.Contract == "" {
		return c.T("docket.lawyers.since_plain", "at", l.From)
	}
	return c.T("docket.lawyers.since", "at", l.From, "contract", l.Contract)
}
