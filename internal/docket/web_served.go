// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type servedView struct {
	c        *web.Ctx
	n        notice.Notice
	effect   notice.Effect
	deadline templ.Component // nil: none
	files    string          // where the paper as a file is, and what is attached; "" for nowhere
}

// servedPage shows a party the paper that was served on its lawyer.
func (s *Service) servedPage(c *web.Ctx) error {
	n, err := s.ServedPaper(c.Context(), c.Actor, c.Param("id"), c.Param("notice"))
	if err != nil {
		return err
	}
	v := servedView{c: c, n: n, effect: s.d.Notice.Effect(n), deadline: s.DeadlineCard(c, n), files: s.d.Notice.FilesOf(c, n)}
	return c.Render(web.Page{
		Title: n.Title.In(c.P.Lang()), Caption: n.Sender(c.P.Lang()), Lead: c.T("docket.case_number", "number", n.CaseNumber),
		Active: "cases", Back: "/cases/" + n.Case, Body: servedBody(v),
	})
}

// term says from when the term of a notice runs, if it has one.
func (v servedView) term() string {
	switch from := v.effect.RunsFrom(); {
	case !v.n.HasTerm():
		return v.c.T("docket.served.no_term")
	case from.IsZero():
		return v.c.T("docket.served.term_waits")
	default:
		return v.c.T("docket.served.term", "at", from)
	}
}
