// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// WhyReopened is the cause of a change of status that two administrators answer
// for; a locale key.
const WhyReopened = "steward.why.reopened"

// kindReopen is the act of taking an account that was closed into use again.
const kindReopen = "reopen"

// The states of a proposal.
const (
	Proposed = "proposed"
	Approved = "approved"
	Refused  = "refused"
)

// Bounds of the reason, in characters.
const (
	minReason = 10
	maxReason = 1000
)

// Proposal is an act that one administrator proposes and another one decides.
type Proposal struct {
	ID, Person, Reason, State string
	By, ByName                string
	At                        time.Time
	Decider, DeciderName      string
	Decided                   time.Time
}

type proposalRow struct {
	ID      string     `db:"id"`
	Kind    string     `db:"kind"`
	Person  string     `db:"person"`
	Reason  string     `db:"reason"`
	State   string     `db:"state"`
	By      string     `db:"proposed_by"`
	ByName  string     `db:"proposed_name"`
	At      store.Time `db:"proposed_us"`
	Decider string     `db:"decided_by"`
	Name    string     `db:"decided_name"`
	Decided store.Time `db:"decided_us"`
}

func (r proposalRow) proposal() Proposal {
	return Proposal{
		ID: r.ID, Person: r.Person, Reason: r.Reason, State: r.State, By: r.By, ByName: r.ByName, At: r.At.Time,
		Decider: r.Decider, DeciderName: r.Name, Decided: r.Decided.Time,
	}
}

const (
	proposalColumns = `id, kind, person, reason, state, proposed_by, proposed_name, proposed_us, decided_by, decided_name, decided_us`

	sqlProposal      = `SELECT ` + proposalColumns + ` FROM identity_proposal WHERE id = $1`
	sqlProposalsOf   = `SELECT ` + proposalColumns + ` FROM identity_proposal WHERE person = $1 AND kind = $2 ORDER BY id DESC`
	sqlOpenProposals = `SELECT ` + proposalColumns + ` FROM identity_proposal WHERE state = 'proposed' ORDER BY id LIMIT $1`
	sqlDecide        = `
UPDATE identity_proposal SET state = $2, decided_by = $3, decided_name = $4, decided_us = $5 WHERE id = $1 AND state = 'proposed'`
)

// shownProposals is how many open proposals a page lists.
const shownProposals = 100

// ProposeReopening proposes to take an account into use again that was closed
// because the registry said so by mistake. Nothing changes until somebody else
// agrees (Decide). errs.Conflict: the account is not closed, or that has been
// proposed already.
func (s *Service) ProposeReopening(ctx context.Context, by policy.Actor, person, reason string) (_ Proposal, err error) {
	defer errs.Wrap(&err, "steward.ProposeReopening")
	if err := s.may(by, "steward.propose", person, ""); err != nil {
		return Proposal{}, err
	}
	reason = persian.Store(reason)
	if n := utf8.RuneCountInString(reason); n < minReason || n > maxReason {
		return Proposal{}, errs.InvalidFields([]errs.Field{{Name: "reason", Code: "steward.reason", Args: []any{"min", minReason, "max", maxReason}}})
	}
	row := proposalRow{ID: id.New(), Kind: kindReopen, Person: person, Reason: reason, State: Proposed, By: by.Person, ByName: by.Name}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now, _, err := s.d.Identity.StatusOf(ctx, tx, person)
		if err != nil {
			return err
		}
		if !closed(now) {
			return errs.New(errs.Conflict, "steward.not_closed")
		}
		row.At = store.At(tx.Now())
		if err := store.Insert(ctx, tx, "identity_proposal", row); err != nil {
			return err
		}
		return s.stage(ctx, tx, "identity.reopening_proposed", row, by)
	})
	if errs.Is(err, errs.Conflict) && !isCode(err, "steward.not_closed") {
		err = errs.New(errs.Conflict, "steward.proposed_already").Because(err)
	}
	return row.proposal(), err
}

