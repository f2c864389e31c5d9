// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Record is what this program knows of the service of a notice by itself.
type Record struct {
	Notice  notice.Notice
	Effect  notice.Effect
	Outages []outage.Interval    // that touch the notice's days
	Steps   []bailiff.LadderStep // of service on paper
	Term    docket.Deadline      // HasTerm: the one that is computed
	HasTerm bool
}

// recordOf reads it, with the outages up to an instant.
func (s *Service) recordOf(ctx context.Context, q store.Querier, caseID string, n notice.Notice, until time.Time) (r Record, err error) {
	r.Notice, r.Effect = n, s.d.Notice.Effect(n)
	if r.Term, r.HasTerm, err = s.d.Docket.DeadlineOf(ctx, q, caseID, n.ID); err != nil {
		return r, err
	}
	if n.Way != notice.WayElectronic {
		r.Steps, err = s.d.Bailiff.Ladder(ctx, q, caseID, n.ID)
		return r, err
	}
	r.Outages, err = s.outages(ctx, q, n, r, until)
	return r, err
}

// outages are those of what reading and filing need, from the day of issuing until
// the notice was opened; if it was not, or there is a term, until the end of that.
func (s *Service) outages(ctx context.Context, q store.Querier, n notice.Notice, r Record, until time.Time) ([]outage.Interval, error) {
	var parts []string
	for _, act := range []string{outage.ActFile, outage.ActRead} {
		if rule, ok := s.d.Outage.Rules().Of(act); ok {
			parts = append(parts, rule.Parts...)
		}
	}
	slices.Sort(parts)
	to := until
	switch {
	case r.HasTerm && r.Term.Last.Add(1).Time().Before(until):
		to = r.Term.Last.Add(1).Time()
	case !r.HasTerm && n.Opened() && civil.Of(n.Viewed).Add(1).Time().Before(until):
		to = civil.Of(n.Viewed).Add(1).Time()
	}
	return s.d.Outage.Touching(ctx, q, slices.Compact(parts), civil.Of(n.Issued).Time(), to)
}

// Record is what the program knows of the service that a contest is about. Whoever
// may see the contest may see it.
func (s *Service) Record(ctx context.Context, k Contest) (Record, error) {
	n, err := s.noticeOf(ctx, s.d.DB, k.Case, k.Notice)
	if err != nil {
		return Record{}, err
	}
	until := k.Signed
	if until.IsZero() {
		until = s.d.DB.Now()
	}
	return s.recordOf(ctx, s.d.DB, k.Case, n, until)
}
