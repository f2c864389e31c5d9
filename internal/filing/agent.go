// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// agentOf is who signs on behalf of the filer when a signs; nil if the filer
// signs himself.
func (s *Service) agentOf(ctx context.Context, a policy.Actor) (*RecordAgent, error) {
	if a.For == "" {
		return nil, nil
	}
	p, err := s.d.Identity.Person(ctx, a.Person)
	return &RecordAgent{JudicialID: p.JudicialID, FirstName: p.FirstName, LastName: p.LastName, Role: string(a.Role), Capacity: a.Capacity}, err
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
