// SPDX-License-Identifier: Apache-2.0

package payment

import "slices"

// State is where a payment stands.
type State string

// The states of a payment.
const (
	StateCreated   State = "created"   // waits for its payer
	StateStarted   State = "started"   // an attempt is open at the provider
	StatePaid      State = "paid"      // the money is ours; never changes again
	StateCancelled State = "cancelled" // the payer cancelled; may be begun again
	StateExpired   State = "expired"   // nobody decided in time; may be begun again
	StateFailed    State = "failed"    // see Reason; may be begun again
	StateVoid      State = "void"      // no longer owed; never changes again
	StateDisputed  State = "disputed"  // the provider may have taken money that we cannot count as this sum; must not be begun again
)

// next says which state may follow which. Paid may follow a cancelled, expired
// or failed payment, because a bank's answer may come late. A disputed one
// changes only when the provider says something else when asked again.
var next = map[State][]State{
	StateCreated:   {StateStarted, StateVoid},
	StateStarted:   {StatePaid, StateCancelled, StateExpired, StateFailed, StateVoid, StateDisputed},
	StateCancelled: {StateStarted, StatePaid, StateVoid, StateDisputed},
	StateExpired:   {StateStarted, StatePaid, StateVoid, StateDisputed},
	StateFailed:    {StateStarted, StatePaid, StateVoid, StateDisputed},
	StateDisputed:  {StatePaid, StateFailed},
}

// before returns the states that to may follow, sorted: the condition of every
// update that moves a payment to it.
func before(to State) []string {
	var out []string
	for from, list := range next {
		if slices.Contains(list, to) {
			out = append(out, string(from))
		}
	}
	slices.Sort(out)
	return out
}

// AttemptState is where an attempt stands.
type AttemptState string

// The states of an attempt. The provider is asked about open and lapsed ones.
const (
	AttemptReserved  AttemptState = "reserved" // has a reference, not yet a token
	AttemptOpen      AttemptState = "open"     // waits for the payer
	AttemptLapsed    AttemptState = "lapsed"   // waited too long; the provider has not said its last word
	AttemptPaid      AttemptState = "paid"
	AttemptCancelled AttemptState = "cancelled"
	AttemptExpired   AttemptState = "expired"
	AttemptFailed    AttemptState = "failed"
	AttemptSurplus   AttemptState = "surplus"  // paid, but not wanted: not confirmed, so the provider gives it back
	AttemptDisputed  AttemptState = "disputed" // see StateDisputed; keeps the claim
)

func (s AttemptState) waits() bool { return s == AttemptOpen || s == AttemptLapsed }

// Reason says why a payment did not succeed. Its words stand in the locale
// files under payment.reason.<reason>.
type Reason string

// The reasons.
const (
	ByPayer  Reason = "by_payer"  // cancelled at the provider
	TooLate  Reason = "too_late"  // nobody decided in time
	Mismatch Reason = "mismatch"  // the provider's amount or reference is not ours
	GaveBack Reason = "returned"  // paid, but not confirmed in time: the money went back
	Unknown  Reason = "unknown"   // the provider does not know the payment
	NoAnswer Reason = "no_answer" // the provider did not answer for three days
	TookElse Reason = "took_else" // disputed: confirmed, with an amount or reference that is not ours
	NotClear Reason = "not_clear" // disputed: nobody knows after three days whether the money was taken
)
