// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestStuffing: a list of stolen passwords, tried from one address through two
// processes at once, gets as many tries as one process would give it.
func TestStuffing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.register(maryam)
		d := w.deps
		d.Limit = Limits{LoginAddress: Limit{N: 12, Per: DefaultLimits.LoginAddress.Per}}
		two := []*Service{w.service(d), w.service(d)}
		var wg sync.WaitGroup
		var tried, limited atomic.Int64
		for i := range 40 {
			wg.Go(func() {
				name := fmt.Sprintf("%010d", 1_000_000+i) // mostly nobody's
				if i%8 == 0 {                             // fewer than one account takes
					name = maryam.code
				}
				_, err := two[i%2].Login(t.Context(), name, fmt.Sprintf("رمز دزدیده شده %d", i), From{Address: "198.51.100.7"})
				switch {
				case errs.Is(err, errs.RateLimited):
					limited.Add(1)
				case isCode(err, "identity.login.wrong"):
					tried.Add(1)
				default:
					t.Errorf("try %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if tried.Load() != 12 || limited.Load() != 28 {
			t.Errorf("%d tries and %d refusals, want 12 and 28", tried.Load(), limited.Load())
		}
		// Elsewhere the owner still gets in.
		if _, err := two[0].Login(t.Context(), maryam.code, goodPassword, From{Address: "203.0.113.9"}); err != nil {
			t.Errorf("the owner: %v", err)
		}
	})
}

// TestCodeReplayOfTwoProcesses: a code that was watched over a shoulder, entered
// in two processes at the same moment, signs one of them in; five wrong tries are
// five over both.
func TestCodeReplayOfTwoProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.register(maryam)
		two := []*Service{w.service(w.deps), w.service(w.deps)}
		ch, err := two[0].Login(ctx, maryam.code, goodPassword, From{Address: "203.0.113.9", Nonce: "owner"})
		must(t, err)
		code := w.code(maryam.mobile)
		var wg sync.WaitGroup
		var in atomic.Int64
		for i := range 6 {
			wg.Go(func() {
				if two[i%2].FinishLogin(ctx, ch, code, From{Address: "203.0.113.9", Nonce: fmt.Sprint("browser ", i)}) == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if in.Load() != 1 {
			t.Errorf("%d signed in with one code", in.Load())
		}
		w.clk.Advance(w.s.codes[ForLogin].Resend)
		ch, err = two[1].Login(ctx, maryam.code, goodPassword, From{Address: "203.0.113.9", Nonce: "owner"})
		must(t, err)
		code = w.code(maryam.mobile)
		for i := range CodeTries {
			if err := two[i%2].FinishLogin(ctx, ch, wrong(code), From{Address: "203.0.113.9"}); err == nil {
				t.Fatal("a wrong code")
			}
		}
		err = two[0].FinishLogin(ctx, ch, code, From{Address: "203.0.113.9", Nonce: "owner"})
		wantCode(t, err, "identity.code.tries")
	})
}

// TestNoCodeToAnotherSIM: once the registry says that the number is another's, no
// code of any purpose goes there, also for whoever knows the password; not until
// the number is the owner's again.
func TestNoCodeToAnotherSIM(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p := w.register(maryam)
		w.loseNumber(p.ID)
		w.drain()
		before := len(w.sms.For(maryam.mobile))
		_, err := w.s.Login(ctx, maryam.code, goodPassword, From{Address: "203.0.113.9"})
		wantCode(t, err, "identity.code.number_lost")
		for _, purpose := range []Purpose{ForSigning, ForMandate, ForVouching, ForConsent} {
			err := w.db.Write(ctx, func(tx *store.Tx) error {
				_, err := w.s.SendCodeTx(ctx, tx, Code{Purpose: purpose, Person: p.ID, Mobile: p.Mobile, Subject: "x"})
				return err
			})
			wantCode(t, err, "identity.code.number_lost")
		}
		w.drain()
		if got := len(w.sms.For(maryam.mobile)); got != before {
			t.Errorf("%d messages went to the new owner of the number", got-before)
		}
		if now, err := w.s.Person(ctx, p.ID); err != nil || now.Assurance != SelfDeclared {
			t.Errorf("level %d, %v", now.Assurance, err)
		}
		w.simowner.Add(simowner.Pair{NationalCode: maryam.code, Mobile: maryam.mobile}) // hers again
		w.clk.Advance(askLost)
		must(t, w.s.askNumbers(ctx))
		_, err = w.s.Login(ctx, maryam.code, goodPassword, From{Address: "203.0.113.9"})
		must(t, err)
	})
}

