// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Kinds of notices (domain B.2).
const (
	KindClaimCopy = "claim_copy" // copy of the petition and its annexes, for the defendant (CPC 67)
	KindHearing   = "hearing"    // time and place of a hearing (CPC 64)
	KindDefect    = "defect"     // defect notice (CPC 54)
	KindRejection = "rejection"  // the registrar's rejection order (CPC 54)
	KindJudgment  = "judgment"   // judgment (CPC 300)
	KindOrder     = "order"      // order of the court (CPC 299)
	KindBrief     = "brief"      // the other side's brief
	KindExpert    = "expert"     // expert report (CPC 260)
	KindWrit      = "writ"       // writ of execution
	KindOther     = "other"

	KindDeclaration = "declaration" // a formal demand of the other side (CPC 156)
	KindAppeal      = "appeal"      // copy of an objection to a decision, for the other side (CPC 346)
	KindCertificate = "certificate" // a certificate that the addressee asked for

	// What other organisations send; it is no court's.
	KindBodyDecision = "body_decision" // their decision, that may be objected to
	KindBodyDemand   = "body_demand"   // to pay or to do something
	KindBodyCall     = "body_call"     // to come
	KindBodyNews     = "body_news"     // to know
)

// BodyKinds lists the kinds that other organisations send. All of them begin with
// body_, which the list of an inbox asks for.
func BodyKinds() []string {
	return []string{KindBodyDecision, KindBodyDemand, KindBodyCall, KindBodyNews}
}

// Kinds lists every kind.
func Kinds() []string {
	return append([]string{KindClaimCopy, KindHearing, KindDefect, KindRejection, KindJudgment,
		KindOrder, KindBrief, KindExpert, KindWrit, KindOther, KindDeclaration, KindAppeal, KindCertificate}, BodyKinds()...)
}

// Ways of service. A notice goes one of them, never both.
const (
	WayElectronic = "electronic" // into the addressee's account
	WayPaper      = "paper"      // by an officer, where there is no account (note 1 of article 13)
)

// Limits of a notice, in bytes.
const (
	maxTitle    = 300
	maxPaper    = 200_000
	maxDocument = 500_000
)

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

// NewNotice is a notice to be issued.
type NewNotice struct {
	Key           string // idempotency key of the act: the same key issues one notice
	Owner         string // person with the account; "" if there is none
	AddresseeName string
	LawyerOf      string // whom the addressee represents: he receives it as lawyer; "" for himself
	Addressee     string // as what he is served: one of Addressees; "" is a person, or a lawyer
	NationalCode  string // of the party
	// UnknownAddress: with no Owner, service is by publication (CPC 73).
	UnknownAddress bool
	Kind           string // one of Kinds
	Case           string // opaque id; with no Owner, the rows are kept under it
	CaseNumber     string
	Unit           string // who issues: code of the unit
	UnitName       string // of the unit or branch, in Persian
	UnitNameEN     string // and in English; may be ""
	Title          Text
	Document       []byte // JSON: the facts that the paper was made from; may be nil
	Paper          Text   // the paper, plain text
	Rule           string // code of the rule whose term this notice starts; "" for none
	Days           int    // term set by the court, if Rule says so
	Abroad         bool   // the addressee resides abroad
	Province       string // of the unit: whose closures count
	IssuedBy       policy.Actor
	OnPaper        bool // without an owner, because a judge has ordered paper and not for want of an account
}

// Check says what is wrong with a notice: errs.Invalid with the fields.
func (n NewNotice) Check() error {
	var f []errs.Field
	bad := func(name string) { f = append(f, errs.Field{Name: name, Code: "notice.wrong." + name}) }
	if n.Key == "" || len(n.Key) > 200 {
		bad("key")
	}
	if n.Owner == "" && n.Case == "" || n.Owner != "" && n.OnPaper || n.AddresseeName == "" {
		bad("addressee")
	}
	if !slices.Contains(Kinds(), n.Kind) || !slices.Contains(Addressees(), n.addressee()) {
		bad("kind")
	}
	if !n.Title.within(maxTitle) {
		bad("title")
	}
	if !n.Paper.within(maxPaper) {
		bad("paper")
	}
	if n.Document != nil && (len(n.Document) > maxDocument || !json.Valid(n.Document)) {
		bad("document")
	}
	if n.Days < 0 || n.Days > 0 && n.Rule == "" {
		bad("days")
	}
	return errs.InvalidFields(f)
}

