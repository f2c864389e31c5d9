// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

func TestRolesAreEnforced(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	st.expect(st.get("/"), 200, "home")
	for _, path := range []string{"/mine", "/bench"} {
		a := st.get(path + "?x=1")
		st.expect(a, http.StatusSeeOther)
		if got, want := a.header.Get("Location"), "/login?next="+url.QueryEscape(path+"?x=1"); got != want {
			t.Errorf("sent to %q, want %q", got, want)
		}
	}
	st.expect(st.get("/in/p1/citizen"), http.StatusSeeOther)
	st.expect(st.get("/mine"), 200, "mine", "شهروند", "لاله")
	st.expect(st.get("/bench"), http.StatusForbidden, "به این صفحه دسترسی ندارید")
	st.expect(st.get("/in/p1/judge"), http.StatusSeeOther)
	st.expect(st.get("/bench"), 200, "bench")
}

func TestRevokedCapacityBitesAtOnce(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	st.get("/in/p1/judge")
	st.expect(st.get("/bench"), 200)
	st.people.take("p1", errs.New(errs.Unavailable, ""))
	st.expect(st.get("/bench"), http.StatusServiceUnavailable)
	st.expect(st.get("/"), 200) // open pages stay open
	st.people.take("p1", errs.New(errs.Forbidden, ""))
	st.expect(st.get("/bench"), http.StatusSeeOther)
	st.people.take("p1", nil)
	st.expect(st.get("/bench"), http.StatusSeeOther) // the session is over for good
}

func TestWrongRoutesAreReportedAndNotServed(t *testing.T) {
	t.Parallel()
	ok := func(*Ctx) error { return nil }
	tests := []struct {
		name  string
		route Route
	}{
		{"no roles", Route{Method: "GET", Pattern: "/x", Handle: ok}},
		{"no handler", Route{Method: "GET", Pattern: "/x", Roles: Anyone}},
		{"unknown role", Route{Method: "GET", Pattern: "/x", Roles: []policy.Role{"king"}, Handle: ok}},
		{"nobody", Route{Method: "GET", Pattern: "/x", Roles: []policy.Role{policy.Nobody}, Handle: ok}},
		{"method", Route{Method: "BREW", Pattern: "/x", Roles: Anyone, Handle: ok}},
		{"no slash", Route{Method: "GET", Pattern: "x", Roles: Anyone, Handle: ok}},
		{"bad pattern", Route{Method: "GET", Pattern: "/{", Roles: Anyone, Handle: ok}},
		{"twice", Route{Method: "GET", Pattern: "/mine", Roles: Anyone, Handle: ok}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			st := sqliteSite(t, nil)
			before := len(st.s.Routes())
			st.s.Mount(tt.route)
			if st.s.Check() == nil || len(st.s.Routes()) != before {
				t.Errorf("accepted: %v", st.s.Check())
			}
		})
	}
}

func TestUnknownPathAndWrongMethod(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	st.expect(st.get("/nothing"), http.StatusNotFound, "این صفحه پیدا نشد", "<main")
	a := st.get("/form")
	st.expect(a, http.StatusMethodNotAllowed, "<main")
	if got := a.header.Get("Allow"); got != "POST" {
		t.Errorf("Allow %q", got)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		st := sqliteSite(t, func(d *Deps) { d.Secure = secure })
		for _, path := range []string{"/", "/nothing", "/panic", "/raw", "/assets/none"} {
			h := st.get(path).header
			if h.Get("Content-Security-Policy") != contentPolicy || h.Get("X-Content-Type-Options") != "nosniff" ||
				h.Get("Referrer-Policy") != "same-origin" || h.Get("Permissions-Policy") == "" || h.Get("X-Request-Id") == "" {
				t.Errorf("%s: headers %v", path, h)
			}
			if (h.Get("Strict-Transport-Security") != "") != secure {
				t.Errorf("%s: HSTS %q, secure %v", path, h.Get("Strict-Transport-Security"), secure)
			}
		}
	}
}

func TestForeignWritesAreRefused(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	for _, h := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
		{"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
	} {
		st.expect(st.do("POST", "/form", "code=1", h...), http.StatusForbidden, "سایت دیگری")
	}
	st.expect(st.do("POST", "/form", "code=1"), http.StatusUnprocessableEntity)
}

func TestFormComesBackWithErrors(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	a := st.do("POST", "/form", "code=%DB%B0%DB%B1%22%3E%3Cb%3E")
	st.expect(a, http.StatusUnprocessableEntity, `href="#f-code"`, `id="f-code"`, `aria-invalid="true"`, `aria-describedby="f-code-error"`,
		"۰۱&#34;&gt;&lt;b&gt;", "<title>خطا:")
	if strings.Contains(a.body, "<b>") {
		t.Error("what was typed is not escaped")
	}
	if strings.Index(a.body, "f-code-error") > strings.Index(a.body, `name="code"`) {
		t.Error("the error stands after its field")
	}
	st.expect(st.do("POST", "/form", "code="+strings.Repeat("1", 1500)), http.StatusRequestEntityTooLarge)
}

