// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// State is how far a request has come.
type State string

// The states. They lead: waiting → proved → done; waiting, proved → stopped,
// over; waiting → done after its time.
const (
	Waiting State = "waiting"
	Proved  State = "proved" // an office has seen who asks
	Done    State = "done"
	Stopped State = "stopped" // by the owner
	Over    State = "over"    // nobody came back
)

const (
	// keep is how long somebody may come back after the waiting period.
	keep = 14 * 24 * time.Hour
	// A request that is to come to something must do so within these bounds.
	failedWithin = 30 * 24 * time.Hour
	failedMost   = 2
	// remindBefore is how long before its end the owner is told once more.
	remindBefore = 24 * time.Hour

	numberDigits = 8
)

// Request is one to get back into an account.
type Request struct {
	ID, Person    string
	Number        string // eight digits, told at an office
	Mobile, Email string // that a registration has proved
	Lang          i18n.Lang
	State         State
	Opened        time.Time
	Ready         time.Time // when the waiting is over
	Ended         time.Time
	EndedBy       string // link, account
}

// never is when a request that only an office can prove would be ready.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// Waits tells whether waiting leads anywhere.
func (r Request) Waits() bool { return r.State == Waiting && r.Ready.Before(never) }

// Contact is where whoever asks is reached.
func (r Request) Contact() string {
	if r.Email != "" {
		return r.Email
	}
	return r.Mobile
}

// Living tells whether it may still come to something.
func (r Request) Living() bool { return r.State == Waiting || r.State == Proved }

// Open tells whether it may be finished now.
func (r Request) Open(now time.Time) bool {
	return r.State == Proved || r.State == Waiting && !now.Before(r.Ready)
}

// Case is what stands between somebody and their account.
type Case struct {
	Registration identity.Registration
	Person       identity.Person
	Simple       bool    // registry and telephone are enough, see package identity
	Request      Request // the living one by this telephone; zero: none
	Closed       bool    // waiting has come to nothing too often
}

func newNumber() string { return id.Digits(numberDigits) }
