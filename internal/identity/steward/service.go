// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"embed"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

// Deps are what the package needs. Zero settings mean the defaults named beside
// them.
type Deps struct {
	DB         *store.DB
	Clock      clock.Clock
	Log        *slog.Logger
	Jobs       *jobs.Runner
	Identity   *identity.Service
	Population *population.Client
	Ledger     *ledger.Ledger
	Policy     *policy.Engine
	Metrics    prometheus.Registerer // nil: none
	// ProvinceName is the name of a province; nil: its key is shown.
	ProvinceName func(l i18n.Lang, key string) string

	// AskEvery is how often the civil registry is asked about an account; 30
	// days. AskBatch is about how many at most in one run, each minute; 500.
	AskEvery time.Duration
	AskBatch int
	// ProposalLife is for how long a proposal can be approved; 30 days.
	ProposalLife time.Duration
}

// Service is safe for concurrent use.
type Service struct {
	d       Deps
	metrics metrics
}

// New makes the service.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "steward.New")
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Identity == nil || d.Population == nil || d.Policy == nil || d.Ledger == nil {
		return nil, errors.New("a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.AskEvery <= 0 {
		d.AskEvery = 30 * 24 * time.Hour
	}
	if d.AskBatch <= 0 {
		d.AskBatch = 500
	}
	if d.ProposalLife <= 0 {
		d.ProposalLife = 30 * 24 * time.Hour
	}
	return &Service{d: d, metrics: newMetrics(d.Metrics)}, nil
}

const (
	jobAsk   = "identity.ask_registry"
	askPause = time.Minute // between two batches
	askAgain = time.Hour   // when an answer is not believed
)

// Jobs registers what the package does in the background.
func (s *Service) Jobs() {
	s.d.Jobs.Periodic(jobAsk, askPause, s.AskRegistry)
	s.d.Jobs.Periodic(jobCount, countPause, s.Count)
}
