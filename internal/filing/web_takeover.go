// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// takeOverView is what somebody knows before he takes a halted filing over.
type takeOverView struct {
	title, filer, tracking, caseID string
	stands                         bool // who filed it is on record still
	late                           bool
	due                            string // until when; "" while the term is being computed
	defects                        []defectView
	action                         string
	view                           web.View
}

// takeOverPath is the page on which a filing on a case is taken over.
func takeOverPath(caseID, filing string) string {
	return "/cases/" + caseID + "/filings/" + filing + "/take-over"
}

func (s *Service) getTakeOver(c *web.Ctx) error { return s.drawTakeOver(c, nil) }

func (s *Service) drawTakeOver(c *web.Ctx, shown *web.Errors) error {
	l, err := s.LeftBehind(c.Context(), c.Actor, c.Param("case"), c.Param("filing"))
	if err != nil {
		return err
	}
	if l.Mine {
		return c.Redirect("/filings/" + l.ID)
	}
	v := takeOverView{
		title: pick(c, l.Definition.Title.FA, l.Definition.Title.EN), filer: l.Filer, tracking: l.Tracking, caseID: l.Case, stands: l.Stands,
		defects: defectViews(c, l.Definition, l.Defects), action: takeOverPath(l.Case, l.ID), view: c.View(nil, shown),
	}
	if l.Deadline.ID != "" {
		v.due, v.late = c.P.Day(l.Deadline.Last), l.Deadline.Last < s.today()
	}
	return c.Render(web.Page{
		Title: c.T("filing.take_over.title"), Caption: v.title, Lead: c.T("filing.take_over.lead", "name", l.Filer), Active: "cases",
		Back: "/cases/" + l.Case, Errors: shown, Body: takeOverBody(c.P, v),
	})
}

func (s *Service) postTakeOver(c *web.Ctx) error {
	in, err := c.Form(maxForm)
	if err != nil {
		return err
	}
	var f Filing
	if err = in.Err(); err == nil {
		f, err = s.TakeOver(c.Context(), c.Actor, c.Param("case"), c.Param("filing"))
	}
	switch {
	case err == nil:
		c.Flash("filing.take_over.done")
		return c.Redirect("/filings/" + f.ID)
	case errs.Is(err, errs.Conflict):
		if shown, ok := c.Errors(err, in); ok {
			return s.drawTakeOver(c, shown)
		}
	}
	return err
}

// mendPath is where the actor mends what a defect notice named; "" if nothing is
// to be mended.
func (s *Service) mendPath(c *web.Ctx, caseID, noticeID string) (string, error) {
	owner, filing, err := s.mendedFor(c.Context(), noticeID)
	switch {
	case err != nil || filing == "":
		return "", err
	case owner == c.Actor.Owner():
		return "/filings/" + filing, nil
	}
	return takeOverPath(caseID, filing), nil
}

// dueHref is where a term in somebody's list leads: a defect is mended, of anything
// else it is told how the day follows.
func (s *Service) dueHref(c *web.Ctx, d docket.Due) (string, error) {
	explained := "/cases/" + d.Case + "/deadlines/" + d.Deadline
	if d.Rule != ruleMend {
		return explained, nil
	}
	href, err := s.mendPath(c, d.Case, d.Notice)
	if href == "" {
		href = explained
	}
	return href, err
}

// answerOf is mendPath for the page of a defect notice; that nothing is found is
// no reason to show no notice.
func (s *Service) answerOf(c *web.Ctx, n notice.Notice) string {
	if n.Kind != notice.KindDefect {
		return ""
	}
	href, err := s.mendPath(c, n.Case, n.ID)
	if err != nil {
		c.Log().Error("filing: what a defect notice is about is not found", "error", err)
	}
	return href
}
