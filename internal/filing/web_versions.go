// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// versionView is one signed version.
type versionView struct {
	title          string
	first          bool
	changed        web.TableOptions // against the version before
	paper, receipt string           // where they are; "" if they are still being made
}

// getVersions lists the signed versions, the newest first; getCourtVersions is
// the same page at the desk.
func (s *Service) getVersions(c *web.Ctx) error { return s.renderVersions(c, "/filings/", "/done") }

func (s *Service) getCourtVersions(c *web.Ctx) error {
	return s.renderVersions(c, "/court/filings/", "")
}

func (s *Service) renderVersions(c *web.Ctx, base, back string) error {
	list, d, err := s.Versions(c.Context(), c.Actor, c.Param("id"), c.P.Lang())
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errs.New(errs.NotFound, "filing.not_submitted")
	}
	base += list[0].ID
	pg := web.Page{
		Title: c.T("filing.versions.title"), Caption: pick(c, d.Title.FA, d.Title.EN), Lead: c.T("filing.versions.lead"),
		Active: "filings", Back: base + back,
	}
	if back == "" {
		pg.Active = "court"
	}
	views := make([]versionView, len(list))
	for i, v := range list {
		n, at := i+1, base+"/versions/"+strconv.Itoa(v.Round)
		x := versionView{title: c.T("filing.versions.nth", "n", n, "at", v.Signed), first: i == 0}
		if !x.first {
			if x.changed, err = s.changes(c, d, list[i-1].Filing, v.Filing, n); err != nil {
				return err
			}
		}
		if v.Paper {
			x.paper = at + "/paper.pdf"
		}
		if v.Ready {
			x.receipt = at + "/receipt"
		}
		if !v.Paper || !v.Ready {
			pg.RefreshURL = base + "/versions"
		}
		views[len(list)-1-i] = x
	}
	handed := time.Time{}
	if back != "" {
		if handed, err = s.Handed(c.Context(), c.Actor, list[0].ID); err != nil {
			return err
		}
		if !handed.IsZero() {
			pg.Back, pg.Lead = "/home", ""
		}
	}
	pg.Body = versionsBody(c.P, views, handed)
	return c.Render(pg)
}

// changes are the answers that differ between two versions.
func (s *Service) changes(c *web.Ctx, d *catalogue.Definition, before, after Filing, n int) (web.TableOptions, error) {
	t := web.TableOptions{
		Caption: c.T("filing.versions.changed", "n", n), Empty: c.T("filing.versions.same"),
		Columns: []web.Column{{Label: c.T("filing.versions.question")}, {Label: c.T("filing.versions.before")}, {Label: c.T("filing.versions.after")}},
	}
	for _, pg := range d.Pages {
		for _, q := range pg.Fields {
			label, was, err := s.answered(c, d, q, before)
			if err != nil {
				return t, err
			}
			_, is, err := s.answered(c, d, q, after)
			if err != nil {
				return t, err
			}
			if was != is {
				t.Rows = append(t.Rows, []web.Cell{{Text: label}, {Text: was}, {Text: is}})
			}
		}
	}
	return t, nil
}

// answered is a question and its answer in a filing, as people read them.
func (s *Service) answered(c *web.Ctx, d *catalogue.Definition, q catalogue.FieldDef, f Filing) (label, text string, err error) {
	fv, err := s.fieldView(c, q, f.Answers)
	switch {
	case err != nil || !d.Visible(q.Name, f.Answers):
	case q.Type == catalogue.TypeFiles:
		text = fileNames(f, q.Name)
	default:
		text = answerWords(c, fv)
	}
	if text == "" {
		text = c.T("filing.versions.none")
	}
	return fv.Label, text, err
}

// getVersionPaper and getVersionReceipt serve both the owner and the desk: whose
// filing it is decides what there is.
func (s *Service) getVersionPaper(c *web.Ctx) error {
	b, v, err := s.VersionPaper(c.Context(), c.Actor, c.Param("id"), roundOf(c), c.P.Lang())
	if err != nil {
		return err
	}
	return c.Download("tarazu-"+v.Tracking+"-"+strconv.Itoa(v.Round+1)+".pdf", intake.PDF, b)
}

func (s *Service) getVersionReceipt(c *web.Ctx) error {
	b, v, err := s.VersionReceipt(c.Context(), c.Actor, c.Param("id"), roundOf(c))
	if err != nil {
		return err
	}
	return c.Download("tarazu-"+v.Tracking+"-"+strconv.Itoa(v.Round+1)+".tlog-proof", "text/plain; charset=utf-8", b)
}

// roundOf is the version that an address names; -1 is none.
func roundOf(c *web.Ctx) int {
	n, err := strconv.ParseInt(c.Param("round"), 10, 32)
	if err != nil {
		return -1
	}
	return int(n)
}
