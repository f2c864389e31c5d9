// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"time"
)

// Task is a notice to be served on paper.
type Task struct {
	Unit, ID         string // ID is that of the notice
	Case, CaseNumber string
	Number           string // of the notice
	Kind             string // of the notice
	Title            Text
	Sender           Text
	CaseKind         string
	Addressee        string // AsPerson, AsEntity, AsBody
	Name             string
	NationalCode     string
	EntityID         string
	Address          string // "" for whoever may not see it
	Province, County string
	Concealed        bool
	Reason           string // notice.ReasonNoAccount …
	State            State
	Round            int // 1 for the address of the case, 2 for the next one
	Attempts         int
	Outcome          string // code of the last attempt that counted
	Bailiff, Label   string // who has it, and his name
	Place            int    // in his route
	Due              time.Time
	Opened, Assigned time.Time
	Changed          time.Time
}

// Late tells whether it should have been served by now.
func (t Task) Late(now time.Time) bool {
	return t.State == Assigned && !t.Due.IsZero() && now.After(t.Due)
}

// UnknownAddress tells that nobody knows where to take it.
func (t Task) UnknownAddress() bool { return t.Address == "" && t.State == Open }

// Destination is to whom a notice goes, as its case has it; docket tells.
type Destination struct {
	CaseKind         string
	Addressee        string // AsPerson, AsEntity, AsBody
	Name             string
	NationalCode     string
	EntityID         string
	Address          string
	Province, County string
}

// Attempt is what a bailiff says happened. It is never changed.
type Attempt struct {
	Task, ID  string
	Round     int
	Bailiff   string
	Label     string // his name
	Code      string // of the outcome
	Class     string
	TakenBy   string
	Relation  string
	Note      string
	At        time.Time // by the server's clock, as far as it can be told
	Device    time.Time // by the clock of the device
	Sent      time.Time // that clock when it sent; zero: recorded on a page
	Elapsed   time.Duration
	Received  time.Time
	Offline   bool
	Place     Place
	Photo     string // key of the blob
	Signature string
	Counted   bool
	Why       string // why it was not counted
	Evidence  string
}

// Skew is by how much the clock of the device was behind the server's when it sent;
// it holds the time that sending took. Not known for what was recorded on a page.
func (a Attempt) Skew() (time.Duration, bool) {
	if a.Sent.IsZero() {
		return 0, false
	}
	return a.Received.Sub(a.Sent), true
}

// Place is where an attempt was made, or why that is not known.
type Place struct {
	LatE6, LonE6 int64 // millionths of a degree
	Accuracy     int64 // metres
	Missing      string
}

// Known tells whether there is a place.
func (p Place) Known() bool { return p.Missing == "" }

// Reasons for having no place.
const (
	PlaceDenied = "denied" // the device was not allowed to tell
	PlaceNone   = "none"   // it could not: no signal, or too slow
	PlacePage   = "page"   // recorded on a page without script
)

// happened is when something took place, by the server's clock: from the steady
// clock of the device if it ran on until the sending, else from its own clock set
// right by what that said when it sent. Never after it was heard of, and not
// before the papers were given out.
func happened(device, sent time.Time, elapsed time.Duration, received, given time.Time) time.Time {
	at := device
	switch {
	case elapsed >= 0:
		at = received.Add(-elapsed)
	case !sent.IsZero():
		at = device.Add(received.Sub(sent))
	}
	if at.Before(given) {
		at = given
	}
	if at.After(received) || at.IsZero() {
		at = received
	}
	return at
}
