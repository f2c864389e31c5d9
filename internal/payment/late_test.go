// SPDX-License-Identifier: Apache-2.0

package payment_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Nobody comes back: the job finds out.
func TestBrowserNeverReturns(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		w.choose(w.begin(id), payments.Pay)
		w.pass(time.Minute)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

func TestLateAnswer(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.PayLate)
		w.settle(token) // the browser is back before the answer
		w.expect(id, payment.StateStarted, "", 0)
		w.pass(9 * time.Minute)
		w.expect(id, payment.StateStarted, "", 0)
		w.pass(2 * time.Minute)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

func TestTimeOut(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.Leave)
		w.pass(14 * time.Minute)
		w.expect(id, payment.StateStarted, "", 0)
		if again := w.begin(id); again != token {
			w.Error("another attempt while the first is open")
		}
		w.pass(6 * time.Minute)
		w.expect(id, payment.StateExpired, payment.TooLate, 0)
		second := w.begin(id)
		w.choose(second, payments.Pay)
		w.settle(second)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

// The button is pressed after the provider's page has closed but before any
// job has noticed.
func TestBeginAfterPageClosed(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		first := w.begin(id)
		w.clk.Advance(16 * time.Minute)
		if second := w.begin(id); second == first {
			w.Error("a closed page was offered")
		}
		w.expect(id, payment.StateStarted, "", 0)
	})
}

// A right-looking answer with another amount is refused and never confirmed.
func TestAmountMismatch(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.Pay)
		w.fault(sandbox.Fault{Mode: sandbox.Wrong, How: sandbox.Amount})
		w.settle(token)
		w.expect(id, payment.StateFailed, payment.Mismatch, 0)
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.settle(token) // decided
		w.expect(id, payment.StateFailed, payment.Mismatch, 0)
		second := w.begin(id)
		w.choose(second, payments.Pay)
		w.settle(second)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

// While the provider is down nothing is decided, whatever the browser brings;
// when it is back before it returns the money, the money is ours.
func TestProviderDown(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		w.fault(sandbox.Fault{Mode: sandbox.Down})
		if _, err := w.svc.Begin(w.Context(), payer, id); !errs.Is(err, errs.Unavailable) || code(err) != "gateway.payments.down" {
			w.Fatalf("begin: %v", err)
		}
		w.expect(id, payment.StateCreated, "", 0)
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		token := w.begin(id)
		w.pass(10 * time.Minute)
		w.choose(token, payments.Pay)
		w.fault(sandbox.Fault{Mode: sandbox.Down})
		if _, err := w.svc.Settle(w.Context(), token); !errs.Is(err, errs.Unavailable) {
			w.Fatalf("settle: %v", err)
		}
		w.pass(13 * time.Minute) // 23 minutes after the start
		w.expect(id, payment.StateStarted, "", 0)
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.pass(time.Minute) // the breaker’s pause is over, the next question is due
		w.expect(id, payment.StatePaid, "", amount)
	})
}

// Down for so long that the provider gave the money back.
func TestProviderDownTooLong(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.Pay)
		w.fault(sandbox.Fault{Mode: sandbox.Down})
		w.pass(30 * time.Minute)
		w.expect(id, payment.StateStarted, "", 0)
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.pass(6 * time.Minute)
		w.expect(id, payment.StateFailed, payment.GaveBack, 0)
		w.expectEvidence(map[string]int64{"payment.returned": 1})
	})
}

// The provider goes down between its Status and our Confirm: the claim is kept
// and the same attempt is confirmed later, once.
func TestDownBeforeConfirm(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.Pay)
		w.fault(sandbox.Fault{Mode: sandbox.Flapping, Pattern: "uddddddddddddddd"})
		if _, err := w.svc.Settle(w.Context(), token); !errs.Is(err, errs.Unavailable) {
			w.Fatalf("settle: %v", err)
		}
		w.expect(id, payment.StateStarted, "", 0)
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.pass(2 * time.Minute)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