func TestErrorPagesInBothLanguages(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	titles := map[string][2]string{
		"internal":     {"خطایی در سامانهٔ ما رخ داد", "Something went wrong on our side"},
		"invalid":      {"این درخواست خوانده نشد", "We could not read this request"},
		"forbidden":    {"به این صفحه دسترسی ندارید", "You cannot open this page"},
		"not-found":    {"این صفحه پیدا نشد", "Page not found"},
		"conflict":     {"وضع این کار عوض شده است", "This has changed in the meantime"},
		"too-large":    {"بیش از اندازه بزرگ است", "This is too large"},
		"rate-limited": {"کمی صبر کنید", "Please wait a little"},
		"unavailable":  {"در دسترس نیست", "This service is not available right now"},
	}
	status := map[string]int{
		"internal": 500, "invalid": 422, "forbidden": 403, "not-found": 404, "conflict": 409,
		"too-large": 413, "rate-limited": 429, "unavailable": 503,
	}
	for path, title := range titles {
		fa := st.get("/fail/" + path)
		st.expect(fa, status[path], title[0], `lang="fa"`, `dir="rtl"`, fa.header.Get("X-Request-Id"))
		en := st.get("/fail/"+path, "Cookie", "lang=en")
		st.expect(en, status[path], title[1], `lang="en"`, `dir="ltr"`, en.header.Get("X-Request-Id"))
	}
	st.expect(st.get("/fail/unauthenticated"), http.StatusSeeOther)
	a := st.get("/panic")
	st.expect(a, 500, "خطایی در سامانهٔ ما رخ داد")
	if strings.Contains(a.body, "0012345678") {
		t.Error("the page shows the panic")
	}
}

func TestLocalPath(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"/", "/a/b", "/a?b=c&d=https://x", "/a#b", "/filings/%D8%A7"} {
		if got, ok := LocalPath(p); !ok || got != p {
			t.Errorf("%q refused", p)
		}
	}
	for _, p := range []string{
		"", "a", "//evil.example", "///evil", "/\\evil", "\\\\evil", "https://evil.example", "javascript:alert(1)", "/\t/evil",
		"/%5cevil", "/.//evil", "/..//evil", "/a\r\nSet-Cookie: x=1", "/\u202eevil", "/%2f/evil", "/" + strings.Repeat("a", 3000), " /a",
	} {
		if _, ok := LocalPath(p); ok {
			t.Errorf("%q taken", p)
		}
	}
}

func TestLanguageAndTheme(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	st.expect(st.get("/", "Accept-Language", "en-GB,en"), 200, `lang="fa"`, "tool-suggest")
	a := st.get("/language?to=en&back=/kept%3Fx%3D1")
	st.expect(a, http.StatusSeeOther)
	if a.header.Get("Location") != "/kept?x=1" || st.cookie("lang") != "en" {
		t.Errorf("to %q, cookie %q", a.header.Get("Location"), st.cookie("lang"))
	}
	st.expect(st.get("/"), 200, `lang="en"`, `dir="ltr"`, "back=%2F")
	if got := st.get("/language?to=fa&back=//evil.example").header.Get("Location"); got != "/" {
		t.Errorf("open redirect to %q", got)
	}
	st.expect(st.get("/language?to=xx"), http.StatusNotFound)
	st.get("/theme?to=dark")
	st.expect(st.get("/"), 200, `data-theme="dark"`)
	st.get("/theme?to=auto")
	if a := st.get("/"); strings.Contains(a.body, "data-theme") || st.cookie("theme") != "" {
		t.Error("the theme stays")
	}
	st.expect(st.get("/theme?to=pink"), http.StatusNotFound)
}

func TestRedirectStaysHere(t *testing.T) {
	t.Parallel()
	c := &Ctx{W: httptest.NewRecorder(), R: httptest.NewRequest("GET", "/", nil), noSave: true}
	if err := c.Redirect("https://pay.example/"); !errors.Is(err, errNotLocal) {
		t.Errorf("error %v", err)
	}
}

func TestIP(t *testing.T) {
	t.Parallel()
	tests := []struct{ remote, forwarded, want string }{
		{"203.0.113.9:1", "1.2.3.4", "203.0.113.9"}, // not a proxy of ours: not believed
		{"10.0.0.1:1", "6.6.6.6, 203.0.113.7", "203.0.113.7"},
		{"10.0.0.1:1", "203.0.113.7, 10.0.0.2", "203.0.113.7"},
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},
		{"[2001:db8::1]:1", "", "2001:db8::1"},
	}
	s := &Server{d: Deps{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.remote
		r.Header.Set("X-Forwarded-For", tt.forwarded)
		if got := (&Ctx{R: r, s: s}).IP(); got != tt.want {
			t.Errorf("%s via %s: %s, want %s", tt.remote, tt.forwarded, got, tt.want)
		}
	}
}