// Decide approves or refuses a proposal. Neither who proposed it nor the person
// concerned may. errs.Conflict, code steward.decided: somebody else was faster.
func (s *Service) Decide(ctx context.Context, by policy.Actor, proposal string, approve bool) (_ Proposal, err error) {
	defer errs.Wrap(&err, "steward.Decide")
	row, found, err := store.Find[proposalRow](ctx, s.d.DB, sqlProposal, proposal)
	switch {
	case err != nil:
		return Proposal{}, err
	case !found:
		return Proposal{}, errs.New(errs.NotFound, "")
	}
	if err := s.may(by, "steward.decide", row.Person, row.By); err != nil {
		return Proposal{}, err
	}
	row.State, row.Decider, row.Name = Refused, by.Person, by.Name
	if approve {
		row.State = Approved
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row.Decided = store.At(tx.Now())
		n, err := tx.ExecN(ctx, sqlDecide, row.ID, row.State, row.Decider, row.Name, row.Decided)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "steward.decided")
		}
		if err := s.stage(ctx, tx, "identity.reopening_"+row.State, row, by); err != nil || !approve {
			return err
		}
		return s.reopenTx(ctx, tx, row, by)
	})
	return row.proposal(), err
}

// reopenTx takes the account into use again. The registry is not asked about it
// until its turn comes anew: by then it must have been corrected there.
func (s *Service) reopenTx(ctx context.Context, tx *store.Tx, row proposalRow, by policy.Actor) error {
	now, _, err := s.d.Identity.StatusOf(ctx, tx, row.Person)
	if err != nil {
		return err
	}
	if !closed(now) {
		return errs.New(errs.Conflict, "steward.not_closed")
	}
	if err := tx.Exec(ctx, sqlAsked, row.Person, store.At(tx.Now())); err != nil {
		return err
	}
	return s.d.Identity.ChangeStatusTx(ctx, tx, identity.StatusChange{
		Person: row.Person, From: now, To: identity.Active, Why: WhyReopened, Ref: row.ID, By: by,
	})
}

// closed tells whether the registry closed an account of this status.
func closed(now identity.Status) bool { return now == identity.Deceased || now == identity.Incapable }

func (s *Service) may(by policy.Actor, action, person, proposer string) error {
	return s.d.Policy.Check(by, action, policy.Resource{
		Type: "Proposal", ID: person, Attrs: map[string]any{"person": person, "proposer": proposer},
	})
}

func (s *Service) stage(ctx context.Context, tx *store.Tx, event string, row proposalRow, by policy.Actor) error {
	body, err := ledger.Canonical(map[string]any{"proposal": row.ID, "person": row.Person, "reason": row.Reason, "state": row.State})
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: row.Person, Subject: row.ID, Actor: by.Person, Role: string(by.Role), Content: body,
	})
	return err
}

// OpenProposals lists what waits for a decision, the oldest first.
func (s *Service) OpenProposals(ctx context.Context, by policy.Actor) (_ []Proposal, err error) {
	defer errs.Wrap(&err, "steward.OpenProposals")
	if err := s.may(by, "steward.read", "", ""); err != nil {
		return nil, err
	}
	rows, err := store.All[proposalRow](ctx, s.d.DB, sqlOpenProposals, shownProposals)
	return proposals(rows), err
}

// Proposals lists what was proposed for one account, the newest first.
func (s *Service) Proposals(ctx context.Context, by policy.Actor, person string) (_ []Proposal, err error) {
	defer errs.Wrap(&err, "steward.Proposals")
	if err := s.may(by, "steward.read", person, ""); err != nil {
		return nil, err
	}
	rows, err := store.All[proposalRow](ctx, s.d.DB, sqlProposalsOf, person, kindReopen)
	return proposals(rows), err
}

func proposals(rows []proposalRow) []Proposal {
	out := make([]Proposal, len(rows))
	for i, r := range rows {
		out[i] = r.proposal()
	}
	return out
}
