// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"embed"
	"errors"
	"log/slog"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/recovery"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this module.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this module.
var Migrations = store.Migrations{Module: "office", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB        *store.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Ledger    *ledger.Ledger
	Policy    *policy.Engine
	Catalog   *i18n.Catalog
	Identity  *identity.Service
	Recovery  *recovery.Service
	Authority *authority.Service

	Jobs       *jobs.Runner
	Blobs      *blob.Store
	Papers     *pdf.Writer
	Population *population.Client
	SimOwner   *simowner.Client
	Foreigners *foreigners.Client
	BaseURL    string // without a slash at the end
	// VouchDays is for how many days the word of two people stands; 365.
	VouchDays int
	// ConsentMinutes is for how long after a client’s code their details may be
	// seen without a written reason; 30.
	ConsentMinutes int
}

// Service is the register of offices. It is safe for concurrent use.
type Service struct {
	d      Deps
	intake *intake.Intake
}

// New makes the module.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Clock == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.Recovery == nil || d.Authority == nil ||
		d.Jobs == nil || d.Blobs == nil || d.Papers == nil || d.Population == nil || d.SimOwner == nil || d.Foreigners == nil {
		return nil, errors.New("office: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.ConsentMinutes <= 0 {
		d.ConsentMinutes = 30
	}
	if d.VouchDays <= 0 {
		d.VouchDays = 365
	}
	return &Service{d: d, intake: intake.New(mostPicture)}, nil
}

// mostPicture is how large a picture from the counter may be, in bytes.
const mostPicture = 8 << 20

// pageSize is how many offices a page of the list has.
const pageSize = 20

// Offices lists offices by code, those after a code, at most 20; more tells that
// there are others. Whoever does not look after offices sees the open ones.
func (s *Service) Offices(ctx context.Context, a policy.Actor, province, after string) (_ []Office, more bool, err error) {
	defer errs.Wrap(&err, "office.Offices")
	state := Active
	if s.keeps(a) {
		state = ""
	}
	rows, err := store.All[officeRow](ctx, s.d.DB, sqlOffices, province, state, after, pageSize+1)
	if more = len(rows) > pageSize; more {
		rows = rows[:pageSize]
	}
	out := make([]Office, len(rows))
	for i, r := range rows {
		out[i] = r.office()
	}
	return out, more, err
}

// Office reads one. errs.NotFound, code office.none: there is none, or it is not
// open and the actor has no business with it.
func (s *Service) Office(ctx context.Context, a policy.Actor, code string) (_ Office, err error) {
	defer errs.Wrap(&err, "office.Office")
	o, err := s.find(ctx, s.d.DB, code)
	if err == nil && o.State != Active && s.may(a, "office.people", o, "") != nil {
		err = errs.New(errs.NotFound, "office.none")
	}
	return o, err
}

func (s *Service) find(ctx context.Context, q store.Querier, code string) (Office, error) {
	row, found, err := store.Find[officeRow](ctx, q, sqlOffice, code)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "office.none")
	}
	return row.office(), err
}

// Step is a state that an office came into.
type Step struct {
	State State
	Why   string
	Role  policy.Role // of who did it
	At    store.Time
}

// Steps lists the states of an office, the first one first.
func (s *Service) Steps(ctx context.Context, code string) (_ []Step, err error) {
	defer errs.Wrap(&err, "office.Steps")
	rows, err := store.All[stepRow](ctx, s.d.DB, sqlSteps, code)
	out := make([]Step, len(rows))
	for i, r := range rows {
		out[i] = Step{State: r.State, Why: r.Why, Role: r.Role, At: r.At}
	}
	return out, err
}

// keeps tells whether the actor looks after the register.
func (s *Service) keeps(a policy.Actor) bool {
	return s.may(a, "office.register", Office{}, "") == nil
}

// may asks the rules. person is whom an appointment concerns.
func (s *Service) may(a policy.Actor, action string, o Office, person string) error {
	return s.d.Policy.Check(a, action, policy.Resource{Type: "Office", ID: o.Code, Attrs: map[string]any{
		"code": o.Code, "open": o.Open(civil.Of(s.d.Clock.Now())), "person": person,
	}})
}

// stage writes evidence about an office.
func (s *Service) stage(ctx context.Context, tx *store.Tx, event, subject string, by policy.Actor, content map[string]any) error {
	return s.stageFor(ctx, tx, event, "office", subject, by, content)
}

// stageFor writes evidence that is somebody's.
func (s *Service) stageFor(ctx context.Context, tx *store.Tx, event, owner, subject string, by policy.Actor, content map[string]any) error {
	body, err := ledger.Canonical(content)
	if err != nil {
		return err
	}
	_, err = s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Time: tx.Now(), Owner: owner, Subject: subject, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Content: body,
	})
	return err
}
