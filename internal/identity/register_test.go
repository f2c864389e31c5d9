// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/id"
)

func TestRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		if p.Name() != "مریم رضایی" || p.NationalCode != maryam.code || p.Mobile != maryam.mobile || p.Assurance != RegistryChecked || p.Birth != maryam.birth {
			t.Errorf("person %+v", p)
		}
		byCode, found, err := w.s.FindByNationalCode(ctx, w.db, maryam.code)
		if err != nil || !found || byCode != p {
			t.Errorf("by national code: %+v, %v, %v", byCode, found, err)
		}
		byID, found, err := w.s.FindByJudicialID(ctx, p.JudicialID)
		if err != nil || !found || byID != p {
			t.Errorf("by judicial id: %+v, %v, %v", byID, found, err)
		}
		a, err := w.s.Actor(ctx, p.ID, "")
		if err != nil || a.Role != "citizen" || a.Name != p.Name() || a.Assurance != RegistryChecked {
			t.Errorf("actor %+v, %v", a, err)
		}
		must(t, func() error { _, err := w.ledger.Sequence(ctx); return err }())
		if n := w.count(`SELECT count(*) FROM ledger_entry WHERE owner = $1`, p.ID); n != 1 {
			t.Errorf("%d evidence records, want 1", n)
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for code, change := range map[string]func(*Entries){
			"identity.register.no_match":     func(e *Entries) { e.Birth++ },
			"identity.register.deceased":     func(e *Entries) { *e = dead.entries() },
			"identity.register.other_mobile": func(e *Entries) { e.Mobile = hasan.mobile },
			"identity.register.birth_future": func(e *Entries) { e.Birth = mustDay(1450, 1, 1) },
		} {
			e := maryam.entries()
			change(&e)
			regID := id.New()
			_, err := w.s.Start(ctx, regID, e)
			wantCode(t, err, code)
			if code == "identity.register.birth_future" {
				continue
			}
			kept, err := w.s.Registration(ctx, regID)
			if err != nil || kept.State != Refused || kept.NationalCode != e.NationalCode || kept.Mobile != e.Mobile {
				t.Errorf("%s: entries are not kept: %+v, %v", code, kept, err)
			}
			_, err = w.s.Finish(ctx, regID, goodPassword)
			wantCode(t, err, "identity.register.step")
			// Mended entries go on in the same registration.
			reg, err := w.s.Start(ctx, regID, hasan.entries())
			if err != nil && !isCode(err, "identity.code.mobile") {
				t.Errorf("%s: mended: %v", code, err)
			}
			if err == nil && reg.State != CodeOut {
				t.Errorf("%s: mended: state %s", code, reg.State)
			}
		}
		if w.drain(); len(w.sms.For(maryam.mobile)) != 0 {
			t.Error("a refused registration sent a code")
		}
	})
}

// TestNobodyLearnsWhoHasAnAccount: until the code was entered, a registration
// of somebody with an account looks the same as that of a newcomer.
func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.register(maryam)
		w.clk.Advance(time.Hour)
		begin := func(p person) (Registration, int, int64) {
			regID := id.New()
			before, hashes := len(w.sms.For(p.mobile)), w.s.hasher.count.Load()
			reg, err := w.s.Start(ctx, regID, p.entries())
			must(t, err)
			w.drain()
			return reg, len(w.sms.For(p.mobile)) - before, w.s.hasher.count.Load() - hashes
		}
		known, messages, hashes := begin(maryam)
		fresh, messages2, hashes2 := begin(hasan)
		if messages != 1 || messages2 != 1 || hashes != hashes2 {
			t.Errorf("%d and %d messages, %d and %d hashes", messages, messages2, hashes, hashes2)
		}
		blank := func(r Registration) Registration {
			return Registration{State: r.State, Cause: r.Cause, Person: r.Person, Entries: Entries{Lang: r.Lang}, Created: r.Created}
		}
		if !reflect.DeepEqual(blank(known), blank(fresh)) {
			t.Errorf("answers differ: %+v and %+v", blank(known), blank(fresh))
		}
		_, err1 := w.s.Prove(ctx, known.ID, wrong(w.code(maryam.mobile)))
		_, err2 := w.s.Prove(ctx, fresh.ID, wrong(w.code(hasan.mobile)))
		wantCode(t, err1, "identity.code.wrong")
		wantCode(t, err2, "identity.code.wrong")
		known, err := w.s.Prove(ctx, known.ID, w.code(maryam.mobile))
		if err != nil || known.State != Known {
			t.Errorf("after the code: %s, %v", known.State, err)
		}
	})
}

func TestRenewPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		w.clk.Advance(time.Hour)
		second := "+989129999999"
		w.simowner.Add(simowner.Pair{NationalCode: maryam.code, Mobile: second})
		for _, tt := range []struct{ mobile, code string }{{second, "identity.register.other_number"}, {maryam.mobile, ""}} {
			regID, e := id.New(), maryam.entries()
			e.Mobile = tt.mobile
			_, err := w.s.Start(ctx, regID, e)
			must(t, err)
			_, err = w.s.Prove(ctx, regID, w.code(tt.mobile))
			must(t, err)
			again, err := w.s.Finish(ctx, regID, "پنج قایق آبی ۷۷")
			if tt.code != "" {
				wantCode(t, err, tt.code)
				continue
			}
			if err != nil || again.ID != p.ID {
				t.Fatalf("%+v, %v", again, err)
			}
		}
		from := From{Address: "192.0.2.9", Nonce: "n"}
		_, err := w.s.Login(ctx, maryam.code, goodPassword, from)
		wantCode(t, err, "identity.login.wrong")
		_, err = w.s.Login(ctx, maryam.code, "پنج قایق آبی 77", from)
		must(t, err)
	})
}

func TestRegistryDownThenUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for _, tt := range []struct {
			who   person
			down  sandbox.Double
			cause string
		}{{maryam, w.population, CausePopulation}, {hasan, w.simowner, CauseSimOwner}} {
			regID := id.New()
			w.fault(tt.down, sandbox.Down)
			reg, err := w.s.Start(ctx, regID, tt.who.entries())
			if err != nil || reg.State != Waiting || reg.Cause != tt.cause {
				t.Fatalf("%+v, %v", reg, err)
			}
			again, err := w.s.Start(ctx, regID, tt.who.entries()) // a double click
			if err != nil || again.State != Waiting {
				t.Errorf("double click: %+v, %v", again, err)
			}
			for range 8 {
				w.clk.Advance(longestWait + time.Second)
				w.drain()
			}
			if reg, err = w.s.Registration(ctx, regID); err != nil || reg.State != Waiting {
				t.Fatalf("while it is down: %+v, %v", reg, err)
			}
			if n := len(w.sms.For(tt.who.mobile)); n != 0 {
				t.Fatalf("%d messages while it is down", n)
			}
			w.fault(tt.down, sandbox.OK)
			for range 2 { // the breaker lets a first call try the system
				w.clk.Advance(longestWait + time.Second)
				w.drain()
			}
			if reg, err = w.s.Registration(ctx, regID); err != nil || reg.State != Ready {
				t.Fatalf("after it is up: %+v, %v", reg, err)
			}
			sent := w.sms.For(tt.who.mobile)
			if len(sent) != 1 || !strings.Contains(sent[0].Text, "https://tarazu.example/register/continue/") {
				t.Fatalf("messages %+v", sent)
			}
			_, token, _ := strings.Cut(sent[0].Text, "/continue/")
			invited, err := w.s.Invited(ctx, token)
			if err != nil || invited.ID != regID {
				t.Errorf("invited %+v, %v", invited, err)
			}
			_, err = w.s.Invited(ctx, token+"x")
			wantCode(t, err, "identity.register.gone")
			_, err = w.s.Resend(ctx, regID)
			must(t, err)
			if _, err = w.s.Prove(ctx, regID, w.code(tt.who.mobile)); err != nil {
				t.Fatal(err)
			}
			p, err := w.s.Finish(ctx, regID, goodPassword)
			if err != nil || p.FirstName != tt.who.first {
				t.Errorf("%+v, %v", p, err)
			}
		}
	})
}

func TestWaitingThenRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, regID := t.Context(), id.New()
		w.fault(w.population, sandbox.Down)
		e := maryam.entries()
		e.Birth++
		_, err := w.s.Start(ctx, regID, e)
		must(t, err)
		w.fault(w.population, sandbox.OK)
		w.clk.Advance(time.Minute)
		w.drain()
		reg, err := w.s.Registration(ctx, regID)
		if err != nil || reg.State != Refused || reg.Cause != CauseNoMatch {
			t.Fatalf("%+v, %v", reg, err)
		}
		if sent := w.sms.For(maryam.mobile); len(sent) != 1 || strings.Contains(sent[0].Text, maryam.code) {
			t.Errorf("messages %+v", sent)
		}
		if reg, err = w.s.Start(ctx, regID, maryam.entries()); err != nil || reg.State != CodeOut {
			t.Errorf("mended: %+v, %v", reg, err)
		}
	})
}

// TestDoubleClicks: every step at once from many sides gives one code, one
// account, one evidence record, and the same answer to all.
func TestDoubleClicks(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, regID := t.Context(), id.New()
		other := w.service(w.deps) // another process
		all := func(step string, act func(s *Service) error) {
			var wg sync.WaitGroup
			for i := range 8 {
				s := []*Service{w.s, other}[i%2]
				wg.Go(func() {
					if err := act(s); err != nil {
						t.Errorf("%s: %v", step, err)
					}
				})
			}
			wg.Wait()
		}
		all("start", func(s *Service) error {
			reg, err := s.Start(ctx, regID, maryam.entries())
			if err == nil && reg.State != CodeOut {
				t.Errorf("start: state %s", reg.State)
			}
			return err
		})
		code := w.code(maryam.mobile)
		if n := len(w.sms.For(maryam.mobile)); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
		all("prove", func(s *Service) error {
			reg, err := s.Prove(ctx, regID, code)
			if err == nil && reg.State != Proved {
				t.Errorf("prove: state %s", reg.State)
			}
			return err
		})
		var mu sync.Mutex
		people := map[string]bool{}
		all("finish", func(s *Service) error {
			p, err := s.Finish(ctx, regID, goodPassword)
			mu.Lock()
			defer mu.Unlock()
			people[p.ID] = true
			return err
		})
		if len(people) != 1 || w.count(`SELECT count(*) FROM identity_person`) != 1 {
			t.Errorf("%d answers, %d rows; want one person", len(people), w.count(`SELECT count(*) FROM identity_person`))
		}
		if n := w.count(`SELECT count(*) FROM ledger_entry`); n != 1 {
			t.Errorf("%d evidence records, want 1", n)
		}
	})
}

// TestTwoRegistrationsOfOnePerson: the slower one is told that there is an
// account, and can renew its password.
func TestTwoRegistrationsOfOnePerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		regs := []string{id.New(), id.New()}
		for _, regID := range regs {
			_, err := w.s.Start(ctx, regID, maryam.entries())
			must(t, err)
			_, err = w.s.Prove(ctx, regID, w.code(maryam.mobile))
			must(t, err)
		}
		var wg sync.WaitGroup
		got := make([]error, 2)
		for i, regID := range regs {
			wg.Go(func() { _, got[i] = w.s.Finish(ctx, regID, goodPassword) })
		}
		wg.Wait()
		if (got[0] == nil) == (got[1] == nil) {
			t.Fatalf("%v and %v; want one of them refused", got[0], got[1])
		}
		for i, err := range got {
			if err == nil {
				continue
			}
			wantCode(t, err, "identity.register.known_now")
			if reg, err := w.s.Registration(ctx, regs[i]); err != nil || reg.State != Known {
				t.Errorf("the slower one: %+v, %v", reg, err)
			}
			if _, err := w.s.Finish(ctx, regs[i], "پنج قایق آبی ۷۷"); err != nil {
				t.Error(err)
			}
		}
		if n := w.count(`SELECT count(*) FROM identity_person`); n != 1 {
			t.Errorf("%d people, want 1", n)
		}
	})
}

func TestOldProofIsWorthNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, regID := t.Context(), id.New()
		_, err := w.s.Start(ctx, regID, maryam.entries())
		must(t, err)
		_, err = w.s.Prove(ctx, regID, w.code(maryam.mobile))
		must(t, err)
		w.clk.Advance(provedFor + time.Second)
		_, err = w.s.Finish(ctx, regID, goodPassword)
		wantCode(t, err, "identity.register.step")
	})
}
