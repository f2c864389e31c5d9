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
	rowWaiting = "waiting"
	rowDone    = "done"
	rowRefused = "refused"
	rowTwin    = "twin"
)

// Names of events in evidence.
const (
	eventStarted   = "notice.batch_started"
	eventPaused    = "notice.batch_paused"
	eventContinued = "notice.batch_continued"
	eventStopped   = "notice.batch_stopped"
	eventEnded     = "notice.batch_ended"
)

// Court is the kind of sender that is a court unit; its Sender is its code.
const Court = "court"

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
	SenderKind string // Court
	Title      notice.Text
}

// NewRow is one notice of a batch.
type NewRow struct {
	Key     string // of the addressee and what is said: the sender issues it once
	Label   string // what the sender knows the row by
	Payload []byte // JSON, for the module that issues it
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
	// Invalid, Forbidden, NotFound and Conflict refuse the row.
	Issue func(ctx context.Context, tx *store.Tx, by policy.Actor, r Row) (notice.Issued, error)
	// Known finds a notice that was issued for the row outside of its batch.
	Known func(ctx context.Context, tx *store.Tx, r Row) (notice.Issued, bool, error)
	// Blind says that Issue only writes: many rows then travel together.
	Blind bool
}

// Batch is a batch with its counts.
type Batch struct {
	ID                   string
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
	Made, Started, Ended time.Time
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
