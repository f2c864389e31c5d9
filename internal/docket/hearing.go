// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHearings = `SELECT case_id, id, at_us, place, evidence, made_us FROM docket_hearing h WHERE case_id = $1 AND at_us >= $2
		AND NOT EXISTS (SELECT 1 FROM docket_postponed p WHERE p.case_id = h.case_id AND p.hearing = h.id) ORDER BY at_us`
	sqlHearing = `SELECT case_id, id, at_us, place, evidence, made_us FROM docket_hearing WHERE case_id = $1 AND id = $2`
)

func (r hearingRow) hearing() Hearing { return Hearing{ID: r.ID, At: r.At.Time, Place: r.Place} }

// hearings lists the hearings to come in a case.
func (s *Service) hearings(ctx context.Context, c Case) ([]Hearing, error) {
	rows, err := store.All[hearingRow](ctx, s.d.DB, sqlHearings, c.ID, store.At(s.d.Clock.Now()))
	out := make([]Hearing, len(rows))
	for i, r := range rows {
		out[i] = r.hearing()
	}
	return out, err
}

// Hearing returns a hearing of a case that the actor may see, otherwise
// errs.NotFound. It names nobody, so it is not recorded.
func (s *Service) Hearing(ctx context.Context, a policy.Actor, caseID, id string) (_ Hearing, err error) {
	defer errs.Wrap(&err, "docket.Hearing")
	if _, err := s.visible(ctx, a, caseID); err != nil {
		return Hearing{}, err
	}
	r, err := store.One[hearingRow](ctx, s.d.DB, sqlHearing, caseID, id)
	return r.hearing(), err
}
