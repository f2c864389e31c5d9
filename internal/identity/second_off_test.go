// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/identity/factor/factortest"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// step answers the question for a passkey after the password.
func (w *world) step(dev *factortest.Authenticator, c Challenge, from From) error {
	w.t.Helper()
	ask, err := w.s.AskForStep(w.t.Context(), c, from)
	must(w.t, err)
	answer, err := dev.Assert(string(ask.Options))
	must(w.t, err)
	return w.s.FinishByPasskey(w.t.Context(), c, ask.State, answer, from)
}

// TestPasskeyStep: after the password a passkey does in place of the code; only
// the owner's, only for this visitor's sign-in, and once.
func TestPasskeyStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := policy.Actor{Person: w.register(maryam).ID, Role: policy.Citizen, Session: "s"}
		other := policy.Actor{Person: w.register(hasan).ID, Role: policy.Citizen, Session: "s"}
		dev, _ := w.passkey(me)
		foreign, _ := w.passkey(other)
		here, there := From{Address: "203.0.113.9", Nonce: "here"}, From{Address: "203.0.113.9", Nonce: "there"}
		c, err := w.s.Login(ctx, maryam.code, goodPassword, here)
		must(t, err)
		ask, err := w.s.AskForStep(ctx, c, here)
		must(t, err)
		answer, err := dev.Assert(string(ask.Options))
		must(t, err)
		wantCode(t, w.s.FinishByPasskey(ctx, c, ask.State, answer, there), "identity.passkey.refused")
		wantCode(t, w.s.FinishByPasskey(ctx, Challenge{Person: other.Person}, ask.State, answer, here), "identity.passkey.refused")
		_, err = w.s.EnterByPasskey(ctx, ask.State, answer, here)
		wantCode(t, err, "identity.passkey.refused")
		wantCode(t, w.step(foreign, c, here), "identity.passkey.refused")
		must(t, w.s.FinishByPasskey(ctx, c, ask.State, answer, here))
		if err := w.s.FinishByPasskey(ctx, c, ask.State, answer, here); err == nil {
			t.Error("an answer counted twice")
		}
		list, err := w.s.SignIns(ctx, me.Person)
		must(t, err)
		if len(list) != 1 || list[0].Method != "passkey" {
			t.Errorf("sign-ins %+v", list)
		}
	})
}

// TestSIMSwapWithPassword: whoever has the password and the SIM card, by fraud,
// does not get into an account whose owner has turned the text message off: not
// with a new code, not with one that was under way, and they cannot turn it on.
func TestSIMSwapWithPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := policy.Actor{Person: w.register(maryam).ID, Role: policy.Citizen, Session: "s"}
		wantCode(t, w.s.SetSMSStep(ctx, me, false), "identity.sms_off.needs")
		dev, key := w.passkey(me)
		wantCode(t, w.s.SetSMSStep(ctx, me, false), "identity.sms_off.needs") // no recovery codes
		codes, err := w.s.MakeRecoveryCodes(ctx, me)
		must(t, err)
		thief := From{Address: "198.51.100.7", Nonce: "thief"}
		before, err := w.s.Login(ctx, maryam.code, goodPassword, thief)
		must(t, err)
		stolen := w.code(maryam.mobile)
		must(t, w.s.SetSMSStep(ctx, me, false))
		wantCode(t, w.s.FinishLogin(ctx, before, stolen, thief), "identity.code.off")
		wantCode(t, w.s.FinishProof(ctx, before, stolen, thief), "identity.code.off")
		w.clk.Advance(time.Hour)
		w.drain()
		sent := w.count(`SELECT count(*) FROM identity_code`)
		c, err := w.s.Login(ctx, maryam.code, goodPassword, thief)
		must(t, err)
		if c.Code != "" {
			t.Error("a code was sent")
		}
		_, err = w.s.ResendLogin(ctx, c)
		wantCode(t, err, "identity.code.off")
		wantCode(t, w.s.FinishLogin(ctx, c, "000000", thief), "identity.code.off")
		if n := w.count(`SELECT count(*) FROM identity_code`); n != sent {
			t.Errorf("%d codes were made", n-sent)
		}
		base := w.site(w.s)
		b := w.browser(base, "en")
		b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200).sees("identity.code.other_key")
		b.post(pathLoginResend).at(pathLoginCode, 200).sees("identity.code.off")
		b.post(pathLoginCode, "code", stolen).at(pathLoginCode, 422)
		b.post(pathSMSStep, "step", "on").at(pathSMSStep, 401)
		// The owner gets in, and keeps what they get in with.
		must(t, w.step(dev, c, thief))
		wantCode(t, w.s.RemovePasskey(ctx, me, key), "identity.sms_off.last")
		show := w.app(me)
		must(t, w.s.RemovePasskey(ctx, me, key))
		wantCode(t, w.s.RemoveApp(ctx, me), "identity.sms_off.last")
		must(t, w.s.FinishLogin(ctx, c, show(), From{Nonce: "owner"}))
		must(t, w.s.FinishByRecovery(ctx, c, codes[0], From{Nonce: "owner"}))
		own := w.browser(base, "fa")
		own.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200).sees("identity.app.code")
		w.clk.Advance(time.Minute)
		own.post(pathLoginCode, "code", show()).at("/home", 200)
		own.get(pathWays).sees("identity.sms_off.is_off")
		own.post(pathAppEnd).at(pathAppEnd, 422).sees("identity.sms_off.last")
		own.post(pathSMSStep, "step", "on").at(pathWays, 200).sees("identity.sms_off.now_on")
		own.post(pathSMSStep, "step", "off").at(pathWays, 200).sees("identity.sms_off.now_off")
		w.clk.Advance(ProofLife)
		own.post(pathSMSStep, "step", "on").at(pathProve, 200)
		if n := w.count(`SELECT count(*) FROM ledger_entry WHERE owner = $1`, me.Person); n < 6 {
			t.Errorf("%d records of evidence", n)
		}
	})
}

// TestOneSecondStepStays: of turning messages off and removing the app at once,
// one is refused.
func TestOneSecondStepStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := policy.Actor{Person: w.register(maryam).ID, Role: policy.Citizen, Session: "s"}
		w.app(me)
		_, err := w.s.MakeRecoveryCodes(ctx, me)
		must(t, err)
		got := make(chan error, 2)
		go func() { got <- w.service(w.deps).SetSMSStep(ctx, me, false) }()
		go func() { got <- w.s.RemoveApp(ctx, me) }()
		one, two := <-got, <-got
		if (one == nil) == (two == nil) || one != nil && !errs.Is(one, errs.Conflict) || two != nil && !errs.Is(two, errs.Conflict) {
			t.Fatalf("%v and %v", one, two)
		}
		have, err := w.s.Standing(ctx, me.Person)
		if err != nil || have == (factor.Standing{Codes: factor.RecoveryCodes, Off: 1}) {
			t.Errorf("%+v, %v", have, err)
		}
	})
}

// TestLostNumberOtherWay: when no code goes to a lost number, a recovery code
// still opens the account to whoever knows the password.
func TestLostNumberOtherWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := policy.Actor{Person: w.register(maryam).ID, Role: policy.Citizen, Session: "s"}
		codes, err := w.s.MakeRecoveryCodes(ctx, me)
		must(t, err)
		w.loseNumber(me.Person)
		c, err := w.s.Login(ctx, maryam.code, goodPassword, stranger)
		must(t, err)
		if c.Code != "" {
			t.Error("a code went to a lost number")
		}
		must(t, w.s.FinishByRecovery(ctx, c, codes[0], stranger))
	})
}
