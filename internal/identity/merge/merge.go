// SPDX-License-Identifier: Apache-2.0

package merge

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/steward"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Causes of what a merge changes; locale keys.
const (
	WhyMerged   = "merge.why.merged"
	WhyUnmerged = "merge.why.unmerged"
)

// merging is the act of making one account of two. Person of its proposals is
// the account that ends, Other the one that goes on.
func (s *Service) merging() steward.Act {
	return steward.Act{Kind: "merge", Event: "identity.merge", Allowed: s.mayMerge, Do: s.mergeTx}
}

// Propose proposes that the account gone ends and into goes on. Nothing changes
// until somebody else agrees. errs.Conflict: one of the two is not in use
// (merge.not_in_use), or it has been proposed already. errs.Invalid: they are the
// same (merge.same), or not of human beings (merge.not_people).
func (s *Service) Propose(ctx context.Context, by policy.Actor, gone, into, reason string) (_ steward.Proposal, err error) {
	defer errs.Wrap(&err, "merge.Propose")
	return s.d.Steward.Propose(ctx, s.merging(), by, steward.Proposal{Person: gone, Other: into, Reason: reason})
}

// Decide approves or refuses a merge. Errors are those of Propose and
// steward.DecideOn.
func (s *Service) Decide(ctx context.Context, by policy.Actor, proposal string, approve bool) (_ steward.Proposal, err error) {
	defer errs.Wrap(&err, "merge.Decide")
	return s.d.Steward.DecideOn(ctx, s.merging(), by, proposal, approve)
}

// mayMerge holds both accounts until the transaction ends: of two merges that
// meet, the second finds an account that is not in use.
func (s *Service) mayMerge(ctx context.Context, tx *store.Tx, p steward.Proposal) error {
	if p.Person == p.Other {
		return errs.New(errs.Invalid, "merge.same")
	}
	people, err := s.d.Identity.LockTx(ctx, tx, p.Person, p.Other)
	if err != nil {
		return err
	}
	for _, one := range people {
		switch {
		case !one.Class.Natural():
			return errs.New(errs.Invalid, "merge.not_people")
		case one.Status != identity.Active:
			return conflict("merge.not_in_use")
		}
	}
	return nil
}

// mergeTx makes one account of two.
func (s *Service) mergeTx(ctx context.Context, tx *store.Tx, p steward.Proposal, by policy.Actor) error {
	m := mergeRow{ID: p.ID, Gone: p.Person, Into: p.Other, State: merged, At: store.At(tx.Now())}
	if err := store.Insert(ctx, tx, "identity_merge", m); err != nil {
		return err
	}
	err := s.d.Identity.ChangeStatusTx(ctx, tx, identity.StatusChange{
		Person: m.Gone, From: identity.Active, To: identity.Merged, Into: m.Into, Why: WhyMerged, Ref: m.ID, By: by,
	})
	if err != nil {
		return err
	}
	names, err := s.leadOn(ctx, tx, m)
	if err != nil {
		return err
	}
	level, err := s.lowerLevel(ctx, tx, m, by)
	if err != nil {
		return err
	}
	carried, err := s.carryCapacities(ctx, tx, m, by)
	if err != nil {
		return err
	}
	wards, err := s.carryGuardians(ctx, tx, m, by)
	if err != nil {
		return err
	}
	facts := map[string]any{"names": names, "level": level, "capacities": carried, "guardians": wards}
	if err := s.stage(ctx, tx, "identity.merged", m, by, facts); err != nil {
		return err
	}
	if err := s.publishTx(ctx, tx, m, 0); err != nil {
		return err
	}
	return s.tellTx(ctx, tx, m)
}

func (s *Service) partTx(ctx context.Context, tx *store.Tx, m mergeRow, p partRow) error {
	p.Merge = m.ID
	return store.Insert(ctx, tx, "identity_merge_part", p)
}

// leadOn makes every name of the account that ends lead to the one that goes on.
func (s *Service) leadOn(ctx context.Context, tx *store.Tx, m mergeRow) (n int, err error) {
	names, err := store.All[partRow](ctx, tx, sqlNames, m.Gone)
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		moved, err := lead(ctx, tx, name, m.Gone, m.Into)
		if err != nil {
			return 0, err
		}
		if moved == 0 { // somebody else's by now
			continue
		}
		n++
		name.What, name.Person = partName, m.Gone
		if err := s.partTx(ctx, tx, m, name); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// lead points the directory of a name from one account to another.
func lead(ctx context.Context, tx *store.Tx, name partRow, from, to string) (int64, error) {
	switch name.Kind {
	case nationalCode:
		return tx.ExecN(ctx, sqlNationalCode, name.Value, from, to)
	case judicialID:
		return tx.ExecN(ctx, sqlJudicialID, name.Value, from, to)
	}
	return tx.ExecN(ctx, sqlIdentifier, name.Kind, name.Country, name.Value, from, to)
}

// lowerLevel brings the account that goes on to the lower level of the two: that
// both are one person is the word of administrators, and neither proof was made
// knowing of the other account.
func (s *Service) lowerLevel(ctx context.Context, tx *store.Tx, m mergeRow, by policy.Actor) (level int, err error) {
	theirs, err := s.standing(ctx, tx, m.Gone)
	if err != nil {
		return 0, err
	}
	own, err := s.standing(ctx, tx, m.Into)
	if err != nil {
		return 0, err
	}
	level = min(best(theirs), best(own))
	left := identity.SelfDeclared
	for _, p := range own {
		if int(p.Level) <= level {
			left = max(left, int(p.Level))
			continue
		}
		if err := s.d.Identity.EndProofTx(ctx, tx, by, m.Into, p.ID, WhyMerged); err != nil {
			return 0, err
		}
		if err := s.partTx(ctx, tx, m, partRow{What: partProof, Value: p.ID, Person: m.Into}); err != nil {
			return 0, err
		}
	}
	if left >= level {
		return level, nil
	}
	for _, p := range theirs { // what was proved of the other account holds for the person
		if int(p.Level) == level {
			return level, s.addProof(ctx, tx, m, p, by)
		}
	}
	return level, nil
}

func (s *Service) addProof(ctx context.Context, tx *store.Tx, m mergeRow, p proofRow, by policy.Actor) error {
	err := s.d.Identity.AddProofTx(ctx, tx, identity.Proof{Person: m.Into, Way: p.Way, By: by, Ref: ref(m), Until: p.Until.Time})
	if err != nil {
		return err
	}
	now, err := store.All[proofRow](ctx, tx, sqlProofs, m.Into)
	if err != nil {
		return err
	}
	for _, n := range now {
		if n.Ref == ref(m) {
			err = s.partTx(ctx, tx, m, partRow{What: partAdded, Kind: partProof, Value: n.ID, Person: m.Into})
		}
	}
	return err
}

// ref is how proofs and capacities name the merge that they come from.
func ref(m mergeRow) string { return "merge:" + m.ID }

// standing lists the proofs of a person that count now.
func (s *Service) standing(ctx context.Context, tx *store.Tx, person string) ([]proofRow, error) {
	rows, err := store.All[proofRow](ctx, tx, sqlProofs, person)
	var out []proofRow
	for _, p := range rows {
		if p.Ended.IsZero() && (p.Until.IsZero() || tx.Now().Before(p.Until.Time)) {
			out = append(out, p)
		}
	}
	return out, err
}

func best(list []proofRow) int {
	level := identity.SelfDeclared
	for _, p := range list {
		level = max(level, int(p.Level))
	}
	return level
}
