// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// State of a batch.
type State string

// The states. They lead reading → checked → applying → applied → undoing →
// undone.
const (
	Reading  State = "reading" // its rows are being kept; one that stays so was cut short
	Checked  State = "checked"
	Applying State = "applying"
	Applied  State = "applied"
	Undoing  State = "undoing"
	Undone   State = "undone"
)

// Batch is a file that introduces people.
type Batch struct {
	ID      string
	Kind    string
	Source  string // unit of whoever introduces; "": the administrators
	File    string
	SHA256  string
	By      policy.Actor // who uploaded it
	State   State
	Total   int // rows
	Wrong   int // of them, with a problem: they are left out
	Done    int // rows that are through, in Applying and Undoing
	Created time.Time
}

// Outcome is what became of a row.
type Outcome string

// The outcomes.
const (
	Introduced Outcome = "introduced" // no account yet
	Granted    Outcome = "granted"    // the capacity, or the account
	KnownAs    Outcome = "known"      // had it already
	Refused    Outcome = "refused"    // the account is somebody else's by name, or of no use
	TakenBack  Outcome = "undone"
)

// Line is a row with what is wrong with it or what became of it.
type Line struct {
	Row
	N       int
	Outcome Outcome // "" if nothing has
}

// capacity is what a row gives to a person.
func (k Kind) capacity(b Batch, cells map[string]string, person, id string, today civil.Day) identity.Capacity {
	c := identity.Capacity{
		ID: id, Person: person, Role: k.Role, TitleFA: k.TitleFA, TitleEN: k.TitleEN, From: today,
		Source: "introduction " + b.ID, Number: cells["number"], Grade: cells["grade"],
	}
	for _, col := range k.Columns {
		if v := cells[col.Name]; col.InTitle && v != "" {
			c.TitleFA, c.TitleEN = c.TitleFA+"، "+v, c.TitleEN+", "+v
		}
	}
	if d, err := civil.Parse(cells["until"]); err == nil {
		c.Until = d
	}
	return c
}

// person is the account that a row of kind People makes. Nothing was checked:
// the account cannot be used until its owner registers.
func person(cells map[string]string) (identity.NewPerson, error) {
	birth, err := civil.Parse(cells["birth"])
	return identity.NewPerson{
		NationalCode: cells["national_code"], FirstName: cells["first_name"], LastName: cells["last_name"], FatherName: cells["father_name"],
		Birth: birth, Mobile: cells["mobile"], Lang: i18n.FA, Assurance: identity.SelfDeclared,
	}, err
}

// judge says what becomes of a good row, by who has an account and what they
// hold.
func (k Kind) judge(cells map[string]string, known identity.Holder, has bool, held []identity.Capacity, today civil.Day) Outcome {
	switch {
	case !has && k.Kind == People:
		return Granted
	case !has:
		return Introduced
	case k.Kind == People:
		return KnownAs
	case known.Status != identity.Active, persian.Fold(known.LastName) != persian.Fold(cells["last_name"]):
		return Refused
	case slices.ContainsFunc(held, func(c identity.Capacity) bool {
		return c.Role == k.Role && c.Number == cells["number"] && c.Holds(today)
	}):
		return KnownAs
	}
	return Granted
}
