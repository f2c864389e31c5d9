// SPDX-License-Identifier: Apache-2.0

package bailiff

import "slices"

// State is where a task stands.
type State string

// The states.
const (
	Open      State = "open"      // waits for a bailiff
	Assigned  State = "assigned"  // a bailiff has it, perhaps after attempts
	Served    State = "served"    // in fact or by law
	NotServed State = "failed"    // waits for the clerk's next step
	Asked     State = "asked"     // publication waits for the judge
	Published State = "published" // the call is out
	Withdrawn State = "withdrawn" // delivered electronically instead
)

// States lists every state.
func States() []State {
	return []State{Open, Assigned, NotServed, Asked, Served, Published, Withdrawn}
}

// onward are the permitted transitions. The same words stand in the WHERE of
// each update.
var onward = map[State][]State{
	Open:      {Assigned, Asked, Withdrawn},
	Assigned:  {Assigned, Served, NotServed, Withdrawn},
	NotServed: {Open, Asked, Withdrawn},
	Asked:     {Published, NotServed, Withdrawn},
}

// May tells whether one state may follow another.
func (s State) May(next State) bool { return slices.Contains(onward[s], next) }

// Ended tells whether nothing follows.
func (s State) Ended() bool { return len(onward[s]) == 0 }
