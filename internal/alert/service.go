// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/gateway/webpush"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds this module's words.
//
//go:embed locale/*.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this module.
var Migrations = store.Migrations{Module: "alert", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Catalog  *i18n.Catalog
	Identity *identity.Service
	SMS      *sms.Client
	Email    *email.Client
	// Messengers are the bots in whose chats people are told.
	Messengers []*messenger.Client
	// Push is the way to push services; nil: there is none.
	Push *webpush.Client
	// Key is under what the codes follow by which chats are connected.
	Key []byte
	// BaseURL is ours, without a slash at the end: where messengers call.
	BaseURL string
	// Quiet are the hours of whoever has chosen none, in place of the rules'; "" for
	// those.
	Quiet string
	// Shares are how many of a hundred text messages go to each provider but the
	// first while all is well.
	Shares map[string]int
	// ReportKeys are the keys under which providers sign what they report, by name.
	ReportKeys map[string][]byte
}

// Service tells people. It is safe for concurrent use.
type Service struct {
	d     Deps
	rules Rules
	still map[Kind]Still

	gates [64]sync.RWMutex // see gate

	mu         sync.Mutex
	shares     map[string]int // guarded by mu, with the field below
	sharesRead time.Time
}

// New makes the service. Call Handle and Jobs before it is used.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil ||
		d.SMS == nil || d.Email == nil || len(d.Messengers) > 0 && len(d.Key) == 0 {
		return nil, errors.New("alert: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	rules, err := DefaultRules()
	if err == nil && d.Quiet != "" {
		var quiet Hours
		quiet, err = ParseHours(d.Quiet)
		rules.QuietFrom, rules.QuietTo = quiet.From, quiet.To
	}
	return &Service{d: d, rules: rules, still: map[Kind]Still{}}, err
}

// Handle names who knows whether alerts of a kind are still wanted. It is called
// while the program is put together.
func (s *Service) Handle(k Kind, still Still) { s.still[k] = still }

// Rules are the figures by which alerts are sent.
func (s *Service) Rules() Rules { return s.rules }

// Of lists the alerts about a thing of one person, with their tries: the first one
// first. Accounts that were made one count as one.
func (s *Service) Of(ctx context.Context, person, ref string) (_ []Alert, err error) {
	defer errs.Wrap(&err, "alert.Of")
	kin, err := s.d.Identity.Kin(ctx, s.d.DB, person)
	if err != nil {
		return nil, err
	}
	rows, err := store.All[alertRow](ctx, s.d.DB, sqlAlertsOf, kin, ref)
	if err != nil {
		return nil, err
	}
	return s.withTries(ctx, rows)
}

// Last lists somebody's newest alerts.
func (s *Service) Last(ctx context.Context, a policy.Actor, n int) (_ []Alert, err error) {
	defer errs.Wrap(&err, "alert.Last")
	kin, err := s.d.Identity.Kin(ctx, s.d.DB, a.Person)
	if err != nil {
		return nil, err
	}
	rows, err := store.All[alertRow](ctx, s.d.DB, sqlLast, kin, n)
	if err != nil {
		return nil, err
	}
	return s.withTries(ctx, rows)
}

func (s *Service) withTries(ctx context.Context, rows []alertRow) ([]Alert, error) {
	out := make([]Alert, len(rows))
	for i, r := range rows {
		tries, err := store.All[tryRow](ctx, s.d.DB, sqlTries, r.Owner, r.Ref, r.Kind)
		if err != nil {
			return nil, err
		}
		out[i] = Alert{Kind: Kind(r.Kind), Ref: r.Ref, State: r.State, Made: r.Made.Time, Due: r.Due.Time}
		for _, t := range tries {
			out[i].Tries = append(out[i].Tries, t.try())
		}
	}
	return out, nil
}
