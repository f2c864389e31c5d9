// SPDX-License-Identifier: Apache-2.0

package notice

import "time"

// Arrived is published in the transaction that places a notice in an account.
type Arrived struct {
	Notice   string    `json:"notice"`
	Number   string    `json:"number"`
	Owner    string    `json:"owner"`
	Case     string    `json:"case"`
	Kind     string    `json:"kind"`
	Title    Text      `json:"title"`
	Rule     string    `json:"rule"`
	Days     int       `json:"days"`
	Abroad   bool      `json:"abroad"`
	Province string    `json:"province"`
	Actual   bool      `json:"actual"` // the term runs from Viewed, not from here
	Reading  string    `json:"reading"`
	Evidence string    `json:"evidence"`
	At       time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (Arrived) EventKind() string { return "notice.arrived" }

// AtBody is published in the same transaction if the account is that of a company or
// a government body: it has desks.
type AtBody struct {
	Notice string `json:"notice"`
	Owner  string `json:"owner"`
}

// EventKind implements jobs.Event.
func (AtBody) EventKind() string { return "notice.at_body" }

// Viewed is published in the transaction of the first opening. It carries what
// a term needs, so that a subscriber need not have heard Arrived.
type Viewed struct {
	Notice   string    `json:"notice"`
	Number   string    `json:"number"`
	Owner    string    `json:"owner"`
	Case     string    `json:"case"`
	Kind     string    `json:"kind"`
	Title    Text      `json:"title"`
	By       string    `json:"by"`
	Role     string    `json:"role"`
	Rule     string    `json:"rule"`
	Days     int       `json:"days"`
	Abroad   bool      `json:"abroad"`
	Province string    `json:"province"`
	Actual   bool      `json:"actual"` // the term runs from actual service
	Idle     bool      `json:"idle"`   // and it is not this opening that is it: it has no effect, or another one was before
	Reading  string    `json:"reading"`
	Evidence string    `json:"evidence"`
	At       time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (Viewed) EventKind() string { return "notice.viewed" }

// Deemed is published when nobody has opened a notice for the time that the
// reading names.
type Deemed struct {
	Notice string    `json:"notice"`
	Owner  string    `json:"owner"`
	Kind   string    `json:"kind"`
	At     time.Time `json:"at"` // when the time was up
}

// EventKind implements jobs.Event.
func (Deemed) EventKind() string { return "notice.deemed" }

// NoAccount is published when a notice cannot be served electronically and a
// work item for service on paper was opened.
type NoAccount struct {
	Notice   string    `json:"notice"`
	Number   string    `json:"number"`
	Owner    string    `json:"owner"` // whose rows they are: of the case
	Case     string    `json:"case"`
	Unit     string    `json:"unit"`
	Kind     string    `json:"kind"`
	Title    Text      `json:"title"`
	Reason   string    `json:"reason"` // ReasonNoAccount or ReasonUnknownAddress
	Evidence string    `json:"evidence"`
	At       time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (NoAccount) EventKind() string { return "notice.no_account" }

// ServedOnPaper is published when an officer, or a publication, has served a
// notice, or a judge has said since when it is served.
type ServedOnPaper struct {
	Notice   string    `json:"notice"`
	Number   string    `json:"number"`
	Owner    string    `json:"owner"` // whose rows they are: a person's, or a case's
	Case     string    `json:"case"`
	Kind     string    `json:"kind"`
	Title    Text      `json:"title"`
	Fact     string    `json:"fact"` // FactPaperActual, FactPaperLegal or FactPublished
	Code     string    `json:"code"`
	Rule     string    `json:"rule"`
	Days     int       `json:"days"`
	Abroad   bool      `json:"abroad"`
	Province string    `json:"province"`
	Runs     bool      `json:"runs"` // the term runs from At
	Reading  string    `json:"reading"`
	Evidence string    `json:"evidence"`
	At       time.Time `json:"at"` // when it was served
}

// EventKind implements jobs.Event.
func (ServedOnPaper) EventKind() string { return "notice.served_on_paper" }

// PaperWithdrawn is published when service on paper was taken back: another
// notice took the place of this one, or its addressee is served otherwise.
type PaperWithdrawn struct {
	Notice string    `json:"notice"`
	Unit   string    `json:"unit"`
	Case   string    `json:"case"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (PaperWithdrawn) EventKind() string { return "notice.paper_withdrawn" }

// Replaced is published when a notice is no longer to be heeded: another took
// its place, or none.
type Replaced struct {
	Notice string    `json:"notice"`
	Owner  string    `json:"owner"`
	Case   string    `json:"case"`
	Title  Text      `json:"title"`
	By     string    `json:"by"` // the notice that took its place; "" if none did
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`

	Evidence string `json:"evidence"`
}

// EventKind implements jobs.Event.
func (Replaced) EventKind() string { return "notice.replaced" }
