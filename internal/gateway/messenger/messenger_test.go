// SPDX-License-Identifier: Apache-2.0

package messenger_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

const chat = 7001

func double(t *testing.T, name string, c clock.Clock) *messenger.Double {
	t.Helper()
	d := messenger.NewDouble(name, sandboxtest.Token, c)
	write(t, d, "/start")
	return d
}

func write(t *testing.T, d *messenger.Double, text string) {
	t.Helper()
	if err := d.Write(t.Context(), messenger.Written{Chat: chat, Name: "Reza", Lang: "en", Text: text}); err != nil {
		t.Fatal(err)
	}
}

func client(l *link.Link) *messenger.Client { return messenger.New(messenger.Options{Link: l}) }

func TestModes(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *messenger.Client) error{
		"send":    func(ctx context.Context, c *messenger.Client) error { return c.Send(ctx, chat, "x") },
		"updates": func(ctx context.Context, c *messenger.Client) error { _, _, err := c.Updates(ctx, 0); return err },
		"hook":    func(ctx context.Context, c *messenger.Client) error { return c.SetHook(ctx, "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sandboxtest.Run(t, sandboxtest.Case{Make: func(t *testing.T, c clock.Clock) (sandbox.Double, func(context.Context, *link.Link) error) {
				return double(t, messenger.Bale, c), func(ctx context.Context, l *link.Link) error { return call(ctx, client(l)) }
			}})
		})
	}
}

// Who blocked the bot and who never wrote to it are told apart from a messenger
// that does not serve us; how long to wait is what it says.
func TestRefusals(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d := double(t, messenger.Telegram, clk)
	l := sandboxtest.Link(t, d, clk)
	c := client(l)
	code := func(err error) string {
		if e, ok := err.(interface{ Unwrap() error }); ok {
			_ = e
		}
		for _, k := range []string{"gateway.messenger.blocked", "gateway.messenger.unknown", "gateway.telegram.down"} {
			if err != nil && strings.Contains(err.Error(), k) {
				return k
			}
		}
		return ""
	}
	d.Block(chat, true)
	for range 10 {
		if err := c.Send(t.Context(), chat, "x"); !errs.Is(err, errs.Invalid) || code(err) != "gateway.messenger.blocked" {
			t.Fatalf("blocked: %v", err)
		}
		if err := c.Send(t.Context(), 12, "x"); !errs.Is(err, errs.Invalid) || code(err) != "gateway.messenger.unknown" {
			t.Fatalf("unknown: %v", err)
		}
	}
	if s := l.State().Breaker; s != "closed" {
		t.Errorf("the breaker is %s: it is the people, not the messenger", s)
	}
	d.Block(chat, false)
	d.Flood(35 * time.Second)
	err := c.Send(t.Context(), chat, "x")
	if !errs.Is(err, errs.Unavailable) || messenger.WaitOf(err) != 35*time.Second {
		t.Errorf("flooded: %v, wait %v", err, messenger.WaitOf(err))
	}
	clk.Advance(time.Minute)
	if err := c.Send(t.Context(), chat, "y"); err != nil || messenger.WaitOf(err) != 0 {
		t.Errorf("after the flood: %v", err)
	}
	if got := d.List(chat); len(got) != 1 || got[0].Text != "y" {
		t.Errorf("shown: %+v", got)
	}
}

// What people wrote is handed over until it was taken, and once only after that.
func TestUpdates(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d := double(t, messenger.Bale, clk)
	write(t, d, "/stop")
	c := client(sandboxtest.Link(t, d, clk))
	for range 2 {
		list, last, err := c.Updates(t.Context(), 0)
		if err != nil || len(list) != 2 || list[0].Text != "/start" || list[1].Text != "/stop" || list[0].Chat != chat || list[0].Name != "Reza" || last != list[1].ID {
			t.Fatalf("%+v, last %d, %v", list, last, err)
		}
		if list, next, err := c.Updates(t.Context(), last); err != nil || len(list) != 1 || next != last {
			t.Fatalf("from the last: %+v, %v", list, err)
		}
		write(t, d, "again") // so that the next turn begins with two
		if _, last, err = c.Updates(t.Context(), last+1); err != nil || last == 0 {
			t.Fatal(err)
		}
		if list, last, err := c.Updates(t.Context(), last+1); err != nil || len(list) != 0 || last != 0 {
			t.Fatalf("all taken: %+v, %v", list, err)
		}
		write(t, d, "/start")
		write(t, d, "/stop")
	}
}

