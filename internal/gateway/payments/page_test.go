// SPDX-License-Identifier: Apache-2.0

package payments_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
)

// visit is one person's browser at the provider's page, over real HTTP.
type visit struct {
	t *testing.T
	d *payments.Double
	s payments.Started
	c *http.Client
}

func arrive(t *testing.T, lang string) *visit {
	t.Helper()
	clk := clock.NewFake(sandboxtest.Start)
	d := provider(clk)
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	o := order
	o.Lang = lang
	s, err := payments.New(link.New(link.Options{Name: d.Name(), BaseURL: server.URL, Token: sandboxtest.Token, Clock: clk})).Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return &visit{t: t, d: d, s: s, c: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (v *visit) get(address string) (*http.Response, string) {
	v.t.Helper()
	res, err := v.c.Get(address)
	return v.read(res, err)
}

func (v *visit) press(action string) (*http.Response, string) {
	v.t.Helper()
	res, err := v.c.PostForm(v.s.PayURL, url.Values{"action": {action}})
	return v.read(res, err)
}

func (v *visit) read(res *http.Response, err error) (*http.Response, string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res, string(body)
}

func TestPage(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"fa": {`<html lang="fa" dir="rtl">`, "۳۱٬۲۵۰٬۰۰۰ ریال", "127.0.0.1:8080", "پرداخت می\u200cکنم"},
		"en": {`<html lang="en" dir="ltr">`, "31,250,000 rials", "127.0.0.1:8080", `value="cancel"`, `value="leave"`, `value="late"`},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			v := arrive(t, lang)
			res, body := v.get(v.s.PayURL)
			if res.StatusCode != http.StatusOK {
				t.Fatalf("status %d", res.StatusCode)
			}
			for _, w := range want {
				if !strings.Contains(body, w) {
					t.Errorf("the page has no %q", w)
				}
			}
			if strings.Contains(body, "<script") || strings.Contains(body, "<style") || strings.Contains(body, "style=") {
				t.Error("inline script or style")
			}
			csp := res.Header.Get("Content-Security-Policy")
			if !strings.Contains(csp, "default-src 'none'") || !strings.HasSuffix(csp, "form-action 'self' http://127.0.0.1:8080") {
				t.Errorf("policy %q", csp)
			}
			css, _ := v.get(v.s.PayURL[:strings.LastIndex(v.s.PayURL, "/")] + "/pay.css")
			if css.StatusCode != http.StatusOK || !strings.HasPrefix(css.Header.Get("Content-Type"), "text/css") {
				t.Errorf("stylesheet: %d %q", css.StatusCode, css.Header.Get("Content-Type"))
			}
		})
	}
}

func TestPress(t *testing.T) {
	t.Parallel()
	for action, outcome := range map[string]string{"pay": "paid", "cancel": "cancelled", "late": "pending"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			v := arrive(t, "en")
			res, _ := v.press(action)
			back, err := res.Location()
			if err != nil || res.StatusCode != http.StatusSeeOther {
				t.Fatalf("status %d, %v", res.StatusCode, err)
			}
			if q := back.Query(); back.Host != "127.0.0.1:8080" || back.Path != "/payments/return" || q.Get("token") != v.s.Token || q.Get("outcome") != outcome {
				t.Errorf("leads back to %s", back)
			}
			// A second press changes nothing and offers the way back.
			again, body := v.press("pay")
			if again.StatusCode != http.StatusOK || strings.Contains(body, "<form") || !strings.Contains(body, "Back to the merchant") {
				t.Errorf("second press: %d\n%s", again.StatusCode, body)
			}
		})
	}
	t.Run("leave", func(t *testing.T) {
		t.Parallel()
		v := arrive(t, "fa")
		res, body := v.press("leave")
		if res.StatusCode != http.StatusOK || strings.Contains(body, "<form") || strings.Contains(body, v.s.Token) {
			t.Errorf("%d\n%s", res.StatusCode, body)
		}
	})
	t.Run("no such button", func(t *testing.T) {
		t.Parallel()
		v := arrive(t, "fa")
		if res, body := v.press("steal"); res.StatusCode != http.StatusOK || !strings.Contains(body, "<form") {
			t.Errorf("%d\n%s", res.StatusCode, body)
		}
	})
	t.Run("unknown payment", func(t *testing.T) {
		t.Parallel()
		v := arrive(t, "fa")
		if res, _ := v.get(v.s.PayURL + "x"); res.StatusCode != http.StatusNotFound {
			t.Errorf("status %d", res.StatusCode)
		}
	})
	t.Run("down", func(t *testing.T) {
		t.Parallel()
		v := arrive(t, "fa")
		if err := v.d.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}); err != nil {
			t.Fatal(err)
		}
		if res, _ := v.get(v.s.PayURL); res.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("status %d", res.StatusCode)
		}
	})
}
