// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Branch is a branch of a unit with its load.
type Branch struct {
	Number string
	Name   Text
	Open   int // open cases, proposed ones counted
}

// Branches lists the branches of a unit with their loads, as the register
// knows them.
func (s *Service) Branches(ctx context.Context, unit string) (_ []Branch, err error) {
	defer errs.Wrap(&err, "docket.Branches")
	rows, err := store.All[branchRow](ctx, s.d.DB, sqlBranches, unit)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b branchRow) int { return compareNumbers(a.Number, b.Number) })
	out := make([]Branch, len(rows))
	for i, r := range rows {
		out[i] = Branch{Number: r.Number, Name: Text{FA: r.NameFA, EN: r.NameEN}, Open: int(r.Open)}
	}
	return out, nil
}

// MayRefer tells whether the actor heads the first branch of the case's unit
// and the branch is still to be confirmed.
func (s *Service) MayRefer(a policy.Actor, c Case) bool {
	return c.State == StateProposed && s.d.Policy.Check(a, "docket.refer", caseResource(c)) == nil
}

// ConfirmBranch refers a case to a branch (CPC 50): the proposed one or
// another. version is the Version that the judge saw. Errors: errs.NotFound if
// he may not see the case, errs.Forbidden if he does not head the first branch,
// errs.Invalid with the field branch, and errs.Conflict (docket.branch_taken,
// with who, which branch and when) if somebody was faster.
func (s *Service) ConfirmBranch(ctx context.Context, a policy.Actor, caseID, branch string, version int64) (err error) {
	defer errs.Wrap(&err, "docket.ConfirmBranch")
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		c, err := readCase(ctx, tx, caseID)
		if err != nil {
			return err
		}
		if err := hidden(s.d.Policy.Check(a, "docket.view", caseResource(c))); err != nil {
			return err
		}
		if err := s.d.Policy.Check(a, "docket.refer", caseResource(c)); err != nil {
			return err
		}
		branches, err := store.All[branchRow](ctx, tx, sqlBranches, c.Unit)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(branches, func(b branchRow) bool { return b.Number == branch })
		if i < 0 {
			return errs.InvalidFields([]errs.Field{{Name: "branch", Code: "docket.wrong.branch"}})
		}
		n, err := tx.ExecN(ctx, sqlConfirm, branch, store.At(tx.Now()), a.Person, a.Name, c.ID, version)
		if err != nil {
			return err
		}
		if n == 0 {
			return taken(ctx, tx, caseID)
		}
		return s.confirmed(ctx, tx, a, c, branches[i])
	})
}

// taken tells the loser of a race who did what.
func taken(ctx context.Context, tx *store.Tx, caseID string) error {
	c, err := readCase(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if c.Confirmed.IsZero() {
		return errs.New(errs.Conflict, "docket.case_changed")
	}
	return errs.New(errs.Conflict, "docket.branch_taken", "who", c.ConfirmedName, "branch", c.Branch, "at", c.Confirmed)
}

// confirmed writes what follows from a confirmation.
func (s *Service) confirmed(ctx context.Context, tx *store.Tx, a policy.Actor, c Case, b branchRow) error {
	if b.Number != c.Proposed {
		if err := tx.ExecOne(ctx, sqlLoad, -1, c.Unit, c.Proposed); err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlLoad, 1, c.Unit, b.Number); err != nil {
			return err
		}
	}
	evidence, err := s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: "docket.referred", Owner: c.ID, Subject: c.ID, Actor: a.Person, Role: string(a.Role), Capacity: a.Capacity, OnBehalf: a.For, Rule: "cpc-50",
		Members: map[string]string{"case": c.Number, "unit": c.Unit, "proposed_branch": c.Proposed, "branch": b.Number},
	})
	if err != nil {
		return err
	}
	return s.AddEntryTx(ctx, tx, Entry{
		Case: c.ID, Kind: "docket.referred", Sides: []string{Plaintiff, Defendant}, By: a, Subject: c.ID, Evidence: evidence,
		Members: map[string]string{"branch_fa": b.NameFA, "branch_en": b.NameEN},
	})
}

// Listed is a case in a list.
type Listed struct {
	ID, Number string
	Unit       string
	Branch     string // confirmed, else proposed
	Title      Text
	Kind       string
	State      string
	Opened     time.Time
	Side       string // of the person whose list it is; "" in a unit's list
	Lawyer     bool   // he is that side's lawyer
}

// CasesOf lists the cases that the actor sees as a party or, in the capacity of
// a lawyer, as lawyer on record; the newest first.
func (s *Service) CasesOf(ctx context.Context, a policy.Actor) (_ []Listed, err error) {
	defer errs.Wrap(&err, "docket.CasesOf")
	limited, cases, _ := a.Limited()
	rows, err := store.All[listRow](ctx, s.d.DB, sqlCasesOf, a.Owner(), a.Standing() == policy.Lawyer, a.Role == policy.LawClerk, limited, cases)
	return listed(rows), err
}

func listed(rows []listRow) []Listed {
	out := make([]Listed, len(rows))
	for i, r := range rows {
		out[i] = Listed{ID: r.ID, Number: r.Number, Unit: r.Unit, Branch: r.Branch, Title: Text{FA: r.TitleFA, EN: r.TitleEN},
			Kind: r.Kind, State: r.State, Opened: r.Opened.Time, Side: r.Side, Lawyer: r.AsLawyer}
		if r.Branch == "" {
			out[i].Branch = r.Proposed
		}
	}
	return out
}
