// SPDX-License-Identifier: Apache-2.0

package mandate

import "time"

// GivenEvent says that a mandate was accepted and holds from now on.
type GivenEvent struct {
	Mandate string    `json:"mandate"`
	Number  string    `json:"number"`
	Kind    Kind      `json:"kind"`
	Giver   string    `json:"giver"`
	Taker   string    `json:"taker"`
	At      time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (GivenEvent) EventKind() string { return "mandate.given" }

// EndedEvent says that a mandate that held has ended.
type EndedEvent struct {
	Mandate string    `json:"mandate"`
	Number  string    `json:"number"`
	Kind    Kind      `json:"kind"`
	Giver   string    `json:"giver"`
	Taker   string    `json:"taker"`
	By      string    `json:"by"`
	Why     string    `json:"why"`
	At      time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (EndedEvent) EventKind() string { return "mandate.ended" }
