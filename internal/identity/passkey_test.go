// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/identity/factor/factortest"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// device is a software authenticator for the site of a test.
func (w *world) device(person string) *factortest.Authenticator {
	w.t.Helper()
	at, err := url.Parse(w.deps.BaseURL)
	must(w.t, err)
	dev, err := factortest.New(at.Hostname(), w.deps.BaseURL, person)
	must(w.t, err)
	return dev
}

// passkey gives somebody a passkey.
func (w *world) passkey(a policy.Actor) (dev *factortest.Authenticator, id string) {
	w.t.Helper()
	dev = w.device(a.Person)
	c, err := w.s.AskForPasskey(w.t.Context(), a)
	must(w.t, err)
	answer, err := dev.Register(string(c.Options))
	must(w.t, err)
	key, err := w.s.AddPasskey(w.t.Context(), a, c.State, answer, "گوشی")
	must(w.t, err)
	return dev, key.ID
}

// A passkey opens neither an account that is closed nor the one that its account
// was merged into.
func TestPasskeyOfAClosedAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, other := w.register(maryam), w.register(hasan)
		dev, _ := w.passkey(policy.Actor{Person: p.ID, Role: policy.Citizen, Session: "one"})
		enter := func() error {
			c, err := w.s.AskToEnter(ctx)
			must(t, err)
			answer, err := dev.Assert(string(c.Options))
			must(t, err)
			_, err = w.s.EnterByPasskey(ctx, c.State, answer, From{Address: "192.0.2.9"})
			return err
		}
		must(t, enter())
		must(t, w.change(StatusChange{Person: p.ID, From: Active, To: Deceased, Why: "w"}))
		wantCode(t, enter(), "identity.closed")
		must(t, w.change(StatusChange{Person: p.ID, From: Deceased, To: Merged, Into: other.ID, Why: "w"}))
		wantCode(t, enter(), "identity.closed.merged")
	})
}

func TestPasskeyService(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := policy.Actor{Person: w.register(maryam).ID, Role: policy.Citizen, Session: "one"}
		dev, key := w.passkey(me)
		enter := func() (string, error) {
			c, err := w.s.AskToEnter(ctx)
			must(t, err)
			answer, err := dev.Assert(string(c.Options))
			must(t, err)
			who, err := w.s.EnterByPasskey(ctx, c.State, answer, From{Address: "192.0.2.9"})
			if err == nil {
				_, again := w.s.EnterByPasskey(ctx, c.State, answer, From{Address: "192.0.2.9"})
				if again == nil {
					t.Error("an answer signed in twice")
				}
			}
			return who, err
		}
		if who, err := enter(); err != nil || who != me.Person {
			t.Fatalf("entered as %q: %v", who, err)
		}
		list, err := w.s.SignIns(ctx, me.Person)
		must(t, err)
		if len(list) != 1 || list[0].Method != "passkey" {
			t.Errorf("sign-ins %+v", list)
		}
		w.drain()
		first := w.sms.For(maryam.mobile)
		if got := first[0].Text; got != w.words.Printer("fa").T("identity.sms.alert.passkey_added") {
			t.Errorf("the owner was told %q", got)
		}
		if err := w.s.RemovePasskey(ctx, policy.Actor{Person: "somebody", Role: policy.Citizen}, key); !errs.Is(err, errs.NotFound) {
			t.Errorf("another's passkey was removed: %v", err)
		}
		must(t, w.s.RemovePasskey(ctx, me, key))
		_, err = enter()
		wantCode(t, err, "identity.passkey.refused")
		if n := w.count(`SELECT count(*) FROM ledger_entry WHERE owner = $1`, me.Person); n != 3 {
			t.Errorf("%d records of evidence, want 3: registered, added, ended", n)
		}
	})
}

