// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var mods = []store.Migrations{Migrations}

func TestSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		st := newSite(t, db, clk, nil)
		ctx := t.Context()
		count := func() int {
			t.Helper()
			n, err := store.One[int](ctx, db, `SELECT count(*) FROM web_session`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		st.get("/")
		st.get("/language?to=fa")
		if n := count(); n != 0 || st.cookie("tarazu") != "" {
			t.Fatalf("%d sessions for a reader", n)
		}
		st.expect(st.get("/raw"), 200, "raw") // a handler that writes by itself
		before := st.cookie("tarazu")
		st.expect(st.get("/kept"), 200, "kept=raw")

		st.get("/in/p1/citizen")
		token := st.cookie("tarazu")
		if token == "" || token == before || count() != 1 {
			t.Fatalf("the token was not renewed at sign-in (%d sessions)", count())
		}
		stored, err := store.All[string](ctx, db, `SELECT token FROM web_session`)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(stored[0], token) {
			t.Error("the token itself is stored")
		}

		list, err := st.s.SessionsOf(ctx, "p1")
		if err != nil || len(list) != 1 || list[0].Capacity != "citizen" || !list[0].TouchedAt.Equal(storetest.Start) {
			t.Fatalf("sessions %+v, %v", list, err)
		}
		clk.Advance(30 * time.Second)
		st.get("/mine")
		list, _ = st.s.SessionsOf(ctx, "p1")
		if !list[0].TouchedAt.Equal(storetest.Start) {
			t.Error("touched within a minute")
		}
		clk.Advance(31 * time.Second)
		st.get("/mine")
		list, _ = st.s.SessionsOf(ctx, "p1")
		if !list[0].TouchedAt.Equal(storetest.Start.Add(61 * time.Second)) {
			t.Errorf("touched at %v", list[0].TouchedAt)
		}

		// Another person's name does not end it; the owner's does, at once.
		if err := st.s.Revoke(ctx, "p2", list[0].ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another person's session: %v, want not found", err)
		}
		st.expect(st.get("/mine"), 200)
		if err := st.s.Revoke(ctx, "p1", list[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := st.s.Revoke(ctx, "p1", list[0].ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("a session that has ended: %v, want not found", err)
		}
		st.expect(st.get("/mine"), http.StatusSeeOther)

		// Use does not lengthen a session.
		st.get("/in/p1/citizen")
		clk.Advance(SessionLifetime - time.Second)
		st.expect(st.get("/mine"), 200)
		clk.Advance(time.Second)
		st.expect(st.get("/mine"), http.StatusSeeOther)
		if err := st.s.SweepSessions(ctx); err != nil || count() != 0 {
			t.Errorf("%d sessions after the sweep, %v", count(), err)
		}

		st.get("/in/p1/citizen")
		first, _ := st.s.SessionsOf(ctx, "p1")
		st.jar, _ = freshJar()
		st.get("/in/p1/lawyer")
		if err := st.s.RevokeAll(ctx, "p1", first[0].ID); err != nil {
			t.Fatal(err)
		}
		left, err := st.s.SessionsOf(ctx, "p1")
		if err != nil || len(left) != 1 || left[0].ID != first[0].ID {
			t.Errorf("left %+v, %v", left, err)
		}
	})
}

func TestSessionLifetimeIsASetting(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, func(d *Deps) { d.SessionLifetime = time.Hour })
	st.get("/in/p1/citizen")
	st.clock.Advance(time.Hour - time.Second)
	st.expect(st.get("/mine"), 200)
	st.clock.Advance(time.Second)
	st.expect(st.get("/mine"), http.StatusSeeOther)
}

