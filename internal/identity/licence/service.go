// SPDX-License-Identifier: Apache-2.0

package licence

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/professions"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

// Deps are what the package needs, all of them.
type Deps struct {
	DB          *store.DB
	Clock       clock.Clock
	Log         *slog.Logger
	Jobs        *jobs.Runner
	Catalog     *i18n.Catalog
	Identity    *identity.Service
	Professions *professions.Client
	// IssuerName is what an issuer is called, by its short name.
	IssuerName func(ctx context.Context, l i18n.Lang, issuer string) (string, error)
}

// Service is safe for concurrent use.
type Service struct{ d Deps }

// New makes the service.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "licence.New")
	if d.DB == nil || d.Clock == nil || d.Log == nil || d.Jobs == nil || d.Catalog == nil || d.Identity == nil || d.Professions == nil || d.IssuerName == nil {
		return nil, errors.New("a dependency is missing")
	}
	return &Service{d: d}, nil
}

const (
	jobAsk   = "identity.ask_licences"
	askPause = 5 * time.Minute // between two batches
	askEvery = 7 * 24 * time.Hour
	askBatch = 200
	// graceDays is for how long after its last day a licence may be found to have
	// been renewed. It is technical.
	graceDays = 90
	// levelNeeded is the level from which somebody may be a professional here
	// (domain B.1, inferred).
	levelNeeded = identity.SeenRemotely
)

// Jobs registers what the package does in the background.
func (s *Service) Jobs() { s.d.Jobs.Periodic(jobAsk, askPause, s.Ask) }

// system is who acts when an issuer has spoken.
var system = policy.Actor{Role: policy.System}

// Why a capacity changed; locale keys.
const (
	whySuspended = "licence.why.suspended"
	whyRevoked   = "licence.why.revoked"
	whyValid     = "licence.why.valid"
	whyExpired   = "licence.why.expired"
	source       = "licence.source"
)

// roleOf is the role that a licence gives.
func roleOf(k professions.Kind) policy.Role {
	if k == professions.Expert {
		return policy.Expert
	}
	return policy.Lawyer
}

// is tells whether a licence is the one on which a capacity rests.
func is(l professions.Licence, c identity.Capacity) bool {
	return roleOf(l.Kind) == c.Role && l.Number == c.Number && (c.Issuer == "" || l.Issuer == c.Issuer) && c.For == ""
}

// valid tells whether a licence lets its holder act on a day.
func valid(l professions.Licence, day civil.Day) bool {
	return l.State == professions.Valid && l.From <= day && day <= l.Until
}
