// SPDX-License-Identifier: Apache-2.0

package filing

import "time"

// EventSubmitted is published when a filing has been received.
type EventSubmitted struct {
	Owner   string    `json:"owner"`
	Filing  string    `json:"filing"`
	Service string    `json:"service"`
	Case    string    `json:"case"`
	Unit    string    `json:"unit"`
	At      time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (EventSubmitted) EventKind() string { return "filing.submitted" }

// EventMended is published when a halted filing has been signed anew.
type EventMended struct {
	Owner  string    `json:"owner"`
	Filing string    `json:"filing"`
	Round  int       `json:"round"`
	Case   string    `json:"case"`
	Unit   string    `json:"unit"`
	At     time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (EventMended) EventKind() string { return "filing.mended" }
