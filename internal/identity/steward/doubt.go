// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"context"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// believing is the act of doing what a register says although it takes something
// from very many people. Person of its proposals names the register and no account.
func (s *Service) believing() Act {
	return Act{
		Kind: "doubt", Event: "identity.doubt",
		Allowed: func(ctx context.Context, tx *store.Tx, p Proposal) error {
			if p.About == "" { // of an older version, and about nothing that is known
				return errs.New(errs.Conflict, "identity.doubt.changed")
			}
			_, err := s.d.Identity.DoubtOpenTx(ctx, tx, kindOf(p), p.About)
			return err
		},
		Do: func(ctx context.Context, tx *store.Tx, p Proposal, by policy.Actor) error {
			return s.d.Identity.SettleDoubtTx(ctx, tx, by, kindOf(p), p.About, identity.DoubtBelieved)
		},
	}
}

const doubtPrefix = "doubt:"

func kindOf(p Proposal) identity.DoubtKind {
	return identity.DoubtKind(strings.TrimPrefix(p.Person, doubtPrefix))
}

// Doubts lists what registers said and was not believed, with the proposals about
// each that wait for a decision.
func (s *Service) Doubts(ctx context.Context, by policy.Actor) (_ []identity.Doubt, open map[identity.DoubtKind]Proposal, err error) {
	defer errs.Wrap(&err, "steward.Doubts")
	waiting, err := s.Open(ctx, by, s.believing())
	if err != nil {
		return nil, nil, err
	}
	open = map[identity.DoubtKind]Proposal{}
	for _, p := range waiting {
		open[kindOf(p)] = p
	}
	list, err := s.d.Identity.Doubts(ctx)
	return list, open, err
}

// ProposeBelief proposes to do what a register said (Doubt.Said). Errors are those of
// Propose; errs.Conflict, code identity.doubt.over: nothing waits;
// identity.doubt.changed: it has said something else since.
func (s *Service) ProposeBelief(ctx context.Context, by policy.Actor, kind identity.DoubtKind, said, reason string) (_ Proposal, err error) {
	defer errs.Wrap(&err, "steward.ProposeBelief")
	return s.Propose(ctx, s.believing(), by, Proposal{Person: doubtPrefix + string(kind), About: said, Reason: reason})
}

// DecideBelief approves or refuses it. Errors are those of DecideOn.
func (s *Service) DecideBelief(ctx context.Context, by policy.Actor, proposal string, approve bool) (_ Proposal, err error) {
	defer errs.Wrap(&err, "steward.DecideBelief")
	return s.DecideOn(ctx, s.believing(), by, proposal, approve)
}

// DismissDoubt closes a doubt: the register was wrong and has taken it back. One
// administrator is enough, because nothing is taken from anybody; should the
// register say it again, it is doubted again. What was proposed about it is refused
// with it, and cannot be approved for what the register says later.
func (s *Service) DismissDoubt(ctx context.Context, by policy.Actor, kind identity.DoubtKind) (err error) {
	defer errs.Wrap(&err, "steward.DismissDoubt")
	if err := s.may(by, "steward.propose", Proposal{Person: doubtPrefix + string(kind)}); err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.apart(ctx, tx, by); err != nil {
			return err
		}
		if err := s.refuseTx(ctx, tx, s.believing(), by, doubtPrefix+string(kind)); err != nil {
			return err
		}
		return s.d.Identity.SettleDoubtTx(ctx, tx, by, kind, "", identity.DoubtDismissed)
	})
}
