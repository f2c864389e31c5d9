// SPDX-License-Identifier: Apache-2.0

package factor_test

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/factor"
	"github.com/tarazu/tarazu/internal/identity/factor/factortest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

const (
	site   = "tarazu.example"
	origin = "https://tarazu.example"
)

type world struct {
	t   *testing.T
	db  *store.DB
	clk *clock.Fake
	s   *factor.Service
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, []store.Migrations{identity.Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		w := &world{t: t, db: db, clk: clk}
		w.s = w.service()
		fn(t, w)
	})
}

// service is another process on the same database.
func (w *world) service() *factor.Service {
	w.t.Helper()
	s, err := factor.New(factor.Deps{DB: w.db, Clock: w.clk, Key: bytes.Repeat([]byte{9}, 32), BaseURL: origin, Site: "Tarazu"})
	must(w.t, err)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// code is the locale code of err, itself or of its first field.
func code(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case err == nil:
		return "fine"
	case !ok:
		return err.Error()
	case len(e.Fields) > 0:
		return e.Fields[0].Name + ":" + e.Fields[0].Code
	case e.Code == "":
		return e.Kind.String()
	}
	return e.Code
}

func wantCode(t *testing.T, err error, want string) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("got %s (%v), want %s", got, err, want)
	}
}

func (w *world) begin(a factor.Ask) factor.Challenge {
	w.t.Helper()
	c, err := w.s.Begin(w.t.Context(), a)
	must(w.t, err)
	return c
}

func (w *world) write(fn func(tx *store.Tx) error) error {
	w.t.Helper()
	return w.db.Write(w.t.Context(), fn)
}

// add gives a person a passkey and hands over its authenticator.
func (w *world) add(person string) (*factortest.Authenticator, factor.Passkey) {
	w.t.Helper()
	dev, err := factortest.New(site, origin, person)
	must(w.t, err)
	c := w.begin(factor.Ask{Purpose: factor.ToAdd, Person: person, Session: "s", Name: "مریم رضایی"})
	answer, err := dev.Register(string(c.Options))
	must(w.t, err)
	r, err := w.s.CheckNew(person, "s", c.State, answer, "تلفن من")
	must(w.t, err)
	var key factor.Passkey
	must(w.t, w.write(func(tx *store.Tx) (err error) {
		key, err = w.s.AddPasskeyTx(w.t.Context(), tx, r)
		return err
	}))
	return dev, key
}

func (w *world) use(s *factor.Service, a factor.Asserted) error {
	w.t.Helper()
	return w.db.WriteBlind(w.t.Context(), func(tx *store.Tx) error { return s.UsePasskeyTx(w.t.Context(), tx, a) })
}

// answer has an authenticator answer a challenge.
func (w *world) answer(dev *factortest.Authenticator, c factor.Challenge) string {
	w.t.Helper()
	text, err := dev.Assert(string(c.Options))
	must(w.t, err)
	return text
}

var enter = factor.Ask{Purpose: factor.ToEnter}

func TestPasskey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, me := t.Context(), id.New()
		dev, key := w.add(me)
		for range 2 { // the counter goes forward
			c := w.begin(enter)
			if strings.Contains(string(c.Options), "allowCredentials") {
				t.Error("the options of a sign-in tell who has a passkey")
			}
			a, err := w.s.Check(ctx, enter, c.State, w.answer(dev, c))
			must(t, err)
			if a.Person != me || a.Passkey != key.ID {
				t.Errorf("asserted %+v", a)
			}
			must(t, w.use(w.s, a))
		}
		must(t, w.s.RenamePasskey(ctx, me, key.ID, "گوشی سامسونگ"))
		wantCode(t, w.s.RenamePasskey(ctx, me, key.ID, "  "), "name:form.required")
		wantCode(t, w.s.RenamePasskey(ctx, id.New(), key.ID, "گوشی"), "not found")
		list, err := w.s.Passkeys(ctx, me)
		must(t, err)
		if len(list) != 1 || list[0].Name != "گوشی سامسونگ" || list[0].Used.IsZero() {
			t.Errorf("passkeys %+v", list)
		}
		// One that was removed is of no use, at once, also if it was being checked.
		c := w.begin(enter)
		a, err := w.s.Check(ctx, enter, c.State, w.answer(dev, c))
		must(t, err)
		end := func(tx *store.Tx) error { return w.s.EndPasskeyTx(ctx, tx, me, key.ID) }
		must(t, w.write(end))
		wantCode(t, w.write(end), "not found")
		if err := w.use(w.s, a); !errs.Is(err, errs.Conflict) {
			t.Errorf("a removed passkey signed in: %v", err)
		}
		c = w.begin(enter)
		_, err = w.s.Check(ctx, enter, c.State, w.answer(dev, c))
		wantCode(t, err, "identity.passkey.refused")
		if _, err := w.s.Begin(ctx, factor.Ask{Purpose: factor.ToProve, Person: me, Session: "s"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("nothing to prove with: %v", err)
		}
	})
}

