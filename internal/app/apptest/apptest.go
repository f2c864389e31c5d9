// SPDX-License-Identifier: Apache-2.0

// Package apptest starts the whole program for a test and lets the test use it
// as people do: over HTTP, with forms, cookies and text messages.
//
//	e := apptest.New(t, "sqlite")            // or "postgres"; see Each
//	me := e.As(apptest.Plaintiff)            // signed in by password and code
//	page := me.Get("/home").Want(200)
//	page.Submit("/filings", "act", id.New()) // a form of that page
//
// Everything is real but the outside systems (doubles over HTTP on the loopback
// interface) and the clock, which stands still until the test moves it. Jobs
// and the evidence log run when the test says so: Drain and Sequence. Passwords
// cost as little as the configuration allows.
package apptest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http/httptest"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// Env is a running program with the courts of the default country and nobody
// in it. Its methods end the test on a failure, so they belong to the test's
// own goroutine.
type Env struct {
	T     testing.TB
	App   *app.App
	Clock *clock.Fake // starts at storetest.Start
	URL   string      // without a slash at the end

	cfg      config.Config
	people   map[Who]*account
	clients  map[Who]*Client
	programs map[Who]*APIClient
}

// system enrols the people of a test.
var system = policy.Actor{Role: policy.System, Name: "apptest"}

// Each runs fn on both engines, in parallel.
func Each(t *testing.T, fn func(t *testing.T, e *Env)) {
	t.Helper()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			fn(t, New(t, engine))
		})
	}
}

// New starts the program on an empty database of an engine ("sqlite",
// "postgres") and ends it with the test. env are further settings, as variables
// of the environment.
func New(t testing.TB, engine string, env ...string) *Env {
	t.Helper()
	return Traced(t, engine, nil, env...)
}

// Traced is New with all traces of the program given to spans.
func Traced(t testing.TB, engine string, spans sdktrace.SpanExporter, env ...string) *Env {
	t.Helper()
	env = append([]string{"TARAZU_TRACING_SAMPLE=1"}, env...)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &Env{T: t, Clock: clock.NewFake(storetest.Start), URL: "http://" + l.Addr().String(), people: map[Who]*account{}, clients: map[Who]*Client{}, programs: map[Who]*APIClient{}}
	e.cfg = settings(t, engine, l.Addr().String(), env)
	e.serve(l, spans)
	return e
}

// Twin starts the program once more on the same database, as a second process
// does. The people are the same; the outside systems are its own, empty, and its
// jobs are those of both.
func (e *Env) Twin() *Env {
	t := e.T
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	two := &Env{T: t, Clock: e.Clock, URL: "http://" + addr, cfg: e.cfg, people: e.people, clients: map[Who]*Client{}, programs: map[Who]*APIClient{}}
	two.cfg.Addr, two.cfg.BaseURL = addr, two.URL
	two.serve(l, nil)
	return two
}

// serve starts the program at a listener, and ends it with the test.
func (e *Env) serve(l net.Listener, spans sdktrace.SpanExporter) {
	t := e.T
	t.Helper()
	ctx := t.Context()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	e.App, err = app.New(ctx, e.cfg, app.Options{Clock: &clock.Shifted{Base: e.Clock}, Log: log, Version: "test", Spans: spans})
	if err != nil {
		t.Fatal(errors.Join(err, l.Close()))
	}
	srv := httptest.NewUnstartedServer(e.App.Handler())
	_ = srv.Listener.Close() // httptest's own; ours has the address that the program was told
	srv.Listener = l
	srv.Start()
	t.Cleanup(func() {
		srv.Close()
		if err := e.App.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
}

// Drain runs all jobs that are due now, and those that they leave behind.
func (e *Env) Drain() {
	e.T.Helper()
	if _, err := e.App.Jobs.Drain(e.T.Context()); err != nil {
		e.T.Fatal(err)
	}
	dead, err := e.App.Jobs.Dead(e.T.Context())
	if err != nil {
		e.T.Fatal(err)
	}
	for _, j := range dead {
		e.T.Errorf("dead job %s: %s", j.Kind, j.Error)
	}
}

// Sequence gives every record of evidence its place in the log, so that its
// receipt is ready.
func (e *Env) Sequence() {
	e.T.Helper()
	if _, err := e.App.Ledger.Sequence(e.T.Context()); err != nil {
		e.T.Fatal(err)
	}
}
