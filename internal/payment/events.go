// SPDX-License-Identifier: Apache-2.0

package payment

import "time"

// Paid is published once for every payment whose money is ours, in the
// transaction that records it.
type Paid struct {
	Payment ID        `json:"payment"`
	Owner   string    `json:"owner"`
	Subject string    `json:"subject"`
	Purpose string    `json:"purpose"`
	At      time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (Paid) EventKind() string { return "payment.paid" }
