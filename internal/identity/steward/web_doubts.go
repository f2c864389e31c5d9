// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"errors"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// PathDoubts is the page of what registers said and was not believed, for the menu.
const PathDoubts = "/admin/doubts"

type doubtsView struct {
	web.View
	Me     string
	Doubts []identity.Doubt
	Open   map[identity.DoubtKind]Proposal
}

// reasonOf is the field of the reason: the page has one for each register.
func reasonOf(k identity.DoubtKind) string { return "reason_" + string(k) }

func (s *Service) showDoubts(c *web.Ctx) error { return s.doubtsPage(c, c.View(nil, nil)) }

func (s *Service) doubtsPage(c *web.Ctx, view web.View) error {
	list, open, err := s.Doubts(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("steward.doubts.title"), Lead: c.T("steward.doubts.lead"), Active: "doubts", Errors: view.Errors,
		Body: doubtsBody(doubtsView{View: view, Me: c.Actor.Person, Doubts: list, Open: open}),
	})
}

// doubtIn is the register of the path. errs.NotFound: there is none.
func doubtIn(c *web.Ctx) (identity.DoubtKind, error) {
	for _, k := range identity.DoubtKinds() {
		if string(k) == c.Param("kind") {
			return k, nil
		}
	}
	return "", errs.New(errs.NotFound, "")
}

func (s *Service) postDoubt(c *web.Ctx) error {
	kind, err := doubtIn(c)
	if err != nil {
		return err
	}
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	said, reason := f.Text("said", form.Optional, form.Max(64)), f.Text(reasonOf(kind), form.Optional, form.Max(MaxReason))
	if err = f.Err(); err == nil {
		_, err = s.ProposeBelief(c.Context(), c.Actor, kind, said, reason)
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for i := range e.Fields {
			if e.Fields[i].Name == "reason" {
				e.Fields[i].Name = reasonOf(kind)
			}
		}
	}
	return s.doubtDone(c, err, f, "steward.account.proposed")
}

func (s *Service) postDoubtDecision(c *web.Ctx) error {
	if _, err := doubtIn(c); err != nil {
		return err
	}
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	proposal, then := f.Text("proposal", form.Required, form.Max(64)), f.Choice("then", "approve", "refuse")
	if err := f.Err(); err != nil {
		return err
	}
	p, err := s.DecideBelief(c.Context(), c.Actor, proposal, then == "approve")
	return s.doubtDone(c, err, nil, "steward.doubts."+p.State)
}

func (s *Service) postDismissal(c *web.Ctx) error {
	kind, err := doubtIn(c)
	if err != nil {
		return err
	}
	if _, err := c.Form(maxBody); err != nil {
		return err
	}
	return s.doubtDone(c, s.DismissDoubt(c.Context(), c.Actor, kind), nil, "steward.doubts.dismissed")
}

func (s *Service) doubtDone(c *web.Ctx, err error, f *form.Form, good string) error {
	if err == nil {
		c.Flash(good)
		return c.Redirect(PathDoubts)
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.doubtsPage(c, c.View(f, shown))
}
