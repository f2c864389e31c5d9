// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"time"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Cause is whose fault it was.
type Cause string

// The causes.
const (
	Ours    Cause = "ours"    // this service
	Theirs  Cause = "theirs"  // an outside system
	Planned Cause = "planned" // maintenance that was announced
)

// Causes lists them.
func Causes() []Cause { return []Cause{Ours, Theirs, Planned} }

// Origin is how an interval began.
type Origin string

// The origins.
const (
	Automatic Origin = "automatic" // by probes
	Found     Origin = "found"     // afterwards: while it lasted nothing could be written down
	Declared  Origin = "declared"  // by an administrator
)

// Act is what made a version of an interval.
type Act string

// The acts.
const (
	Opened    Act = "opened"
	Closed    Act = "closed"
	Reopened  Act = "reopened" // the part failed again so soon that it is the same outage
	Corrected Act = "corrected"
	Withdrawn Act = "withdrawn"
)

// Text is the same in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

// In returns the words in one language.
func (t Text) In(l i18n.Lang) string {
	if l == i18n.EN {
		return t.EN
	}
	return t.FA
}

// Interval is a time in which a part could not be used, as it stands now.
type Interval struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	Part      string    `json:"part"` // "login", "gateway.sms"; see Rules.Parts
	From      time.Time `json:"from"`
	To        time.Time `json:"to,omitzero"` // zero: it lasts
	Cause     Cause     `json:"cause"`
	Origin    Origin    `json:"origin"`
	Text      Text      `json:"text"` // what was the matter; may be empty
	Withdrawn bool      `json:"withdrawn,omitempty"`
	Evidence  string    `json:"evidence"` // id in the ledger, of this version
	Changed   time.Time `json:"changed"`
}

// Open tells whether it lasts.
func (i Interval) Open() bool { return i.To.IsZero() && !i.Withdrawn }

// Overlap is what of the interval lies within from and to; ok is false if
// nothing does. What lasts counts up to to.
func (i Interval) Overlap(from, to time.Time) (since, until time.Time, ok bool) {
	since, until = i.From, i.To
	if since.Before(from) {
		since = from
	}
	if until.IsZero() || until.After(to) {
		until = to
	}
	return since, until, !i.Withdrawn && since.Before(until)
}

// Version is an interval as it once stood, and why it was changed.
type Version struct {
	Interval
	Act    Act
	Reason string
	Person string // who did it; empty: the program
	Role   string
}