// loseNumber has the SIM registry give maryam's number to somebody else.
func (w *world) loseNumber(person string) {
	w.t.Helper()
	ctx := w.t.Context()
	must(w.t, w.db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, sqlNoteNumber, person, store.At(tx.Now())) }))
	w.simowner.Add(simowner.Pair{NationalCode: hasan.code, Mobile: maryam.mobile})
	must(w.t, w.s.askNumbers(ctx))
}

// TestNobodyIsKeptOut: a stranger who asks about somebody's national code and
// number until it is refused does not keep that person from registering, or from
// the way back, from elsewhere.
func TestNobodyIsKeptOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		attack := maryam.entries()
		attack.Birth++ // not known to the stranger
		attack.Address = "198.51.100.7"
		refused := false
		for range 40 {
			_, err := w.s.Start(ctx, id.New(), attack)
			refused = refused || errs.Is(err, errs.RateLimited)
		}
		if !refused {
			t.Fatal("the stranger is never refused")
		}
		e := maryam.entries()
		e.Address = "203.0.113.9"
		reg, err := w.s.Start(ctx, id.New(), e)
		if err != nil || reg.State != CodeOut {
			t.Errorf("the person: %s, %v", reg.State, err)
		}
	})
}

// TestClaimGuessedByTwoProcesses: who found a slip and guesses the birth date in two
// processes at the same moment has the tries of one, and the one that was right
// does not help them after these.
func TestClaimGuessedByTwoProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, err := w.s.Enrol(ctx, policy.Actor{Role: policy.System}, NewPerson{
			NationalCode: hasan.code, FirstName: hasan.first, LastName: hasan.last, Birth: hasan.birth, Mobile: hasan.mobile,
		})
		must(t, err)
		claim := func() (token string) {
			must(t, w.db.Write(ctx, func(tx *store.Tx) error {
				claimID, err := w.s.ClaimTx(ctx, tx, policy.Actor{Role: policy.System}, p)
				token = w.s.claimToken(claimID)
				return err
			}))
			return token
		}
		two := []*Service{w.service(w.deps), w.service(w.deps)}
		token := claim()
		var wg sync.WaitGroup
		var told atomic.Int64
		for i := range 24 {
			wg.Go(func() {
				err := two[i%2].ClaimPassword(ctx, token, hasan.birth+1+civil.Day(i), goodPassword, "203.0.113.9")
				switch {
				case isCode(err, "identity.claim.gone"):
				case errs.Is(err, errs.Invalid):
					told.Add(1)
				default:
					t.Errorf("guess %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if told.Load() != claimTries {
			t.Errorf("%d guesses were answered, want %d", told.Load(), claimTries)
		}
		wantCode(t, two[0].ClaimPassword(ctx, token, hasan.birth, goodPassword, "203.0.113.9"), "identity.claim.gone")
		// The owner's own mistakes with a password are no guesses.
		token = claim()
		for range claimTries + 1 {
			wantCode(t, two[0].ClaimPassword(ctx, token, hasan.birth, "کوتاه", "192.0.2.9"), "identity.password.short")
		}
		must(t, two[1].ClaimPassword(ctx, token, hasan.birth, goodPassword, "192.0.2.9"))
	})
}
