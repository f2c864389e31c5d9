// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type mergesView struct {
	web.View
	Merges, Undos []steward.Proposal
	Recent        []Merge
	Candidates    []Candidate
	UndoOf        map[string]string // the merge that an open proposal would take back, by the account that ended
}

func (s *Service) showMerges(c *web.Ctx) error { return s.mergesPage(c, c.View(nil, nil)) }

func (s *Service) mergesPage(c *web.Ctx, view web.View) (err error) {
	v := mergesView{View: view, UndoOf: map[string]string{}}
	if v.Merges, v.Undos, err = s.Waiting(c.Context(), c.Actor); err != nil {
		return err
	}
	if v.Candidates, err = s.Candidates(c.Context()); err != nil {
		return err
	}
	if v.Recent, err = s.Recent(c.Context()); err != nil {
		return err
	}
	for _, m := range v.Recent {
		if m.Stands() {
			v.UndoOf[m.Gone] = m.ID
		}
	}
	return c.Render(web.Page{
		Title: c.T("merge.list.title"), Lead: c.T("merge.list.lead"), Active: "merges", Errors: view.Errors, Body: mergesBody(v),
	})
}

// findTwo leads to the comparison of two accounts. Their numbers come in the
// body: an address would keep them.
func (s *Service) findTwo(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	one, two := f.Checked("one", identity.SignInName), f.Checked("two", identity.SignInName)
	if err = f.Err(); err == nil {
		var wrong []errs.Field
		ids := map[string]string{}
		for field, name := range map[string]string{"one": one, "two": two} {
			p, found, err := s.d.Identity.FindByName(c.Context(), name)
			if err != nil {
				return err
			}
			if ids[field] = p.ID; !found {
				wrong = append(wrong, errs.Field{Name: field, Code: "merge.nobody"})
			}
		}
		if len(wrong) == 0 && ids["one"] == ids["two"] {
			wrong = append(wrong, errs.Field{Name: "two", Code: "merge.same"})
		}
		if err = errs.InvalidFields(wrong); err == nil {
			return c.Redirect(pathCompare + "/" + ids["one"] + "/" + ids["two"])
		}
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.mergesPage(c, c.View(f, shown))
}

type compareView struct {
	web.View
	Now      time.Time
	One, Two Side
}

func (v compareView) path() string { return pathCompare + "/" + v.One.ID + "/" + v.Two.ID }

// possible tells whether the two can become one.
func (v compareView) possible() bool {
	return v.One.ID != v.Two.ID && v.One.Status == identity.Active && v.Two.Status == identity.Active && v.One.Class.Natural() && v.Two.Class.Natural()
}

func (s *Service) showCompare(c *web.Ctx) error { return s.comparePage(c, c.View(nil, nil)) }

func (s *Service) comparePage(c *web.Ctx, view web.View) (err error) {
	v := compareView{View: view, Now: c.Now()}
	if v.One, err = s.Side(c.Context(), c.Actor, c.Param("one")); err != nil {
		return err
	}
	if v.Two, err = s.Side(c.Context(), c.Actor, c.Param("two")); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("merge.compare.title"), Lead: c.T("merge.compare.lead"), Active: "merges", Back: PathMerges, Errors: view.Errors, Body: compareBody(v),
	})
}

func (s *Service) postProposal(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	one, two := c.Param("one"), c.Param("two")
	into, reason := f.Choice("into", one, two), f.Text("reason", form.Optional, form.Max(steward.MaxReason))
	if err = f.Err(); err == nil {
		gone := one
		if into == one {
			gone = two
		}
		var p steward.Proposal
		if p, err = s.Propose(c.Context(), c.Actor, gone, into, reason); err == nil {
			c.Flash("merge.flash.proposed")
			return c.Redirect(PathMerges + "/" + p.ID)
		}
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.comparePage(c, c.View(f, shown))
}

// postApart takes a pair off the list.
func (s *Service) postApart(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Apart(c.Context(), c.Actor, c.Param("one"), c.Param("two")); err != nil {
		return err
	}
	c.Flash("merge.flash.apart")
	return c.Redirect(PathMerges)
}