// TestLastWay: whoever has no password keeps the last passkey.
func TestLastWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, err := w.s.Enrol(ctx, policy.Actor{Role: policy.System}, NewPerson{NationalCode: hasan.code, FirstName: "حسن", LastName: "کریمی", Mobile: hasan.mobile})
		must(t, err)
		me := policy.Actor{Person: p.ID, Role: policy.Citizen, Session: "s"}
		_, first := w.passkey(me)
		_, second := w.passkey(me)
		must(t, w.s.RemovePasskey(ctx, me, first))
		wantCode(t, w.s.RemovePasskey(ctx, me, second), "identity.ways.last")
		list, err := w.s.factors.Passkeys(ctx, p.ID)
		if err != nil || len(list) != 1 {
			t.Errorf("%d passkeys left, %v", len(list), err)
		}
	})
}

// TestProof: the ways of signing in change only just after a proof, in the
// session in which it was given.
func TestProof(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me := w.register(maryam)
		base := w.site(w.s)
		_, key := w.passkey(policy.Actor{Person: me.ID, Role: policy.Citizen, Session: "s"})
		b := w.browser(base, "fa")
		b.get(pathLogin)
		b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
		b.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
		w.clk.Advance(ProofLife)
		b.get(pathWays).at(pathWays, 200).sees("identity.ways.title")
		b.post(pathKeyEnd, "passkey", key).at(pathProve, 200).sees("identity.prove.title")
		b.post(pathKeyAsk).at(pathKeyAsk, 401)
		b.post(pathKey, "state", "x", "answer", "{}").at(pathProve, 200)
		b.post(pathProve, "password", "نادرست نادرست", "next", pathWays).at(pathProve, 422).sees("identity.prove.wrong")
		b.post(pathProve, "password", goodPassword, "next", pathWays).at(pathProveCode, 200)
		b.post(pathKeyEnd, "passkey", key).at(pathProve, 200) // the password alone is not enough
		code := w.code(maryam.mobile)
		b.post(pathProveCode, "code", wrong(code)).at(pathProveCode, 422)
		b.post(pathProveCode, "code", code).at(pathWays, 200)
		b.post(pathKeyName, "passkey", key, "name", "گوشی نو").at(pathWays, 200).sees("identity.ways.renamed")
		b.post(pathKeyEnd, "passkey", key).at(pathWays, 200).sees("identity.ways.passkey_ended")
		w.clk.Advance(time.Hour)
		b.post(pathProveCode, "code", code).at(pathProve, 200)
	})
}

// TestOwnPassword: a new password takes a fresh proof, gives this browser a new
// session, and ends every other one.
func TestOwnPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.register(maryam)
		base := w.site(w.s)
		enter := func() *browser {
			w.clk.Advance(2 * time.Minute)
			b := w.browser(base, i18n.EN)
			b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
			return b.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
		}
		other, b := enter(), enter()
		u, err := url.Parse(base)
		must(t, err)
		before := b.c.Jar.Cookies(u)
		const next = "پنج قایق آبی ۷۷"
		b.post(pathOwnPassword, "password", next, "again", next+"x").at(pathOwnPassword, 422).sees("identity.password.differ")
		b.post(pathOwnPassword, "password", next, "again", next).at(pathWays, 200).sees("identity.password.renewed")
		stolen := w.browser(base, i18n.EN)
		stolen.c.Jar.SetCookies(u, before)
		stolen.get(pathAccount).at(pathLogin, 200)
		other.get(pathAccount).at(pathLogin, 200)
		w.drain()
		b.get(pathAccount).at(pathAccount, 200)
		if text := w.sms.For(maryam.mobile)[0].Text; !strings.Contains(text, w.words.Printer(i18n.FA).T("identity.sms.alert.password_changed")) {
			t.Errorf("the owner was told %q", text)
		}
		w.clk.Advance(ProofLife)
		b.get(pathOwnPassword).at(pathProve, 200)
		b.post(pathOwnPassword, "password", goodPassword, "again", goodPassword).at(pathProve, 200)
	})
}
