// SPDX-License-Identifier: Apache-2.0

package payment_test

import (
	"testing"

	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestRightTakenBack: the right of whoever pays in the payer's name is taken back
// between the page and the payment, at each moment at which it is asked: he never
// learns where to pay, and the payer himself goes on.
func TestRightTakenBack(t *testing.T) {
	each(t, func(w *world) {
		helper := policy.Actor{
			Person: "0196b8a0-0000-7000-8000-000000000002", Role: policy.Representative, Capacity: "c", For: payer.Person,
			Rights: []policy.Right{policy.See, policy.Prepare},
		}
		begin := func(p payment.ID, times int32) (string, error) {
			w.left.Store(times)
			return w.svc.Begin(w.Context(), helper, p)
		}
		for times := range int32(3) { // before the attempt, before and after the provider hears of it
			p := w.create()
			address, err := begin(p, times)
			if address != "" || !errs.Is(err, errs.Forbidden) {
				w.Fatalf("asked %d times: %q, %v", times, address, err)
			}
			w.expect(p, payment.StateCreated, "", 0)
		}
		p := w.create()
		address, err := begin(p, 3)
		w.must(err)
		if again, err := begin(p, 0); again != "" || !errs.Is(err, errs.Forbidden) {
			w.Errorf("the link is shown to whom nothing is left: %q, %v", again, err)
		}
		if own := w.begin(p); own != w.token(address) {
			w.Error("the payer gets another attempt")
		}
	})
}
