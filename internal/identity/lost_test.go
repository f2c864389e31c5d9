// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// numberToAnother lets the registry say that the number of p is another's.
func (w *world) numberToAnother(p Person) {
	w.t.Helper()
	must(w.t, w.db.Write(w.t.Context(), func(tx *store.Tx) error { return tx.Exec(w.t.Context(), sqlNoteNumber, p.ID, store.At(tx.Now())) }))
	must(w.t, w.db.Write(w.t.Context(), func(tx *store.Tx) error { return tx.Exec(w.t.Context(), sqlAskNumberAt, p.ID, store.At(tx.Now())) }))
	w.simowner.Add(simowner.Pair{NationalCode: hasan.code, Mobile: p.Mobile})
	must(w.t, w.s.askNumbers(w.t.Context()))
	w.drain()
	_, err := w.s.Login(w.t.Context(), p.NationalCode, goodPassword, From{Address: "203.0.113.9"})
	wantCode(w.t, err, "identity.code.number_lost")
}

// TestNumberIsTheirsAgain: the registry is asked on about a number that was lost;
// once it is the owner's again codes go there. The way of registering, in which
// the registry has just been asked, does not wait for that.
func TestNumberIsTheirsAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		w.numberToAnother(p)
		w.simowner.Add(simowner.Pair{NationalCode: p.NationalCode, Mobile: p.Mobile})
		w.clk.Advance(askLost)
		must(t, w.s.askNumbers(ctx))
		_, err := w.s.Login(ctx, maryam.code, goodPassword, From{Address: "203.0.113.9"})
		must(t, err)

		w.numberToAnother(p)
		w.simowner.Add(simowner.Pair{NationalCode: p.NationalCode, Mobile: p.Mobile})
		e := maryam.entries()
		e.Address = "203.0.113.9"
		w.clk.Advance(time.Hour)
		reg, err := w.s.Start(ctx, id.New(), e)
		must(t, err)
		w.drain()
		reg, err = w.s.Prove(ctx, reg.ID, w.s.codeText(reg.Code))
		must(t, err)
		_, err = w.s.Finish(ctx, reg.ID, goodPassword)
		must(t, err)
		_, err = w.s.Login(ctx, maryam.code, goodPassword, From{Address: "203.0.113.9"})
		must(t, err)
	})
}

// TestRecoveryCodeWithoutNumber: who has recovery codes goes on to them, although
// no code is sent to a number that is another's.
func TestRecoveryCodeWithoutNumber(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.register(maryam)
		w.numberToAnother(p)
		codes, err := w.s.MakeRecoveryCodes(t.Context(), policy.Actor{Person: p.ID, Role: policy.Citizen})
		must(t, err)
		w.drain()
		before := len(w.sms.For(maryam.mobile))
		b := w.browser(w.site(w.s), "fa")
		b.get(pathLogin)
		b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
		w.drain()
		if n := len(w.sms.For(maryam.mobile)); n != before {
			t.Errorf("%d messages went to the new owner of the number", n-before)
		}
		b.post(pathLoginRecovery, "code", codes[0]).at(pathWays, 200)
	})
}

// TestNumbersNotBelieved: a registry that says of everybody that their number is
// lost takes nothing from anybody.
func TestNumbersNotBelieved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for i := range 4 {
			p, err := w.s.Enrol(ctx, policy.Actor{Role: policy.System}, NewPerson{
				NationalCode: []string{maryam.code, hasan.code, "0034567811", "0045678121"}[i], FirstName: "م", LastName: "ر", Mobile: "0912000000" + string(rune('1'+i)),
			})
			must(t, err)
			must(t, w.db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlNoteNumber, p.ID, store.At(tx.Now())) }))
		}
		must(t, w.s.askNumbers(ctx))
		if n := w.count(`SELECT count(*) FROM identity_number WHERE lost_us > 0`); n != 0 {
			t.Errorf("%d numbers were taken", n)
		}
		must(t, w.s.askNumbers(ctx)) // not at once again
	})
}

// TestMergedAccountGuards: what stands before an account guards the one that it
// was merged into, until that is taken back.
func TestMergedAccountGuards(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me, gone := w.register(maryam), w.register(hasan)
		_, err := w.s.MakeRecoveryCodes(ctx, policy.Actor{Person: gone.ID, Role: policy.Citizen})
		must(t, err)
		guarded := func() bool {
			g, err := w.s.Guarded(ctx, w.db, me.ID)
			must(t, err)
			return g
		}
		if guarded() {
			t.Fatal("guarded before anything")
		}
		run := func(sql string, args ...any) {
			must(t, w.db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sql, args...) }))
		}
		run(`INSERT INTO identity_merge (id, gone, into_person, state, at_us) VALUES ('m', $1, $2, 'merged', 1)`, gone.ID, me.ID)
		if !guarded() {
			t.Error("the merge took the guard away")
		}
		run(`UPDATE identity_merge SET state = 'undone' WHERE id = 'm'`)
		if guarded() {
			t.Error("another's account guards this one")
		}
	})
}
