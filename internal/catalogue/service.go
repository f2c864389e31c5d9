// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Deps are what the module needs.
type Deps struct {
	DB        *store.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Policy    *policy.Engine
	Ledger    *ledger.Ledger // takes the evidence of every publication; without it nothing can be published
	Authority *authority.Service
}

// Service answers for this module. It is safe for concurrent use.
type Service struct {
	db        *store.DB
	clock     clock.Clock
	log       *slog.Logger
	policy    *policy.Engine
	ledger    *ledger.Ledger
	authority *authority.Service
	fees      []FeeItem // embedded

	mu        sync.Mutex
	compiled  map[versionKey]*Definition
	compiling singleflight.Group
}

// New makes the service. It fails only if embedded files are broken.
func New(d Deps) (*Service, error) {
	if _, err := printers(); err != nil {
		return nil, err
	}
	fees, err := embeddedFees()
	if err != nil {
		return nil, err
	}
	log := d.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		db: d.DB, clock: d.Clock, log: log, policy: d.Policy, ledger: d.Ledger, authority: d.Authority,
		fees: fees, compiled: map[versionKey]*Definition{},
	}, nil
}

func (s *Service) today() civil.Day { return civil.Of(s.clock.Now()) }

// Current is the version of a service that holds on a day; errs.NotFound if
// there is none.
func (s *Service) Current(ctx context.Context, code string, at civil.Day) (_ *Definition, err error) {
	defer errs.Wrap(&err, "catalogue.Current")
	key, found, err := store.Find[versionKey](ctx, s.db, selectCurrent, code, at)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "catalogue.none")
	}
	if err != nil {
		return nil, err
	}
	return s.load(ctx, key)
}

// Version is one version of a service, whether it holds still or not: a draft
// keeps the one it began with.
func (s *Service) Version(ctx context.Context, code string, version int) (_ *Definition, err error) {
	defer errs.Wrap(&err, "catalogue.Version")
	key, found, err := store.Find[versionKey](ctx, s.db, selectVersion, code, version)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "catalogue.version.none")
	}
	if err != nil {
		return nil, err
	}
	return s.load(ctx, key)
}

// List is the version of every service that holds on a day, by code.
func (s *Service) List(ctx context.Context, at civil.Day) (_ []*Definition, err error) {
	defer errs.Wrap(&err, "catalogue.List")
	keys, err := store.All[versionKey](ctx, s.db, selectCurrentAll, at)
	if err != nil {
		return nil, err
	}
	out := make([]*Definition, len(keys))
	for i, key := range keys {
		if out[i], err = s.load(ctx, key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// load is a version compiled, once in this process, and bound to the counties
// that exist now.
func (s *Service) load(ctx context.Context, key versionKey) (*Definition, error) {
	b, err := s.binding(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	d, ok := s.compiled[key]
	s.mu.Unlock()
	if ok {
		return d.bind(b), nil
	}
	// Whoever asks for it meanwhile waits for the one who compiles; that one
	// does not stop if its own request goes away.
	v, err, _ := s.compiling.Do(fmt.Sprintf("%s/%d/%s", key.Code, key.Version, key.Hash), func() (any, error) {
		return s.compile(context.WithoutCancel(ctx), key, b)
	})
	if err != nil {
		return nil, err
	}
	d, _ = v.(*Definition)
	return d.bind(b), nil
}

func (s *Service) compile(ctx context.Context, key versionKey, b binding) (*Definition, error) {
	s.mu.Lock()
	d, ok := s.compiled[key]
	s.mu.Unlock()
	if ok { // by one who was done just before
		return d, nil
	}
	all, err := shipped()
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(all, func(f shippedFile) bool { return hashOf(f.body) == key.Hash }); i >= 0 {
		d = all[i].d
	} else if d, err = s.compileBody(ctx, key, b); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.compiled[key] = d
	s.mu.Unlock()
	return d, nil
}

// compileBody compiles a version that an administrator published.
func (s *Service) compileBody(ctx context.Context, key versionKey, b binding) (*Definition, error) {
	body, err := store.One[string](ctx, s.db, selectBody, key.Code, key.Version)
	if err != nil {
		return nil, err
	}
	d, problems := parse(fmt.Sprintf("%s.v%d.json", key.Code, key.Version), []byte(body), b)
	if len(problems) > 0 { // it was checked when it was published
		return nil, errs.New(errs.Internal, "").Because(problems)
	}
	return d, nil
}

// binding is the world as the database has it now.
func (s *Service) binding(ctx context.Context) (binding, error) {
	places, err := s.authority.Places(ctx)
	return binding{places: places, today: s.today, fee: s.fee}, err
}

// embeddedBinding is the world of the embedded files, for checks without a
// database.
func embeddedBinding(clk clock.Clock) (binding, error) {
	country, err := authority.DefaultCountry()
	if err != nil {
		return binding{}, err
	}
	fees, err := embeddedFees()
	if err != nil {
		return binding{}, err
	}
	return binding{
		places: authority.NewPlaces(country.Counties),
		today:  func() civil.Day { return civil.Of(clk.Now()) },
		fee: func(_ context.Context, code string, at civil.Day) (FeeItem, error) {
			return feeAt(fees, code, at)
		},
	}, nil
}
