// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

var stranger = From{Address: "198.51.100.7", Nonce: "s"}

func TestLogin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		home := From{Address: "192.0.2.1", Nonce: "n"}
		c, err := w.s.Login(ctx, maryam.code, "سه اسب سفید 12", home) // Latin digits
		must(t, err)
		again, err := w.s.Login(ctx, maryam.code, goodPassword, home) // a double click
		if err != nil || again != c {
			t.Errorf("double click: %+v, %v; want %+v", again, err, c)
		}
		code := w.code(maryam.mobile)
		if n := len(w.sms.For(maryam.mobile)); n != 2 { // registration and sign-in
			t.Errorf("%d messages, want 2", n)
		}
		must(t, w.s.FinishLogin(ctx, c, code, home))
		must(t, w.s.FinishLogin(ctx, c, code, home)) // the same click again
		wantCode(t, w.s.FinishLogin(ctx, c, code, stranger), "identity.code.used")
		wantCode(t, w.s.FinishLogin(ctx, c, code, From{}), "identity.code.used")
		w.clk.Advance(sameClick)
		wantCode(t, w.s.FinishLogin(ctx, c, code, home), "identity.code.used")
		list, err := w.s.SignIns(ctx, p.ID)
		if err != nil || len(list) != 1 || list[0].Method != "code" || list[0].Address != home.Address {
			t.Errorf("sign-ins %+v, %v", list, err)
		}
	})
}

// TestLoginTellsNothing: the same answer and the same work, whatever is wrong.
func TestLoginTellsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.register(maryam)
		must(t, func() error { // an account without a password
			_, err := w.s.Enrol(ctx, policy.Actor{Role: policy.System}, NewPerson{NationalCode: hasan.code, FirstName: "حسن", LastName: "کریمی", Mobile: hasan.mobile})
			return err
		}())
		var answers []errs.Error
		for _, try := range []struct{ code, password string }{
			{maryam.code, "گذرواژهٔ نادرست"}, {hasan.code, "گذرواژهٔ نادرست"}, {hasan.code, ""}, {"0000000027", "گذرواژهٔ نادرست"},
		} {
			before := w.s.hasher.count.Load()
			_, err := w.s.Login(ctx, try.code, try.password, stranger)
			e, ok := errors.AsType[*errs.Error](err)
			if !ok {
				t.Fatalf("%s: %v", try.code, err)
			}
			answers = append(answers, *e)
			if n := w.s.hasher.count.Load() - before; n != 1 {
				t.Errorf("%s: %d password computations, want 1", try.code, n)
			}
		}
		for _, a := range answers[1:] {
			if !reflect.DeepEqual(a, answers[0]) {
				t.Errorf("answers differ: %+v and %+v", a, answers[0])
			}
		}
		w.drain()
		if n := len(w.sms.For(hasan.mobile)); n != 0 {
			t.Errorf("%d messages to somebody who did not sign in", n)
		}
	})
}

// TestGuessingIsSlow: guesses are counted in the database, over two processes
// and in parallel, and the same for an account that does not exist.
func TestGuessingIsSlow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.register(maryam)
		other := w.service(w.deps)
		limit := w.s.limits.LoginAccount
		for _, code := range []string{maryam.code, "0000000027"} {
			var judged, refused atomic.Int64
			var wg sync.WaitGroup
			for i := range 3 * limit.N {
				s := []*Service{w.s, other}[i%2]
				from := From{Address: fmt.Sprintf("203.0.113.%d", i)} // many addresses
				wg.Go(func() {
					_, err := s.Login(ctx, code, "نادرست نادرست", from)
					switch {
					case isCode(err, "identity.login.wrong"):
						judged.Add(1)
					case isCode(err, "identity.login.limited"):
						refused.Add(1)
					default:
						t.Errorf("%v", err)
					}
				})
			}
			wg.Wait()
			if int(judged.Load()) != limit.N {
				t.Errorf("%s: %d guesses were judged, want %d", code, judged.Load(), limit.N)
			}
		}
		// The owner, at an address used before, is not locked out by strangers.
		must(t, w.s.SignedIn(ctx, w.id(maryam), From{Address: "192.0.2.1"}, "code"))
		if _, err := w.s.Login(ctx, maryam.code, goodPassword, From{Address: "192.0.2.1"}); err != nil {
			t.Errorf("the owner is locked out: %v", err)
		}
		// And from anywhere it passes with time.
		_, err := w.s.Login(ctx, maryam.code, goodPassword, stranger)
		wantCode(t, err, "identity.login.limited")
		w.clk.Advance(2 * limit.every())
		if _, err := w.s.Login(ctx, maryam.code, goodPassword, stranger); err != nil {
			t.Errorf("still locked out: %v", err)
		}
	})
}

