// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"embed"
	"errors"
	"log/slog"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Locale holds the words of this module.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this module.
var Migrations = store.Migrations{Module: "notice", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB       *store.DB
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Catalog  *i18n.Catalog
	Identity *identity.Service
	Alert    *alert.Service
	Levels   level.Rules // what opening asks for; nil: nothing

	// Deadline shows the term of an opened notice on its page; docket fills it.
	// It may be nil and may return nil.
	Deadline func(c *web.Ctx, n Notice) templ.Component
	// Answer says where an opened notice is answered; filing fills it. It may
	// be nil.
	Answer func(c *web.Ctx, n Notice) (href string, ok bool)
	// Files says where the files of what was served are; filing fills it. It may
	// be nil.
	Files func(c *web.Ctx, n Notice) (href string, ok bool)
	// Serial is the number of a notice in the series of whom the actor acts for,
	// 0 if it has none yet; notice/series fills it. It may be nil.
	Serial func(ctx context.Context, a policy.Actor, id string) (int64, error)
	// Machine makes sure that the key of a program still holds; notice/desk fills it.
	// Without it no program opens anything.
	Machine func(ctx context.Context, tx *store.Tx, a policy.Actor) error
	// Contest leads to what can be said, or was said, against the service of a
	// notice; contest fills it. It may be nil and may return nil.
	Contest func(c *web.Ctx, n Notice) templ.Component
}

// Service is electronic service of process.
type Service struct {
	d       Deps
	effects Effects
}

// New makes the service. Call Jobs and mount Routes before it is used.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.Alert == nil {
		return nil, errors.New("notice: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	e, err := DefaultEffects()
	if err != nil {
		return nil, err
	}
	return &Service{d: d, effects: e}, nil
}

// Effect is what the facts of n mean in law, by the reading that stood when it
// was issued.
func (s *Service) Effect(n Notice) Effect { return s.effects.Of(n) }

// Opening is Reading.Opening by the reading that stands for what is issued today.
func (s *Service) Opening(opener, addressee string) (counts, not []string) {
	return s.effects.At(civil.Of(s.d.DB.Now())).Opening(opener, addressee)
}

// Get returns the actor's own notice without the paper. Somebody else's is
// errs.NotFound, like one that does not exist.
func (s *Service) Get(ctx context.Context, a policy.Actor, id string) (Notice, error) {
	n, err := s.readTx(ctx, s.d.DB, a.Owner(), id)
	if err != nil {
		return Notice{}, err
	}
	if err := hidden(s.d.Policy.Check(a, "notice.view", resource(n))); err != nil {
		return Notice{}, err
	}
	return n, s.d.Identity.RecordActing(ctx, a, "notice", n.ID)
}

// IssuedTx finds the notice that was issued with a key, so that an act that may
// be run again need not issue twice.
func (s *Service) IssuedTx(ctx context.Context, q store.Querier, key string) (Issued, bool, error) {
	return s.findIssued(ctx, q, key)
}
