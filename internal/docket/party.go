// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Kinds of parties.
const (
	PersonParty = "person"
	EntityParty = "entity" // a company or an authority
)

// Party is somebody in a case. Person is the account, "" if there is none.
type Party struct {
	Case           string `db:"case_id"`
	ID             string `db:"id"`
	Side           string `db:"side"`
	Kind           string `db:"kind"`
	Person         string `db:"person"`
	NationalCode   string `db:"national_code"`
	EntityID       string `db:"entity_id"` // 11 digits, of an entity
	Name           string `db:"name"`
	Address        string `db:"address"`
	Province       string `db:"province"`
	County         string `db:"county"`
	Abroad         bool   `db:"abroad"`
	UnknownAddress bool   `db:"unknown_address"` // served by publication (CPC 73)
	Agent          string `db:"agent"`           // who signed in its name when it opened the case; "": itself
	AgentFA        string `db:"agent_fa"`        // as what: the capacity in words
	AgentEN        string `db:"agent_en"`
	AgentPerson    string `db:"agent_person"` // his account

	// Joined is since when the party sees the case: the opening side from the
	// start, the other side from the first notice issued to it; zero: not yet.
	Joined time.Time
	// Hides tells that the party hides where they live (package identity/shelter).
	Hides bool
}

// partyRow is a docket_party row.
type partyRow struct {
	Party
	JoinedAt store.Time `db:"joined_us"`
}

func (r partyRow) party() Party {
	r.Joined = r.JoinedAt.Time
	return r.Party
}

// nameOnly is what the other parties may know of a party.
func (p Party) nameOnly() Party {
	p.NationalCode, p.EntityID, p.Address, p.Province, p.County, p.AgentPerson = "", "", "", "", "", ""
	return p
}

const (
	partyColumns = `p.case_id, p.id, p.side, p.kind, p.person, p.national_code, p.entity_id, p.name, p.address, p.province, p.county,
		p.abroad, p.unknown_address, p.agent, p.agent_fa, p.agent_en, p.agent_person, p.joined_us`
	sqlParties       = `SELECT ` + partyColumns + ` FROM docket_party p WHERE p.case_id = $1 ORDER BY p.id`
	sqlPartyOf       = `SELECT ` + partyColumns + ` FROM docket_party p WHERE p.case_id = $1 AND p.person = $2 AND p.joined_us > 0 ORDER BY p.id LIMIT 1`
	sqlPartyOfLawyer = `SELECT ` + partyColumns + ` FROM docket_lawyer l JOIN docket_party p ON p.case_id = l.case_id AND p.id = l.party
		WHERE l.case_id = $1 AND l.lawyer = $2 AND l.until_us = 0 ORDER BY p.id LIMIT 1`
	sqlParty = `SELECT ` + partyColumns + ` FROM docket_party p WHERE p.case_id = $1 AND p.id = $2`
)

// readParties reads the parties of a case.
func readParties(ctx context.Context, q store.Querier, caseID string) ([]Party, error) {
	rows, err := store.All[partyRow](ctx, q, sqlParties, caseID)
	out := make([]Party, len(rows))
	for i, r := range rows {
		out[i] = r.party()
	}
	return out, err
}

// PartyOf finds the party of a case for whom a person acts: whose account he
// has, or whom he represents as lawyer on record. A party who does not see the
// case yet is not found.
func (s *Service) PartyOf(ctx context.Context, q store.Querier, caseID, person string) (Party, bool, error) {
	if person == "" {
		return Party{}, false, nil
	}
	r, found, err := store.Find[partyRow](ctx, q, sqlPartyOf, caseID, person)
	if err == nil && !found {
		r, found, err = store.Find[partyRow](ctx, q, sqlPartyOfLawyer, caseID, person)
	}
	return r.party(), found, err
}

// PartyOf finds the party for whom a person acts, see Service.PartyOf.
func (c Case) PartyOf(person string) (Party, bool) {
	i := slices.IndexFunc(c.Parties, func(p Party) bool { return person != "" && p.Person == person && !p.Joined.IsZero() })
	if i < 0 {
		i = slices.IndexFunc(c.Parties, func(p Party) bool { return c.represents(person, p.ID) })
	}
	if i < 0 {
		return Party{}, false
	}
	return c.Parties[i], true
}

// PartyOnce finds the party whom a person represented before, the last one first.
func (c Case) PartyOnce(person string) (Party, bool) {
	for _, l := range slices.Backward(c.past) {
		if p, ok := c.party(l.Party); ok && person != "" && l.Lawyer == person {
			return p, true
		}
	}
	return Party{}, false
}

// party finds a party by its id.
func (c Case) party(id string) (Party, bool) {
	i := slices.IndexFunc(c.Parties, func(p Party) bool { return p.ID == id })
	if i < 0 {
		return Party{}, false
	}
	return c.Parties[i], true
}

// represents tells whether a person is the lawyer on record of a party.
func (c Case) represents(person, party string) bool {
	return person != "" && slices.ContainsFunc(c.Lawyers, func(l Representation) bool { return l.Lawyer == person && l.Party == party })
}

// mine tells whether a party is the actor himself, on whose behalf he acts, or
// represented by him.
func (c Case) mine(a policy.Actor, party string) bool {
	p, ok := c.party(party)
	return ok && (p.Person != "" && p.Person == a.Owner() || a.Standing() == policy.Lawyer && c.represents(a.Owner(), party))
}

// lawyersOf are the lawyers on record of a party.
func (c Case) lawyersOf(party string) []Representation {
	return slices.DeleteFunc(slices.Clone(c.Lawyers), func(l Representation) bool { return l.Party != party })
}

// persons are the accounts of a side that see the case; of all parties if side
// is "".
func (c Case) persons(side string) []string {
	out := []string{}
	for _, p := range c.Parties {
		if p.Person != "" && !p.Joined.IsZero() && (side == "" || p.Side == side) {
			out = append(out, p.Person)
		}
	}
	return out
}

// lawyers are the lawyers on record of a side; of all parties if side is "".
func (c Case) lawyers(side string) []string {
	out := []string{}
	for _, l := range c.Lawyers {
		if p, ok := c.party(l.Party); ok && (side == "" || p.Side == side) {
			out = append(out, l.Lawyer)
		}
	}
	return out
}
