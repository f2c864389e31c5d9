// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the module's words.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

// Deps are what the service needs.
type Deps struct {
	DB     *store.DB
	Log    *slog.Logger
	Jobs   *jobs.Runner
	Ledger *ledger.Ledger
	Policy *policy.Engine

	// For the pages and the certificates.
	Catalog *i18n.Catalog
	Blobs   *blob.Store
	Papers  *pdf.Writer
	Signer  *pdf.Signer
	BaseURL string
}

// Service keeps the outages.
type Service struct {
	d     Deps
	rules Rules

	mu     sync.Mutex
	status Status    // as it was last told
	asked  time.Time // when the database was last asked for it
}

// New makes the service with the embedded table.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Blobs == nil || d.Papers == nil || d.Signer == nil {
		return nil, errors.New("outage: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	rules, err := DefaultRules()
	if err != nil {
		return nil, err
	}
	return &Service{d: d, rules: rules}, nil
}

// Rules is the table of parts and of what an outage means for which act.
func (s *Service) Rules() Rules { return s.rules }

// Touching returns the intervals of the parts that overlap from and to, the
// oldest first; what was withdrawn is not among them, what lasts and what is
// planned is. q is the database, or the caller's transaction.
func (s *Service) Touching(ctx context.Context, q store.Querier, parts []string, from, to time.Time) (_ []Interval, err error) {
	defer errs.Wrap(&err, "outage.Touching")
	rows, err := store.All[intervalRow](ctx, q, selectTouching, parts, store.At(from), store.At(to))
	return intervalsOf(rows), err
}

// Get returns an interval as it stands, and every version of it, the oldest
// first.
func (s *Service) Get(ctx context.Context, id string) (_ Interval, _ []Version, err error) {
	defer errs.Wrap(&err, "outage.Get")
	i, err := loadInterval(ctx, s.d.DB, id)
	if err != nil {
		return i, nil, err
	}
	rows, err := store.All[versionRow](ctx, s.d.DB, selectVersions, id)
	out := make([]Version, len(rows))
	for n, r := range rows {
		out[n] = r.version()
	}
	return i, out, err
}