func (w *world) id(p person) string {
	w.t.Helper()
	who, found, err := w.s.FindByNationalCode(w.t.Context(), w.db, p.code)
	if err != nil || !found {
		w.t.Fatalf("nobody: %v", err)
	}
	return who.ID
}

func TestRightPasswordsAreNotCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.register(maryam)
		for range 3 * w.s.limits.LoginAccount.N {
			if _, err := w.s.Login(t.Context(), maryam.code, goodPassword, stranger); err != nil {
				t.Fatal(err)
			}
		}
		// Nor have they used up the codes of the number.
		w.drain()
		w.clk.Advance(DefaultCodes[ForLogin].Resend)
		if _, err := w.s.Login(t.Context(), maryam.code, goodPassword, stranger); err != nil {
			t.Fatal(err)
		}
		w.drain()
		if n := len(w.sms.For(maryam.mobile)); n != 3 {
			t.Errorf("%d messages, want 3", n)
		}
	})
}

func TestAddressLimit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		d := w.deps
		d.Limit.LoginAddress = Limit{N: 3, Per: time.Hour}
		d.Limit.RegisterAddress = Limit{N: 2, Per: time.Hour}
		a, b := w.service(d), w.service(d)
		for i, s := range []*Service{a, b, a, b} {
			_, err := s.Login(t.Context(), fmt.Sprintf("00000001%02d", i), "نادرست نادرست", stranger)
			wantCode(t, err, []string{"identity.login.wrong", "identity.login.limited"}[i/3])
		}
		for i, s := range []*Service{a, b, a} {
			e := maryam.entries()
			e.Birth++
			_, err := s.Start(t.Context(), fmt.Sprint("r", i), e)
			wantCode(t, err, []string{"identity.register.no_match", "identity.register.limited"}[i/2])
		}
	})
}

func TestCodes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		other := w.service(w.deps)
		send := func(subject string) (id string, err error) {
			err = w.db.Write(ctx, func(tx *store.Tx) error {
				id, err = w.s.SendCodeTx(ctx, tx, Code{Purpose: ForSigning, Person: "p", Mobile: maryam.mobile, Subject: subject})
				return err
			})
			return id, err
		}
		use := func(id string) error {
			return w.db.WriteBlind(ctx, func(tx *store.Tx) error { return w.s.UseCodeTx(ctx, tx, id) })
		}
		first, err := send("filing-1")
		must(t, err)
		code := w.code(maryam.mobile)
		if n := w.count(`SELECT count(*) FROM identity_code WHERE id LIKE $1 OR subject LIKE $1 OR mobile LIKE $1`, "%"+code+"%"); n != 0 {
			t.Error("the code is in its row")
		}
		same, err := send("filing-1")
		wantCode(t, err, "identity.code.wait")
		if same != first {
			t.Errorf("a refused resend names %q, want the code under way", same)
		}
		// Another subject, another code, no code at all.
		wantCode(t, w.s.CheckCode(ctx, first, "filing-2", code), "identity.code.expired")
		wantCode(t, w.s.CheckCode(ctx, "nothing", "filing-1", code), "identity.code.expired")
		if err := use(first); !errs.Is(err, errs.Conflict) {
			t.Errorf("used before it was checked: %v", err)
		}
		// Five tries over two processes, in parallel.
		var wrongs, tries atomic.Int64
		var wg sync.WaitGroup
		for i := range 12 {
			s := []*Service{w.s, other}[i%2]
			wg.Go(func() {
				switch err := s.CheckCode(ctx, first, "filing-1", wrong(code)); {
				case errs.Is(err, errs.Invalid):
					wrongs.Add(1)
				case isCode(err, "identity.code.tries"):
					tries.Add(1)
				default:
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		if wrongs.Load() != CodeTries-1 || tries.Load() != 12-CodeTries+1 {
			t.Errorf("%d wrong, %d refused", wrongs.Load(), tries.Load())
		}
		wantCode(t, w.s.CheckCode(ctx, first, "filing-1", code), "identity.code.tries") // even the right one
		// A new one after the delay; the old one is dead.
		w.clk.Advance(DefaultCodes[ForSigning].Resend)
		second, err := send("filing-1")
		must(t, err)
		old, code := code, w.code(maryam.mobile)
		if second == first || old == code {
			t.Fatal("the same code again")
		}
		must(t, w.s.CheckCode(ctx, second, "filing-1", " "+code[:3]+" "+code[3:]))
		must(t, use(second))
		if err := use(second); !errs.Is(err, errs.Conflict) {
			t.Errorf("used twice: %v", err)
		}
		wantCode(t, w.s.CheckCode(ctx, second, "filing-1", code), "identity.code.used")
		// Expiry, and a checked code that is used too late.
		w.clk.Advance(DefaultCodes[ForSigning].Resend)
		third, err := send("filing-1")
		must(t, err)
		code = w.code(maryam.mobile)
		must(t, w.s.CheckCode(ctx, third, "filing-1", code))
		w.clk.Advance(checkedFor + time.Second)
		if err := use(third); !errs.Is(err, errs.Conflict) {
			t.Errorf("used long after it was checked: %v", err)
		}
		w.clk.Advance(DefaultCodes[ForSigning].Life)
		wantCode(t, w.s.CheckCode(ctx, third, "filing-1", code), "identity.code.expired")
	})
}

// TestCodeFloodIsLimited: a number is not flooded, and registering does not use
// up the codes for signing in.
func TestCodeFloodIsLimited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		send := func(s *Service, purpose Purpose, subject string) error {
			return w.db.Write(ctx, func(tx *store.Tx) error {
				_, err := s.SendCodeTx(ctx, tx, Code{Purpose: purpose, Mobile: maryam.mobile, Subject: subject})
				return err
			})
		}
		other := w.service(w.deps)
		sent := 0
		for i := range 20 {
			if err := send([]*Service{w.s, other}[i%2], ForRegistration, fmt.Sprint("reg", i)); err == nil {
				sent++
			} else {
				wantCode(t, err, "identity.code.mobile")
			}
		}
		if sent != w.s.limits.CodeMobile.N {
			t.Errorf("%d codes, want %d", sent, w.s.limits.CodeMobile.N)
		}
		must(t, send(w.s, ForLogin, "p"))
	})
}

