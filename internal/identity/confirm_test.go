// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"fmt"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

func citizen(n int) policy.Actor {
	return policy.Actor{Person: fmt.Sprint("citizen-", n), Role: policy.Citizen, Name: "شهروند آزمایشی", Assurance: 1}
}

func TestConfirmName(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, by := t.Context(), citizen(1)
		w.population.Add(population.Entry{NationalCode: "0000000108", Person: population.Person{FirstName: "علی", LastName: "کریمی", Alive: true}})
		name, err := w.s.ConfirmName(ctx, by, "۰۰۰۰۰۰۰۱۰۸", "علي", "كريمي")
		if err != nil || name != (ConfirmedName{First: "علی", Last: "کریمی"}) {
			t.Errorf("%q, %v", name, err)
		}
		_, err = w.s.ConfirmName(ctx, by, "0000000108", "علی", "رضایی")
		wantCode(t, err, "identity.name_mismatch")
		if _, err = w.s.ConfirmName(ctx, by, "0000000109", "علی", "رضایی"); !errs.Is(err, errs.Invalid) {
			t.Errorf("no national code: %v", err)
		}
		if _, err = w.s.ConfirmName(ctx, policy.Actor{}, "0000000108", "علی", "کریمی"); !errs.Is(err, errs.Forbidden) {
			t.Errorf("nobody: %v", err)
		}
		w.fault(w.population, sandbox.Down)
		if _, err = w.s.ConfirmName(ctx, by, "0000000108", "علی", "کریمی"); !errs.Is(err, errs.Unavailable) {
			t.Errorf("down: %v", err)
		}
	})
}

// Only a right answer is told to whom it concerns, without the asker's name if
// the asker is no official; one's own name is nobody's concern.
func TestConfirmNameIsRecorded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, p := t.Context(), w.register(maryam)
		clerk := policy.Actor{Person: "clerk", Role: policy.Clerk, Name: "کارمند", Unit: "10001"}
		for _, by := range []policy.Actor{citizen(1), clerk, {Person: p.ID, Role: policy.Citizen}} {
			if _, err := w.s.ConfirmName(ctx, by, maryam.code, maryam.first, maryam.last); err != nil {
				t.Fatal(err)
			}
			_, err := w.s.ConfirmName(ctx, by, maryam.code, "زهرا", maryam.last)
			wantCode(t, err, "identity.name_mismatch")
		}
		rows, err := w.s.Accesses(ctx, p.ID)
		must(t, err)
		if len(rows) != 2 || rows[0].Name != clerk.Name || rows[1].Name != "" || rows[1].Role != policy.Citizen ||
			rows[1].What != "identity.access.name" || rows[1].Why != "identity.access.named" {
			t.Errorf("accesses %+v", rows)
		}
		if n := w.count(`SELECT count(*) FROM identity_access WHERE person = 'citizen-1'`); n != 1 {
			t.Errorf("%d rows of the citizen who asked, want one", n)
		}
		// Somebody without an account: nothing to write to.
		_, err = w.s.ConfirmName(ctx, clerk, hasan.code, hasan.first, hasan.last)
		must(t, err)
		if n := w.count(`SELECT count(*) FROM identity_access`); n != 2 {
			t.Errorf("%d accesses, want 2", n)
		}
	})
}

func TestConfirmNameIsLimited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		d := w.deps
		d.Limit.ConfirmPerson = Limit{N: 3, Per: time.Hour}
		d.Limit.ConfirmCode = Limit{N: 4, Per: time.Hour}
		s, other := w.service(d), w.service(d) // as two processes
		ask := func(s *Service, n int, p person, last string) error {
			_, err := s.ConfirmName(ctx, citizen(n), p.code, p.first, last)
			return err
		}
		w.fault(w.population, sandbox.Down)
		for range 5 { // an outage costs nothing
			if err := ask(s, 1, maryam, maryam.last); !errs.Is(err, errs.Unavailable) {
				t.Fatal(err)
			}
			w.clk.Advance(time.Minute) // the line is tried again
		}
		w.fault(w.population, sandbox.OK)
		w.clk.Advance(time.Minute)
		// One person: right and wrong names count.
		must(t, ask(s, 1, maryam, maryam.last))
		wantCode(t, ask(other, 1, hasan, "نادرست"), "identity.name_mismatch")
		wantCode(t, ask(s, 1, maryam, "نادرست"), "identity.name_mismatch")
		for range 5 {
			err := ask(other, 1, maryam, maryam.last)
			wantCode(t, err, "identity.confirm.limited")
			if !errs.Is(err, errs.RateLimited) {
				t.Fatal(err)
			}
		}
		// One code: only wrong names count, whoever tries them, and the refused
		// questions above have not. Right ones do not block it for others.
		for n := 2; n < 8; n++ {
			must(t, ask(s, n, maryam, maryam.last))
		}
		for n := 2; n < 5; n++ {
			wantCode(t, ask(s, n, maryam, "نادرست"), "identity.name_mismatch")
		}
		wantCode(t, ask(other, 9, maryam, "نادرست"), "identity.confirm.limited")
		must(t, ask(other, 9, hasan, hasan.last))
		_, err := s.ConfirmName(ctx, policy.Actor{Role: policy.System}, maryam.code, maryam.first, maryam.last)
		must(t, err) // a job that asks again for somebody
		w.clk.Advance(time.Hour)
		must(t, ask(s, 1, maryam, maryam.last))
	})
}
