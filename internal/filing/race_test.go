// SPDX-License-Identifier: Apache-2.0

package filing_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// race does two things at the same moment: one happens, the other is a
// conflict. It returns which of them won.
func race(t *testing.T, what string, acts ...func(ctx context.Context) error) (winner int) {
	t.Helper()
	got := make([]error, len(acts))
	var wg sync.WaitGroup
	for i, act := range acts {
		wg.Go(func() { got[i] = act(t.Context()) })
	}
	wg.Wait()
	winner = -1
	for i, err := range got {
		switch {
		case err == nil && winner < 0:
			winner = i
		case err == nil:
			t.Errorf("%s: two have won", what)
		case !errs.Is(err, errs.Conflict):
			t.Errorf("%s: %v", what, err)
		}
	}
	if winner < 0 {
		t.Errorf("%s: nobody has won: %v", what, got)
	}
	return winner
}

// TestDeskRaces: of two acts on one filing at the same moment exactly one
// happens, wholly.
func TestDeskRaces(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, e *apptest.Env) {
		clerk, me := e.Actor(apptest.Clerk), e.Actor(apptest.Plaintiff)
		halt := func(id string) func(ctx context.Context) error {
			return func(ctx context.Context) error { _, err := e.App.Filing.Halt(ctx, clerk, id, defects); return err }
		}
		for range 2 {
			f := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
			e.Refer(apptest.Judge, f.Case)
			won := race(t, "halt and serve", halt(f.ID), func(ctx context.Context) error {
				_, err := e.App.Filing.ServeClaim(ctx, clerk, f.ID, 15)
				return err
			})
			status, halts := get(t, e, apptest.Plaintiff, f.ID).Status, count(t, e, `SELECT count(*) FROM filing_halt WHERE filing_id = $1`, f.ID)
			if (won == 0) != (status == filing.Halted) || (won == 0) != (halts == 1) {
				t.Errorf("%d won, and the filing is %s with %d halts", won, status, halts)
			}
			g := e.File(apptest.Plaintiff, apptest.Defendant, apptest.LargeClaim)
			race(t, "halt and halt", halt(g.ID), halt(g.ID))
			if n := count(t, e, `SELECT count(*) FROM filing_halt WHERE filing_id = $1`, g.ID); n != 1 {
				t.Errorf("%d rounds of defects, want 1", n)
			}
			e.Drain()
			mend(t, e, g, apptest.LargeClaim)
			e.Clock.Advance(30 * 24 * time.Hour)
			e.Again(apptest.Plaintiff)
			e.Again(apptest.Judge)
			if err := e.App.Filing.SendSignatureCode(t.Context(), me, g.ID); err != nil {
				t.Fatal(err)
			}
			code := e.Code(e.Person(apptest.Plaintiff).Mobile)
			won = race(t, "reject and mend", func(ctx context.Context) error {
				_, err := e.App.Filing.Reject(ctx, clerk, g.ID)
				return err
			}, func(ctx context.Context) error {
				_, err := e.App.Filing.Submit(ctx, me, g.ID, code)
				return err
			})
			item, _, _, err := e.App.Filing.Received(t.Context(), clerk, g.ID)
			if status := get(t, e, apptest.Plaintiff, g.ID).Status; err != nil || (won == 0) != (status == filing.Rejected) || (won == 0) != (item.State == "done") {
				t.Errorf("%d won, and the filing is %s, on the desk %s, %v", won, status, item.State, err)
			}
		}
	})
}
