// SPDX-License-Identifier: Apache-2.0

package payments_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

var order = payments.Order{Reference: "r-1", AmountRials: 31_250_000, ReturnURL: "http://127.0.0.1:8080/payments/return", Lang: "fa", Description: "هزینهٔ دادرسی"}

func provider(c clock.Clock) *payments.Double {
	return payments.NewDouble(payments.DoubleOptions{Token: sandboxtest.Token, Clock: c})
}

// started returns a provider, a client and a payment that was started.
func started(t *testing.T, c clock.Clock) (*payments.Double, *payments.Client, payments.Started) {
	t.Helper()
	d := provider(c)
	client := payments.New(sandboxtest.Link(t, d, c))
	s, err := client.Start(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	return d, client, s
}

func TestModes(t *testing.T) {
	t.Parallel()
	t.Run("start", func(t *testing.T) {
		t.Parallel()
		sandboxtest.Run(t, sandboxtest.Case{Make: func(_ *testing.T, c clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
			return provider(c), func(ctx context.Context, l *link.Link) error {
				_, err := payments.New(l).Start(ctx, order)
				return err
			}
		}})
	})
	type ask func(c *payments.Client, ctx context.Context, token string) (payments.Result, error)
	for name, ask := range map[string]ask{"status": (*payments.Client).Status, "confirm": (*payments.Client).Confirm} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sandboxtest.Run(t, sandboxtest.Case{Reads: name == "status", Make: func(t *testing.T, c clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
				d, _, s := started(t, c)
				if !d.Choose(s.Token, payments.Pay) {
					t.Fatal("could not pay")
				}
				return d, func(ctx context.Context, l *link.Link) error {
					r, err := ask(payments.New(l), ctx, s.Token)
					if err == nil && (r.State != payments.Paid || r.AmountRials != order.AmountRials || r.Reference != order.Reference || r.Bank == "") {
						t.Errorf("got %+v", r)
					}
					return err
				}
			}})
		})
	}
}

// A right-looking answer with another amount comes through: only the caller
// knows the amount. Start is the exception, for it has just said it.
func TestWrongAmount(t *testing.T) {
	t.Parallel()
	d, c, s := started(t, clock.NewFake(sandboxtest.Start))
	d.Choose(s.Token, payments.Pay)
	if err := d.Faults().Set(sandbox.Fault{Mode: sandbox.Wrong, How: sandbox.Amount}); err != nil {
		t.Fatal(err)
	}
	if r, err := c.Status(t.Context(), s.Token); err != nil || r.AmountRials == order.AmountRials {
		t.Errorf("got %+v, %v", r, err)
	}
	if _, err := c.Start(t.Context(), order); !errs.Is(err, errs.Unavailable) {
		t.Errorf("start: got %v, want Unavailable", err)
	}
}

func TestStartIsIdempotent(t *testing.T) {
	t.Parallel()
	_, c, s := started(t, clock.NewFake(sandboxtest.Start))
	if again, err := c.Start(t.Context(), order); err != nil || again != s {
		t.Errorf("got %+v, %v, want %+v", again, err, s)
	}
	other := order
	other.AmountRials++
	_, err := c.Start(t.Context(), other)
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.Conflict || e.Code != "gateway.payments.reference_reused" {
		t.Errorf("another amount: got %v", err)
	}
	if _, err := c.Status(t.Context(), "no such token"); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown token: got %v, want NotFound", err)
	}
}

// TestLife is the provider's two-step settlement by its clock.
func TestLife(t *testing.T) {
	t.Parallel()
	type step struct {
		choose  payments.Choice
		advance time.Duration
		confirm bool
		want    payments.State
	}
	for name, x := range map[string]struct {
		steps    []step
		received int64
	}{
		"paid and confirmed":                 {[]step{{choose: payments.Pay, want: payments.Paid}, {confirm: true, want: payments.Paid}, {confirm: true, want: payments.Paid}, {advance: time.Hour, want: payments.Paid}}, order.AmountRials},
		"paid, not confirmed, given back":    {[]step{{choose: payments.Pay, want: payments.Paid}, {advance: 15 * time.Minute, want: payments.Returned}, {confirm: true, want: payments.Returned}}, 0},
		"cancelled":                          {[]step{{choose: payments.Cancel, want: payments.Cancelled}, {confirm: true, want: payments.Cancelled}}, 0},
		"left":                               {[]step{{choose: payments.Leave, want: payments.Open}, {confirm: true, want: payments.Open}, {advance: 15 * time.Minute, want: payments.Expired}}, 0},
		"paid, told late":                    {[]step{{choose: payments.PayLate, want: payments.Open}, {confirm: true, want: payments.Open}, {advance: 3 * time.Minute, want: payments.Paid}, {confirm: true, want: payments.Paid}}, order.AmountRials},
		"paid in the last minute, told late": {[]step{{advance: 14 * time.Minute, want: payments.Open}, {choose: payments.PayLate, want: payments.Open}, {advance: 3 * time.Minute, want: payments.Paid}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clk := clock.NewFake(sandboxtest.Start)
			d, c, s := started(t, clk)
			for i, step := range x.steps {
				clk.Advance(step.advance)
				if step.choose != "" && !d.Choose(s.Token, step.choose) {
					t.Fatalf("step %d: could not %s", i, step.choose)
				}
				ask := c.Status
				if step.confirm {
					ask = c.Confirm
				}
				r, err := ask(t.Context(), s.Token)
				if err != nil || r.State != step.want {
					t.Fatalf("step %d: got %+v, %v, want %s", i, r, err, step.want)
				}
			}
			if got := d.ReceivedRials(); got != x.received {
				t.Errorf("received %d, want %d", got, x.received)
			}
		})
	}
	t.Run("decided once", func(t *testing.T) {
		t.Parallel()
		d, _, s := started(t, clock.NewFake(sandboxtest.Start))
		if !d.Choose(s.Token, payments.Cancel) || d.Choose(s.Token, payments.Pay) {
			t.Error("a cancelled payment could be paid")
		}
	})
}
