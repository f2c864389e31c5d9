// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// What the column state of a row says of a capacity; valid if there is none.
const (
	isValid     = "valid"
	isSuspended = "suspended"
	isRevoked   = "revoked"
)

// act is what a good row comes to: the outcome, and the capacity that it gives,
// or changes from was.
type act struct {
	outcome  Outcome
	was, now identity.Capacity
	step     identity.CapacityStep // of a change; "" for an end
	why      string
}

// gives tells that a new capacity is given.
func (a act) gives() bool { return a.outcome == Granted }

// changes tells that one that stands is changed.
func (a act) changes() bool {
	switch a.outcome {
	case Suspended, Resumed, Renewed, Revoked:
		return true
	}
	return false
}

// before is what is kept of the capacity as it was.
func (a act) before() (string, error) {
	if !a.changes() {
		return "", nil
	}
	b, err := json.Marshal(a.was)
	return string(b), err
}

// judge says what becomes of a good row, by who has an account and what they
// hold. fresh is the capacity that the row describes.
func (k Kind) judge(cells map[string]string, known identity.Holder, has bool, held []identity.Capacity, fresh identity.Capacity, now time.Time) act {
	today, state := civil.Of(now), cells["state"]
	switch {
	case !has && k.Kind == People:
		return act{outcome: Granted}
	case !has:
		return act{outcome: Introduced}
	case k.Kind == People:
		return act{outcome: KnownAs}
	case known.Status != identity.Active, persian.Fold(known.LastName) != persian.Fold(cells["last_name"]):
		return act{outcome: Refused}
	}
	i := slices.IndexFunc(held, func(c identity.Capacity) bool { return same(c, fresh) && c.Ended.IsZero() && c.Base == "" })
	if i < 0 {
		if state == isSuspended || state == isRevoked { // there is nothing to take
			return act{outcome: Refused}
		}
		return act{outcome: Granted, now: fresh}
	}
	a := act{was: held[i], now: held[i], why: cells["reason"]}
	if a.why == "" {
		a.why = "intro.why_source"
	}
	switch was := a.was; {
	case state == isRevoked:
		a.outcome, a.now.Ended = Revoked, now
	case state == isSuspended && was.Suspended.IsZero():
		a.outcome, a.step, a.now.Suspended, a.now.SuspendedWhy = Suspended, identity.CapacitySuspended, now, a.why
	case state == isSuspended:
		a.outcome = KnownAs
	default:
		a.now.Until, a.now.Grade, a.now.TitleFA, a.now.TitleEN, a.now.Fields, a.now.Place = fresh.Until, fresh.Grade, fresh.TitleFA, fresh.TitleEN, fresh.Fields, fresh.Place
		a.now.Suspended, a.now.SuspendedWhy = time.Time{}, ""
		switch {
		case !was.Suspended.IsZero():
			a.outcome, a.step = Resumed, identity.CapacityResumed
		case was.Until != fresh.Until || was.Grade != fresh.Grade || was.TitleFA != fresh.TitleFA || !was.Holds(today):
			a.outcome, a.step = Renewed, identity.CapacityRenewed
		default:
			a.outcome = KnownAs
		}
	}
	return a
}

// same tells whether two capacities are the same licence or appointment of one
// person: by role, number and, where both say so, issuer; for whom; and for those
// without a number whether one is a professor.
func same(a, b identity.Capacity) bool {
	return a.Role == b.Role && a.Number == b.Number && a.For == b.For && (a.Issuer == b.Issuer || a.Issuer == "" && b.Issuer != "") &&
		(a.Number != "" || a.Grade == b.Grade)
}

// rights are what a representative who is introduced may do.
func rights(cells map[string]string) []policy.Right {
	switch cells["rights"] {
	case "see":
		return []policy.Right{policy.See}
	case "prepare":
		return []policy.Right{policy.See, policy.OpenNotices, policy.Prepare}
	}
	return policy.Rights()
}

// capacity is what a row gives to a person. bodyName is of the body for which a
// representative acts.
func (k Kind) capacity(b Batch, cells map[string]string, person, id, bodyName string, today civil.Day) identity.Capacity {
	c := identity.Capacity{
		ID: id, Person: person, Role: k.Role, TitleFA: k.TitleFA, TitleEN: k.TitleEN, From: today,
		Source: "introduction " + b.ID, Number: cells["number"], Grade: cells["grade"], Issuer: b.Source, Place: cells["place"],
		Least: identity.RegistryChecked, // the source answers for who they are, the registries for whose account it is
	}
	if k.Grade != "" {
		c.Grade = k.Grade
	}
	if k.Role == policy.Expert {
		c.Fields = strings.FieldsFunc(cells["field"], func(r rune) bool { return r == '،' || r == ',' || r == ';' })
		for i, f := range c.Fields {
			c.Fields[i] = strings.TrimSpace(f)
		}
	}
	for _, col := range k.Columns {
		if v := cells[col.Name]; col.InTitle && v != "" {
			c.TitleFA, c.TitleEN = c.TitleFA+"، "+v, c.TitleEN+", "+v
		}
	}
	if k.Behalf {
		c.For, c.Rights, c.Mandate = behalf(b.Source), rights(cells), b.ID
		c.TitleFA, c.TitleEN = c.TitleFA+"، "+bodyName, c.TitleEN+", "+bodyName
	}
	if d, err := civil.Parse(cells["until"]); err == nil {
		c.Until = d
	}
	return c
}
