// SPDX-License-Identifier: Apache-2.0

package link_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

type reply struct {
	Word string `json:"word"`
}

func fine() error { return nil }

func to(t *testing.T, clk clock.Clock, log io.Writer, h http.HandlerFunc) *link.Link {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return link.New(link.Options{Name: "x", BaseURL: s.URL, Token: "t", Timeout: 30 * time.Second, Clock: clk, Log: slog.New(slog.NewTextHandler(log, nil))})
}

func say(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	const j = "application/json"
	for name, x := range map[string]struct {
		h  http.HandlerFunc
		ok bool
	}{
		"good":          {func(w http.ResponseWriter, _ *http.Request) { say(w, 200, j, `{"word":"a"}`) }, true},
		"with charset":  {func(w http.ResponseWriter, _ *http.Request) { say(w, 200, j+"; charset=utf-8", `{"word":"a"} `) }, true},
		"no JSON type":  {func(w http.ResponseWriter, _ *http.Request) { say(w, 200, "text/html", `{"word":"a"}`) }, false},
		"unknown field": {func(w http.ResponseWriter, _ *http.Request) { say(w, 200, j, `{"word":"a","more":1}`) }, false},
		"two values":    {func(w http.ResponseWriter, _ *http.Request) { say(w, 200, j, `{"word":"a"}{"word":"b"}`) }, false},
		"cut off":       {func(w http.ResponseWriter, _ *http.Request) { say(w, 200, j, `{"word":"a`) }, false},
		"empty":         {func(w http.ResponseWriter, _ *http.Request) { say(w, 200, j, ``) }, false},
		"too long": {func(w http.ResponseWriter, _ *http.Request) {
			say(w, 200, j, `{"word":"`+strings.Repeat("a", 70<<10)+`"}`)
		}, false},
		"created": {func(w http.ResponseWriter, _ *http.Request) { say(w, 201, j, `{"word":"a"}`) }, false},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, false},
		"other request id": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", "old")
			say(w, 200, j, `{"word":"a"}`)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out reply
			err := to(t, clock.System{}, io.Discard, x.h).Read(t.Context(), "/", struct{}{}, &out, fine)
			if x.ok && (err != nil || out.Word != "a") {
				t.Errorf("got %+v, %v", out, err)
			}
			if !x.ok && !errs.Is(err, errs.Unavailable) {
				t.Errorf("got %v, want Unavailable", err)
			}
		})
	}
}

// What is sent: a POST with our token, an own request id and, for acts, the
// idempotency key.
func TestQuestion(t *testing.T) {
	t.Parallel()
	var seen []http.Header
	l := to(t, clock.System{}, io.Discard, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.RawQuery != "" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		seen = append(seen, r.Header.Clone())
		say(w, 200, "application/json", `{"word":"a"}`)
	})
	var out reply
	if err := errors.Join(l.Read(t.Context(), "/", struct{}{}, &out, fine), l.Act(t.Context(), "/", "key-1", struct{}{}, &out, fine)); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 || seen[0].Get("Authorization") != "Bearer t" || seen[0].Get("X-Request-Id") == "" ||
		seen[0].Get("X-Request-Id") == seen[1].Get("X-Request-Id") || seen[0].Get("Idempotency-Key") != "" || seen[1].Get("Idempotency-Key") != "key-1" {
		t.Errorf("headers %v", seen)
	}
}

// A refusal is an answer: it never opens the breaker, and its code reaches the
// client.
func TestRefusalIsAnAnswer(t *testing.T) {
	t.Parallel()
	l := to(t, clock.System{}, io.Discard, func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusConflict, "application/json", `{"error":"taken"}`)
	})
	for range 20 {
		err := l.Act(t.Context(), "/", "k", struct{}{}, &reply{}, fine)
		r, ok := errors.AsType[*link.Refused](err)
		if !ok || r.Status != http.StatusConflict || r.Code != "taken" || !errs.Is(err, errs.Unavailable) {
			t.Fatalf("got %v", err)
		}
	}
	if s := l.State().Breaker; s != "closed" {
		t.Errorf("breaker %s", s)
	}
}

// The log says what happened and holds neither question, answer nor address.
func TestLogHoldsNoPersonalData(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var address string
	l := to(t, clock.System{}, &log, func(w http.ResponseWriter, r *http.Request) {
		address = r.Host
		say(w, 200, "application/json", `{"word":"0000000019"} and more 0000000019`)
	})
	err := l.Read(t.Context(), "/v1/match", map[string]string{"national_code": "0000000019"}, &reply{}, fine)
	if err == nil {
		t.Fatal("no error")
	}
	for _, text := range []string{log.String(), err.Error()} {
		if strings.Contains(text, "0000000019") || strings.Contains(text, address) {
			t.Errorf("personal data or address in %q", text)
		}
	}
	if !strings.Contains(log.String(), "gateway=x") || !strings.Contains(log.String(), "request=") {
		t.Errorf("log %q", log.String())
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(time.Date(2025, 5, 10, 6, 30, 0, 0, time.UTC))
	up, calls := false, 0
	l := to(t, clk, io.Discard, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		if !up {
			say(w, http.StatusInternalServerError, "application/json", `{}`)
			return
		}
		say(w, 200, "application/json", `{"word":"a"}`)
	})
	call := func() error { return l.Read(t.Context(), "/", struct{}{}, &reply{}, fine) }
	expect := func(want string, reached int) {
		t.Helper()
		if s := l.State().Breaker; s != want || calls != reached {
			t.Fatalf("breaker %s after %d calls, want %s after %d", s, calls, want, reached)
		}
	}

	for range 4 {
		_ = call()
	}
	expect("closed", 4)
	_ = call()
	expect("open", 5)
	_ = call()
	expect("open", 5) // not asked
	clk.Advance(9 * time.Second)
	_ = call()
	expect("open", 5) // still not
	clk.Advance(time.Second)
	expect("half-open", 5) // told before anybody tries
	_ = call()
	expect("open", 6) // tried, failed, open for ten more seconds
	clk.Advance(9 * time.Second)
	_ = call()
	expect("open", 6)
	up = true
	clk.Advance(time.Second)
	if err := call(); err != nil {
		t.Fatal(err)
	}
	expect("half-open", 7)
	if err := call(); err != nil {
		t.Fatal(err)
	}
	expect("closed", 8)
	if at := l.State().OpenedAt; !at.Equal(clk.Now().Add(-10 * time.Second)) {
		t.Errorf("opened at %s", at)
	}
}

// People who close the page are not the other system's failure.
func TestAbandonedCallsDoNotOpen(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	l := to(t, clock.System{}, io.Discard, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	for range 10 {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-arrived; cancel() }()
		if err := l.Read(ctx, "/", struct{}{}, &reply{}, fine); !errs.Is(err, errs.Unavailable) {
			t.Fatalf("got %v", err)
		}
	}
	if s := l.State().Breaker; s != "closed" {
		t.Errorf("breaker %s", s)
	}
}
