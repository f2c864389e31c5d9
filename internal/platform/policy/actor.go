// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"errors"
	"slices"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Role is the capacity in which somebody acts. A person may hold several, but
// a session carries exactly one, and only that one counts in a decision.
type Role string

// The roles (design section 9.9). Nobody is somebody who is not signed in.
const (
	Nobody         Role = ""
	Citizen        Role = "citizen"
	Lawyer         Role = "lawyer"
	Expert         Role = "expert"
	Representative Role = "representative"
	Clerk          Role = "clerk"
	Judge          Role = "judge"
	Operator       Role = "operator"
	Manager        Role = "manager"
	Inspector      Role = "inspector"
	Association    Role = "association"
	Centre         Role = "centre"
	Auditor        Role = "auditor"
	Administrator  Role = "administrator"
	System         Role = "system"
	Bailiff        Role = "bailiff"
	Prosecutor     Role = "prosecutor"
	Graduate       Role = "graduate"  // of law, introduced by the Ministry of Science
	Guardian       Role = "guardian"  // of a child or of somebody who cannot act
	Helper         Role = "helper"    // helps somebody who has asked for it
	LawClerk       Role = "law_clerk" // of a lawyer's office
)

// Roles lists every role that somebody can hold, Nobody not among them.
func Roles() []Role {
	return []Role{
		Citizen, Lawyer, Expert, Representative, Clerk, Judge, Operator, Manager,
		Inspector, Association, Centre, Auditor, Administrator, System, Bailiff, Prosecutor, Graduate,
		Guardian, Helper, LawClerk,
	}
}

// Valid tells whether r is a known role; Nobody is one.
func (r Role) Valid() bool {
	if r == Nobody {
		return true
	}
	for _, known := range Roles() {
		if r == known {
			return true
		}
	}
	return false
}

// Parties are the roles in which people use the service for themselves or for
// somebody else: who files, reads and pays. What each may do is the rules' matter.
func Parties() []Role { return []Role{Citizen, Lawyer, Representative, Guardian, Helper, LawClerk} }

// Right is one thing that somebody may do on behalf of somebody else. Whoever
// acts for himself has them all.
type Right string

// The rights.
const (
	See         Right = "see"          // cases, filings, and that there are notices
	OpenNotices Right = "open_notices" // which has effects: it counts as read
	Prepare     Right = "prepare"      // drafts, files, payments
	Sign        Right = "sign"         // and submit
	Data        Right = "data"         // see and download all that is kept about the person
	Send        Right = "send"         // the notices of a government body; only posts have it
)

// Rights lists every right that anybody may give, the least one first.
func Rights() []Right { return []Right{See, OpenNotices, Prepare, Sign, Data} }

// PostRights lists those that a post at a body may have.
func PostRights() []Right { return append(Rights(), Send) }

// Actor is who asks: one person in one capacity. The zero Actor is Nobody.
// Name and ForName are for pages only and take no part in a decision.
//
// Whoever acts on behalf of somebody else has For and Rights. Whose thing
// something is, is asked with Owner; who did something is Person.
type Actor struct {
	Person    string // id of the person, not the national code
	Role      Role
	Unit      string // court, office or association in which the role is held
	Branch    string // branch of that unit
	Name      string
	Assurance int // how surely it is known who the person is: 0 self-declared, 1 registry and SIM card, 2 remote proofing, 3 seen in person (domain B.1)
	Session   string

	Capacity  string  // id of the capacity; "" is the citizen
	For       string  // person on whose behalf; "" is himself
	ForName   string  // of that person
	Rights    []Right // on behalf of For
	Delegated bool    // For gave it by a mandate, which is not passed on
	Only      *Limit  // to some matters of For; nil: all of them

	// Machine is a program with a key of For: no person looks or acts.
	Machine bool

	// Notices are the groups of notices of For that the actor has to do with
	// (notice/groups.json); nil: all of them. One that is no group stands for none.
	Notices []string
}

// Limit is the matters to which acting on behalf of somebody is limited: cases,
// and titles under which something new may be filed. What is neither is outside.
type Limit struct {
	Cases  []string // ids
	Titles []string // codes of the catalogue
}

// Covers tells whether a matter is within the limit: one of the cases, or, where
// there is no case yet, a filing under one of the titles.
func (l *Limit) Covers(caseID, title string) bool {
	switch {
	case l == nil:
		return true
	case caseID != "":
		return slices.Contains(l.Cases, caseID)
	}
	return title != "" && slices.Contains(l.Titles, title)
}

// OutsideCode is the locale key of the refusal of what is outside the limit.
const OutsideCode = "web.right.outside"

// Outside tells whether somebody was refused because the matter is outside his
// limit: that it exists is no secret to him, who acts for the same person.
func Outside(err error) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Code == OutsideCode
}

// Limited is the limit as a list has to know it: whether there is one, and what
// it covers; never nil.
func (a Actor) Limited() (limited bool, cases, titles []string) {
	cases, titles = []string{}, []string{}
	if a.Only != nil {
		cases, titles = append(cases, a.Only.Cases...), append(titles, a.Only.Titles...)
	}
	return a.Only != nil, cases, titles
}

// Owner is whose things the actor deals with: For, or himself.
func (a Actor) Owner() string {
	if a.For != "" {
		return a.For
	}
	return a.Person
}

// Has tells whether the actor has a right on the things of Owner.
func (a Actor) Has(r Right) bool { return a.For == "" || slices.Contains(a.Rights, r) }

// Standing is as what Owner stands there when the actor acts: a helper acts for
// a citizen, a lawyer's clerk for the lawyer.
func (a Actor) Standing() Role {
	switch {
	case a.For == "" || a.Role == Representative:
		return a.Role
	case a.Role == LawClerk:
		return Lawyer
	}
	return Citizen
}

// Resource is what is asked about. Type and the names and types of Attrs are
// declared in the owning module's policy.cedarschema; a value is a string, an
// int, an int64, a bool, a []string or a type based on one of them.
type Resource struct {
	Type, ID string
	Attrs    map[string]any
}

// Part is what one module brings: its rules and the types these speak of.
type Part struct {
	Module   string
	Policies string // text of policy.cedar
	Schema   string // text of policy.cedarschema
}

// actorSchema declares the one principal type. Modules name it in appliesTo.
const actorSchema = `
entity Actor = {
	person: String,
	role: String,
	unit: String,
	branch: String,
	assurance: Long,
	owner: String,       // whose things these are to him: for whom he acts, or himself
	standing: String,    // the role in which that person stands there
	rights: Set<String>, // see, open_notices, prepare, sign, data; all of these for himself; send
	acting: Bool,        // on behalf of somebody else
	delegated: Bool,     // by a mandate
	limited: Bool,       // to the cases and titles that follow, and nothing else
	cases: Set<String>,
	titles: Set<String>,
	some_notices: Bool,   // only notices of the groups that follow
	notices: Set<String>,
};
`
