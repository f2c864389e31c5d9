// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// The states of a proposal.
const (
	Proposed = "proposed"
	Approved = "approved"
	Refused  = "refused"
)

// Bounds of the reason, in characters.
const (
	minReason = 10
	MaxReason = 1000
)

// Proposal is an act that one administrator proposes and another one decides.
type Proposal struct {
	ID, Person, Reason, State string
	Other                     string // the second account concerned; "": none
	About                     string // what exactly is decided, as it was when it was proposed; "": Person and Other say it
	By, ByName                string
	At                        time.Time
	Decider, DeciderName      string
	Decided                   time.Time
}

// Act is a kind of act on the register that two administrators answer for.
type Act struct {
	Kind  string // of its proposals
	Event string // what the names of its evidence begin with
	// Allowed says in the transaction whether the act is possible now; it is
	// asked when it is proposed and when it is approved.
	Allowed func(ctx context.Context, tx *store.Tx, p Proposal) error
	// Do is what follows the approval, in its transaction.
	Do func(ctx context.Context, tx *store.Tx, p Proposal, by policy.Actor) error
}

type proposalRow struct {
	ID      string     `db:"id"`
	Kind    string     `db:"kind"`
	Person  string     `db:"person"`
	Other   string     `db:"other"`
	About   string     `db:"about"`
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
		ID: r.ID, Person: r.Person, Other: r.Other, About: r.About, Reason: r.Reason, State: r.State, By: r.By, ByName: r.ByName, At: r.At.Time,
		Decider: r.Decider, DeciderName: r.Name, Decided: r.Decided.Time,
	}
}

const (
	proposalColumns = `id, kind, person, other, about, reason, state, proposed_by, proposed_name, proposed_us, decided_by, decided_name, decided_us`

	sqlProposal      = `SELECT ` + proposalColumns + ` FROM identity_proposal WHERE id = $1 AND kind = $2`
	sqlProposalsOf   = `SELECT ` + proposalColumns + ` FROM identity_proposal WHERE person = $1 AND kind = $2 ORDER BY id DESC`
	sqlOpenProposals = `SELECT ` + proposalColumns + ` FROM identity_proposal WHERE state = 'proposed' AND kind = $2 ORDER BY id LIMIT $1`
	sqlOpenOf        = `SELECT ` + proposalColumns + ` FROM identity_proposal WHERE person = $1 AND kind = $2 AND state = 'proposed'`
	sqlDecide        = `
UPDATE identity_proposal SET state = $2, decided_by = $3, decided_name = $4, decided_us = $5 WHERE id = $1 AND state = 'proposed'`
)

// shownProposals is how many open proposals a page lists.
const shownProposals = 100

// Propose proposes an act on p.Person, and p.Other if there is one, for p.Reason.
// Nothing changes until somebody else agrees (DecideOn). errs.Conflict, code
// steward.proposed_already: it has been proposed already.
func (s *Service) Propose(ctx context.Context, act Act, by policy.Actor, p Proposal) (_ Proposal, err error) {
	defer errs.Wrap(&err, "steward.Propose")
	if err := s.may(by, "steward.propose", p); err != nil {
		return Proposal{}, err
	}
	p.Reason = persian.Store(p.Reason)
	if n := utf8.RuneCountInString(p.Reason); n < minReason || n > MaxReason {
		return Proposal{}, errs.InvalidFields([]errs.Field{{Name: "reason", Code: "steward.reason", Args: []any{"min", minReason, "max", MaxReason}}})
	}
	row := proposalRow{
		ID: id.New(), Kind: act.Kind, Person: p.Person, Other: p.Other, About: p.About, Reason: p.Reason, State: Proposed, By: by.Person, ByName: by.Name,
	}
	var no error // why the act is not possible
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row.At = store.At(tx.Now())
		if no = s.apart(ctx, tx, by, row.Person, row.Other); no != nil {
			return no
		}
		if no = act.Allowed(ctx, tx, row.proposal()); no != nil {
			return no
		}
		if err := store.Insert(ctx, tx, "identity_proposal", row); err != nil {
			return err
		}
		return s.stage(ctx, tx, act.Event+"_"+Proposed, row, by)
	})
	if no == nil && errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "steward.proposed_already").Because(err)
	}
	return row.proposal(), err
}

