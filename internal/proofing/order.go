// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"time"

	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Attempts is how many attempts one payment covers (domain B.1, SANA-KAAR).
const Attempts = 3

// State is where an order of proofing by video stands.
type State string

// The states: unpaid → ready → proved or used; what was not used goes back.
const (
	Unpaid State = "unpaid" // waits for its payment
	Ready  State = "ready"  // attempts may be made
	Proved State = "proved"
	Used   State = "used"    // all attempts were made, in vain
	Void   State = "void"    // given up before anything was paid
	Back   State = "refused" // the money goes back: no attempt was possible
)

// TryState is where an attempt stands: the broker's states, and ours before and
// beside them.
type TryState string

// The states. Those of the broker keep its names.
const (
	TryReserved   TryState = "reserved" // not yet known at the broker
	TryOpen       TryState = TryState(proofing.Open)
	TryLive       TryState = TryState(proofing.Live)
	TryNotLive    TryState = TryState(proofing.NotLive)
	TryNoMatch    TryState = TryState(proofing.NoMatch)
	TryBadPicture TryState = TryState(proofing.BadPicture)
	TryAbandoned  TryState = TryState(proofing.Abandoned)
	TryExpired    TryState = TryState(proofing.Expired)
	TryLost       TryState = "lost"    // the broker does not know it, or never said how it ended
	TryRefused    TryState = "refused" // the broker did not take it
)

// Counts tells whether an attempt of this end is one of the three.
func (t TryState) Counts() bool {
	switch t {
	case TryLive, TryNotLive, TryNoMatch, TryBadPicture, TryAbandoned:
		return true
	}
	return false
}

// Order is one payment to one broker.
type Order struct {
	Owner, ID      string
	Broker         string
	NameFA, NameEN string
	Price          int64
	Payment        string // "" if it costs nothing
	State          State
	Counted        int // attempts that count
	Lang           i18n.Lang
	Return         string // sealed way back; "" for none
	Created, Ended time.Time
	tries          int64
}

// Name is the broker's name in a language.
func (o Order) Name(l i18n.Lang) string {
	if l == i18n.EN {
		return o.NameEN
	}
	return o.NameFA
}

// Left is how many attempts are left.
func (o Order) Left() int { return max(0, Attempts-o.Counted) }

// Try is one attempt.
type Try struct {
	Number    int64
	Reference string
	Token     string
	PageURL   string
	State     TryState
	Started   time.Time
	Decided   time.Time
	seen      time.Time // on the page, after it ended
}

// Broker is who offers proofing by video, by what it last said of itself.
type Broker struct {
	ID             string
	NameFA, NameEN string
	Price          int64
	Since          time.Time // of this price
	Seen           time.Time // when it was last offered
}

// Name is the broker's name in a language.
func (b Broker) Name(l i18n.Lang) string { return Order{NameFA: b.NameFA, NameEN: b.NameEN}.Name(l) }
