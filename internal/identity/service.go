// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"errors"
	"log/slog"
	"maps"
	"runtime"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this module, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this module.
var Migrations = store.Migrations{Module: "identity", FS: migrations}

// DemoLogin is one card on the sign-in page of a demo country. Whoever has no
// account yet has a link instead of the button.
type DemoLogin struct {
	Person, Capacity string // Capacity "" is citizen
	TitleFA, TitleEN string
	NoteFA, NoteEN   string // who that is
	TryFA, TryEN     string // what to try
	GroupFA, GroupEN string // under which heading the card stands; one after the other
	Href             string // where somebody registers who has no account
}

// Deps are what the module needs. Zero settings mean the defaults named beside
// them.
type Deps struct {
	DB         *store.DB
	Clock      clock.Clock
	Log        *slog.Logger
	Jobs       *jobs.Runner
	Ledger     *ledger.Ledger
	Policy     *policy.Engine
	Catalog    *i18n.Catalog
	Population *population.Client
	SimOwner   *simowner.Client
	SMS        *sms.Client
	Consular   *consular.Client
	Foreigners *foreigners.Client
	Companies  *companies.Client
	Email      *email.Client

	// CodeKey is the secret that one-time codes, invitations and the keys of
	// limits are computed with: at least 32 bytes, the same in all processes.
	CodeKey []byte
	// BaseURL is the public address of the site without a slash at the end, for
	// links in text messages.
	BaseURL string

	Argon Argon                // DefaultArgon
	Slots int                  // password computations at once; the number of processors
	Codes map[Purpose]CodeRule // DefaultCodes, each
	Limit Limits               // DefaultLimits, each
	// Keep is how long an unfinished registration is kept; 7 days.
	Keep time.Duration
	// TokenLife is how long a token of signing in over the API lasts; 12 hours.
	// TokenDays is the longest life of a personal token, in days; 365.
	TokenLife time.Duration
	TokenDays int
	// ClaimDays is how long somebody whom an office registered has for setting a
	// password; 7.
	ClaimDays int
	// Home is where a person goes after signing in; "/home".
	Home string

	// Demo lets anybody enter as anybody; DemoLogins are offered on the sign-in
	// page, DemoPeople is where the others are found.
	Demo       bool
	DemoLogins func(ctx context.Context) []DemoLogin
	DemoPeople string
}

// Service is the module. It is safe for concurrent use.
type Service struct {
	d           Deps
	hasher      *hasher
	codes       map[Purpose]CodeRule
	limits      Limits
	limitSecret []byte
	sessions    Sessions
	factors     *factor.Service
	takenOver   []func(ctx context.Context, tx *store.Tx, person string) error // see OnTakenOver
}

// New makes the module.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "identity.New")
	switch {
	case d.DB == nil, d.Clock == nil, d.Jobs == nil, d.Ledger == nil, d.Policy == nil, d.Catalog == nil,
		d.Population == nil, d.SimOwner == nil, d.SMS == nil, d.Consular == nil, d.Foreigners == nil, d.Companies == nil, d.Email == nil:
		return nil, errors.New("a dependency is missing")
	case len(d.CodeKey) < 32:
		return nil, errors.New("the code key must have at least 32 bytes")
	case d.BaseURL == "":
		return nil, errors.New("the public address is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Argon == (Argon{}) {
		d.Argon = DefaultArgon
	}
	if d.Slots <= 0 {
		d.Slots = runtime.NumCPU()
	}
	if d.Keep <= 0 {
		d.Keep = 7 * 24 * time.Hour
	}
	if d.ClaimDays <= 0 {
		d.ClaimDays = 7
	}
	if d.Home == "" {
		d.Home = "/home"
	}
	d.BaseURL = strings.TrimRight(d.BaseURL, "/")
	codes := maps.Clone(DefaultCodes)
	maps.Copy(codes, d.Codes)
	factors, err := factor.New(factor.Deps{
		DB: d.DB, Clock: d.Clock, Key: d.CodeKey, BaseURL: d.BaseURL, Site: d.Catalog.Printer(i18n.FA).T("web.brand"),
	})
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, d.CodeKey)
	h.Write([]byte("tarazu identity limits"))
	return &Service{
		d: d, hasher: newHasher(d.Argon, d.Slots), codes: codes, limits: d.Limit.orDefault(), limitSecret: h.Sum(nil),
		factors: factors,
	}, nil
}

// Person reads somebody by id. errs.NotFound, code identity.no_person.
func (s *Service) Person(ctx context.Context, personID string) (_ Person, err error) {
	defer errs.Wrap(&err, "identity.Person")
	row, found, err := store.Find[personRow](ctx, s.d.DB, sqlPerson, personID)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "identity.no_person")
	}
	return row.person(), err
}

// FindByNationalCode looks somebody up, in the caller's transaction if q is
// one. code must be normal (persian.NationalCode).
func (s *Service) FindByNationalCode(ctx context.Context, q store.Querier, code string) (_ Person, found bool, err error) {
	defer errs.Wrap(&err, "identity.FindByNationalCode")
	personID, found, err := store.Find[string](ctx, q, sqlPersonOfNationalCode, code)
	if err != nil || !found {
		return Person{}, false, err
	}
	row, found, err := store.Find[personRow](ctx, q, sqlPerson, personID)
	return row.person(), found, err
}

// FindByJudicialID looks somebody up by judicial identifier.
func (s *Service) FindByJudicialID(ctx context.Context, judicialID string) (_ Person, found bool, err error) {
	defer errs.Wrap(&err, "identity.FindByJudicialID")
	personID, found, err := store.Find[string](ctx, s.d.DB, sqlPersonOfJudicialID, judicialID)
	if err != nil || !found {
		return Person{}, false, err
	}
	p, err := s.Person(ctx, personID)
	return p, err == nil, err
}

// PeopleOf finds who of these national codes has an account: person ids by
// code. It is for lists; FindByNationalCode is for one.
func (s *Service) PeopleOf(ctx context.Context, codes []string) (_ map[string]string, err error) {
	defer errs.Wrap(&err, "identity.PeopleOf")
	if len(codes) == 0 {
		return nil, nil
	}
	rows, err := store.All[nationalCodeRow](ctx, s.d.DB, sqlPeopleOfNationalCodes, codes)
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.NationalCode] = r.Person
	}
	return out, err
}

// findRow finds the account of whoever signs in with name (see SignInName). It
// asks the same whether or not there is one. An account that was merged leads to
// the one that goes on.
func (s *Service) findRow(ctx context.Context, q store.Querier, name string) (personRow, bool, error) {
	personID, _, err := store.Find[string](ctx, q, sqlPersonOfName, name, ForeignCode)
	if err != nil {
		return personRow{}, false, err
	}
	row, found, err := store.Find[personRow](ctx, q, sqlPerson, personID)
	if err == nil && found && row.Status == Merged {
		return store.Find[personRow](ctx, q, sqlPerson, row.MergedInto)
	}
	return row, found, err
}
