// SPDX-License-Identifier: Apache-2.0

package factor_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func (w *world) app(secret string, off time.Duration) string {
	w.t.Helper()
	code, err := totp.GenerateCode(secret, w.clk.Now().Add(off))
	must(w.t, err)
	return code
}

// withApp gives somebody an app and returns its secret.
func (w *world) withApp(person string) string {
	w.t.Helper()
	o, err := w.s.OfferTOTP(person, "s", "مریم")
	must(w.t, err)
	n, err := w.s.CheckNewTOTP(person, "s", o.State, w.app(o.Secret, 0))
	must(w.t, err)
	must(w.t, w.write(func(tx *store.Tx) error { return w.s.SetTOTPTx(w.t.Context(), tx, n) }))
	w.clk.Advance(time.Minute) // the code of setting up is spent
	return o.Secret
}

func TestTOTP(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, me := t.Context(), id.New()
		use := func(code string) error {
			return w.write(func(tx *store.Tx) error { return w.s.UseTOTPTx(ctx, tx, me, code) })
		}
		wantCode(t, use("123456"), "not found")
		secret := w.withApp(me)
		stored, err := store.One[string](ctx, w.db, `SELECT secret FROM identity_totp WHERE person = $1`, me)
		must(t, err)
		if strings.Contains(stored, secret) {
			t.Error("the secret lies open in the database")
		}
		now := w.app(secret, 0)
		must(t, use(strings.NewReplacer("0", "۰", "1", "۱", "2", "۲", "3", "۳").Replace(now))) // Persian digits
		wantCode(t, use(now), "code:identity.totp.used")
		wantCode(t, use(w.app(secret, -30*time.Second)), "code:identity.totp.used") // nor an earlier one
		wantCode(t, use(w.app(secret, time.Hour)), "code:identity.totp.wrong")
		wantCode(t, use(""), "code:identity.totp.wrong")
		must(t, use(w.app(secret, 30*time.Second))) // a clock that is fast
		w.clk.Advance(5 * time.Minute)
		must(t, use(w.app(secret, -30*time.Second))) // or slow
		must(t, w.write(func(tx *store.Tx) error { return w.s.DropTOTPTx(ctx, tx, me) }))
		w.clk.Advance(time.Minute)
		wantCode(t, use(w.app(secret, 0)), "not found")
	})
}

// TestTOTPReplay: one code counts once, over two processes.
func TestTOTPReplay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me := id.New()
		code := w.app(w.withApp(me), 0)
		other := w.service()
		var in atomic.Int64
		var wg sync.WaitGroup
		for i := range 6 {
			s := []*factor.Service{w.s, other}[i%2]
			wg.Go(func() {
				if w.db.Write(t.Context(), func(tx *store.Tx) error { return s.UseTOTPTx(t.Context(), tx, me, code) }) == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("one code was good %d times", in.Load())
		}
	})
}

func TestOffer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me := id.New()
		o, err := w.s.OfferTOTP(me, "s", "مریم")
		must(t, err)
		again, err := w.s.OfferAgain(me, "s", "مریم", o.State)
		must(t, err)
		if again.Secret != o.Secret {
			t.Error("the page shown again has another secret")
		}
		first := w.app(o.Secret, 0)
		for _, x := range []struct{ name, person, session, state, code, want string }{
			{"another person", id.New(), "s", o.State, first, "identity.totp.expired"},
			{"another session", me, "x", o.State, first, "identity.totp.expired"},
			{"made up", me, "s", "AAAA", first, "identity.totp.expired"},
			{"a wrong code", me, "s", o.State, w.app(o.Secret, time.Hour), "code:identity.totp.wrong"},
			{"as it should be", me, "s", o.State, first, "fine"},
		} {
			_, err := w.s.CheckNewTOTP(x.person, x.session, x.state, x.code)
			if got := code(err); got != x.want {
				t.Errorf("%s: %s, want %s", x.name, got, x.want)
			}
		}
		w.clk.Advance(15 * time.Minute)
		_, err = w.s.CheckNewTOTP(me, "s", o.State, w.app(o.Secret, 0))
		wantCode(t, err, "identity.totp.expired")
	})
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, me := t.Context(), id.New()
		set := func() []string {
			codes := factor.MakeRecovery()
			must(t, w.write(func(tx *store.Tx) error { return w.s.SetRecoveryTx(ctx, tx, me, codes) }))
			return codes
		}
		use := func(person, code string) error {
			return w.write(func(tx *store.Tx) error { return w.s.UseRecoveryTx(ctx, tx, person, code) })
		}
		codes := set()
		must(t, use(me, codes[0]))
		wantCode(t, use(me, codes[0]), "code:identity.recovery.wrong")
		must(t, use(me, " "+strings.ToLower(strings.ReplaceAll(codes[1], "-", " "))))
		wantCode(t, use(id.New(), codes[2]), "code:identity.recovery.wrong")
		wantCode(t, use(me, "AAAA-AAAA-AAAA"), "code:identity.recovery.wrong")
		if n, err := w.s.RecoveryLeft(ctx, me); err != nil || n != factor.RecoveryCodes-2 {
			t.Errorf("%d left, %v", n, err)
		}
		set()
		wantCode(t, use(me, codes[2]), "code:identity.recovery.wrong") // new ones end the old
	})
}
