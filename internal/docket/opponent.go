// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// mayRepresent refuses whom the case itself forbids to act for a party, and a
// contract that the party itself made about something else.
func (s *Service) mayRepresent(ctx context.Context, tx *store.Tx, c Case, p Party, r Representation) error {
	if r.Lawyer == "" || r.Name == "" || slices.ContainsFunc(c.Parties, func(o Party) bool { return o.Person == r.Lawyer }) {
		return wrongField("lawyer", "docket.wrong.lawyer")
	}
	if both, err := s.againstTx(ctx, tx, c, p, r.Lawyer); err != nil || both {
		if err == nil {
			err = wrongField("lawyer", "docket.wrong.lawyer_of_both")
		}
		return err
	}
	if p.Person == "" {
		return nil
	}
	fits, err := s.d.Mandate.FitsTx(ctx, tx, p.Person, r.Lawyer, r.Contract, c.ID, c.First)
	if err == nil && !fits {
		err = wrongField("contract", "docket.wrong.contract")
	}
	return err
}

// OneSideTx refuses a lawyer by contract who stands, or stood, on the other side of
// the case in which he acts for a client: errs.Forbidden. Whoever else acts, and a
// client who is no party of it, is none of its business.
func (s *Service) OneSideTx(ctx context.Context, tx *store.Tx, a policy.Actor, caseID string) (err error) {
	defer errs.Wrap(&err, "docket.OneSideTx")
	if a.Role != policy.Lawyer || a.For == "" || caseID == "" {
		return nil
	}
	c, err := readCase(ctx, tx, caseID)
	if err != nil {
		return err
	}
	p, ok := c.PartyOf(a.For)
	if !ok {
		return nil
	}
	both, err := s.againstTx(ctx, tx, c, p, a.Person)
	if err == nil && both {
		err = errs.New(errs.Forbidden, "docket.lawyer_of_both")
	}
	return err
}

// againstTx tells whether a lawyer acts, or has acted, in a case against a party: he
// is or was on record for the other side, signed for it what opened the case, or
// has or had a contract with it about the case, from before one with the party. Of
// an appeal the case of first instance counts, too.
func (s *Service) againstTx(ctx context.Context, tx *store.Tx, c Case, p Party, lawyer string) (bool, error) {
	for _, o := range c.Parties {
		if o.Side == p.Side {
			continue
		}
		of := func(l Representation) bool { return l.Lawyer == lawyer && l.Party == o.ID }
		if o.AgentPerson == lawyer || slices.ContainsFunc(c.Lawyers, of) || slices.ContainsFunc(c.past, of) {
			return true, nil
		}
		if o.Person == "" {
			continue
		}
		bound, err := s.d.Mandate.BoundTx(ctx, tx, o.Person, p.Person, lawyer, c.ID, c.First, c.Opened)
		if err != nil || bound {
			return bound, err
		}
	}
	if c.First == "" {
		return false, nil
	}
	first, err := readCase(ctx, tx, c.First)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(first.Parties, p.same)
	if i < 0 {
		return false, nil
	}
	return s.againstTx(ctx, tx, first, first.Parties[i], lawyer)
}

// same tells whether a party of another case is the same one: of an appeal they
// are copies.
func (p Party) same(o Party) bool {
	return p.Kind == o.Kind && p.Person == o.Person && p.NationalCode == o.NationalCode && p.EntityID == o.EntityID && p.Name == o.Name
}
