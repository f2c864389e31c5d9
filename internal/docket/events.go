// SPDX-License-Identifier: Apache-2.0

package docket

import "time"

// LawyerLeft says that a lawyer acts for a party of a case no more: the party ended
// it, his contract ended, he resigned or died, or has no licence.
type LawyerLeft struct {
	Case   string    `json:"case"`
	Unit   string    `json:"unit"`
	Party  string    `json:"party"` // id
	Lawyer string    `json:"lawyer"`
	Name   string    `json:"name"` // the lawyer's
	At     time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (LawyerLeft) EventKind() string { return "docket.lawyer_left" }
