// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/mod/sumdb/note"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/obs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package: 02001 to 02999.
var Migrations = store.Migrations{Module: "ledger", FS: migrations}

// Locale holds the words ledger.*. Those of receipts are receipt.Locale.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

// ErrLostRace is returned by Sequence when another process moved the head at
// the same time. Nothing was written. Whoever gets it must stop sequencing and
// let the lease decide again. It is an errs.Conflict.
var ErrLostRace = errs.New(errs.Conflict, "ledger.lost_race")

// ErrCorrupt is returned when the stored tree does not fit the signed head.
// Nothing was written; Audit names what is wrong. It is an errs.Internal.
var ErrCorrupt = errs.New(errs.Internal, "ledger.corrupt")

// damaged is ErrCorrupt with its cause for the log.
func damaged(cause error) error { return fmt.Errorf("%w: %w", ErrCorrupt, cause) }

// Deps is what New needs.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Signer   note.Signer   // signs checkpoints; its name must be Origin. nil: of a log that has ended, by Keys
	Verifier string        // the signer's public key (vkey): it goes into every receipt
	Origin   string        // name of the first log, such as "log.example.ir/1404"; those that go on from it are found
	Interval time.Duration // how often Run sequences; 0 means a second
	Keys     Keys          // finds the keys of the logs that go on from Origin; nil: there are none

	Metrics prometheus.Registerer // nil: none
	Tracer  *obs.Tracer           // nil: none

	Stamper    Stamper       // nil: checkpoints are not time-stamped
	StampEvery time.Duration // the least time between two stamps; 0 means ten minutes
	CheckStamp CheckStamp    // for Audit; nil: tokens are not looked into

	Witnesses []Witness // bodies that cosign checkpoints
	Quorum    int       // how many of them must have, before a receipt is handed out

	Audited func(done, total int64) // told now and then how many places an Audit has seen; nil: nobody
}

// batchMax bounds how many records one transaction integrates: on SQLite everybody
// who writes waits for it, 10 µs for each record. batchesMax is how many transactions
// one Sequence makes before it returns.
const (
	batchMax   = 128
	batchesMax = 800
	// After each of the first calmBatches there is a pause as long as it took, but not
	// beyond pauseMax: who is further behind makes haste.
	calmBatches = 16
	pauseMax    = 20 * time.Millisecond
)

// Keys finds the key of a log by the public one (Ring.Key).
type Keys func(vkey string) (Key, error)

// Ledger writes to the newest log of a chain, named by the origin of the first,
// and reads from every log in its tables.
type Ledger struct {
	db       *store.DB
	clock    clock.Clock
	log      *slog.Logger
	signer   note.Signer // of the first log; nil: it has ended
	vkey     string
	origin   string // of the first log
	keys     Keys
	now      atomic.Pointer[shard] // what records go into, as seen last
	interval time.Duration
	batch    int
	metrics  metrics
	tracer   *obs.Tracer

	stamper    Stamper
	stampEvery time.Duration
	checkStamp CheckStamp
	audited    func(done, total int64)
	stamping   stamping

	watching      watching
	quorum        int
	witnessClient *http.Client

	sequencing sync.Mutex  // one Sequence at a time in this process
	corrupt    atomic.Bool // the last Sequence of Run found damage

	// step, if set, is told before and after each step of Sequence and may
	// fail it: tests stand in for crashes with it.
	step func(name string) error
}

// New makes a ledger. It fails if the key pair does not belong together or is
// not that of the origin.
func New(d Deps) (_ *Ledger, err error) {
	defer errs.Wrap(&err, "ledger.New")
	if d.DB == nil || d.Clock == nil || d.Signer == nil && d.Keys == nil {
		return nil, errors.New("database, clock and signer are needed")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Interval <= 0 {
		d.Interval = time.Second
	}
	if d.StampEvery <= 0 {
		d.StampEvery = 10 * time.Minute
	}
	if d.Signer != nil {
		if d.Signer.Name() != d.Origin {
			return nil, errors.New("the signer's name is not the origin of the log")
		}
		if err := pairFits(d.Signer, d.Verifier); err != nil {
			return nil, err
		}
	}
	l := &Ledger{
		db: d.DB, clock: d.Clock, log: d.Log, signer: d.Signer, vkey: d.Verifier,
		origin: d.Origin, keys: d.Keys, interval: d.Interval, batch: batchMax, metrics: newMetrics(d.Metrics), tracer: d.Tracer,
		stamper: d.Stamper, stampEvery: d.StampEvery, checkStamp: d.CheckStamp, audited: d.Audited, witnessClient: newWitnessClient(),
	}
	l.now.Store(&shard{origin: l.origin, vkey: l.vkey, signer: l.signer})
	return l, l.addWitnesses(d.Witnesses, d.Quorum)
}

// Origin is the name of the log that StageTx writes to.
func (l *Ledger) Origin() string { return l.current().origin }

// VKey is the public key of that log, for everybody to check receipts with.
func (l *Ledger) VKey() string { return l.current().vkey }

// Keys are the public keys of every log in these tables, the newest log's
// first: a receipt of an earlier log stays as good as it was.
func (l *Ledger) Keys(ctx context.Context) (_ []string, err error) {
	defer errs.Wrap(&err, "ledger.Keys")
	s, err := l.newest(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := store.All[string](ctx, l.db, sqlKeys, s.origin)
	return append([]string{s.vkey}, kept...), err
}

func (l *Ledger) at(step string) error {
	if l.step == nil {
		return nil
	}
	return l.step(step)
}
