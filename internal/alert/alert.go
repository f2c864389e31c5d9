// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// Kind says what an alert is about; its words are alert.text.KIND.
type Kind string

// The kinds.
const (
	Arrival  Kind = "notice"   // a notice is in the account
	Reminder Kind = "reminder" // it is still unopened, and a term goes on
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{Arrival, Reminder} }

// Channel is a way on which somebody is reached.
type Channel string

// The channels.
const (
	SMS      Channel = "sms"
	Email    Channel = "email"
	Bale     Channel = "bale"     // a chat in a messenger
	Telegram Channel = "telegram" // the same in another
	Push     Channel = "push"     // a browser that shows messages
)

// Channels lists them.
func Channels() []Channel { return []Channel{SMS, Email, Bale, Telegram, Push} }

// isChat tells whether a channel is a messenger.
func isChat(c Channel) bool { return c == Bale || c == Telegram }

// States of an alert.
const (
	Queued  = "queued"  // something of it is still to be sent
	Done    = "done"    // nothing more will be sent
	Dropped = "dropped" // nobody wanted it any more, or no channel is left
	Dead    = "dead"    // given up on a channel
)

// States of a try.
const (
	Sent       = "sent"        // the provider has it
	Delivered  = "delivered"   // the provider says that it arrived
	TempFailed = "temp_failed" // will be tried again
	Failed     = "failed"      // no later try would help
	Unknown    = "unknown"     // nobody ever said what became of it
	Spent      = "dead"        // given up after the last try
)

// TryStates lists them.
func TryStates() []string { return []string{Sent, Delivered, TempFailed, Failed, Unknown, Spent} }

// Request asks for an alert. Ref is the id of the thing that it is about: of each
// kind there is one alert about a thing.
type Request struct {
	Person string
	Kind   Kind
	Ref    string
	At     time.Time // not before; zero: now
}

// Still tells whether an alert is still wanted. A kind without one always is.
type Still func(ctx context.Context, person, ref string) (bool, error)

// Alert is what was asked for, with what became of it.
type Alert struct {
	Kind  Kind
	Ref   string
	State string
	Made  time.Time
	Due   time.Time // of what is still to be sent
	Tries []Try
}

// Try is one message to one address.
type Try struct {
	Channel  Channel
	State    string
	Code     string // why it failed: a locale key, or a kind of error
	Provider string
	At       time.Time
	Told     time.Time // when the provider said what became of it
}

// alertRow is an alert_alert row.
type alertRow struct {
	Owner string     `db:"owner"`
	Ref   string     `db:"ref"`
	Kind  string     `db:"kind"`
	State string     `db:"state"`
	Made  store.Time `db:"made_us"`
	Due   store.Time `db:"due_us"`
}

// tryRow is an alert_try row. Device tells the addresses of one channel apart.
type tryRow struct {
	Owner     string     `db:"owner"`
	Ref       string     `db:"ref"`
	Kind      string     `db:"kind"`
	Channel   string     `db:"channel"`
	Device    string     `db:"device"`
	N         int64      `db:"n"`
	State     string     `db:"state"`
	Code      string     `db:"code"`
	Provider  string     `db:"provider"`
	Reference string     `db:"reference"`
	Later     store.Time `db:"later_us"` // until when the provider asked us to wait
	At        store.Time `db:"at_us"`
	Told      store.Time `db:"told_us"`
}

func (r tryRow) try() Try {
	return Try{Channel: Channel(r.Channel), State: r.State, Code: r.Code, Provider: r.Provider, At: r.At.Time, Told: r.Told.Time}
}
