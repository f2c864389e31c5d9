// SPDX-License-Identifier: Apache-2.0

package series

import (
	"embed"
	"errors"
	"log/slog"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this package: 17020 to 17029.
var Migrations = store.Migrations{Module: "notice", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB       *store.DB
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Identity *identity.Service
	Notice   *notice.Service
	// Depth is down to where the trees of the days are kept, for series that
	// begin now: 2^Depth buckets. A few series in each bucket is right.
	Depth int // 0: 20
}

// Service numbers notices.
type Service struct {
	d     Deps
	batch int
	// step, if set, is told before each durable step and may fail it: tests
	// stand in for crashes with it.
	step func(name string) error
}

const (
	defaultDepth = 20
	// batchMost is how many records of the log one transaction steps over: few
	// enough that nobody waits for it on SQLite.
	batchMost = 100
	// After each of the first calmSteps there is a pause as long as it took, but not
	// beyond pauseMax: who is further behind makes haste.
	calmSteps = 32
	pauseMax  = 20 * time.Millisecond
)

// New makes the service. Call Jobs and mount Routes before it is used.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Identity == nil || d.Notice == nil {
		return nil, errors.New("series: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Depth == 0 {
		d.Depth = defaultDepth
	}
	if d.Depth < 1 || d.Depth > maxDepth {
		return nil, errors.New("series: the depth is out of range")
	}
	return &Service{d: d, batch: batchMost}, nil
}

func (s *Service) at(step string) error {
	if s.step == nil {
		return nil
	}
	return s.step(step)
}

const (
	jobNumber = "notice.series"
	// numberEvery is how long a notice waits for its number at most, beside the
	// second that the log takes.
	numberEvery = 5 * time.Second
)

// Jobs registers the numbering: in one process at a time.
func (s *Service) Jobs() { s.d.Jobs.Periodic(jobNumber, numberEvery, s.Number) }
