// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"context"
	"embed"
	"errors"
	"log/slog"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/blob"
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
var Migrations = store.Migrations{Module: "bailiff", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB       *store.DB
	Log      *slog.Logger
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Catalog  *i18n.Catalog
	Identity *identity.Service
	Notice   *notice.Service
	Blobs    *blob.Store
	Papers   *pdf.Writer
	BaseURL  string // without a slash at the end

	// Destination says to whom a notice of a case goes; docket fills it. A notice
	// that no case knows is errs.NotFound.
	Destination func(ctx context.Context, q store.Querier, caseID, noticeID string) (Destination, error)
	// Place is the name of a county of a province; authority fills it.
	Place func(ctx context.Context, l i18n.Lang, province, county string) string
}

// Service is service on paper and publication. It is safe for concurrent use.
type Service struct {
	d        Deps
	outcomes Outcomes
	rules    Rules
	intake   *intake.Intake
}

// mostPicture is how large a picture from the door may be, in bytes.
const mostPicture = 8 << 20

// New makes the module.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.Notice == nil ||
		d.Blobs == nil || d.Papers == nil || d.Destination == nil || d.Place == nil {
		return nil, errors.New("bailiff: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	o, err := DefaultOutcomes()
	if err != nil {
		return nil, err
	}
	r, err := DefaultRules()
	if err != nil {
		return nil, err
	}
	return &Service{d: d, outcomes: o, rules: r, intake: intake.New(mostPicture)}, nil
}

// Get reads a task of the actor's unit, or of the bailiff's own. Where somebody
// lives is left out for whoever may not see it. It shows a name, so that it was
// looked at is recorded if the addressee has an account by now.
func (s *Service) Get(ctx context.Context, a policy.Actor, id string) (_ Task, err error) {
	defer errs.Wrap(&err, "bailiff.Get")
	t, had, err := s.find(ctx, s.d.DB, a, id)
	if err != nil {
		return Task{}, err
	}
	if err := hidden(s.d.Policy.Check(a, "bailiff.see", resource(t, had))); err != nil {
		return Task{}, err
	}
	return s.shown(a, t), s.recordLooks(ctx, a, []Task{t})
}

// find reads a task of the actor's unit, and whether the actor ever had it.
func (s *Service) find(ctx context.Context, q store.Querier, a policy.Actor, id string) (Task, bool, error) {
	r, err := store.One[taskRow](ctx, q, sqlTask, a.Unit, id)
	if err != nil {
		return Task{}, false, err
	}
	_, had, err := store.Find[string](ctx, q, sqlHad, a.Unit, id, a.Person)
	return r.task(), had, err
}

// shown leaves out the address for whoever may not see it.
func (s *Service) shown(a policy.Actor, t Task) Task {
	if s.d.Policy.Check(a, "bailiff.address", resource(t, false)) != nil {
		t.Address = ""
	}
	return t
}

// Attempts lists what was tried, the first one first.
func (s *Service) Attempts(ctx context.Context, a policy.Actor, id string) (_ []Attempt, err error) {
	defer errs.Wrap(&err, "bailiff.Attempts")
	t, had, err := s.find(ctx, s.d.DB, a, id)
	if err != nil {
		return nil, err
	}
	if err := hidden(s.d.Policy.Check(a, "bailiff.see", resource(t, had))); err != nil {
		return nil, err
	}
	return attempts(ctx, s.d.DB, t)
}

func attempts(ctx context.Context, q store.Querier, t Task) ([]Attempt, error) {
	rows, err := store.All[attemptRow](ctx, q, sqlAttempts, t.Unit, t.ID)
	out := make([]Attempt, len(rows))
	for i, r := range rows {
		out[i] = r.attempt()
	}
	return out, err
}

// recordLooks records that the actor was shown these tasks: once for each person
// and case. Who has no account has no list to be shown it in.
func (s *Service) recordLooks(ctx context.Context, a policy.Actor, list []Task) error {
	var codes []string
	for _, t := range list {
		if t.NationalCode != "" {
			codes = append(codes, t.NationalCode)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	people, err := s.d.Identity.PeopleOf(ctx, codes)
	if err != nil {
		return err
	}
	var looks []identity.Access
	known := map[[2]string]bool{}
	for _, t := range list {
		person := people[t.NationalCode]
		if key := [2]string{person, t.Case}; person != "" && !known[key] {
			known[key] = true
			looks = append(looks, identity.Access{Subject: person, By: a, What: "bailiff.access.task", Why: "bailiff.access.duty", Object: t.Case})
		}
	}
	return s.d.Identity.RecordAccesses(ctx, looks)
}

// stage writes evidence about a task; its rows belong to the case.
func (s *Service) stage(ctx context.Context, tx *store.Tx, t Task, event string, by policy.Actor, r ledger.Record) (string, error) {
	r.Event, r.Time, r.Owner, r.Subject = event, tx.Now(), t.Case, t.ID
	r.Actor, r.Role, r.Capacity = by.Person, string(by.Role), by.Capacity
	if r.Members == nil {
		r.Members = map[string]string{}
	}
	r.Members["message"], r.Members["sender"], r.Members["case"] = t.Number, t.Unit, t.CaseNumber
	for k, v := range r.Members {
		if v == "" {
			delete(r.Members, k)
		}
	}
	return s.d.Ledger.StageTx(ctx, tx, r)
}
