// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"net/http"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// cookies are what a thief would copy.
func (b *browser) cookies() []*http.Cookie {
	b.t.Helper()
	return b.c.Jar.Cookies(mustURL(b.t, b.base))
}

// thief fails if copied cookies open somebody's account.
func (w *world) thief(base string, copied []*http.Cookie, what string) {
	w.t.Helper()
	thief := w.browser(base, "en")
	thief.c.Jar.SetCookies(mustURL(w.t, base), copied)
	if thief.get(pathAccount); thief.path != pathLogin {
		w.t.Errorf("%s: the old token opens %s", what, thief.path)
	}
}

// TestNewTokenAtEachStep: signing in, showing anew who one is and choosing a
// capacity each give the browser a new token, and the old one opens nothing. The
// session stays the one that the list of devices ends.
func TestNewTokenAtEachStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		me := w.register(maryam)
		base := w.site(w.s)
		b := w.browser(base, "en")
		cookies := func() []*http.Cookie { return b.cookies() }
		stale := func(what string, before []*http.Cookie) {
			t.Helper()
			w.thief(base, before, what)
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

// TestNewTokenWithTheLevel: when it becomes known more or less surely who somebody
// is, at an office or by a job, their browser gets a new token at the next click
// and what was copied before opens nothing. The session stays the same one.
func TestNewTokenWithTheLevel(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := w.register(maryam)
		base := w.site(w.s)
		b := w.browser(base, "en")
		b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
		b.post(pathLoginCode, "code", w.code(maryam.mobile)).at("/home", 200)
		session := theirSession(w, me.ID)
		steps := []struct {
			what string
			do   func(tx *store.Tx) error
			same bool
		}{
			{"nothing", func(*store.Tx) error { return nil }, true},
			{"seen at an office", func(tx *store.Tx) error {
				return w.s.AddProofTx(ctx, tx, Proof{Person: me.ID, Way: ByOffice, By: policy.Actor{Role: policy.System}})
			}, false},
			{"a proof that is worth less", func(tx *store.Tx) error {
				return w.s.AddProofTx(ctx, tx, Proof{Person: me.ID, Way: ByVideo, By: policy.Actor{Role: policy.System}})
			}, true},
			{"the office’s proof ends", func(tx *store.Tx) error {
				return w.s.EndProofsTx(ctx, tx, me.ID, policy.Actor{Role: policy.System}, "w", ByOffice)
			}, false},
			{"all end", func(tx *store.Tx) error {
				return w.s.EndProofsTx(ctx, tx, me.ID, policy.Actor{Role: policy.System}, "w")
			}, false},
		}
		for _, step := range steps {
			before := b.cookies()
			must(t, w.db.Write(ctx, func(tx *store.Tx) error { return step.do(tx) }))
			b.get(pathAccount).at(pathAccount, 200)
			if same := reflect.DeepEqual(before, b.cookies()); same != step.same {
				t.Errorf("%s: the token is the same: %t", step.what, same)
			}
			if !step.same {
				w.thief(base, before, step.what)
			}
			b.get(pathAccount).at(pathAccount, 200)
		}
		if now := theirSession(w, me.ID); now != session {
			t.Errorf("the session was %s and is %s", session, now)
		}
		// Two clicks at once: one of them changes the token, and the owner goes on.
		must(t, w.db.Write(ctx, func(tx *store.Tx) error {
			return w.s.AddProofTx(ctx, tx, Proof{Person: me.ID, Way: ByVideo, By: policy.Actor{Role: policy.System}})
		}))
		before := b.cookies()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				res, err := b.c.Get(base + pathAccount)
				if err != nil {
					t.Error(err)
					return
				}
				_ = res.Body.Close()
			})
		}
		wg.Wait()
		b.get(pathAccount).at(pathAccount, 200)
		w.thief(base, before, "two clicks at once")
		if list, err := w.s.sessions.SessionsOf(ctx, me.ID); err != nil || len(list) != 1 {
			t.Errorf("sessions %+v, %v", list, err)
		}
	})
}

