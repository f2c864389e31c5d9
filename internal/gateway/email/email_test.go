// SPDX-License-Identifier: Apache-2.0

package email_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

const from = "noreply@court.example"

// listening is the double, on its own port.
type listening struct{ *email.Double }

func (d listening) Listen(t testing.TB) string {
	t.Helper()
	address, err := d.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return address
}

var message = email.Message{
	To: "someone@mail.example", Subject: "پیامی از عدالت همراه", Text: "در حساب شما چیز تازه‌ای هست.\nوارد شوید.\n.\nپایان",
	Lang: "fa", Reference: "notice-1",
}

func client(l *link.Link, c clock.Clock) *email.Client {
	return email.New(email.Options{Link: l, Clock: c, User: email.DoubleUser, From: from})
}

func TestModes(t *testing.T) {
	t.Parallel()
	sandboxtest.Run(t, sandboxtest.Case{Make: func(t *testing.T, c clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
		d := listening{email.NewDouble(sandboxtest.Token, c)}
		return d, func(ctx context.Context, l *link.Link) error {
			before := len(d.List())
			err := client(l, c).Send(ctx, message)
			if n := len(d.List()) - before; n == 1 != (err == nil) {
				t.Errorf("%d messages taken, error %v", n, err)
			}
			return err
		}
	}})
}

func TestSend(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d := listening{email.NewDouble(sandboxtest.Token, clk)}
	c := client(sandboxtest.Link(t, d, clk), clk)
	for range 2 {
		if err := c.Send(t.Context(), message); err != nil {
			t.Fatal(err)
		}
		clk.Advance(time.Minute)
	}
	other := message
	other.To, other.Reference, other.Subject = "other@mail.example", "notice-2", "two\r\nBcc: third@mail.example"
	if err := c.Send(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	all := d.List()
	if len(all) != 3 || len(d.For("third@mail.example")) != 0 || len(d.For("OTHER@mail.example")) != 1 {
		t.Fatalf("kept %+v", all)
	}
	m := all[2]
	if m.From != from || m.To != message.To || m.Subject != message.Subject || m.Text != message.Text || m.Lang != "fa" || !m.At.Equal(sandboxtest.Start) {
		t.Errorf("kept %+v", m)
	}
	if all[1].MessageID != m.MessageID || all[0].MessageID == m.MessageID || !strings.HasSuffix(m.MessageID, "@court.example>") || strings.Contains(m.MessageID, message.Reference) {
		t.Errorf("message ids %q %q %q", all[0].MessageID, all[1].MessageID, m.MessageID)
	}
	if all[0].Subject != "two Bcc: third@mail.example" {
		t.Errorf("subject %q", all[0].Subject)
	}
}

// A refused address is an answer: the breaker stays closed. Who it was is not
// in the error or the log.
func TestRefused(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d := listening{email.NewDouble(sandboxtest.Token, clk)}
	var log bytes.Buffer
	l := link.New(link.Options{Name: email.Name, BaseURL: d.Listen(t), Token: sandboxtest.Token, Timeout: 30 * time.Second, Clock: clk, Log: slog.New(slog.NewTextHandler(&log, nil))})
	c := client(l, clk)
	for _, to := range []string{"somebody@refused.example", "", "nobody", "a@b", "a@mail.example, b@mail.example", "A <a@mail.example>", "a@mail.example\r\nRCPT TO:<b@mail.example>", strings.Repeat("a", 250) + "@mail.example"} {
		for range 6 {
			m := message
			m.To = to
			err := c.Send(t.Context(), m)
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("%q: got %v, want Invalid", to, err)
			}
			if to != "" && strings.Contains(err.Error()+log.String(), to) {
				t.Errorf("the address stands in %q or in the log", err)
			}
		}
	}
	if s := l.State().Breaker; s != "closed" || len(d.List()) != 0 {
		t.Errorf("breaker %s, %d messages", s, len(d.List()))
	}
}

// Where encryption is asked for, nothing goes out without it.
func TestNotInTheClear(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d := listening{email.NewDouble(sandboxtest.Token, clk)}
	address := strings.Replace(d.Listen(t), "smtp://", "smtps://", 1)
	l := link.New(link.Options{Name: email.Name, BaseURL: address, Token: sandboxtest.Token, Timeout: 5 * time.Second, Clock: clk})
	if err := client(l, clk).Send(t.Context(), message); !errs.Is(err, errs.Unavailable) || len(d.List()) != 0 {
		t.Errorf("got %v", err)
	}
	l = link.New(link.Options{Name: email.Name, Token: sandboxtest.Token, Clock: clk})
	if err := client(l, clk).Send(t.Context(), message); !errs.Is(err, errs.Unavailable) {
		t.Errorf("without an address: got %v", err)
	}
}
