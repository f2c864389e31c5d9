// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Contested is published when a judge has decided whether and since when a notice
// is served.
type Contested struct {
	Notice   string    `json:"notice"`
	Owner    string    `json:"owner"`
	Case     string    `json:"case"`
	Title    Text      `json:"title"`
	Decision string    `json:"decision"` // FactUpheld, FactMoved or FactSetAside
	Served   time.Time `json:"served"`   // since when it is served by the decision; zero: it is not
	RunsFrom time.Time `json:"runs_from"`
	Reading  string    `json:"reading"`
	Contest  string    `json:"contest"`
	Evidence string    `json:"evidence"`
	At       time.Time `json:"at"`
}

// EventKind implements jobs.Event.
func (Contested) EventKind() string { return "notice.contested" }

// ContestTx notes that the addressee says that he was not served, and why (code).
// It changes nothing about service: that is for the judge. Whether the actor may,
// is the caller's to check.
func (s *Service) ContestTx(ctx context.Context, tx *store.Tx, by policy.Actor, owner, id, contest, code string) (_ Fact, err error) {
	defer errs.Wrap(&err, "notice.ContestTx")
	n, err := s.readTx(ctx, tx, owner, id)
	if err != nil {
		return Fact{}, err
	}
	if s.effects.Of(n).Void {
		return Fact{}, errs.New(errs.Conflict, "notice.void")
	}
	_, f, err := s.addFactTx(ctx, tx, n, by, Fact{Kind: FactContested, Code: code, Other: contest}, nil)
	return f, err
}

// DecideTx notes what a judge has decided about the service of a notice: it
// stands (FactUpheld), it holds since another time (FactMoved, served), or there
// was none (FactSetAside): then it is to be served anew.
func (s *Service) DecideTx(ctx context.Context, tx *store.Tx, by policy.Actor, owner, id, contest, decision string, served time.Time, code string) (_ Fact, err error) {
	defer errs.Wrap(&err, "notice.DecideTx")
	n, err := s.readTx(ctx, tx, owner, id)
	if err != nil {
		return Fact{}, err
	}
	switch {
	case !slices.Contains([]string{FactUpheld, FactMoved, FactSetAside}, decision):
		return Fact{}, errs.New(errs.Invalid, "notice.wrong.kind")
	case s.effects.Of(n).Void:
		return Fact{}, errs.New(errs.Conflict, "notice.void")
	case decision != FactMoved:
		served = time.Time{}
	case served.Before(n.Issued) || served.After(tx.Now()):
		return Fact{}, errs.InvalidFields([]errs.Field{{Name: "served", Code: "notice.wrong.served"}})
	}
	n, f, err := s.addFactTx(ctx, tx, n, by, Fact{Kind: decision, Holds: served, Code: code, Other: contest}, nil)
	if err != nil {
		return f, err
	}
	e := s.effects.Of(n)
	return f, s.d.Jobs.PublishTx(ctx, tx, Contested{
		Notice: n.ID, Owner: n.Owner, Case: n.Case, Title: n.Title, Decision: decision, Served: e.Served, RunsFrom: e.RunsFrom(),
		Reading: e.Reading.Name(), Contest: contest, Evidence: f.Evidence, At: f.At,
	})
}

// Of is a notice with all its facts, for the modules above, who know whether
// their actor may see it: without the paper, under whoever owns its rows.
func (s *Service) Of(ctx context.Context, q store.Querier, owner, id string) (_ Notice, err error) {
	defer errs.Wrap(&err, "notice.Of")
	return s.readTx(ctx, q, owner, id)
}

// PaperOf is Of with the paper, to serve it anew.
func (s *Service) PaperOf(ctx context.Context, q store.Querier, owner, id string) (_ Notice, err error) {
	defer errs.Wrap(&err, "notice.PaperOf")
	n, err := s.readTx(ctx, q, owner, id)
	if err != nil {
		return Notice{}, err
	}
	return s.fillFrom(ctx, q, n)
}
