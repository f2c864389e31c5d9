// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// subscriber names this module in the rows of events.
const subscriber = "contest"

// Jobs registers what this module hears and does later.
func (s *Service) Jobs() {
	jobs.Handle(s.d.Jobs, kindPaper, s.makePapers)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onReplaced)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onMerged)
	jobs.Subscribe(s.d.Jobs, subscriber, s.onUnmerged)
}

// onReplaced hears that a notice is no longer to be heeded: what was said against
// its service has no object any more, unless that was decided with it.
func (s *Service) onReplaced(ctx context.Context, e notice.Replaced) error {
	if e.Case == "" {
		return nil
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlMoot, e.Case, e.Notice, store.At(tx.Now()))
	})
}

type ofGone struct {
	Case    string `db:"case_id"`
	Contest string `db:"contest"`
}

// moves are the columns that a merge moves.
var moves = []struct{ what, find, move string }{
	{"owner", sqlOwnedByGone, sqlMoveOwner},
	{"person", sqlMadeByGone, sqlMovePerson},
}

// onMerged brings the contests of an account that ended to the one that goes on. A
// draft beside one that is there is given up.
func (s *Service) onMerged(ctx context.Context, e identity.MergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, subscriber, false, func(tx *store.Tx) (int, error) {
		done := 0
		for _, m := range moves {
			rows, err := store.All[ofGone](ctx, tx, m.find, e.Gone, identity.ReassignBatch)
			if err != nil {
				return 0, err
			}
			for _, r := range rows {
				if err := store.Insert(ctx, tx, "contest_moved", movedRow{e.Merge, r.Case, r.Contest, m.what}); err != nil {
					return 0, err
				}
				if m.what == "owner" {
					if err := tx.Exec(ctx, sqlDropDraft, r.Case, r.Contest, e.Into); err != nil {
						return 0, err
					}
				}
				if err := tx.Exec(ctx, m.move, r.Case, r.Contest, e.Into); err != nil {
					return 0, err
				}
			}
			done += len(rows)
		}
		return done, nil
	})
}

// onUnmerged brings back what onMerged brought.
func (s *Service) onUnmerged(ctx context.Context, e identity.UnmergedEvent) error {
	return s.d.Identity.Reassign(ctx, e.Merge, subscriber, true, func(tx *store.Tx) (int, error) {
		done := 0
		for _, m := range moves {
			rows, err := store.All[ofGone](ctx, tx, sqlMoved, e.Merge, m.what, identity.ReassignBatch)
			if err != nil {
				return 0, err
			}
			for _, r := range rows {
				if err := tx.Exec(ctx, m.move, r.Case, r.Contest, e.Gone); err != nil {
					return 0, err
				}
				if err := tx.Exec(ctx, sqlForgetMoved, e.Merge, r.Case, r.Contest, m.what); err != nil {
					return 0, err
				}
			}
			done += len(rows)
		}
		return done, nil
	})
}
