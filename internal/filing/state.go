// SPDX-License-Identifier: Apache-2.0

package filing

import "slices"

// Status is where a filing stands.
type Status string

// The states, in the order of a filing's life.
const (
	Draft     Status = "draft"     // being filled
	Payable   Status = "payable"   // checked; waits for the fee
	Signable  Status = "signable"  // paid, or free; waits for the signature
	Submitted Status = "submitted" // received by the court
	Discarded Status = "discarded" // given up by its owner before submission
	Halted    Status = "halted"    // received, but defective: its owner is mending it
	Rejected  Status = "rejected"  // by the registrar, for it was not mended in time
)

// next says which state may follow which. A payable filing may go back to a
// draft: nothing is paid yet. A signable one may only if nothing was paid. While
// a filing is mended, Halted takes the place of Draft, and nobody can give it up
// any more.
var next = map[Status][]Status{
	Draft:     {Payable, Signable, Discarded},
	Payable:   {Draft, Halted, Signable, Discarded, Rejected},
	Signable:  {Draft, Halted, Submitted, Rejected},
	Submitted: {Halted, Rejected}, // rejected if it was mended too late
	Halted:    {Payable, Signable, Rejected},
	Rejected:  {Submitted}, // the court set the rejection aside
}

// mayFollow tells whether a filing in state s may move to state to.
func (s Status) mayFollow(to Status) bool { return slices.Contains(next[s], to) }