// A webhook is called with our secret, and nobody without it is believed; while it
// is set, asking is refused and says why.
func TestHook(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(sandboxtest.Start)
	d := double(t, messenger.Telegram, clk)
	l := sandboxtest.Link(t, d, clk)
	c := messenger.New(messenger.Options{Link: l, HookKey: "s3cret", Page: "https://t.me/court_bot"})
	var got []messenger.Update
	var known []bool
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		known = append(known, c.Knows(r))
		u, ok, err := messenger.ReadUpdate(r)
		if err != nil || !ok {
			t.Errorf("%v %v", ok, err)
		}
		got = append(got, u)
	}))
	defer site.Close()
	if err := c.SetHook(t.Context(), site.URL); err != nil {
		t.Fatal(err)
	}
	write(t, d, "/start 12")
	if len(got) != 1 || got[0].Text != "/start 12" || got[0].Lang != "en" || !known[0] {
		t.Errorf("%+v, known %v", got, known)
	}
	if _, _, err := c.Updates(t.Context(), 0); !messenger.IsHooked(err) {
		t.Errorf("asked beside a webhook: %v", err)
	}
	for _, key := range []string{"", "s3cre", "s3cret2"} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", key)
		if c.Knows(r) || client(l).Knows(r) {
			t.Errorf("%q was believed", key)
		}
	}
	for _, body := range []string{"", "[]", "{}", `{"update_id":"x"}`} {
		if _, _, err := messenger.ReadUpdate(httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", body, err)
		}
	}
	for _, body := range []string{
		`{"update_id":1}`, `{"update_id":1,"message":{"chat":{"id":-5,"type":"group"},"from":{"id":1},"text":"/start 1"}}`,
	} {
		if _, ok, err := messenger.ReadUpdate(httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))); ok || err != nil {
			t.Errorf("%q: %v %v", body, ok, err)
		}
	}
	if p := c.Page("A B"); p != "https://t.me/court_bot?start=A+B" {
		t.Errorf("page %q", p)
	}
	if err := client(l).SetHook(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := client(l).Updates(t.Context(), 0); err != nil {
		t.Errorf("without a webhook: %v", err)
	}
}

// The token is part of the address of each call, and stands in no error and no log.
func TestTokenIsNotTold(t *testing.T) {
	t.Parallel()
	const token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
	var log bytes.Buffer
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, token) {
			t.Errorf("asked without the token: %s", r.URL.Path)
		}
		panic(http.ErrAbortHandler)
	}))
	defer slow.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, base := range []string{slow.URL, gone.URL, "http://127.0.0.1:1", "://", "http://a b", "nowhere://x"} {
		l := link.New(link.Options{Name: messenger.Bale, BaseURL: base, Token: token, Timeout: time.Second, Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(&log, nil))})
		err := client(l).Send(t.Context(), chat, "x")
		if err == nil {
			t.Fatalf("%s answered", base)
		}
		for e := err; e != nil; {
			if strings.Contains(e.Error(), token) {
				t.Errorf("%s: the error tells the token: %v", base, e)
			}
			u, ok := e.(interface{ Unwrap() error })
			if !ok {
				break
			}
			e = u.Unwrap()
		}
	}
	if log.Len() == 0 || strings.Contains(log.String(), token) || strings.Contains(log.String(), "AAHdqTcv") {
		t.Errorf("log: %s", log.String())
	}
}
