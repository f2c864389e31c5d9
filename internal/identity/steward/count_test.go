// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

var admin = policy.Actor{Person: "admin-1", Role: policy.Administrator, Assurance: 2, Name: "مدیر نخست"}

func TestChannels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		way  identity.Way
		by   policy.Role
		want Channel
	}{
		{identity.BySelf, "", Self}, {identity.ByRegistry, "", Self}, {identity.ByRegistry, policy.Citizen, Self},
		{identity.ByVideo, "", Broker}, {identity.ByConsul, "", Consul},
		{identity.ByOffice, policy.Operator, Office}, {identity.ByOffice, "", Office}, {identity.ByVoucher, policy.Manager, Office},
		{identity.ByRegistry, policy.Operator, Office},
		{identity.ByRegistry, policy.System, File}, {identity.ByOffice, policy.Administrator, File}, {identity.ByRegistry, policy.Association, File},
	} {
		if got := channelOf(c.way, c.by); got != c.want {
			t.Errorf("%s by %q: %s, want %s", c.way, c.by, got, c.want)
		}
	}
}

// Hidden numbers cannot be computed from the shown ones and the total.
func TestHide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ n, hidden []int64 }{
		{[]int64{}, nil},
		{[]int64{50, 20, 5, 0}, nil},
		{[]int64{50, 20, 4, 0}, []int64{20, 4}},
		{[]int64{50, 3, 2}, []int64{3, 2}},
		{[]int64{4}, []int64{4}},
		{[]int64{7, 4, 0}, []int64{7, 4}},
	} {
		list := make([]Count, len(c.n))
		for i, n := range c.n {
			list[i].N = n
		}
		hide(list)
		var hidden []int64
		for _, x := range list {
			if x.Hidden {
				hidden = append(hidden, x.N)
			}
		}
		if len(hidden) != len(c.hidden) {
			t.Errorf("of %v hidden %v, want %v", c.n, hidden, c.hidden)
		}
	}
	months := []Month{{Electronic: 30, All: 32}, {Electronic: 20, All: 60}, {Electronic: 10, All: 20}}
	hideMonths(months)
	if !months[0].Hidden || months[1].Hidden || !months[2].Hidden {
		t.Errorf("months %+v", months)
	}
}

// Every account and every refusal is counted once, however often the job runs.
func TestCount(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		var last identity.Person
		for range 6 {
			last = r.person(t)
		}
		err := r.db.Write(ctx, func(tx *store.Tx) error { // the last one registered alone
			if err := tx.Exec(ctx, `UPDATE identity_proof SET by_role = '' WHERE person = $1`, last.ID); err != nil {
				return err
			}
			return tx.Exec(ctx, `INSERT INTO identity_registration (id, national_code, birth, mobile, lang, state, cause, created_us, changed_us)
				VALUES ($1, 'x', 0, 'x', 'fa', 'refused', 'no_match', $2, $2)`, id.New(), store.At(tx.Now()))
		})
		if err != nil {
			t.Fatal(err)
		}
		count := func() map[string]int64 {
			t.Helper()
			if err := r.Count(ctx); err != nil {
				t.Fatal(err)
			}
			out := map[string]int64{}
			for _, sql := range []string{sqlByChannel, sqlByCause, sqlByProvince} {
				for _, row := range must(store.All[countRow](ctx, r.db, sql))(t) {
					out[row.Key] = row.N
				}
			}
			return out
		}
		if got := count(); len(got) != 0 {
			t.Errorf("counted what may still be under way: %v", got)
		}
		r.clk.Advance(2 * time.Minute)
		for range 2 {
			if got := count(); got["file"] != 5 || got["self"] != 1 || got["no_match"] != 1 || got[""] != 6 || len(got) != 4 {
				t.Errorf("counts %v", got)
			}
		}
		r.person(t)
		r.clk.Advance(2 * time.Minute)
		if got := count(); got["file"] != 6 || got["self"] != 1 {
			t.Errorf("one more: %v", got)
		}
		if _, err := r.Registrations(ctx, policy.Actor{Person: last.ID, Role: policy.Citizen}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a citizen reads the counts: %v", err)
		}
		rep, err := r.Registrations(ctx, admin)
		if err != nil || !rep.Total.Hidden || rep.Total.All != 1 || len(rep.Months) != 1 || !rep.Months[0].Hidden {
			t.Errorf("report %+v, %v", rep, err)
		}
	})
}
