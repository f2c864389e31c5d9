// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// agentOf is who signs on behalf of the filer when a signs; nil if the filer
// signs himself.
func (s *Service) agentOf(ctx context.Context, a policy.Actor) (*RecordAgent, error) {
	if a.For == "" {
		return nil, nil
	}
	p, err := s.d.Identity.Person(ctx, a.Person)
	if err != nil {
		return nil, err
	}
	agent := &RecordAgent{JudicialID: p.JudicialID, FirstName: p.FirstName, LastName: p.LastName, Role: string(a.Role), Capacity: a.Capacity}
	list, err := s.d.Identity.Capacities(ctx, a.Person)
	for _, c := range list {
		if c.ID != a.Capacity {
			continue
		}
		agent.TitleFA, agent.TitleEN = c.TitleFA, c.TitleEN
		if c.Mandate != "" {
			agent.Contract = c.Number
		}
	}
	return agent, err
}

// agent is who signs on behalf of the filer, as the record has it; nil if the filer
// signs, or if it is not known yet who will.
func (f Filing) agent() (*RecordAgent, error) {
	if len(f.Record) == 0 {
		return nil, nil
	}
	r, err := f.parsed()
	return r.Agent, err
}

// actsTx makes sure, in the transaction of an act, that who acts in somebody's name
// may still do so, about this matter and with this right, and a lawyer only for one
// side of a case: what the rules allowed before the transaction may have been taken
// back since.
func (s *Service) actsTx(ctx context.Context, tx *store.Tx, a policy.Actor, right policy.Right, f Filing) error {
	if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
		return err
	}
	if err := s.d.Identity.CoversTx(ctx, tx, a, right, f.Case, f.Service); err != nil {
		return err
	}
	return s.d.Docket.OneSideTx(ctx, tx, a, f.Case)
}

// filesTx is actsTx for the steps that bring a filing to the court. On a case that
// is there already its owner must stand in it: a lawyer whose representation has
// ended fixes and signs nothing more, also what he began before.
func (s *Service) filesTx(ctx context.Context, tx *store.Tx, a policy.Actor, right policy.Right, f Filing, def *catalogue.Definition) error {
	if err := s.actsTx(ctx, tx, a, right, f); err != nil {
		return err
	}
	if !procedures[def.Kind].joins || entersAppearance(def) {
		return nil
	}
	return s.d.Docket.StandsTx(ctx, tx, f.Case, f.Owner)
}

// PaymentPurpose is what payments of this module are for.
const PaymentPurpose = "filing"

// Pays reads what it takes to ask, in the transaction of a payment, whether the
// actor may still bring the filing that is paid for to the court.
func (s *Service) Pays(ctx context.Context, a policy.Actor, owner, filing string) (_ func(context.Context, *store.Tx) error, err error) {
	defer errs.Wrap(&err, "filing.Pays")
	f, err := read(ctx, s.d.DB, owner, filing)
	if err != nil {
		return nil, err
	}
	def, err := s.definition(ctx, f)
	return func(ctx context.Context, tx *store.Tx) error { return s.filesTx(ctx, tx, a, policy.Prepare, f, def) }, err
}

// signedBy tells whether the record of f names who signs if a does.
func (s *Service) signedBy(ctx context.Context, a policy.Actor, f Filing) (bool, error) {
	r, err := f.parsed()
	if err != nil {
		return false, err
	}
	agent, err := s.agentOf(ctx, a)
	if err != nil || agent == nil || r.Agent == nil {
		return agent == nil && r.Agent == nil, err
	}
	return *agent == *r.Agent, nil
}

// recordFor is the record of f for the signature of a. It was made by whoever
// fixed the filing, which may have been a helper: only here is it known who
// signs. Nothing but the agent changes.
func (s *Service) recordFor(ctx context.Context, a policy.Actor, f Filing) (record []byte, hash string, err error) {
	same, err := s.signedBy(ctx, a, f)
	if err != nil || same {
		return f.Record, f.Hash, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(f.Record, &members); err != nil {
		return nil, "", err
	}
	agent, err := s.agentOf(ctx, a)
	if err != nil {
		return nil, "", err
	}
	format := recordFormat
	delete(members, "agent")
	if agent != nil {
		format = recordFormatBehalf
		if members["agent"], err = json.Marshal(agent); err != nil {
			return nil, "", err
		}
	}
	if members["format"], err = json.Marshal(format); err != nil {
		return nil, "", err
	}
	record, err = ledger.Canonical(members)
	sum := sha256.Sum256(record)
	return record, hex.EncodeToString(sum[:]), err
}
