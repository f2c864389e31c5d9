// SPDX-License-Identifier: Apache-2.0

// Package sandboxtest drives one operation of a gateway's client against its
// double through every fault mode, over real HTTP. Every gateway's test calls
// it for every operation.
package sandboxtest

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Token is what doubles in tests are made with.
const Token = "token-for-tests"

// Start is when the clock of tests starts.
var Start = time.Date(2025, 5, 10, 6, 30, 0, 0, time.UTC)

// Link serves d and returns a link to it with a deadline that no healthy
// answer on this machine misses.
func Link(t testing.TB, d sandbox.Double, c clock.Clock) *link.Link {
	t.Helper()
	return connect(t, d, c, Token, 30*time.Second)
}

func connect(t testing.TB, d sandbox.Double, c clock.Clock, token string, timeout time.Duration) *link.Link {
	t.Helper()
	var base string
	if own, ok := d.(Listener); ok {
		base = own.Listen(t)
	} else {
		s := httptest.NewServer(d)
		t.Cleanup(s.Close)
		base = s.URL
	}
	return link.New(link.Options{Name: d.Name(), BaseURL: base, Token: token, Timeout: timeout, Clock: c})
}

// Listener is a double of a test that speaks another protocol than HTTP: it
// listens itself, until the test ends, and says where.
type Listener interface {
	Listen(t testing.TB) (baseURL string)
}

// Case is one operation.
type Case struct {
	// Make returns a fresh double and a call of the operation that succeeds
	// against it and checks what it gets.
	Make func(t *testing.T, c clock.Clock) (d sandbox.Double, call func(ctx context.Context, l *link.Link) error)
	// Reads: the operation changes nothing and is sent again when the
	// connection fails.
	Reads bool
}

// Run drives c through every mode.
func Run(t *testing.T, c Case) {
	t.Helper()
	make := func(t *testing.T, token string, timeout time.Duration) (*clock.Fake, sandbox.Double, *link.Link, func() error) {
		clk := clock.NewFake(Start)
		d, call := c.Make(t, clk)
		l := connect(t, d, clk, token, timeout)
		return clk, d, l, func() error { return call(t.Context(), l) }
	}
	perCall := 1
	if c.Reads {
		perCall = 2
	}

	t.Run("ok", func(t *testing.T) {
		t.Parallel()
		_, _, _, call := make(t, Token, 30*time.Second)
		if err := call(); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("slow within the deadline", func(t *testing.T) {
		t.Parallel()
		_, d, _, call := make(t, Token, 30*time.Second)
		set(t, d, sandbox.SlowBy(5*time.Millisecond))
		if err := call(); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("slow beyond the deadline", func(t *testing.T) {
		t.Parallel()
		_, d, _, call := make(t, Token, 20*time.Millisecond)
		set(t, d, sandbox.SlowBy(time.Hour))
		mustBeDown(t, d, call())
	})
	t.Run("wrong token", func(t *testing.T) {
		t.Parallel()
		_, d, _, call := make(t, "another token", 30*time.Second)
		mustBeDown(t, d, call())
	})
	for _, x := range []sandbox.Fault{
		{Mode: sandbox.Wrong, How: sandbox.Other},
		{Mode: sandbox.Wrong, How: sandbox.Garbage},
		{Mode: sandbox.Down, How: sandbox.Closed},
		{Mode: sandbox.Down, How: sandbox.Busy},
	} {
		t.Run(string(x.Mode)+" "+x.How, func(t *testing.T) {
			t.Parallel()
			_, d, l, call := make(t, Token, 30*time.Second)
			set(t, d, x)
			before := d.Faults().Calls()
			mustBeDown(t, d, call())
			want := 1
			if x.Mode == sandbox.Down {
				want = perCall
			}
			if got := d.Faults().Calls() - before; got != want {
				t.Errorf("was asked %d times, want %d", got, want)
			}
			for range 4 {
				mustBeDown(t, d, call())
			}
			if s := l.State().Breaker; s != "open" {
				t.Errorf("breaker %s after five failures, want open", s)
			}
		})
	}
	t.Run("flapping opens the breaker, which closes again", func(t *testing.T) {
		t.Parallel()
		clk, d, l, call := make(t, Token, 30*time.Second)
		set(t, d, sandbox.Fault{Mode: sandbox.Flapping, Pattern: strings.Repeat("d", 5*perCall) + "uuuuuuuuuu"})
		for range 5 {
			mustBeDown(t, d, call())
		}
		asked := d.Faults().Calls()
		mustBeDown(t, d, call())
		if got := d.Faults().Calls(); got != asked {
			t.Error("was asked although the breaker is open")
		}
		clk.Advance(time.Minute)
		for range 2 {
			if err := call(); err != nil {
				t.Fatal(err)
			}
		}
		if s := l.State().Breaker; s != "closed" {
			t.Errorf("breaker %s after two good answers, want closed", s)
		}
	})
}

func set(t *testing.T, d sandbox.Double, x sandbox.Fault) {
	t.Helper()
	if err := d.Faults().Set(x); err != nil {
		t.Fatal(err)
	}
}

func mustBeDown(t *testing.T, d sandbox.Double, err error) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Unavailable || e.Code != "gateway."+d.Name()+".down" {
		t.Fatalf("got %v, want Unavailable with code gateway.%s.down", err, d.Name())
	}
	if e.Cause == nil {
		t.Error("no cause for the log")
	}
}
