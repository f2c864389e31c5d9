// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"slices"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
)

// procedure is how the court takes up a kind of filing.
type procedure struct {
	opens    string // the kind of case that it opens
	joins    bool   // belongs to a case that is there
	branch   bool   // the desk waits until the branch is confirmed
	halts    bool   // the registrar may halt it for a defect
	declines bool   // the registrar may decline what it says
	entry    string // what the timeline says of it, if it joins a case
	ends     Act    // the desk's act that disposes of it
	served   string // the kind of notice that it is served as
	law      string // the article under which it is received, for the evidence
}

// procedures says it for every kind, each with its articles.
var procedures = map[catalogue.Kind]procedure{
	// CPC 48 and 50: a petition opens the suit, the head of branch 1 refers it.
	// CPC 53, 54: it may be halted. CPC 67: its copy is served.
	catalogue.Petition: {opens: docket.CivilCase, branch: true, halts: true, ends: ActServe, served: notice.KindClaimCopy, law: "cpc-48"},
	// CrPC 68, 69: the prosecutor must take a complaint at all times, so nobody
	// halts or refuses it; the accused is not told of it by service.
	catalogue.Complaint: {opens: docket.CriminalCase, branch: true, ends: ActSeen, law: "crpc-69"},
	// CPC 156: a declaration is sent to its addressee through the registry and
	// goes to no branch. Note to CPC 157 [mem]: wording contrary to law or decency
	// may be declined.
	catalogue.Declaration: {opens: docket.DeclarationCase, declines: true, ends: ActServe, served: notice.KindDeclaration, law: "cpc-156"},
	// CPC 96: what a party says and brings in a case goes to its branch.
	catalogue.Brief: {joins: true, entry: "filing.brief_filed", ends: ActSeen, law: "cpc-96"},
	// CPC 339 to 346: an objection is filed at the court that decided, may be
	// halted like a petition (345), and its copy is served on the other side. Then,
	// where authority/data/jurisdiction.json says so, the file goes to the court
	// above (346 [mem]; onward.go).
	catalogue.Objection: {joins: true, halts: true, entry: "filing.objection_filed", ends: ActServe, served: notice.KindAppeal, law: "cpc-339"},
	// By-law on the criminal record [mem]: an answer to one person, no case.
	catalogue.Certificate: {ends: ActCertify},
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

	ActHalt     Act = "halt"      // halted for a defect
	ActMend     Act = "mend"      // mended by its owner
	ActReject   Act = "reject"    // rejected by the registrar
	ActSetAside Act = "set_aside" // the rejection was set aside
	ActUphold   Act = "uphold"    // the rejection was upheld
	ActDecide   Act = "decide"    // offered to the judge: ActSetAside or ActUphold

	ActDecline Act = "decline" // not sent, for its wording
	ActCertify Act = "certify" // answered with a certificate
	ActSend    Act = "send"    // its file was sent to the court above
	ActLawyer  Act = "lawyer"  // the lawyer who entered appearance was recorded
)

// offer is an act that the desk may do on a filing. Wait is the code of why it
// cannot be done yet, "" if it can.
type offer struct {
	Act  Act
	Wait string
}

// offers are the acts that the kind and the state of a filing allow its desk.
func (r received) offers() (out []offer) {
	p := procedures[r.def.Kind]
	switch {
	case r.item.State == deskHalted:
		o := offer{Act: ActReject}
		if !r.termOver(r.today) {
			o.Wait = "filing.term_runs"
		}
		return []offer{o}
	case r.item.State == deskOnward && r.onward != nil:
		o := offer{Act: ActSend}
		switch {
		case r.onward.unit.Code == "":
			o.Wait = "filing.no_court_above"
		case r.onward.reply > 0, r.onward.waits:
			o.Wait = "filing.reply_runs"
		}
		return []offer{o}
	case r.item.State != deskNew:
		return nil
	case r.f.desk != r.f.Unit: // its file came from the court below
		o := offer{Act: ActSeen}
		if !r.referred {
			o.Wait = "filing.branch_waits"
		}
		return []offer{o}
	case r.againstRejection():
		return []offer{{Act: ActDecide}}
	case entersAppearance(r.def):
		return []offer{{Act: ActLawyer}}
	}
	o := offer{Act: p.ends}
	if o.Act == ActServe && r.def.Service == nil {
		o.Act = ActSeen
	}
	if p.branch && !r.referred {
		o.Wait = "filing.branch_first"
	}
	out = append(out, o)
	if p.declines {
		out = append(out, offer{Act: ActDecline})
	}
	if p.halts {
		out = append(out, offer{Act: ActHalt})
	}
	if !r.late.IsZero() { // the registrar accepts the late mending, or rejects
		out = append(out, offer{Act: ActReject})
	}
	return out
}

// againstRejection tells whether this is an objection to a registrar's
// rejection: the court decides it (CPC 54).
func (r received) againstRejection() bool {
	return r.def.Against != nil && slices.Contains(r.def.Against.Notices, notice.KindRejection)
}

// can tells whether the desk may do an act now.
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