// TestPlantedSession: a session that somebody has put into a browser before its
// owner came in opens nothing afterwards, by whatever way they came in.
func TestPlantedSession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		me := policy.Actor{Person: w.register(maryam).ID, Role: policy.Citizen, Session: "s"}
		dev, _ := w.passkey(me)
		codes, err := w.s.MakeRecoveryCodes(ctx, me)
		must(t, err)
		base := w.site(w.s)
		first := func(b *browser) {
			w.clk.Advance(time.Hour)
			b.post(pathLogin, "national_code", maryam.code, "password", goodPassword).at(pathLoginCode, 200)
		}
		// The last step is what signs in: what is planted may be of any step before it.
		for _, way := range []struct {
			what         string
			begin, enter func(b *browser)
		}{
			{"password and message", first, func(b *browser) { b.post(pathLoginCode, "code", w.code(maryam.mobile)) }},
			{"passkey", first, func(b *browser) {
				c, err := w.s.AskToEnter(ctx)
				must(t, err)
				answer, err := dev.Assert(string(c.Options))
				must(t, err)
				b.post(pathLoginKey, "state", c.State, "answer", answer)
			}},
			{"recovery code", first, func(b *browser) { b.post(pathLoginRecovery, "code", codes[0]) }},
			{"app", func(b *browser) {}, nil},
			{"renewed password", nil, nil},
			{"registration", nil, nil},
			{"claim", nil, nil},
			{"provisional", nil, nil},
		} {
			b := w.browser(base, "en")
			switch way.what {
			case "app":
				show := w.app(me)
				way.begin = first
				way.enter = func(b *browser) { b.post(pathLoginCode, "code", show()) }
			case "renewed password":
				must(t, w.s.RemoveApp(ctx, me))
				w.register(hasan)
				way.begin = func(b *browser) {
					w.clk.Advance(time.Hour)
					b.get(pathRegister).fill(hasan).at(pathCode, 200)
					b.post(pathCode, "code", w.code(hasan.mobile)).at(pathKnown, 200)
				}
				way.enter = func(b *browser) { b.post(pathPassword, "password", goodPassword+"۲", "again", goodPassword+"۲") }
			case "registration":
				third := person{code: "0000000027", mobile: "+989120000027", first: "نو", last: "آمده", birth: mustDay(1360, 2, 3)}
				w.known(third)
				way.begin = func(b *browser) {
					b.get(pathRegister).fill(third).at(pathCode, 200)
					b.post(pathCode, "code", w.code(third.mobile)).at(pathPassword, 200)
				}
				way.enter = func(b *browser) { b.post(pathPassword, "password", goodPassword, "again", goodPassword) }
			case "claim":
				p, err := w.s.Enrol(ctx, policy.Actor{Role: policy.System}, NewPerson{
					NationalCode: "0000000035", FirstName: "الف", LastName: "ب", Birth: mustDay(1361, 2, 3), Mobile: "+989120000035",
				})
				must(t, err)
				var token string
				must(t, w.db.Write(ctx, func(tx *store.Tx) error {
					claimID, err := w.s.ClaimTx(ctx, tx, policy.Actor{Role: policy.System}, p)
					token = w.s.claimToken(claimID)
					return err
				}))
				way.begin = func(b *browser) {
					b.post(pathWelcome+"/"+token, "birth.day", "3", "birth.month", "2", "birth.year", "1361", "password", goodPassword, "again", goodPassword).at(pathLogin, 200)
					b.post(pathLogin, "national_code", "0000000035", "password", goodPassword).at(pathLoginCode, 200)
				}
				way.enter = func(b *browser) { b.post(pathLoginCode, "code", w.code("+989120000035")) }
			case "provisional":
				fourth := person{code: "0000000043", mobile: "+989120000043", birth: mustDay(1362, 2, 3)}
				way.begin = func(b *browser) {
					w.fault(w.population, sandbox.Down)
					b.get(pathRegister).fill(fourth).at(pathWaiting, 200)
					b.post(pathGoOnCode).at(pathGoOn, 200)
				}
				way.enter = func(b *browser) {
					b.post(pathGoOn, "code", w.code(fourth.mobile), "first_name", "A", "last_name", "B", "password", goodPassword, "again", goodPassword)
				}
			}
			way.begin(b)
			planted := b.cookies()
			if len(planted) < 2 { // language and session
				t.Fatalf("%s: nothing to plant: %v", way.what, planted)
			}
			way.enter(b)
			b.get(pathAccount).at(pathAccount, 200)
			w.thief(base, planted, way.what)
		}
	})
}

// known enters somebody into the registries.
func (w *world) known(p person) {
	w.population.Add(population.Entry{NationalCode: p.code, Birth: p.birth, Person: population.Person{
		FirstName: p.first, LastName: p.last, FatherName: "محمد", Alive: true,
	}})
	w.simowner.Add(simowner.Pair{NationalCode: p.code, Mobile: p.mobile})
}