// TestPasskeyReplay: an answer counts once, over two processes and in parallel.
func TestPasskeyReplay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		dev, _ := w.add(id.New())
		other := w.service()
		c := w.begin(enter)
		answer := w.answer(dev, c)
		var mu sync.Mutex
		var wg sync.WaitGroup
		in := 0
		for i := range 6 {
			s := []*factor.Service{w.s, other}[i%2]
			wg.Go(func() {
				a, err := s.Check(t.Context(), enter, c.State, answer)
				if err == nil {
					err = w.db.WriteBlind(t.Context(), func(tx *store.Tx) error { return s.UsePasskeyTx(t.Context(), tx, a) })
				}
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					in++
				case code(err) != "identity.passkey.copied" && !errs.Is(err, errs.Conflict):
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		if in != 1 {
			t.Errorf("one answer signed in %d times", in)
		}
	})
}

// TestPasskeyAttacks: one thing wrong at a time, and always the same answer.
func TestPasskeyAttacks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, me, other := t.Context(), id.New(), id.New()
		dev, _ := w.add(me)
		theirs, _ := w.add(other)
		prove := factor.Ask{Purpose: factor.ToProve, Person: me, Session: "s"}
		check := func(begin, finish factor.Ask, change func(d *factortest.Authenticator), bend func(state, answer string) (string, string)) error {
			d := *dev
			c := w.begin(begin)
			if change != nil {
				change(&d)
			}
			state, answer := c.State, w.answer(&d, c)
			dev.Counter = d.Counter
			if bend != nil {
				state, answer = bend(state, answer)
			}
			a, err := w.s.Check(ctx, finish, state, answer)
			if err == nil {
				err = w.use(w.s, a)
			}
			return err
		}
		const no = "identity.passkey.refused"
		for _, x := range []struct {
			name          string
			begin, finish factor.Ask
			change        func(d *factortest.Authenticator)
			bend          func(state, answer string) (string, string)
			want          string
		}{
			{"nothing", enter, enter, nil, nil, "fine"},
			{"nothing, to prove", prove, prove, nil, nil, "fine"},
			{"another site", enter, enter, func(d *factortest.Authenticator) { d.Origin = "https://tarazu.example.evil" }, nil, no},
			{"another site's key", enter, enter, func(d *factortest.Authenticator) { d.Site = "evil.example" }, nil, no},
			{"nobody touched it", enter, enter, func(d *factortest.Authenticator) { d.Flags = factortest.Verified }, nil, no},
			{"nobody was checked", enter, enter, func(d *factortest.Authenticator) { d.Flags = factortest.Present }, nil, no},
			{"another's name", enter, enter, func(d *factortest.Authenticator) { d.Person = other }, nil, no},
			{"no name", enter, enter, func(d *factortest.Authenticator) { d.Person = "" }, nil, no},
			{"another's key under my name", enter, enter, func(d *factortest.Authenticator) { d.ID = theirs.ID }, nil, no},
			{"another's key for my proof", prove, prove, func(d *factortest.Authenticator) { *d = *theirs }, nil, no},
			{"a forged key", enter, enter, func(d *factortest.Authenticator) { d.Key = theirs.Key }, nil, no},
			{"a counter that stands still", enter, enter, func(d *factortest.Authenticator) { d.Counter = 0 }, nil, "identity.passkey.copied"},
			{"for another purpose", enter, prove, nil, nil, no},
			{"for another session", prove, factor.Ask{Purpose: factor.ToProve, Person: me, Session: "x"}, nil, nil, no},
			{"for another person", prove, factor.Ask{Purpose: factor.ToProve, Person: other, Session: "s"}, nil, nil, no},
			{"another challenge", enter, enter, nil, func(_, a string) (string, string) { return w.begin(enter).State, a }, no},
			{"a made-up state", enter, enter, nil, func(_, a string) (string, string) { return "bm9uZQ", a }, no},
			{"a bent state", enter, enter, nil, func(s, a string) (string, string) { return s[:len(s)-4] + "AAAA", a }, no},
			{"nonsense", enter, enter, nil, func(s, _ string) (string, string) { return s, "{" }, no},
			{"too late", enter, enter, nil, func(s, a string) (string, string) { w.clk.Advance(5 * time.Minute); return s, a }, "identity.passkey.expired"},
		} {
			before := dev.Counter
			if got := code(check(x.begin, x.finish, x.change, x.bend)); got != x.want {
				t.Errorf("%s: %s, want %s", x.name, got, x.want)
			}
			dev.Counter = max(before, dev.Counter)
		}
	})
}

