// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"time"
)

// State is how far a registration has come.
type State string

// The states. They lead:
//
//	open → code → proved → done      the way of a newcomer
//	open → waiting → ready → code    a registry did not answer at first
//	open, waiting → refused → open   a registry said no; the entries may be mended
//	code → known → done              there is an account; a new password may be set
const (
	Open    State = "open"
	Waiting State = "waiting" // for a registry that does not answer: Cause names it
	Ready   State = "ready"   // the registries have answered; the person was invited
	Refused State = "refused" // Cause says why
	CodeOut State = "code"    // a code was sent
	Proved  State = "proved"  // the code was right, and there is no account yet
	Known   State = "known"   // the code was right, and there is an account
	Done    State = "done"
)

// Causes of Waiting and Refused; part of locale keys.
const (
	CausePopulation  = "population"   // waiting: the civil registry is down
	CauseSimOwner    = "simowner"     // waiting: the SIM registry is down
	CauseNoMatch     = "no_match"     // refused: national code and birth date do not belong together
	CauseDeceased    = "deceased"     // refused: the registry says the person has died
	CauseOtherMobile = "other_mobile" // refused: the number is not theirs

	CauseConsular        = "consular"         // waiting: the consular system is down
	CauseForeigners      = "foreigners"       // waiting: the register of foreign nationals is down
	CauseNoReference     = "no_reference"     // refused: no such consular case with this birth date
	CauseConsularPending = "consular_pending" // refused: the mission has not decided
	CauseConsularRefused = "consular_refused" // refused: the mission did not confirm it
	CauseConsularExpired = "consular_expired" // refused: its confirmation is over
	CauseOtherContact    = "other_contact"    // refused: the mission knows another telephone and address
	CauseNoForeigner     = "no_foreigner"     // refused: no such foreign national with this birth date
)

// Registration is a registration under way.
type Registration struct {
	ID string
	Entries
	State      State
	Cause      string
	FirstName  string // from the registry; shown only after Proved
	LastName   string
	FatherName string
	found      found
	Code       string // id of the code that was sent
	Person     string // Known, Done: the account
	Created    time.Time
	Changed    time.Time // when it came into this state
}

// past tells that the entries stand: the code was right.
func (r Registration) past() bool { return r.State == Proved || r.State == Known || r.State == Done }

// provedFor is how long a proof by code may wait for the password: a
// registration left open on a shared telephone is of no use to the next user.
const provedFor = 30 * time.Minute

// stale tells that the proof is too old to be built on.
func (r Registration) stale(now time.Time) bool {
	return (r.State == Proved || r.State == Known) && now.Sub(r.Changed) > provedFor
}
