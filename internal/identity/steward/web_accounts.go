// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// maxBody is far above what any form of this package holds, in bytes.
const maxBody = 16 << 10

// whyLook is the ground of every look at somebody's account here; a locale key.
const whyLook = "steward.access.register"

type accountsView struct {
	web.View
	Open []Proposal
}

func (s *Service) showAccounts(c *web.Ctx) error { return s.accountsPage(c, c.View(nil, nil)) }

func (s *Service) accountsPage(c *web.Ctx, view web.View) error {
	open, err := s.OpenProposals(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("steward.accounts.title"), Lead: c.T("steward.accounts.lead"), Active: "accounts", Errors: view.Errors,
		Body: accountsBody(accountsView{View: view, Open: open}),
	})
}

// findAccount leads to the account of a national code or a judicial identifier.
// They come in the body: an address would keep them.
func (s *Service) findAccount(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	name := f.Checked("name", identity.SignInName)
	if err = f.Err(); err == nil {
		p, found, ferr := s.d.Identity.FindByJudicialID(c.Context(), name)
		if ferr == nil && !found {
			p, found, ferr = s.d.Identity.FindByNationalCode(c.Context(), s.d.DB, name)
		}
		switch {
		case ferr != nil:
			return ferr
		case found:
			return c.Redirect(PathAccounts + "/" + p.ID)
		}
		err = errs.InvalidFields([]errs.Field{{Name: "name", Code: "steward.accounts.nobody"}})
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.accountsPage(c, c.View(f, shown))
}

type accountView struct {
	web.View
	Me     string
	Person identity.Person
	Steps  []identity.StatusChange
	List   []Proposal
}

func (v accountView) path() string { return PathAccounts + "/" + v.Person.ID }

// waiting is the proposal that is to be decided.
func (v accountView) waiting() (Proposal, bool) {
	for _, p := range v.List {
		if p.State == Proposed {
			return p, true
		}
	}
	return Proposal{}, false
}

func (s *Service) showAccount(c *web.Ctx) error { return s.accountPage(c, c.View(nil, nil)) }

func (s *Service) accountPage(c *web.Ctx, view web.View) (err error) {
	v := accountView{View: view, Me: c.Actor.Person}
	if v.Person, err = s.d.Identity.View(c.Context(), c.Actor, c.Param("person"), whyLook); err != nil {
		return err
	}
	if v.Steps, err = s.d.Identity.Statuses(c.Context(), v.Person.ID); err != nil {
		return err
	}
	if v.List, err = s.Proposals(c.Context(), c.Actor, v.Person.ID); err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("steward.account.title"), Active: "accounts", Back: PathAccounts, Errors: view.Errors, Body: accountBody(v),
	})
}

func (s *Service) postProposal(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	reason := f.Text("reason", form.Optional, form.Max(MaxReason))
	if err = f.Err(); err == nil {
		_, err = s.ProposeReopening(c.Context(), c.Actor, c.Param("person"), reason)
	}
	if err == nil {
		c.Flash("steward.account.proposed")
		return c.Redirect(PathAccounts + "/" + c.Param("person"))
	}
	shown, ok := c.Errors(err, nil)
	if !ok {
		return err
	}
	return s.accountPage(c, c.View(f, shown))
}

func (s *Service) postDecision(c *web.Ctx) error {
	f, err := c.Form(maxBody)
	if err != nil {
		return err
	}
	proposal, then := f.Text("proposal", form.Required, form.Max(64)), f.Choice("then", "approve", "refuse")
	if err := f.Err(); err != nil {
		return err
	}
	p, err := s.Decide(c.Context(), c.Actor, proposal, then == "approve")
	if err != nil {
		return err
	}
	c.Flash("steward.account." + p.State)
	return c.Redirect(PathAccounts + "/" + p.Person)
}