// TestParallelRequestsForACode: a double click sends one code, whether the limit
// that counts codes is on or off.
func TestParallelRequestsForACode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for name, limit := range map[string]Limit{"on": {N: 1000, Per: time.Hour}, "off": {Off: true}} {
			d := w.deps
			d.Limit.CodeMobile = limit
			a, b := w.service(d), w.service(d)
			for round := range 5 {
				subject := fmt.Sprint(name, round)
				var sent atomic.Int64
				var ids sync.Map
				var wg sync.WaitGroup
				for i := range 8 {
					s := []*Service{a, b}[i%2]
					wg.Go(func() {
						err := w.db.Write(ctx, func(tx *store.Tx) error {
							id, err := s.SendCodeTx(ctx, tx, Code{Purpose: ForSigning, Mobile: maryam.mobile, Subject: subject})
							if ids.Store(id, true); isCode(err, "identity.code.wait") {
								return nil // as callers do: the code under way serves
							}
							if err == nil {
								tx.AfterCommit(func() { sent.Add(1) })
							}
							return err
						})
						if err != nil {
							t.Errorf("limit %s: %v", name, err)
						}
					})
				}
				wg.Wait()
				codes := w.count(`SELECT count(*) FROM identity_code WHERE subject = $1`, subject)
				if sent.Load() != 1 || codes != 1 {
					t.Errorf("limit %s: %d requests sent a code and %d codes were made, want one", name, sent.Load(), codes)
				}
			}
		}
	})
}

