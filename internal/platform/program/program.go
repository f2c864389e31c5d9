// SPDX-License-Identifier: Apache-2.0

package program

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/webhook"
)

// Locale holds the words of this package.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this package: 05001 and on.
var Migrations = store.Migrations{Module: "program", FS: migrations}

// Bounds are what holds for the programs of one purpose.
type Bounds struct {
	Keys    int // of one owner that live
	KeyDays int
	Waits   webhook.Waits
	Overlap int // hours in which an old secret signs too
}

// Deps are what a Keeper needs; Log may be nil.
type Deps struct {
	DB    *store.DB
	Clock clock.Clock
	Log   *slog.Logger
	Jobs  *jobs.Runner

	// Purpose is whose keys and addresses these are; it must stay the same from release
	// to release, as About, from which the key that seals secrets is derived.
	Purpose string
	About   string
	Bounds  Bounds

	Key   []byte       // secret of the installation, at least 32 bytes
	Out   *http.Client // goes nowhere inside
	Local bool         // events may go to this machine and over plain HTTP
}

// Keeper keeps the keys and addresses of one purpose. It is safe for concurrent use.
type Keeper struct {
	d     Deps
	hooks *webhook.Teller
}

// New makes a keeper. Call Jobs before it is used.
func New(d Deps) (_ *Keeper, err error) {
	defer errs.Wrap(&err, "program.New")
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Out == nil || d.Purpose == "" || d.About == "" || min(d.Bounds.Keys, d.Bounds.KeyDays, d.Bounds.Overlap, len(d.Bounds.Waits)) < 1 {
		return nil, errors.New("a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	k := &Keeper{d: d}
	k.hooks, err = webhook.New(d.Key, d.About, d.Out, d.Local)
	return k, err
}

// Jobs registers what the keeper does later.
func (k *Keeper) Jobs() {
	jobs.Handle(k.d.Jobs, k.jobDeliver(), k.deliver)
	jobs.Handle(k.d.Jobs, k.jobAgain(), k.again)
}

func (k *Keeper) jobDeliver() string { return k.d.Purpose + ".deliver" }
func (k *Keeper) jobAgain() string   { return k.d.Purpose + ".deliver_again" }

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }
