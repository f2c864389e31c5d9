// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"context"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

var message = sms.Message{To: "+989120000019", Text: "ابلاغیهٔ تازه دارید.", Reference: "r-1"}

func TestModes(t *testing.T) {
	t.Parallel()
	t.Run("send", func(t *testing.T) {
		t.Parallel()
		sandboxtest.Run(t, sandboxtest.Case{Make: func(_ *testing.T, c clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
			return sms.NewDouble(sandboxtest.Token, c), func(ctx context.Context, l *link.Link) error {
				_, err := sms.New(l).Send(ctx, message)
				return err
			}
		}})
	})
	t.Run("status", func(t *testing.T) {
		t.Parallel()
		sandboxtest.Run(t, sandboxtest.Case{Reads: true, Make: func(t *testing.T, c clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
			d := sms.NewDouble(sandboxtest.Token, c)
			if _, err := sms.New(sandboxtest.Link(t, d, c)).Send(t.Context(), message); err != nil {
				t.Fatal(err)
			}
			return d, func(ctx context.Context, l *link.Link) error {
				_, err := sms.New(l).Status(ctx, sms.Name, message.Reference)
				return err
			}
		}})
	})
}

// Sending again with the same reference, after an answer was lost, sends once.
func TestSendIsIdempotent(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d := sms.NewDouble(sandboxtest.Token, clk)
	c := sms.New(sandboxtest.Link(t, d, clk))
	if err := d.Faults().Set(sandbox.Fault{Mode: sandbox.Wrong}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Send(t.Context(), message); !errs.Is(err, errs.Unavailable) {
		t.Fatalf("got %v, want Unavailable", err)
	}
	if err := d.Faults().Set(sandbox.Fault{Mode: sandbox.OK}); err != nil {
		t.Fatal(err)
	}
	first, err := c.Send(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Send(t.Context(), message)
	if err != nil || second != first {
		t.Errorf("got %q, %v, want %q again", second, err, first)
	}
	if n := len(d.For(message.To)); n != 1 {
		t.Errorf("%d messages were sent, want 1", n)
	}
	other := message
	other.Text = "متن دیگر"
	if _, err := c.Send(t.Context(), other); !errs.Is(err, errs.Conflict) {
		t.Errorf("other words under the same reference: got %v, want Conflict", err)
	}
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d := sms.NewDouble(sandboxtest.Token, clk)
	c := sms.New(sandboxtest.Link(t, d, clk))
	d.SwitchOff("+989120000027")
	for i, to := range []string{"+989120000019", "+989120000027"} {
		if _, err := c.Send(t.Context(), sms.Message{To: to, Text: "x", Reference: string(rune('a' + i))}); err != nil {
			t.Fatal(err)
		}
	}
	states := func() (a, b sms.State) {
		a, err := c.Status(t.Context(), sms.Name, "a")
		if err != nil {
			t.Fatal(err)
		}
		if b, err = c.Status(t.Context(), sms.Name, "b"); err != nil {
			t.Fatal(err)
		}
		return a, b
	}
	if a, b := states(); a != sms.Accepted || b != sms.Accepted {
		t.Errorf("at once: %s, %s", a, b)
	}
	clk.Advance(10 * time.Second)
	if a, b := states(); a != sms.Delivered || b != sms.Failed {
		t.Errorf("later: %s, %s", a, b)
	}
	if l := d.List(); len(l) != 2 || l[0].To != "+989120000027" || l[0].State != sms.Failed {
		t.Errorf("list: %+v", l)
	}
	if _, err := c.Status(t.Context(), sms.Name, "never sent"); !errs.Is(err, errs.NotFound) {
		t.Errorf("unknown reference: got %v, want NotFound", err)
	}
	for _, to := range []string{"+982188776655", "+9891200000271", "989120000027", "+0151000218", "+4915", "+49151000x18", ""} {
		if _, err := c.Send(t.Context(), sms.Message{To: to, Text: "x", Reference: "c" + to}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q is no mobile number: got %v, want Invalid", to, err)
		}
	}
	if _, err := c.Send(t.Context(), sms.Message{To: "+4915123456789", Text: "x", Reference: "d"}); err != nil {
		t.Errorf("a number of another country: %v", err)
	}
}
