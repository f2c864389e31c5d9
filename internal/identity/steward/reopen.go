// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// WhyReopened is the cause of a change of status that two administrators answer
// for; a locale key.
const WhyReopened = "steward.why.reopened"

// reopening is the act of taking an account that was closed into use again.
func (s *Service) reopening() Act {
	return Act{Kind: "reopen", Event: "identity.reopening", Allowed: s.isClosed, Do: s.reopenTx}
}

// ProposeReopening proposes to take an account into use again that was closed
// because the registry said so by mistake. Nothing changes until somebody else
// agrees (Decide). errs.Conflict: the account is not closed, or that has been
// proposed already.
func (s *Service) ProposeReopening(ctx context.Context, by policy.Actor, person, reason string) (Proposal, error) {
	return s.Propose(ctx, s.reopening(), by, Proposal{Person: person, Reason: reason})
}

// Decide approves or refuses to open an account. Errors are those of DecideOn.
func (s *Service) Decide(ctx context.Context, by policy.Actor, proposal string, approve bool) (Proposal, error) {
	return s.DecideOn(ctx, s.reopening(), by, proposal, approve)
}

func (s *Service) isClosed(ctx context.Context, tx *store.Tx, p Proposal) error {
	now, _, err := s.d.Identity.StatusOf(ctx, tx, p.Person)
	if err == nil && !closed(now) {
		err = errs.New(errs.Conflict, "steward.not_closed")
	}
	return err
}

// reopenTx takes the account into use again. The registry is not asked about it
// until its turn comes anew: by then it must have been corrected there.
func (s *Service) reopenTx(ctx context.Context, tx *store.Tx, p Proposal, by policy.Actor) error {
	now, _, err := s.d.Identity.StatusOf(ctx, tx, p.Person)
	if err != nil {
		return err
	}
	if err := tx.Exec(ctx, sqlAsked, p.Person, store.At(tx.Now())); err != nil {
		return err
	}
	return s.d.Identity.ChangeStatusTx(ctx, tx, identity.StatusChange{
		Person: p.Person, From: now, To: identity.Active, Why: WhyReopened, Ref: p.ID, By: by,
	})
}

// closed tells whether the registry closed an account of this status.
func closed(now identity.Status) bool { return now == identity.Deceased || now == identity.Incapable }

// OpenProposals lists the accounts whose opening waits for a decision, the oldest
// proposal first.
func (s *Service) OpenProposals(ctx context.Context, by policy.Actor) ([]Proposal, error) {
	return s.Open(ctx, by, s.reopening())
}

// Proposals lists what was proposed for one account, the newest first.
func (s *Service) Proposals(ctx context.Context, by policy.Actor, person string) ([]Proposal, error) {
	return s.Of(ctx, by, s.reopening(), person)
}
