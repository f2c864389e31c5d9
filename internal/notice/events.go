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
	Actual   bool      `json:"actual"` // the term runs from here
	Reading  string    `json:"reading"`
	Evidence string    `json:"evidence"`
	At       time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (Viewed) EventKind() string { return "notice.viewed" }

// NoAccount is published when a notice cannot be served electronically and a
// work item for service on paper was opened.
type NoAccount struct {
	Notice   string    `json:"notice"`
	Number   string    `json:"number"`
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
