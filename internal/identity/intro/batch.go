// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
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

// Outcomes lists every outcome of a row, as they are counted on a page.
func Outcomes() []Outcome {
	return []Outcome{Granted, Introduced, Renewed, Suspended, Resumed, Revoked, KnownAs, Refused, TakenBack}
}

// The outcomes.
const (
	Introduced Outcome = "introduced" // no account yet
	Granted    Outcome = "granted"    // the capacity, or the account
	KnownAs    Outcome = "known"      // is so already
	Suspended  Outcome = "suspended"
	Resumed    Outcome = "resumed"
	Renewed    Outcome = "renewed" // another last day, grade or field
	Revoked    Outcome = "revoked"
	Refused    Outcome = "refused" // the account is somebody else's by name or of no use, or there is nothing to take
	TakenBack  Outcome = "undone"
)

// Line is a row with what is wrong with it or what became of it.
type Line struct {
	Row
	N       int
	Outcome Outcome // "" if nothing has
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
