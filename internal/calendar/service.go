// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"sync/atomic"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the module's words.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

// Deps are what the service needs.
type Deps struct {
	DB *store.DB
	// Policy decides who may publish. Without it nobody may.
	Policy *policy.Engine
	// Ledger takes the evidence of every publication. Without it nobody may
	// publish.
	Ledger *ledger.Ledger
	// Moves counts the deadlines that move between two calendars which differ in
	// these entries: deadlines are kept above. Nil: none are known.
	Moves func(ctx context.Context, list []Closure, was, now *Calendar) (Moves, error)
	// Options are the country's; the zero value has open Thursdays.
	Options Options
}

// Service computes deadlines on the embedded tables and what has been
// published over them.
type Service struct {
	db     *store.DB
	policy *policy.Engine
	ledger *ledger.Ledger
	law    Law
	merged atomic.Pointer[merged]
	moves  func(ctx context.Context, list []Closure, was, now *Calendar) (Moves, error)
}

// New reads the embedded tables.
func New(d Deps) (*Service, error) {
	law, err := DefaultLaw(d.Options)
	if err != nil {
		return nil, err
	}
	return &Service{db: d.DB, policy: d.Policy, ledger: d.Ledger, law: law, moves: d.Moves}, nil
}

// Compute counts a term by the rules and closures known now. Errors are
// errs.Invalid with the fields rule, days and province.
func (s *Service) Compute(ctx context.Context, in Input) (_ Computation, err error) {
	defer errs.Wrap(&err, "calendar.Compute")
	return s.compute(ctx, s.db, in)
}

// ComputeTx is Compute inside the caller's transaction. It reads, so it is not
// for blind transactions.
func (s *Service) ComputeTx(ctx context.Context, tx *store.Tx, in Input) (_ Computation, err error) {
	defer errs.Wrap(&err, "calendar.ComputeTx")
	return s.compute(ctx, tx, in)
}

func (s *Service) compute(ctx context.Context, q store.Querier, in Input) (Computation, error) {
	cal, err := s.calendar(ctx, q)
	if err != nil {
		return Computation{}, err
	}
	return Law{Rules: s.law.Rules, Calendar: cal}.Compute(in)
}

// Calendar returns the embedded calendar with everything published so far.
func (s *Service) Calendar(ctx context.Context) (_ *Calendar, err error) {
	defer errs.Wrap(&err, "calendar.Calendar")
	return s.calendar(ctx, s.db)
}

func (s *Service) calendar(ctx context.Context, q store.Querier) (*Calendar, error) {
	rows, err := allEntries(ctx, q)
	if err != nil || len(rows) == 0 {
		return s.law.Calendar, err
	}
	revision, err := revisionOf(rows)
	if err != nil {
		return nil, err
	}
	if m := s.merged.Load(); m != nil && m.revision == revision {
		return m.calendar, nil
	}
	list := make([]Closure, len(rows))
	for i, r := range rows {
		list[i] = r.Closure
	}
	m := &merged{revision: revision, calendar: s.law.Calendar.With(list, revision)}
	s.merged.Store(m)
	return m.calendar, nil
}

// merged is the newest calendar that was made of the table and what was
// published over it. Calendars do not change, so whoever reads the same entries
// may share it, in a transaction or not.
type merged struct {
	revision string
	calendar *Calendar
}

// revisionOf names a state of the publication by what the entries say. Their
// number would not do: after a restore it comes again with other entries.
func revisionOf(entries []Entry) (string, error) {
	h := sha256.New()
	enc := json.NewEncoder(h) // a line for each
	for _, e := range entries {
		if err := enc.Encode(struct {
			Closure
			ID      string
			Version int64
		}{e.Closure, e.ID, e.Version}); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}

// Rule returns the version of a rule that stands for papers served on a day.
func (s *Service) Rule(code string, served civil.Day) (Rule, error) {
	return s.law.Rules.At(code, served)
}

// Entries returns everything published, corrected entries included, by day and
// within a day by version.
func (s *Service) Entries(ctx context.Context) (_ []Entry, err error) {
	defer errs.Wrap(&err, "calendar.Entries")
	return allEntries(ctx, s.db)
}
