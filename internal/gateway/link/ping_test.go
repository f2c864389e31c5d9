// SPDX-License-Identifier: Apache-2.0

package link_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/clock"
)

func TestPing(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	var status, asked atomic.Int64
	l := to(t, clk, io.Discard, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Method != http.MethodGet || r.URL.Path != "/_health" || r.Header.Get("Authorization") != "" {
			t.Errorf("%s %s with %q", r.Method, r.URL.Path, r.Header.Get("Authorization"))
		}
		w.WriteHeader(int(status.Load()))
	})
	for code, up := range map[int64]bool{200: true, 404: true, 401: true, 500: false, 503: false} {
		status.Store(code)
		if err := l.Ping(t.Context()); (err == nil) != up {
			t.Errorf("%d: %v", code, err)
		}
	}
	if s := l.State(); s.Breaker != "closed" {
		t.Errorf("pings that failed moved the breaker: %+v", s)
	}

	// People's calls open the breaker; then the pings are the calls that try.
	for range 5 {
		_ = l.Do(t.Context(), "call", func(context.Context) error { return errors.New("down") })
	}
	status.Store(200)
	before := asked.Load()
	if err := l.Ping(t.Context()); err == nil || asked.Load() != before {
		t.Errorf("a call was made through an open breaker, %v", err)
	}
	clk.Advance(11 * time.Second)
	for i := range 2 {
		if err := l.Ping(t.Context()); err == nil {
			t.Errorf("trial %d counts as up already", i)
		}
	}
	if err := l.Ping(t.Context()); err != nil || l.State().Breaker != "closed" {
		t.Errorf("after two trials: %v, %+v", err, l.State())
	}
}

func TestPingNobody(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	host := s.Listener.Addr().String()
	link1 := func(address string) *link.Link {
		return link.New(link.Options{Name: "x", BaseURL: address, Timeout: 5 * time.Second, Clock: clock.System{}})
	}
	if err := link1("smtp://" + host).Ping(t.Context()); err != nil {
		t.Errorf("a port that accepts: %v", err)
	}
	s.Close()
	for _, address := range []string{"", "http://" + host, "smtp://" + host, "http://%zz"} {
		if link1(address).Ping(t.Context()) == nil {
			t.Errorf("%q is up", address)
		}
	}
}
