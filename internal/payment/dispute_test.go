// SPDX-License-Identifier: Apache-2.0

package payment_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// disputed brings a payment to where the provider has confirmed another amount.
func (w *world) disputed() (id payment.ID, token string) {
	w.Helper()
	id = w.create()
	token = w.begin(id)
	w.choose(token, payments.Pay)
	w.wrongConfirm.Store(true)
	if p := w.settle(token); p.State != payment.StateDisputed || p.Reason != payment.TookElse {
		w.Fatalf("payment is %s (%s)", p.State, p.Reason)
	}
	w.wrongConfirm.Store(false)
	return id, token
}

// stuck tells whether an operator sees the job that asks about payments.
func (w *world) stuck() (id string) {
	w.Helper()
	dead, err := w.jobs.Dead(w.Context())
	w.must(err)
	for _, j := range dead {
		if j.Kind == "payment.check" && strings.Contains(j.Error, "disputed") {
			return j.ID
		}
	}
	return ""
}

// The provider has taken the money, but says another sum: nothing may be paid
// again, nothing is counted, and operators see it until its books fit.
func TestConfirmedWithAnotherAmount(t *testing.T) {
	each(t, func(w *world) {
		id, token := w.disputed()
		w.expect(id, payment.StateDisputed, payment.TookElse, amount)
		w.expectEvidence(map[string]int64{"payment.disputed": 1})
		if _, err := w.svc.Begin(w.Context(), payer, id); code(err) != "payment.not_clear" {
			w.Errorf("begun again: %v", err)
		}
		if err := w.db.Write(w.Context(), func(tx *store.Tx) error { return w.svc.VoidTx(w.Context(), tx, payer.Person, id) }); code(err) != "payment.too_late_to_void" {
			w.Errorf("made void: %v", err)
		}
		w.fault(sandbox.Fault{Mode: sandbox.Wrong, How: sandbox.Amount})
		w.settle(token) // the browser's callback decides nothing any more
		w.pass(24 * time.Hour)
		w.expect(id, payment.StateDisputed, payment.TookElse, amount)
		job := w.stuck()
		if job == "" {
			w.Fatal("no job that an operator could see")
		}
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.must(w.jobs.Retry(w.Context(), job)) // the provider has put its books right
		_, err := w.jobs.Drain(w.Context())
		w.must(err)
		w.expect(id, payment.StatePaid, "", amount)
		w.expectEvidence(map[string]int64{"payment.disputed": 1, "payment.paid": 1})
	})
}

// Nobody knows after three days whether the money of a claimed attempt was
// taken. The payer may pay again only when it has come back.
func TestClaimNotClearAfterThreeDays(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.Pay)
		w.fault(sandbox.Fault{Mode: sandbox.Flapping, Pattern: "u" + strings.Repeat("d", 200)})
		if _, err := w.svc.Settle(w.Context(), token); err == nil {
			w.Fatal("the fault did nothing")
		}
		w.fault(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy})
		for range 80 {
			w.clk.Advance(time.Hour)
			_, err := w.jobs.Drain(w.Context())
			w.must(err)
		}
		w.expect(id, payment.StateDisputed, payment.NotClear, 0)
		w.expectEvidence(map[string]int64{"payment.disputed": 1})
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.pass(7 * time.Hour)
		w.expect(id, payment.StateFailed, payment.GaveBack, 0)
		w.expectEvidence(map[string]int64{"payment.disputed": 1, "payment.returned": 1})
		second := w.begin(id)
		w.choose(second, payments.Pay)
		w.settle(second)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

// The claim of an attempt whose payment has expired: until it is resolved there
// is no second attempt, and the page does not offer one.
func TestNoSecondAttemptWhileOneIsBeingConfirmed(t *testing.T) {
	eachWeb(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.pass(14 * time.Minute)
		w.choose(token, payments.PayLate)
		w.pass(6 * time.Minute)
		w.expect(id, payment.StateExpired, payment.TooLate, 0)
		w.clk.Advance(5 * time.Minute)
		w.fault(sandbox.Fault{Mode: sandbox.Flapping, Pattern: "u" + strings.Repeat("d", 200)})
		if _, err := w.svc.Settle(w.Context(), token); err == nil {
			w.Fatal("the fault did nothing")
		}
		w.fault(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy})
		if _, err := w.svc.Begin(w.Context(), payer, id); err == nil {
			w.Error("a second attempt")
		}
		b := w.newBrowser(payer.Person, policy.Citizen, i18n.EN)
		page, _ := b.get("/payments/"+id, http.StatusOK)
		has(w.T, page, "do not pay again", "Ask the bank for the result")
		if strings.Contains(page, "Start the payment again") {
			w.Error("the page offers to pay again")
		}
		w.fault(sandbox.Fault{Mode: sandbox.OK})
		w.pass(2 * time.Minute)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

func TestPageOfADispute(t *testing.T) {
	eachWeb(t, func(w *world) {
		id, _ := w.disputed()
		for lang, words := range map[i18n.Lang][]string{
			i18n.EN: {"We are clearing this payment with the bank", "Do not pay again", "judicial services office", id},
			i18n.FA: {"پرداخت در دست پیگیری است", "دوباره پرداخت نکنید", "دفتر خدمات الکترونیک قضایی", id},
		} {
			b := w.newBrowser(payer.Person, policy.Citizen, lang)
			page, _ := b.get("/payments/"+id, http.StatusOK)
			has(w.T, page, append(words, `href="`+request.ReturnTo+`"`)...)
			if strings.Contains(page, "/begin") {
				w.Error("the page offers to pay again")
			}
			if _, to := b.post("/payments/"+id+"/begin", http.StatusSeeOther); to != "/payments/"+id { // an old tab
				w.Errorf("led to %q", to)
			}
		}
		w.expect(id, payment.StateDisputed, payment.TookElse, amount)
	})
}
