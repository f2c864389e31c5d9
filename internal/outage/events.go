// SPDX-License-Identifier: Apache-2.0

package outage

// Changed is published in the transaction of every opening, closing, correction
// and withdrawal. Was is how the interval stood before, so that what it touched
// then can be looked at again; a new interval has none.
type Changed struct {
	Interval Interval  `json:"interval"`
	Was      *Interval `json:"was,omitempty"`
}

// EventKind implements jobs.Event.
func (Changed) EventKind() string { return "outage.changed" }