func TestCapacities(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		admin := policy.Actor{Person: "admin", Role: policy.Administrator}
		today := civil.Of(w.clk.Now())
		c := Capacity{
			Person: p.ID, Role: policy.Clerk, Unit: "10001", Branch: "2", TitleFA: "کارمند دفتر", TitleEN: "Clerk",
			From: today.Add(1), Until: today.Add(3), Source: "حکم ۱۲",
		}
		for _, by := range []policy.Actor{{}, {Person: p.ID, Role: policy.Citizen}, {Person: p.ID, Role: policy.Administrator}, {Person: "j", Role: policy.Judge}} {
			if _, err := w.s.AddCapacity(ctx, by, c); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v, want forbidden", by.Role, err)
			}
		}
		if _, err := w.s.AddCapacity(ctx, admin, Capacity{Person: p.ID, Role: policy.Citizen}); !errs.Is(err, errs.Invalid) {
			t.Errorf("an empty capacity: %v", err)
		}
		capacity, err := w.s.AddCapacity(ctx, admin, c)
		must(t, err)
		for day, want := range []bool{false, true, true, true, false} {
			a, err := w.s.Actor(ctx, p.ID, capacity)
			switch {
			case want && (err != nil || a.Role != policy.Clerk || a.Unit != "10001" || a.Branch != "2"):
				t.Errorf("day %d: %+v, %v", day, a, err)
			case !want && !isCode(err, "identity.capacity.over"):
				t.Errorf("day %d: %+v, %v; want over", day, a, err)
			}
			w.clk.Advance(24 * time.Hour)
		}
		c.Until = 0
		capacity, err = w.s.AddCapacity(ctx, admin, c)
		must(t, err)
		if _, err := w.s.Actor(ctx, p.ID, capacity); err != nil {
			t.Error(err)
		}
		if _, err := w.s.Actor(ctx, "somebody", capacity); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("nobody: %v", err)
		}
		must(t, w.s.EndCapacity(ctx, admin, p.ID, capacity, "پایان مأموریت"))
		wantCode(t, w.s.EndCapacity(ctx, admin, p.ID, capacity, ""), "identity.capacity.ended")
		if _, err := w.s.Actor(ctx, p.ID, capacity); !errs.Is(err, errs.Forbidden) {
			t.Errorf("after its end: %v", err)
		}
		if n := w.count(`SELECT count(*) FROM ledger_entry WHERE owner = $1`, p.ID); n != 4 {
			t.Errorf("%d evidence records, want 4", n)
		}
	})
}

func TestEnrolAndAccessLog(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		admin := policy.Actor{Person: "admin", Role: policy.Administrator, Name: "مدیر"}
		n := NewPerson{NationalCode: "۰۰۰۱۲۳۴۵۶۰", FirstName: "دیگر", LastName: "نام", Birth: maryam.birth, Mobile: "09121234567", Assurance: SeenInPerson}
		if _, err := w.s.Enrol(ctx, policy.Actor{Person: "x", Role: policy.Citizen}, n); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a citizen enrols: %v", err)
		}
		p, err := w.s.Enrol(ctx, admin, n)
		if err != nil || p.Name() != "مریم رضایی" || p.Assurance != SeenInPerson {
			t.Fatalf("%+v, %v; want the registry's names", p, err)
		}
		_, err = w.s.Enrol(ctx, admin, n)
		wantCode(t, err, "identity.person_exists")
		n.Birth++
		_, err = w.s.Enrol(ctx, admin, n)
		wantCode(t, err, "identity.register.no_match")

		me := policy.Actor{Person: p.ID, Role: policy.Citizen}
		if _, err := w.s.View(ctx, me, p.ID, ""); err != nil {
			t.Error(err)
		}
		if _, err := w.s.View(ctx, policy.Actor{Person: "j", Role: policy.Judge}, p.ID, ""); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a judge without a case: %v", err)
		}
		if _, err := w.s.View(ctx, admin, p.ID, "درخواست شخص"); err != nil {
			t.Error(err)
		}
		w.clk.Advance(time.Second)
		must(t, w.s.RecordAccess(ctx, Access{Subject: p.ID, By: policy.Actor{Person: "c", Role: policy.Clerk, Unit: "10001"}, What: "filing", Why: "court_desk", Object: "o"}))
		list, err := w.s.Accesses(ctx, p.ID)
		if err != nil || len(list) != 2 || list[0].Role != policy.Clerk || list[1].Name != "مدیر" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestSMSProviderDown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.fault(w.sms, "down")
		reg, err := w.s.Start(ctx, "r", maryam.entries())
		must(t, err)
		w.drain()
		sent, err := w.s.SentCode(ctx, reg.Code)
		if err != nil || sent.SMS != "failing" {
			t.Errorf("%+v, %v", sent, err)
		}
		w.fault(w.sms, "ok")
		w.clk.Advance(DefaultCodes[ForRegistration].Life / 2)
		w.drain()
		if sent, err = w.s.SentCode(ctx, reg.Code); err != nil || sent.SMS != "sent" {
			t.Errorf("after it is up: %+v, %v", sent, err)
		}
		if n := len(w.sms.For(maryam.mobile)); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
	})
}