// TestAddingAttacks: a passkey is added by its owner, in their session, once.
func TestAddingAttacks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, me, other := t.Context(), id.New(), id.New()
		ask := factor.Ask{Purpose: factor.ToAdd, Person: me, Session: "s", Name: "مریم"}
		dev, err := factortest.New(site, origin, me)
		must(t, err)
		c := w.begin(ask)
		answer, err := dev.Register(string(c.Options))
		must(t, err)
		try := func(person, session, state, answer string) error {
			r, err := w.s.CheckNew(person, session, state, answer, "تلفن")
			if err != nil {
				return err
			}
			return w.write(func(tx *store.Tx) error {
				_, err := w.s.AddPasskeyTx(ctx, tx, r)
				return err
			})
		}
		const no = "identity.passkey.refused"
		wantCode(t, try(other, "s", c.State, answer), no)
		wantCode(t, try(me, "other", c.State, answer), no)
		wantCode(t, try(me, "s", w.begin(enter).State, answer), no)
		unseen := *dev
		unseen.Flags = factortest.Present
		bare, err := unseen.Register(string(c.Options))
		must(t, err)
		wantCode(t, try(me, "s", c.State, bare), no)
		must(t, try(me, "s", c.State, answer))
		if err := try(me, "s", c.State, answer); !errs.Is(err, errs.Conflict) {
			t.Errorf("twice: %v", err)
		}
		// The same key under another account.
		c = w.begin(factor.Ask{Purpose: factor.ToAdd, Person: other, Session: "s", Name: "حسن"})
		answer, err = dev.Register(string(c.Options))
		must(t, err)
		if err := try(other, "s", c.State, answer); !errs.Is(err, errs.Conflict) {
			t.Errorf("one key for two people: %v", err)
		}
		for range factor.MaxPasskeys - 1 {
			w.add(me)
		}
		_, err = w.s.Begin(ctx, ask)
		wantCode(t, err, "identity.passkey.too_many")
	})
}

func TestSweep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		dev, _ := w.add(id.New())
		c := w.begin(enter)
		a, err := w.s.Check(t.Context(), enter, c.State, w.answer(dev, c))
		must(t, err)
		must(t, w.use(w.s, a))
		left := func() int64 {
			n, err := store.One[int64](t.Context(), w.db, `SELECT count(*) FROM identity_spent`)
			must(t, err)
			return n
		}
		must(t, w.s.Sweep(t.Context()))
		if n := left(); n != 2 {
			t.Errorf("%d spent, want 2: what is still good was forgotten", n)
		}
		w.clk.Advance(time.Hour)
		must(t, w.s.Sweep(t.Context()))
		if n := left(); n != 0 {
			t.Errorf("%d spent are kept", n)
		}
	})
}

// TestOffered: browsers have no passkeys for numbers and plain addresses.
func TestOffered(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]bool{
		"https://tarazu.example": true, "https://tarazu.example:8443": true, "http://localhost:8080": true,
		"http://127.0.0.1:8080": false, "https://192.0.2.1": false, "https://[::1]": false, "http://tarazu.example": false,
	} {
		db := storetest.Open(t, storetest.DSN(t, "sqlite"), clock.NewFake(storetest.Start), identity.Migrations)
		s, err := factor.New(factor.Deps{DB: db, Clock: clock.NewFake(storetest.Start), Key: make([]byte, 32), BaseURL: at, Site: "Tarazu"})
		must(t, err)
		if s.Offered() != want {
			t.Errorf("%s: offered %t", at, s.Offered())
		}
		_, err = s.Begin(t.Context(), enter)
		if (err == nil) != want {
			t.Errorf("%s: %v", at, err)
		}
	}
}
