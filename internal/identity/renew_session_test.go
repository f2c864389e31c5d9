// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestNewTokenAtEachStep: signing in, showing anew who one is and choosing a
// capacity each give the browser a new token, and the old one opens nothing. The
// session stays the one that the list of devices ends.
func TestNewTokenAtEachStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me := w.register(maryam)
		base := w.site(w.s)
		b := w.browser(base, "en")
		cookies := func() []*http.Cookie { return b.c.Jar.Cookies(mustURL(t, base)) }
		stale := func(what string, before []*http.Cookie) {
			t.Helper()
			thief := w.browser(base, "en")
			thief.c.Jar.SetCookies(mustURL(t, base), before)
			if thief.get(pathAccount); thief.path != pathLogin {
				t.Errorf("%s: the old token opens %s", what, thief.path)
			}
		}
		b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
		before := cookies()
		b.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
		stale("signing in", before)
		w.clk.Advance(ProofLife)
		b.post(pathProve, "password", goodPassword).at(pathProveCode, 200)
		before = cookies()
		b.post(pathProveCode, "code", w.code(maryam.mobile)).at("/home", 200)
		stale("a proof", before)
		before = cookies()
		b.post(pathCapacity, "capacity", AsCitizen).at("/home", 200)
		stale("a capacity", before)
		b.get(pathAccount).at(pathAccount, 200)
		devices, err := w.s.factors.Devices(t.Context(), me.ID)
		must(t, err)
		list, err := w.s.sessions.SessionsOf(t.Context(), me.ID)
		must(t, err)
		if len(list) != 1 || len(devices) != 1 || devices[0].Session != list[0].ID {
			t.Fatalf("sessions %+v, devices %+v", list, devices)
		}
		b.get(pathWays).at(pathWays, 200).sees("identity.account.this")
		other := w.browser(base, "en")
		dev, _ := w.passkey(policy.Actor{Person: me.ID, Role: policy.Citizen, Session: "s"})
		c, err := w.s.AskToEnter(t.Context())
		must(t, err)
		answer, err := dev.Assert(string(c.Options))
		must(t, err)
		other.post(pathLoginKey, "state", c.State, "answer", answer).at("/home", 200)
		other.post(pathDeviceEnd, "device", devices[0].ID).at(pathWays, 200)
		b.get(pathAccount).at(pathLogin, 200)
	})
}