// DecideOn approves or refuses a proposal of an act. Neither who proposed it nor
// a person concerned may, nor either under another account of theirs. errs.Conflict,
// code steward.decided: somebody else was faster; steward.too_old: it can only be
// refused.
func (s *Service) DecideOn(ctx context.Context, act Act, by policy.Actor, proposal string, approve bool) (_ Proposal, err error) {
	defer errs.Wrap(&err, "steward.DecideOn")
	row, found, err := store.Find[proposalRow](ctx, s.d.DB, sqlProposal, proposal, act.Kind)
	switch {
	case err != nil:
		return Proposal{}, err
	case !found:
		return Proposal{}, errs.New(errs.NotFound, "")
	}
	if err := s.may(by, "steward.decide", row.proposal()); err != nil {
		return Proposal{}, err
	}
	row.State, row.Decider, row.Name = Refused, by.Person, by.Name
	if approve {
		row.State = Approved
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		row.Decided = store.At(tx.Now())
		if err := s.apart(ctx, tx, by, row.By, row.Person, row.Other); err != nil {
			return err
		}
		if approve && row.Decided.Sub(row.At.Time) > s.d.ProposalLife {
			return errs.New(errs.Conflict, "steward.too_old")
		}
		n, err := tx.ExecN(ctx, sqlDecide, row.ID, row.State, row.Decider, row.Name, row.Decided)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "steward.decided")
		}
		if err := s.stage(ctx, tx, act.Event+"_"+row.State, row, by); err != nil || !approve {
			return err
		}
		if err := act.Allowed(ctx, tx, row.proposal()); err != nil {
			return err
		}
		return act.Do(ctx, tx, row.proposal(), by)
	})
	return row.proposal(), err
}

// refuseTx refuses what of an act was proposed about somebody or something: it has
// become void. That by may, the caller has made sure.
func (s *Service) refuseTx(ctx context.Context, tx *store.Tx, act Act, by policy.Actor, about string) error {
	row, found, err := store.Find[proposalRow](ctx, tx, sqlOpenOf, about, act.Kind)
	if err != nil || !found {
		return err
	}
	row.State, row.Decider, row.Name, row.Decided = Refused, by.Person, by.Name, store.At(tx.Now())
	n, err := tx.ExecN(ctx, sqlDecide, row.ID, row.State, row.Decider, row.Name, row.Decided)
	if err != nil || n == 0 {
		return err
	}
	return s.stage(ctx, tx, act.Event+"_"+row.State, row, by)
}

// apart makes sure in the transaction that by is an administrator still, and that
// none of the others is by under another account: two accounts of one person are
// one person.
func (s *Service) apart(ctx context.Context, tx *store.Tx, by policy.Actor, others ...string) error {
	if err := s.d.Identity.StandsTx(ctx, tx, by); err != nil {
		return err
	}
	mine, err := s.d.Identity.Kin(ctx, tx, by.Person)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(others, func(p string) bool { return slices.Contains(mine, p) }) {
		return errs.New(errs.Forbidden, "steward.concerned")
	}
	return nil
}

func (s *Service) may(by policy.Actor, action string, p Proposal) error {
	return s.d.Policy.Check(by, action, policy.Resource{
		Type: "Proposal", ID: p.Person, Attrs: map[string]any{"person": p.Person, "other": p.Other, "proposer": p.By},
	})
}

func (s *Service) stage(ctx context.Context, tx *store.Tx, event string, row proposalRow, by policy.Actor) error {
	facts := map[string]any{"proposal": row.ID, "person": row.Person, "reason": row.Reason, "state": row.State}
	if row.Other != "" {
		facts["other"] = row.Other
	}
	if row.About != "" {
		facts["about"] = row.About
	}
	body, err := ledger.Canonical(facts)
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: row.Person, Subject: row.ID, Actor: by.Person, Role: string(by.Role), Content: body,
	})
	return err
}

// Find reads one proposal of an act. errs.NotFound.
func (s *Service) Find(ctx context.Context, by policy.Actor, act Act, proposal string) (_ Proposal, err error) {
	defer errs.Wrap(&err, "steward.Find")
	if err := s.may(by, "steward.read", Proposal{}); err != nil {
		return Proposal{}, err
	}
	row, found, err := store.Find[proposalRow](ctx, s.d.DB, sqlProposal, proposal, act.Kind)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "")
	}
	return row.proposal(), err
}

// Open lists what of an act waits for a decision, the oldest first.
func (s *Service) Open(ctx context.Context, by policy.Actor, act Act) (_ []Proposal, err error) {
	defer errs.Wrap(&err, "steward.Open")
	if err := s.may(by, "steward.read", Proposal{}); err != nil {
		return nil, err
	}
	rows, err := store.All[proposalRow](ctx, s.d.DB, sqlOpenProposals, shownProposals, act.Kind)
	return proposals(rows), err
}

// Of lists what of an act was proposed for one account, the newest first.
func (s *Service) Of(ctx context.Context, by policy.Actor, act Act, person string) (_ []Proposal, err error) {
	defer errs.Wrap(&err, "steward.Of")
	if err := s.may(by, "steward.read", Proposal{Person: person}); err != nil {
		return nil, err
	}
	rows, err := store.All[proposalRow](ctx, s.d.DB, sqlProposalsOf, person, act.Kind)
	return proposals(rows), err
}

func proposals(rows []proposalRow) []Proposal {
	out := make([]Proposal, len(rows))
	for i, r := range rows {
		out[i] = r.proposal()
	}
	return out
}
