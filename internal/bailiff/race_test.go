// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"sync"
	"testing"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// A bailiff serves and the court takes the paper back at the same moment: one of
// them does it, and what the bailiff did is known either way.
func TestServedOrWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		for range 6 {
			k := r.given(t, home, r.one)
			var (
				wg    sync.WaitGroup
				taken bool
				a     Attempt
				errs  [2]error
			)
			wg.Go(func() { a, errs[0] = r.Record(t.Context(), r.one, report(k.ID, "handed")) })
			wg.Go(func() {
				errs[1] = r.db.Write(t.Context(), func(tx *store.Tx) (err error) {
					taken, err = r.notices.WithdrawPaperTx(t.Context(), tx, clerk, k.Case, k.ID, notice.ReasonHasAccount, "")
					return err
				})
			})
			wg.Wait()
			if errs[0] != nil || errs[1] != nil {
				t.Fatal(errs)
			}
			r.drain(t)
			now := must(r.Get(t.Context(), clerk, k.ID))(t)
			want := Served
			if taken {
				want = Withdrawn
			}
			if a.Counted == taken || now.State != want || len(must(r.Attempts(t.Context(), clerk, k.ID))(t)) != 1 {
				t.Errorf("withdrawn %v, attempt %+v, task %s", taken, a, now.State)
			}
			if taken && a.Why != WhyWithdrawn {
				t.Errorf("why %q", a.Why)
			}
		}
	})
}

// After a withdrawal nothing is served, and a task without an account is told so.
func TestWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		k := r.given(t, home, r.one)
		err := r.db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := r.notices.WithdrawPaperTx(t.Context(), tx, clerk, k.Case, k.ID, notice.ReasonHasAccount, "")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		late := must(r.Record(t.Context(), r.one, report(k.ID, "household")))(t) // before the event is heard
		if late.Counted || late.Why != WhyWithdrawn {
			t.Errorf("%+v", late)
		}
		r.drain(t)
		if now := must(r.Get(t.Context(), clerk, k.ID))(t); now.State != Withdrawn {
			t.Errorf("%s", now.State)
		}
		if list := must(r.Route(t.Context(), r.one))(t); len(list) != 0 {
			t.Errorf("%+v", list)
		}
	})
}
