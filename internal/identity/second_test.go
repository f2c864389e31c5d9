// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"regexp"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/tarazu/tarazu/internal/platform/policy"
)

// app gives somebody an app and returns what it shows now.
func (w *world) app(a policy.Actor) func() string {
	w.t.Helper()
	o, err := w.s.OfferApp(w.t.Context(), a)
	must(w.t, err)
	show := func() string {
		code, err := totp.GenerateCode(o.Secret, w.clk.Now())
		must(w.t, err)
		return code
	}
	must(w.t, w.s.AddApp(w.t.Context(), a, o.State, show()))
	w.clk.Advance(time.Minute)
	return show
}

func TestSignInWithApp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := policy.Actor{Person: w.register(maryam).ID, Role: policy.Citizen, Session: "s"}
		show := w.app(me)
		w.drain()
		before := len(w.sms.For(maryam.mobile))
		login := func() Challenge {
			c, err := w.s.Login(ctx, maryam.code, goodPassword, stranger)
			must(t, err)
			return c
		}
		c := login()
		if !c.App || c.Code != "" {
			t.Errorf("challenge %+v", c)
		}
		w.drain()
		if n := len(w.sms.For(maryam.mobile)); n != before {
			t.Errorf("%d messages were sent to somebody with an app", n-before)
		}
		code := show()
		must(t, w.s.FinishLogin(ctx, c, code, stranger))
		wantCode(t, w.s.FinishLogin(ctx, login(), code, stranger), "identity.totp.used")
		// The telephone is at home, or the app is gone: a message does as well.
		c, err := w.s.ResendLogin(ctx, login())
		must(t, err)
		sent := w.code(maryam.mobile)
		must(t, w.s.FinishLogin(ctx, c, sent, stranger))
		list, err := w.s.SignIns(ctx, me.Person)
		must(t, err)
		if len(list) != 2 || list[0].Method != "code" || list[1].Method != "totp" {
			t.Errorf("sign-ins %+v", list)
		}
		// Guessing stops, over two processes, and its owner's way by message stays.
		other := w.service(w.deps)
		limited := 0
		for i := range 2 * w.s.limits.LoginSecond.N {
			s := []*Service{w.s, other}[i%2]
			if err := s.FinishLogin(ctx, Challenge{Person: me.Person}, "000000", stranger); isCode(err, "identity.login.limited") {
				limited++
			}
		}
		if want := w.s.limits.LoginSecond.N + 1; limited != want { // one was used up above
			t.Errorf("%d guesses were refused, want %d", limited, want)
		}
		must(t, w.s.RemoveApp(ctx, me))
		if c := login(); c.App || c.Code == "" {
			t.Errorf("challenge %+v of somebody without an app", c)
		}
	})
}

func TestSignInWithRecoveryCode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := policy.Actor{Person: w.register(maryam).ID, Role: policy.Citizen, Session: "s"}
		codes, err := w.s.MakeRecoveryCodes(ctx, me)
		must(t, err)
		c, err := w.s.Login(ctx, maryam.code, goodPassword, stranger)
		must(t, err)
		must(t, w.s.FinishByRecovery(ctx, c, codes[3], stranger))
		w.drain()
		if got := w.sms.For(maryam.mobile)[0].Text; got != w.words.Printer("fa").T("identity.sms.alert.recovery_used") {
			t.Errorf("the owner was told %q", got)
		}
		wantCode(t, w.s.FinishByRecovery(ctx, c, codes[3], stranger), "identity.recovery.wrong")
		other := policy.Actor{Person: w.register(hasan).ID, Role: policy.Citizen}
		wantCode(t, w.s.FinishByRecovery(ctx, Challenge{Person: other.Person}, codes[4], stranger), "identity.recovery.wrong")
		for range w.s.limits.LoginSecond.N {
			err = w.s.FinishByRecovery(ctx, c, "AAAA-AAAA-AAAA", stranger)
		}
		wantCode(t, err, "identity.login.limited")
	})
}

var (
	hiddenState = regexp.MustCompile(`name="state" value="([^"]+)"`)
	shownSecret = regexp.MustCompile(`>([A-Z2-7]{32})<`)
	shownCode   = regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}`)
)

// TestSecondFactorPages goes through the pages without script: an app is set up,
// codes are made, and both open the account.
func TestSecondFactorPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.register(maryam)
		base := w.site(w.s)
		signIn := func() *browser {
			b := w.browser(base, "fa")
			b.get(pathLogin)
			return b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
		}
		b := signIn()
		b.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
		b.get(pathApp).at(pathApp, 200)
		secret, state := shownSecret.FindStringSubmatch(b.body)[1], hiddenState.FindStringSubmatch(b.body)[1]
		b.post(pathApp, "state", state, "code", "000000").at(pathApp, 422).sees("identity.totp.wrong")
		if shownSecret.FindStringSubmatch(b.body)[1] != secret {
			t.Error("a slip of the finger changed the secret")
		}
		show := func() string {
			code, err := totp.GenerateCode(secret, w.clk.Now())
			must(t, err)
			return code
		}
		b.post(pathApp, "state", hiddenState.FindStringSubmatch(b.body)[1], "code", b.p.Digits(show())).at(pathWays, 200).sees("identity.ways.app_added")
		codes := shownCode.FindAllString(b.post(pathRecoveryCodes).at(pathRecoveryCodes, 200).body, -1)
		if len(codes) != 10 {
			t.Fatalf("%d codes are shown", len(codes))
		}
		w.clk.Advance(time.Minute)
		second := signIn().sees("identity.app.title")
		second.post(pathLoginCode, "code", show()).at("/home", 200)
		third := signIn()
		third.get(pathLoginRecovery).at(pathLoginRecovery, 200)
		third.post(pathLoginRecovery, "code", codes[0]).at(pathWays, 200)
		fourth := signIn()
		fourth.post(pathLoginRecovery, "code", codes[0]).at(pathLoginRecovery, 422).sees("identity.recovery.wrong")
		fourth.post(pathLoginResend).at(pathLoginCode, 200)
		fourth.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
		w.clk.Advance(ProofLife)
		b.post(pathAppEnd).at(pathProve, 200)
		b.post(pathRecoveryCodes).at(pathProve, 200)
		b.post(pathProve, "password", goodPassword).at(pathProveCode, 200).sees("identity.app.title")
		b.post(pathProveCode, "code", show()).at("/home", 200)
		b.post(pathAppEnd).at(pathWays, 200).sees("identity.ways.app_ended")
		w.browser(base, "fa").get(pathLoginRecovery).at(pathLogin, 200)
	})
}
