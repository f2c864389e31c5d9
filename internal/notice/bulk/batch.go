// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// State is how far a batch is.
type State string

// The states.
const (
	Taking  State = "taking"
	Checked State = "checked"
	Going   State = "going"
	Paused  State = "paused"
	Done    State = "done"
	Stopped State = "stopped"
)

// What became of a row.
const (
	RowWaiting = "waiting"
	RowDone    = "done"
	RowRefused = "refused"
	RowTwin    = "twin" // it is in a batch already
	RowLeft    = "left" // the batch was stopped before its turn
)

// wayNone is the way of a row that is done and for which nothing was issued: its
// sender serves on paper itself.
const wayNone = "none"

// Names of events in evidence.
const (
	eventStarted   = "notice.batch_started"
	eventPaused    = "notice.batch_paused"
	eventContinued = "notice.batch_continued"
	eventStopped   = "notice.batch_stopped"
	eventEnded     = "notice.batch_ended"
)

// Kinds of senders.
const (
	Court = "court" // a court unit; its Sender is its code
	Body  = "body"  // another organisation, for which By acts; module sender has let it in
)

// Limits of a row.
const (
	maxKey     = 200
	maxLabel   = 200
	maxPayload = 1 << 20
	// takeMost is how many rows one step takes in: they share a transaction.
	takeMost = 1000
)

// Order is a batch to be made.
type Order struct {
	Kind       string // a Kind that was registered
	Key        string // of the sender: the same key is the same batch
	Sender     string
	SenderKind string // Court, Body
	Title      notice.Text
}

// NewRow is one notice of a batch.
type NewRow struct {
	Key     string // of the addressee and what is said: the sender issues it once
	Label   string // what the sender knows the row by
	Payload []byte // JSON, for the module that issues it
	Wrong   error  // why it can never be issued, if its module knows
}

// Row is a row whose turn has come.
type Row struct {
	Batch   string
	N       int64
	Key     string // unique over all senders
	Payload []byte
}

// Kind is what a module does with its rows.
type Kind struct {
	Name string
	// Check refuses a row that can never be issued; nil: none is.
	Check func(payload []byte) error
	// Issue issues the row's notice in the transaction. Errors of the kinds
	// Invalid, Forbidden, NotFound and Conflict refuse the row; a Held says that no
	// row of the sender can be issued now. Nothing issued and not electronic: the
	// row is done, and its addressee is not reached.
	Issue func(ctx context.Context, tx *store.Tx, by policy.Actor, r Row) (notice.Issued, error)
	// Known finds a notice that was issued for the row outside of its batch.
	Known func(ctx context.Context, tx *store.Tx, r Row) (notice.Issued, bool, error)
	// Blind says that Issue only writes: many rows then travel together.
	Blind bool
	// Ended, if set, hears in the transaction that a batch is done or was stopped.
	Ended func(ctx context.Context, tx *store.Tx, b Batch) error
}

// Held is the error of a row that waits for something that all rows of its sender
// wait for. Until zero: the batch is stopped. Else all of them rest until then.
type Held struct {
	Until  time.Time
	Reason notice.Text
}

// Error is for logs.
func (h *Held) Error() string { return "bulk: held: " + h.Reason.EN }

// Batch is a batch with its counts.
type Batch struct {
	ID, Key              string
	Sender, SenderKind   string
	Kind                 string
	Title                notice.Text
	By                   policy.Actor
	State                State
	Total                int // rows taken in
	Issued               int // with those on paper
	Refused              int
	Twins                int
	Paper                int // of Issued; only where one batch is read
	Unreached            int // of Issued: nothing was issued, the sender serves on paper
	Made, Started, Ended time.Time
	Rests                time.Time   // until then its sender rests
	Why                  notice.Text // it rests or was stopped
}

// Waiting is how many rows are still to be issued.
func (b Batch) Waiting() int { return b.Total - b.Issued - b.Refused - b.Twins }

// Fault is a row that was not issued, with the reason.
type Fault struct {
	N      int64
	Label  string
	Twin   bool // it is in a batch already
	Reason notice.Text
}

// Outcome is what became of a row, with its number if it was issued.
type Outcome struct {
	N           int64
	Key, State  string
	Unreached   bool // done, and nothing was issued
	Reason      notice.Text
	Field, Code string // of the reason
}

// Show is which rows are listed.
type Show string

// The choices.
const (
	ShowAll       Show = ""
	ShowRefused   Show = "refused" // with twins
	ShowUnreached Show = "unreached"
)
