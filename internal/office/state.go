// SPDX-License-Identifier: Apache-2.0

package office

import "slices"

// State is how far an office has come.
type State string

// The states. They lead:
//
//	licensed → active ⇄ suspended
//	licensed, active, suspended → closed
const (
	Licensed  State = "licensed"  // it may be set up
	Active    State = "active"    // it is open
	Suspended State = "suspended" // it may do nothing for the time being
	Closed    State = "closed"    // for good
)

// next is where an office may go from each state.
func (s State) next() []State {
	switch s {
	case Licensed:
		return []State{Active, Closed}
	case Active:
		return []State{Suspended, Closed}
	case Suspended:
		return []State{Active, Closed}
	}
	return nil
}

func (s State) may(to State) bool { return slices.Contains(s.next(), to) }
