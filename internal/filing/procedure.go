// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
)

// procedure is how the court takes up a kind of filing.
type procedure struct {
	opens    bool // opens a case
	joins    bool // belongs to a case that is there
	branch   bool // the desk waits until the branch is confirmed
	halts    bool // the registrar may halt it for a defect
	declines bool // the registrar may decline what it says
	ends     Act  // the desk's act that disposes of it
	law      string
}

// procedures says it for every kind, each with its articles.
var procedures = map[catalogue.Kind]procedure{
	// CPC 48 and 50: a petition opens the suit, the head of branch 1 refers it.
	// CPC 53, 54: it may be halted. CPC 67: its copy is served.
	catalogue.Petition: {opens: true, branch: true, halts: true, ends: ActServe, law: "cpc-48"},
	// CrPC 68, 69: the prosecutor must take a complaint at all times, so nobody
	// halts or refuses it; the accused is not told of it by service.
	catalogue.Complaint: {opens: true, branch: true, ends: ActSeen, law: "crpc-69"},
	// CPC 156: a declaration is sent to its addressee through the registry and
	// goes to no branch. Note to CPC 157 [mem]: wording contrary to law or decency
	// may be declined.
	catalogue.Declaration: {opens: true, declines: true, ends: ActServe, law: "cpc-156"},
	// CPC 96: what a party says and brings in a case goes to its branch.
	catalogue.Brief: {joins: true, ends: ActSeen, law: "cpc-96"},
	// CPC 339 to 346: an objection is filed at the court that decided, may be
	// halted like a petition (345), and its copy is served on the other side.
	catalogue.Objection: {joins: true, halts: true, ends: ActServe, law: "cpc-339"},
	// By-law on the criminal record [mem]: an answer to one person, no case.
	catalogue.Certificate: {ends: ActCertify, law: "crpc-record"},
}

// kinds are all kinds, in the order in which they are offered.
var kinds = []catalogue.Kind{
	catalogue.Petition, catalogue.Complaint, catalogue.Declaration, catalogue.Brief, catalogue.Objection, catalogue.Certificate,
}

// Act is something that is done with a filing after it was received.
type Act string

// The acts. Every one but ActMend is the court's.
const (
	ActServe Act = "serve" // served on the other side
	ActSeen  Act = "seen"  // put before the branch

	ActCertify Act = "certify" // answered with a certificate
)

// offer is an act that the desk may do on a filing. Wait is the code of why it
// cannot be done yet, "" if it can.
type offer struct {
	Act  Act
	Wait string
}

// offers are the acts that the kind and the state of a filing allow its desk.
func (r received) offers() []offer {
	p := procedures[r.def.Kind]
	var out []offer
	if r.item.State == deskNew {
		o := offer{Act: p.ends}
		if p.branch && !r.referred {
			o.Wait = "filing.branch_first"
		}
		out = append(out, o)
	}
	return out
}

// can tells whether the desk may do an act now. What was done already is left
// to the act itself, which knows who was faster.
func (r received) can(act Act) error {
	list := r.offers()
	i := slices.IndexFunc(list, func(o offer) bool { return o.Act == act })
	switch {
	case i < 0 && r.item.State != deskNew:
		return r.doneAlready()
	case i < 0:
		return conflict("filing.not_this_act")
	case list[i].Wait != "":
		return conflict(list[i].Wait)
	}
	return nil
}
