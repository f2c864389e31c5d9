// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"time"

	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

type mergeView struct {
	web.View
	Me         string
	Now        time.Time
	Proposal   steward.Proposal
	M          Merge
	Done       bool // it was approved
	Undos      []steward.Proposal
	Gone, Into Side
	UndoDays   int
}

func (v mergeView) path() string { return PathMerges + "/" + v.Proposal.ID }

// mine tells that the reader may not decide: they proposed it, or it is about them.
func (v mergeView) mine(p steward.Proposal) bool {
	return p.By == v.Me || p.Person == v.Me || p.Other == v.Me
}

// undo is the open proposal to take the merge back.
func (v mergeView) undo() (steward.Proposal, bool) {
	for _, u := range v.Undos {
		if u.State == steward.Proposed {
			return u, true
		}
	}
	return steward.Proposal{}, false
}

// undoable tells that the merge stands and its days are not over.
func (v mergeView) undoable() bool { return v.Done && v.M.Stands() && v.Now.Before(v.M.UndoUntil) }

func (s *Service) showMerge(c *web.Ctx) error { return s.mergePage(c, c.View(nil, nil)) }

func (s *Service) mergePage(c *web.Ctx, view web.View) (err error) {
	v := mergeView{View: view, Me: c.Actor.Person, Now: c.Now(), UndoDays: s.d.UndoDays}
	if v.Proposal, v.M, v.Done, v.Undos, err = s.Get(c.Context(), c.Actor, c.Param("id")); err != nil {
		return err
	}
	if v.Gone, err = s.Side(c.Context(), c.Actor, v.Proposal.Person); err != nil {
		return err
	}
	if v.Into, err = s.Side(c.Context(), c.Actor, v.Proposal.Other); err != nil {
		return err
	}
	return c.Render(web.Page{Title: c.T("merge.one.title"), Active: "merges", Back: PathMerges, Errors: view.Errors, Body: mergeBody(v)})
}

func (s *Service) postDecision(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	then := f.Choice("then", "approve", "refuse")
	if err := f.Err(); err != nil {
		return err
	}
	p, err := s.Decide(c.Context(), c.Actor, c.Param("id"), then == "approve")
	if err != nil {
		return err
	}
	c.Flash("merge.flash." + p.State)
	return c.Redirect(PathMerges + "/" + p.ID)
}

func (s *Service) postUndo(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	reason := f.Text("reason", form.Optional, form.Max(steward.MaxReason))
	if err = f.Err(); err == nil {
		var p steward.Proposal
		if p, _, _, _, err = s.Get(c.Context(), c.Actor, c.Param("id")); err != nil {
			return err
		}
		if _, err = s.ProposeUndo(c.Context(), c.Actor, p.Person, p.Other, reason); err == nil {
			c.Flash("merge.flash.proposed")
			return c.Redirect(PathMerges + "/" + p.ID)
		}
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.mergePage(c, c.View(f, shown))
}

func (s *Service) postUndoDecision(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	proposal, then := f.Text("proposal", form.Required, form.Max(64)), f.Choice("then", "approve", "refuse")
	if err := f.Err(); err != nil {
		return err
	}
	p, err := s.DecideUndo(c.Context(), c.Actor, proposal, then == "approve")
	if err != nil {
		return err
	}
	c.Flash("merge.flash.undo_" + p.State)
	return c.Redirect(PathMerges + "/" + c.Param("id"))
}