// TestRenewalDoesNotLengthen: a new token, for another capacity, a proof or a new
// level, ends when the first one would have; only signing in begins anew.
func TestRenewalDoesNotLengthen(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		st := newSite(t, db, clk, nil)
		st.s.Mount(Route{Method: "GET", Pattern: "/renew", Roles: SignedIn, Handle: func(c *Ctx) error {
			if err := c.Renew("lawyer"); err != nil {
				return err
			}
			return c.Redirect("/mine")
		}})
		st.get("/in/p1/citizen")
		for range 2 {
			clk.Advance(SessionLifetime / 3)
			before := st.cookie("tarazu")
			st.get("/renew")
			if st.cookie("tarazu") == before {
				t.Fatal("the token is the same")
			}
		}
		list, err := st.s.SessionsOf(t.Context(), "p1")
		if err != nil || len(list) != 1 || !list[0].CreatedAt.Equal(storetest.Start) || !list[0].ExpiresAt.Equal(storetest.Start.Add(SessionLifetime)) {
			t.Errorf("sessions %+v, %v", list, err)
		}
		clk.Advance(SessionLifetime/3 - time.Second)
		st.expect(st.get("/mine"), 200)
		clk.Advance(time.Second)
		st.expect(st.get("/mine"), http.StatusSeeOther)
		st.get("/in/p1/citizen")
		clk.Advance(SessionLifetime - time.Second)
		st.get("/in/p1/citizen") // signing in begins anew
		clk.Advance(2 * time.Second)
		st.expect(st.get("/mine"), 200)
	})
}

func TestRevokedSessionIsNotWrittenBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		st := newSite(t, db, clk, nil)
		st.s.Mount(Route{Method: "GET", Pattern: "/late", Roles: SignedIn, Handle: func(c *Ctx) error {
			if err := st.s.RevokeAll(c.Context(), "p1", ""); err != nil {
				return err
			}
			c.Put("kept", "late")
			return c.Render(Page{Title: "late", Body: Empty("late")})
		}})
		st.get("/in/p1/citizen")
		if a := st.get("/late"); a.code == 200 {
			t.Errorf("status %d: a revoked session was saved", a.code)
		}
		n, err := store.One[int](t.Context(), db, `SELECT count(*) FROM web_session`)
		if err != nil || n != 0 {
			t.Errorf("%d sessions, %v", n, err)
		}
	})
}

func TestCookieAndSignOut(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	set := st.get("/in/p1/citizen").header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("cookie %q lacks %s", set, want)
		}
	}
	if strings.Contains(set, "Secure") || strings.Contains(set, "Max-Age") {
		t.Errorf("cookie %q", set)
	}
	st.expect(st.do("POST", "/logout", ""), http.StatusSeeOther)
	st.expect(st.get("/"), 200, "از سامانه خارج شدید")
	if a := st.get("/"); strings.Contains(a.body, "از سامانه خارج شدید") {
		t.Error("the flash is shown twice")
	}
	st.expect(st.get("/mine"), http.StatusSeeOther)
	secure := sqliteSite(t, func(d *Deps) { d.Secure = true })
	if set := secure.get("/in/p1/citizen").header.Get("Set-Cookie"); !strings.Contains(set, "Secure") || !strings.Contains(set, "__Host-tarazu=") {
		t.Errorf("cookie %q", set)
	}
}

// TestStolenCookie: a cookie that turns up in another kind of browser is worth
// nothing there, and from then on nowhere. A newer version is no other kind.
func TestStolenCookie(t *testing.T) {
	t.Parallel()
	const phone, newer, thief = "Mozilla/5.0 (Linux; Android 10) Chrome/120.0 Mobile", "Mozilla/5.0 (Linux; Android 10) Chrome/121.0 Mobile", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
	st := sqliteSite(t, nil)
	st.get("/in/p1/citizen", "User-Agent", phone)
	st.expect(st.get("/mine", "User-Agent", newer), 200)
	cookie := st.cookie("tarazu")
	if a := st.get("/mine", "User-Agent", thief); a.code != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), LoginPath) {
		t.Errorf("the thief got %d %s", a.code, a.header.Get("Location"))
	}
	st.expect(st.get("/mine", "User-Agent", phone, "Cookie", "tarazu="+cookie), http.StatusSeeOther)
}

func TestAnotherPersonInheritsNothing(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	st.s.Mount(Route{Method: "GET", Pattern: "/as/{person}", Roles: Anyone, Handle: func(c *Ctx) error {
		if err := c.SignIn(c.Param("person"), "citizen"); err != nil {
			return err
		}
		return c.Redirect("/")
	}})
	st.get("/raw")
	st.get("/as/p1")
	st.expect(st.get("/kept"), 200, "kept=raw") // one's own way to sign-in goes on
	st.get("/as/p2")
	if a := st.get("/kept"); strings.Contains(a.body, "kept=raw") {
		t.Error("the next person sees the values of the one before")
	}
}

func TestLostSessionKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	a := st.do("POST", "/mine", "text=%3Cb%3Elong+story&password=hush&tick=1&tick=2")
	st.expect(a, http.StatusUnauthorized, `name="text" value="&lt;b&gt;long story"`, `value="2"`, `action="/mine"`, `target="_blank"`)
	if strings.Contains(a.body, "hush") {
		t.Error("the page holds the password")
	}
	st.expect(st.do("POST", "/mine", "--x", "Content-Type", "multipart/form-data; boundary=x"), http.StatusUnauthorized, "فایل\u200cها را باید دوباره")
	st.get("/in/p1/citizen")
	clkPast := SessionLifetime + time.Second
	st.clock.Advance(clkPast)
	if to := st.get("/mine").header.Get("Location"); !strings.Contains(to, "ended=1") {
		t.Errorf("sent to %q without a word why", to)
	}
}

func TestAccessLogHoldsNoPersonalData(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	st := sqliteSite(t, func(d *Deps) {
		d.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	st.get("/in/person-one/citizen")
	st.get("/mine?code=0012345678")
	st.get("/filings/secret-id?code=0012345678")
	st.do("POST", "/form", "code=0012345678")
	st.http.Close()
	text := log.String()
	if !strings.Contains(text, `route="GET /mine"`) || !strings.Contains(text, "role=citizen") {
		t.Errorf("log lacks the request: %s", text)
	}
	for _, bad := range []string{"0012345678", "person-one", "secret-id", "127.0.0.1", "لاله"} {
		if strings.Contains(text, bad) {
			t.Errorf("the log holds %q", bad)
		}
	}
}

// TestRenewalIsNoWayRound: a request that changes its token while the session
// is revoked, or while another request changes it, ends with no second session.
func TestRenewalIsNoWayRound(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		st := newSite(t, db, clk, nil)
		st.s.Mount(
			Route{Method: "GET", Pattern: "/renew", Roles: SignedIn, Handle: func(c *Ctx) error {
				if err := c.SignIn("p1", "lawyer"); err != nil {
					return err
				}
				if err := st.s.RevokeAll(c.Context(), "p1", ""); err != nil {
					return err
				}
				return c.Render(Page{Title: "renewed", Body: Empty("renewed")})
			}},
			Route{Method: "GET", Pattern: "/change", Roles: SignedIn, Handle: func(c *Ctx) error {
				if err := c.SignIn("p1", "lawyer"); err != nil {
					return err
				}
				return c.Render(Page{Title: "changed", Body: Empty("changed")})
			}},
		)
		st.get("/in/p1/citizen")
		if a := st.get("/renew"); a.code == 200 {
			t.Errorf("status %d: a revoked session lives on under a new token", a.code)
		}
		if n, err := store.One[int](t.Context(), db, `SELECT count(*) FROM web_session`); err != nil || n != 0 {
			t.Errorf("%d sessions, %v", n, err)
		}
		// Changing the token at the same moment twice leaves one session.
		st.get("/in/p1/citizen")
		u, err := url.Parse(st.http.URL)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() { // each with the same old cookie
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, st.http.URL+"/change", nil)
				if err != nil {
					t.Error(err)
					return
				}
				for _, c := range st.jar.Cookies(u) {
					r.AddCookie(c)
				}
				res, err := http.DefaultTransport.RoundTrip(r)
				if err != nil {
					t.Error(err)
					return
				}
				_ = res.Body.Close()
			})
		}
		wg.Wait()
		if n, err := store.One[int](t.Context(), db, `SELECT count(*) FROM web_session`); err != nil || n != 1 {
			t.Errorf("%d sessions after twelve changes at once, %v; want 1", n, err)
		}
	})
}

func TestAddressesAreText(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		st := newSite(t, db, clk, nil)
		for _, path := range []string{"/in/%00/citizen", "/in/%ff/citizen", "/mine?a=%00", "/mine?%fe=1", "/mine?a=%ff"} {
			if a := st.get(path); a.code != http.StatusNotFound {
				t.Errorf("%s: %d, want 404", path, a.code)
			}
		}
	})
}