// The provider goes down before our Confirm, for so long that it gives the money
// back: the right to be confirmed goes to the next attempt.
func TestClaimIsGivenBack(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.Pay)
		w.fault(sandbox.Fault{Mode: sandbox.Flapping, Pattern: "u" + strings.Repeat("d", 200)})
		if _, err := w.svc.Settle(w.Context(), token); !errs.Is(err, errs.Unavailable) {
			w.Fatalf("settle: %v", err)
		}
		void := func(tx *store.Tx) error { return w.svc.VoidTx(w.Context(), tx, payer.Person, id) }
		if err := w.db.Write(w.Context(), void); code(err) != "payment.too_late_to_void" {
			w.Errorf("made void while it is being confirmed: %v", err)
		}
		w.pass(16 * time.Minute)
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.pass(2 * time.Minute)
		w.expect(id, payment.StateFailed, payment.GaveBack, 0)
		second := w.begin(id)
		w.choose(second, payments.Pay)
		w.settle(second)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

// An answer that comes after we stopped waiting, when the payment was begun
// again: both attempts are paid. One is taken, the other goes back, whichever
// is heard of first and also if both are at once.
func TestTwoAttemptsPaid(t *testing.T) {
	for name, settle := range map[string]func(w *world, first, second string){
		"second first": func(w *world, first, second string) { w.settle(second); w.settle(first) },
		"first first":  func(w *world, first, second string) { w.settle(first); w.settle(second) },
		"at once": func(w *world, first, second string) {
			var group sync.WaitGroup
			for i := range 8 {
				group.Go(func() {
					if _, err := w.svc.Settle(w.Context(), []string{first, second}[i%2]); err != nil {
						w.Error(err)
					}
				})
			}
			group.Wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				id := w.create()
				first := w.begin(id)
				w.pass(14 * time.Minute)
				w.choose(first, payments.PayLate) // told in the 24th minute
				w.pass(6 * time.Minute)
				w.expect(id, payment.StateExpired, payment.TooLate, 0)
				second := w.begin(id)
				w.choose(second, payments.Pay)
				w.clk.Advance(4 * time.Minute)
				settle(w, first, second)
				w.expect(id, payment.StatePaid, "", amount)
				w.pass(3 * time.Hour)
				w.expect(id, payment.StatePaid, "", amount)
			})
		})
	}
}

// A late answer counts although the payment had expired, if nobody has begun
// it again.
func TestPaidAfterExpiry(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.pass(14 * time.Minute)
		w.choose(token, payments.PayLate)
		w.pass(6 * time.Minute)
		w.expect(id, payment.StateExpired, payment.TooLate, 0)
		w.pass(6 * time.Minute)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

// A provider that never says a last word is asked for three days.
func TestNoLastWord(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		w.begin(id)
		w.fault(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy})
		w.pass(time.Hour)
		w.expect(id, payment.StateStarted, "", 0)
		for range 80 {
			w.clk.Advance(time.Hour)
			_, err := w.jobs.Drain(w.Context())
			w.must(err)
		}
		w.expect(id, payment.StateExpired, payment.NoAnswer, 0)
		asked := w.bank.Faults().Calls()
		w.pass(10 * time.Minute)
		if got := w.bank.Faults().Calls(); got != asked {
			w.Error("asked on after three days")
		}
	})
}

// A page that waits for the payment asks too.
func TestRefresh(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		w.must(w.svc.Refresh(w.Context(), payer.Person, id)) // nothing to ask
		w.choose(w.begin(id), payments.Pay)
		w.must(w.svc.Refresh(w.Context(), payer.Person, id))
		w.must(w.svc.Refresh(w.Context(), payer.Person, id))
		w.expect(id, payment.StatePaid, "", amount)
		if err := w.svc.Refresh(w.Context(), payer.Person, "x"); !errs.Is(err, errs.NotFound) {
			w.Errorf("unknown payment: %v", err)
		}
	})
}
