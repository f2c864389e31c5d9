// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestNewDevice: a sign-in from a browser that is new to somebody who has used
// others is told, and nothing of a case with it.
func TestNewDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me := w.register(maryam)
		base := w.site(w.s)
		alerts := func() int {
			w.drain()
			n := 0
			for _, m := range w.sms.For(maryam.mobile) {
				if m.Text == w.words.Printer("fa").T("identity.sms.alert.new_device") {
					n++
				}
			}
			return n
		}
		signIn := func(b *browser) {
			b.get(pathLogin)
			b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
			b.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
			w.clk.Advance(DefaultCodes[ForLogin].Resend)
		}
		leave := func(b *browser) {
			for _, c := range b.c.Jar.Cookies(mustURL(t, base)) {
				if c.Name == "tarazu" {
					b.c.Jar.SetCookies(mustURL(t, base), []*http.Cookie{{Name: c.Name, Path: "/", MaxAge: -1}})
				}
			}
		}
		home, shop := w.browser(base, "fa"), w.browser(base, "fa")
		signIn(home)
		leave(home)
		signIn(home)
		if n := alerts(); n != 0 {
			t.Errorf("%d alerts for the one browser of a person", n)
		}
		signIn(shop)
		if n := alerts(); n != 1 {
			t.Errorf("%d alerts for a second browser, want 1", n)
		}
		list, err := w.s.factors.Devices(t.Context(), me.ID)
		if err != nil || len(list) != 2 || list[0].Method != "code" {
			t.Fatalf("devices %+v, %v", list, err)
		}
		home.get(pathWays).at(pathWays, 200).sees("identity.device.forget")
		home.post(pathDeviceName, "device", list[0].ID, "label", "گوشی قدیمی").at(pathWays, 200).sees("identity.device.named")
		if !strings.Contains(home.body, "گوشی قدیمی") {
			t.Error("the name is not shown")
		}
		home.post(pathDeviceName, "device", list[0].ID, "label", strings.Repeat("x", 41)).at(pathDeviceName, 422)
		home.post(pathDeviceName, "device", "another’s", "label", "x").at(pathDeviceName, 404)
		home.post(pathDeviceEnd, "device", list[0].ID).at(pathWays, 200).sees("identity.device.forgotten")
		shop.get(pathWays).at(pathLogin, 200) // its session has ended
		signIn(shop)
		if n := alerts(); n != 2 {
			t.Errorf("%d alerts, want 2: a device that was removed counts as new", n)
		}
	})
}

// TestNumberLost: the registry says that a number is another's now. The level
// falls, sessions by text message end, those of a passkey stay, and it is told.
func TestNumberLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := w.register(maryam)
		base := w.site(w.s)
		must(t, w.s.Meet(ctx, factor.Met{Person: me.ID, Secret: "x", Method: "code", Session: "s"}))
		level := func() int {
			p, err := w.s.Person(ctx, me.ID)
			must(t, err)
			return p.Assurance
		}
		w.fault(w.simowner, sandbox.Down)
		must(t, w.s.askNumbers(ctx)) // no answer is no verdict
		must(t, w.simowner.Faults().Set(sandbox.Fault{Mode: sandbox.OK}))
		w.clk.Advance(askNumber)
		must(t, w.s.askNumbers(ctx))
		if level() != RegistryChecked {
			t.Errorf("level %d while the number is theirs", level())
		}
		b := w.browser(base, "fa")
		b.get(pathLogin)
		b.post(pathLogin, "national_code", maryam.code, "password", goodPassword)
		b.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
		key := w.browser(base, "fa")
		dev, _ := w.passkey(policy.Actor{Person: me.ID, Role: policy.Citizen, Session: "s"})
		c, err := w.s.AskToEnter(ctx)
		must(t, err)
		answer, err := dev.Assert(string(c.Options))
		must(t, err)
		key.get(pathLogin)
		key.post(pathLoginKey, "state", c.State, "answer", answer).at("/home", 200)
		w.simowner.Add(simowner.Pair{NationalCode: hasan.code, Mobile: maryam.mobile}) // a SIM card given to somebody else
		must(t, w.db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, `UPDATE identity_number SET next_us = 0`) }))
		must(t, w.s.askNumbers(ctx))
		w.drain()
		if level() != SelfDeclared {
			t.Errorf("level %d, want 0", level())
		}
		b.get(pathWays).at(pathLogin, 200)
		key.get(pathWays).at(pathWays, 200)
		told := func() (n int) {
			for _, m := range w.sms.For(maryam.mobile) {
				if strings.Contains(m.Text, w.words.Printer("fa").T("identity.sms.alert.number_lost")) {
					n++
				}
			}
			return n
		}
		w.clk.Advance(askNumber)
		must(t, w.s.askNumbers(ctx))
		w.drain()
		if n := told(); n != 1 {
			t.Errorf("told %d times, want once", n)
		}
	})
}

// TestNumberLostTooLate: the answer comes at the end of a batch. Who has moved to
// another number meanwhile, or was found to have the same one, keeps level and number.
func TestNumberLostTooLate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := w.register(maryam)
		must(t, w.s.Meet(ctx, factor.Met{Person: me.ID, Secret: "x", Method: "code", Session: "s"}))
		const other = "09120007788"
		for i, meanwhile := range []func(tx *store.Tx) error{
			func(tx *store.Tx) error { return w.s.NumberOwnedTx(ctx, tx, me.ID, maryam.mobile) },
			func(tx *store.Tx) error { return w.s.setContactTx(ctx, tx, me.ID, other, "") },
			func(*store.Tx) error { return nil },
		} {
			w.clk.Advance(2 * askNumber)
			due, err := store.All[numberRow](ctx, w.db, sqlNumbersDue, store.At(w.clk.Now()), numbersBatch)
			if err != nil || len(due) != 1 {
				t.Fatalf("%d: due %+v, %v", i, due, err)
			}
			w.clk.Advance(time.Minute)
			must(t, w.db.Write(ctx, meanwhile))
			for _, lost := range []bool{false, true} { // what was asked before says nothing, good or bad
				must(t, w.s.numberAsked(ctx, due[0], due[0].Mobile, lost || i == 2))
			}
			p, err := w.s.Person(ctx, me.ID)
			must(t, err)
			lost := w.count(`SELECT count(*) FROM identity_number WHERE person = $1 AND mobile = $2 AND lost_us > 0`, me.ID, p.Mobile)
			rows := w.count(`SELECT count(*) FROM identity_number WHERE person = $1 AND mobile = $2`, me.ID, p.Mobile)
			switch {
			case rows != 1:
				t.Errorf("%d: the number of before was written back", i)
			case i < 2 && (p.Assurance != RegistryChecked || lost != 0):
				t.Errorf("%d: level %d, lost %d", i, p.Assurance, lost)
			case i == 2 && (p.Assurance != SelfDeclared || lost != 1):
				t.Errorf("an answer in time: level %d, lost %d", p.Assurance, lost)
			}
		}
	})
}

func mustURL(t *testing.T, at string) *url.URL {
	t.Helper()
	u, err := url.Parse(at)
	must(t, err)
	return u
}
