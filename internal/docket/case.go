// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"fmt"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Sides of a case, and who besides may see an entry.
const (
	Plaintiff = "plaintiff"
	Defendant = "defendant"
	Court     = "court" // staff of the unit; they see every entry
)

// Kinds of cases. The sides are called plaintiff and defendant in every kind;
// what people read (complainant and accused, sender and addressee) is in the
// words.
const (
	CivilCase       = "civil"
	CriminalCase    = "criminal"
	DeclarationCase = "declaration" // a formal demand before a suit (CPC 156); no branch
	AppealCase      = "appeal"      // a civil suit before the court of appeal; the appellant is its plaintiff
)

// States of a case.
const (
	StateProposed = "proposed" // registered, branch proposed
	StateReferred = "referred" // branch confirmed; a declaration from the start
	StateClosed   = "closed"
)

// kindCase is the part of a number that says "case" (domain C, unconfirmed).
const kindCase = "92"

// maxSerial is what five digits hold.
const maxSerial = 99999

// maxParties is how many parties one case may have.
const maxParties = 500

// Text is one text in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

// In is the text in a language.
func (t Text) In(l i18n.Lang) string {
	if l == i18n.EN && t.EN != "" {
		return t.EN
	}
	return t.FA
}

// NewCase is a case to be opened.
type NewCase struct {
	Kind             string // CivilCase if it is ""
	First            string // of an appeal: the case of first instance
	Unit, Province   string // code of the unit; key of its province
	TitleFA, TitleEN string
	Filing           string  // what it comes from; opens at most one case
	Parties          []Party // one who joined another case joins this one
	By               policy.Actor
}

func (n NewCase) check() error {
	var f []errs.Field
	bad := func(name string) { f = append(f, errs.Field{Name: name, Code: "docket.wrong." + name}) }
	if !slices.Contains([]string{"", CivilCase, CriminalCase, DeclarationCase, AppealCase}, n.Kind) || (n.Kind == AppealCase) != (n.First != "") {
		bad("kind")
	}
	if len(n.Unit) != 5 {
		bad("unit")
	}
	if n.TitleFA == "" || n.TitleEN == "" {
		bad("title")
	}
	if n.Filing == "" {
		bad("filing")
	}
	sides := map[string]bool{}
	for _, p := range n.Parties {
		sides[p.Side] = true
		if p.Name == "" || p.Side != Plaintiff && p.Side != Defendant || p.Kind != "" && p.Kind != PersonParty && p.Kind != EntityParty {
			bad("parties")
		}
	}
	if !sides[Plaintiff] || len(n.Parties) > maxParties {
		bad("parties")
	}
	return errs.InvalidFields(slices.CompactFunc(f, func(a, b errs.Field) bool { return a.Name == b.Name }))
}

// Case is a case of the register.
type Case struct {
	ID       string
	Number   string // 18 digits, never a number
	Kind     string
	Unit     string
	UnitName Text
	Province string
	Branch   string // confirmed branch, "" before
	Proposed string // branch with the least load when it was opened (leastLoad)
	Title    Text
	Filing   string
	First    string // of an appeal: the case of first instance
	State    string
	Version  int64 // changes with every act on the case itself
	Opened   time.Time
	Closed   time.Time // zero: open

	Confirmed     time.Time
	ConfirmedBy   string
	ConfirmedName string
	BranchName    Text // of Branch, else of Proposed

	Parties []Party
	Lawyers []Representation // who represents a party now
	past    []Representation // who did
	appeals []string         // the appeals to which its file was sent
	at      []string         // the units that have them: their staff read the case
	Side    string           // of the person who asks; "" for staff
	Lawyer  bool             // the person who asks is that side's lawyer
}

// Sender is in whose name papers go out: the branch once it is confirmed, else
// the unit.
func (c Case) Sender() Text {
	if c.Branch != "" && c.BranchName.FA != "" {
		return c.BranchName
	}
	return c.UnitName
}

// number writes the number of a case: Jalali year, two digits of the province,
// the kind, five digits of the unit and a serial of five digits within unit and
// year. Only its length and its year are ever read back (domain C).
func number(year int, province, unit string, serial int64) (string, error) {
	if serial < 1 || serial > maxSerial {
		// Trying again does not help, as it would after a Conflict.
		return "", errs.New(errs.Internal, "").Because(fmt.Errorf("unit %s has no case number left for the year %d", unit, year))
	}
	n := fmt.Sprintf("%04d%s%s%s%05d", year, province, kindCase, unit, serial)
	if !ValidNumber(n) {
		return "", errs.New(errs.Internal, "").Because(fmt.Errorf("case number with %d signs", len(n)))
	}
	return n, nil
}

// ValidNumber tells whether s has the form of a case number: 18 digits.
func ValidNumber(s string) bool {
	if len(s) != 18 {
		return false
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
