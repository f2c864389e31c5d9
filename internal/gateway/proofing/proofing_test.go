// SPDX-License-Identifier: Apache-2.0

package proofing_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/proofing"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

var order = proofing.Order{
	Reference: "attempt-1", Broker: "didar", Subject: "0000000019", Birth: 5000, FirstName: "مریم", LastName: "کریمی",
	Lang: "fa", ReturnURL: "http://127.0.0.1:8080/account/proofing",
}

func exchange(c clock.Clock) *proofing.Double {
	return proofing.NewDouble(proofing.DoubleOptions{Token: sandboxtest.Token, Clock: c})
}

func TestModes(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		reads bool
		call  func(ctx context.Context, c *proofing.Client, token string) error
	}{
		"brokers": {true, func(ctx context.Context, c *proofing.Client, _ string) error {
			b, err := c.Brokers(ctx)
			if err == nil && len(b) != 2 {
				return errors.New("not two brokers")
			}
			return err
		}},
		"start": {false, func(ctx context.Context, c *proofing.Client, _ string) error {
			s, err := c.Start(ctx, order)
			if err == nil && (s.Token == "" || !strings.Contains(s.PageURL, s.Token)) {
				return errors.New("no page")
			}
			return err
		}},
		"status": {true, func(ctx context.Context, c *proofing.Client, token string) error {
			r, err := c.Status(ctx, token, order.Reference, order.Subject)
			if err == nil && r != (proofing.Result{State: proofing.NotLive, Broker: "didar", At: sandboxtest.Start}) {
				return errors.New("another result")
			}
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sandboxtest.Run(t, sandboxtest.Case{Reads: x.reads, Make: func(t *testing.T, c clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
				d := exchange(c)
				s, err := proofing.New(sandboxtest.Link(t, d, c)).Start(t.Context(), order)
				if err != nil || !d.Choose(s.Token, proofing.NotLive) {
					t.Fatal(err)
				}
				return d, func(ctx context.Context, l *link.Link) error { return x.call(ctx, proofing.New(l), s.Token) }
			}})
		})
	}
}

func code(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

func TestStart(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	c := proofing.New(sandboxtest.Link(t, exchange(clk), clk))
	first, err := c.Start(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Start(t.Context(), order); err != nil || again != first {
		t.Errorf("started again: %+v, %v", again, err)
	}
	other := order
	other.Subject = "0000000027"
	if _, err := c.Start(t.Context(), other); code(err) != "gateway.proofing.reference_reused" || !errs.Is(err, errs.Conflict) {
		t.Errorf("another person: %v", err)
	}
	other.Reference, other.Broker = "attempt-2", "nobody"
	if _, err := c.Start(t.Context(), other); code(err) != "gateway.proofing.no_broker" {
		t.Errorf("no such broker: %v", err)
	}
	if _, err := c.Status(t.Context(), "x", order.Reference, order.Subject); code(err) != "gateway.proofing.unknown_token" {
		t.Errorf("no such token: %v", err)
	}
	// A token of somebody else's session proves nothing for us.
	if _, err := c.Status(t.Context(), first.Token, order.Reference, "0000000027"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("another subject: %v", err)
	}
	if _, err := c.Status(t.Context(), first.Token, "attempt-9", order.Subject); !errs.Is(err, errs.Unavailable) {
		t.Errorf("another reference: %v", err)
	}
	clk.Advance(proofing.SessionLife)
	if r, err := c.Status(t.Context(), first.Token, order.Reference, order.Subject); err != nil || r.State != proofing.Expired {
		t.Errorf("late: %+v, %v", r, err)
	}
}

// Every outcome on the page, in both languages: what the person sees, what the
// broker tells us, and that it calls.
func TestPage(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fa", "en"} {
		for _, state := range []proofing.State{proofing.Live, proofing.NotLive, proofing.NoMatch, proofing.BadPicture, proofing.Abandoned, proofing.Leave, "steal"} {
			t.Run(lang+" "+string(state), func(t *testing.T) {
				t.Parallel()
				clk := clock.NewFake(sandboxtest.Start)
				d := exchange(clk)
				calls := make(chan string, 2)
				us := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					token, err := proofing.Callback(r.Body)
					if err != nil {
						t.Error(err)
					}
					calls <- token
				}))
				t.Cleanup(us.Close)
				c := proofing.New(sandboxtest.Link(t, d, clk))
				o := order
				o.Lang, o.CallbackURL = lang, us.URL
				s, err := c.Start(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
				res, err := browser.Get(s.PageURL)
				body := read(t, res, err)
				if res.StatusCode != http.StatusOK || !strings.Contains(body, `lang="`+lang+`"`) || strings.Count(body, "<button") != 6 ||
					!strings.Contains(body, `value="bad_picture"`) || strings.Contains(body, "></button>") || strings.Contains(body, "<script") {
					t.Errorf("%d\n%s", res.StatusCode, body)
				}
				if csp := res.Header.Get("Content-Security-Policy"); !strings.HasSuffix(csp, "form-action 'self' http://127.0.0.1:8080") {
					t.Errorf("policy %q", csp)
				}
				res, err = browser.PostForm(s.PageURL, url.Values{"outcome": {string(state)}})
				read(t, res, err)
				decided := state != proofing.Leave && state != "steal"
				if back := res.Header.Get("Location"); decided != (back == o.ReturnURL+"?token="+s.Token) {
					t.Errorf("leads to %q", back)
				}
				want := state
				if !decided {
					want = proofing.Open
				}
				r, err := c.Status(t.Context(), s.Token, o.Reference, o.Subject)
				if err != nil || r.State != want || (r.Evidence != "") != (state == proofing.Live) {
					t.Errorf("got %+v, %v", r, err)
				}
				if (len(calls) == 1) != decided {
					t.Fatalf("%d callbacks", len(calls))
				}
				if !decided {
					return
				}
				if token := <-calls; token != s.Token {
					t.Errorf("called with %q", token)
				}
				res, err = browser.PostForm(s.PageURL, url.Values{"outcome": {"live"}})
				if body := read(t, res, err); res.StatusCode != http.StatusOK || strings.Contains(body, "<form") || len(calls) != 0 {
					t.Errorf("a second choice: %d\n%s", res.StatusCode, body)
				}
			})
		}
	}
}

func read(t *testing.T, res *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func FuzzCallback(f *testing.F) {
	for _, s := range []string{`{"token":"a"}`, `{"token":""}`, `{"token":"a","more":1}`, `{"token":"a"}{}`, `[]`, ``, `{"token":"` + strings.Repeat("a", 300) + `"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		token, err := proofing.Callback(strings.NewReader(s))
		if (err == nil) != (token != "") || len(token) > 200 || (err != nil && !errs.Is(err, errs.Invalid)) {
			t.Errorf("%q: %q, %v", s, token, err)
		}
	})
}
