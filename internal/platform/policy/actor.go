// SPDX-License-Identifier: Apache-2.0

package policy

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
)

// Roles lists every role that somebody can hold, Nobody not among them.
func Roles() []Role {
	return []Role{
		Citizen, Lawyer, Expert, Representative, Clerk, Judge, Operator, Manager,
		Inspector, Association, Centre, Auditor, Administrator, System,
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

// Actor is who asks: one person in one capacity. The zero Actor is Nobody.
// Name is for pages only and takes no part in a decision.
type Actor struct {
	Person    string // id of the person, not the national code
	Role      Role
	Unit      string // court, office or association in which the role is held
	Branch    string // branch of that unit
	Name      string
	Assurance int // how surely it is known who the person is: 0 self-declared, 1 registry and SIM card, 2 remote proofing, 3 seen in person (domain B.1)
	Session   string
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
};
`
