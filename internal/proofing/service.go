// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"embed"
	"errors"
	"log/slog"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Locale holds this module's words.
//
//go:embed locale/*.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this module.
var Migrations = store.Migrations{Module: "proofing", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB         *store.DB
	Clock      clock.Clock
	Log        *slog.Logger
	Identity   *identity.Service
	Returns    *level.Returns
	Population *population.Client
	SimOwner   *simowner.Client

	Jobs    *jobs.Runner
	Catalog *i18n.Catalog
	Payment *payment.Service
	Gateway *proofing.Client
	BaseURL string // where browsers and brokers reach us, without a slash at the end
}

// Service offers what is missing. It is safe for concurrent use.
type Service struct {
	d    Deps
	ways []Offer
}

// New makes the module.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Clock == nil || d.Identity == nil || d.Returns == nil || d.Population == nil || d.SimOwner == nil ||
		d.Jobs == nil || d.Catalog == nil || d.Payment == nil || d.Gateway == nil {
		return nil, errors.New("proofing: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	ways, err := readWays(wayFile)
	return &Service{d: d, ways: ways}, err
}

// Address is the page that offers a missing level and then leads back to next.
func (s *Service) Address(a policy.Actor, service level.Service, need int, next string) string {
	return s.d.Returns.Address(a, level.Back{Service: service, Need: need, Next: next})
}

// Detour is where somebody is sent whose act was refused for the level alone,
// from the page at here.
func (s *Service) Detour(a policy.Actor, err error, here string) (path string, ok bool) {
	m, ok := errors.AsType[*level.Missing](err)
	if !ok || a.Person == "" {
		return "", false
	}
	if next, local := web.LocalPath(here); !local || next == "" {
		here = "/"
	}
	if m.Service == level.UseCapacity { // which the session is not in any more
		here = level.ChooseCapacity(here)
	}
	return s.Address(a, m.Service, m.Need, here), true
}