// addressee is as what the addressee is served.
func (n NewNotice) addressee() string {
	switch {
	case n.LawyerOf != "":
		return AddresseeLawyer
	case n.Addressee == "":
		return AddresseePerson
	}
	return n.Addressee
}

func (t Text) within(most int) bool {
	for _, s := range []string{t.FA, t.EN} {
		if s == "" || len(s) > most || !utf8.ValidString(s) {
			return false
		}
	}
	return true
}

// Issued is what came of issuing.
type Issued struct {
	ID         string
	Number     string // 18 digits, for people
	Electronic bool   // false: no account, a work item for service on paper is open
}

// Notice is a notice as its owner sees it in the list: without the paper.
type Notice struct {
	ID, Number    string
	Owner         string
	Way           string
	Kind          string
	Case          string
	CaseNumber    string
	Unit          string
	UnitName      string
	UnitNameEN    string
	AddresseeName string
	LawyerOf      string // whom the addressee represents, "" if nobody
	Addressee     string // as what he is served: one of Addressees
	Title         Text
	Rule          string
	Days          int
	Abroad        bool
	Province      string

	// The facts. A zero time has not happened.
	Issued, Arrived, Listed, Viewed time.Time
	ViewedBy, ViewedRole            string
	Opener                          string // as what he stood to the addressee: one of Openers
	Facts                           []Fact // the others, in the order in which they were learned; not in lists of other modules
	ReplacedBy                      string // the notice that took its place; "" if none did

	ContentHash     string // hex SHA-256 of the canonical content
	EvidenceIssued  string
	EvidenceArrived string // of arrival, or of the relay to paper service
	EvidenceViewed  string
	Paper           Text            // only after opening
	Document        json.RawMessage // only after opening
	FirstOpening    bool            // this call opened it

	factCount int64
}

// Sender is the name of the unit or branch that issued the notice.
func (n Notice) Sender(l i18n.Lang) string { return Text{FA: n.UnitName, EN: n.UnitNameEN}.In(l) }

// FromBody tells that another organisation has sent the notice, and no court.
func (n Notice) FromBody() bool { return slices.Contains(BodyKinds(), n.Kind) }

// HasTerm tells whether the notice starts a term.
func (n Notice) HasTerm() bool { return n.Rule != "" }

// Opened tells whether the notice was viewed.
func (n Notice) Opened() bool { return !n.Viewed.IsZero() }

// content is what is fixed at issuing, hashed, and covered by the receipt.
type content struct {
	Version    int             `json:"v"`
	Number     string          `json:"number"`
	Kind       string          `json:"kind"`
	Case       string          `json:"case,omitempty"`
	CaseNumber string          `json:"case_number,omitempty"`
	Unit       string          `json:"unit,omitempty"`
	UnitName   string          `json:"unit_name,omitempty"`
	Addressee  addressee       `json:"addressee"`
	Title      Text            `json:"title"`
	Paper      Text            `json:"paper"`
	Document   json.RawMessage `json:"document,omitempty"`
	Rule       string          `json:"rule,omitempty"`
	Days       int             `json:"days,omitempty"`
	Abroad     bool            `json:"abroad,omitempty"`
	Province   string          `json:"province,omitempty"`
}

type addressee struct {
	Name         string `json:"name"`
	Kind         string `json:"kind,omitempty"` // "" is a person, or a lawyer
	LawyerOf     string `json:"lawyer_of,omitempty"`
	NationalCode string `json:"national_code,omitempty"` // of the party
}
