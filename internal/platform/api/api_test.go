// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// tokens are three bearers: a clerk with all scopes, a citizen, and a citizen
// who may only read.
type tokens struct{}

func (tokens) Bearer(_ context.Context, token string) (Bearer, error) {
	all := append(Scopes(), ScopeAccount)
	switch token {
	case "clerk":
		return Bearer{Actor: policy.Actor{Person: "c", Role: policy.Clerk, Unit: "u"}, Scopes: all}, nil
	case "citizen":
		return Bearer{Actor: policy.Actor{Person: "p", Role: policy.Citizen}, Scopes: all}, nil
	case "other":
		return Bearer{Actor: policy.Actor{Person: "q", Role: policy.Citizen}, Scopes: all}, nil
	case "reader":
		return Bearer{Actor: policy.Actor{Person: "p", Role: policy.Citizen}, Scopes: []Scope{ScopeRead}}, nil
	case "down":
		return Bearer{}, errs.New(errs.Unavailable, "")
	}
	return Bearer{}, errs.New(errs.Unauthenticated, "")
}

type thing struct {
	Name  string `json:"name" minLength:"2" maxLength:"20"`
	Count int    `json:"count,omitempty" minimum:"1" maximum:"9"`
	Kind  string `json:"kind,omitempty" enum:"a,b"`
}

type site struct {
	*Registry
	t     *testing.T
	db    *store.DB
	clock *clock.Fake
	acts  atomic.Int64
	fail  error // of the acts to come
	gate  chan struct{}
}

func newSite(t *testing.T, db *store.DB, clk *clock.Fake) *site {
	t.Helper()
	words, err := i18n.NewCatalog(web.Locale, Locale)
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(Deps{
		DB: db, Clock: clk, Log: slog.New(slog.DiscardHandler), Catalog: words, Tokens: tokens{}, Secret: make([]byte, 32), BaseURL: "http://test",
		PerAddress: Limit{N: 5, Per: time.Minute},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{Registry: r, t: t, db: db, clock: clk}
	type byID struct {
		ID string `path:"id"`
	}
	Add(r, Op{ID: "getThing", Method: "GET", Path: "/things/{id}", Tag: "t", Summary: "s", Roles: []policy.Role{policy.Citizen}, Scope: ScopeRead},
		func(c *Call, in *byID) (thing, error) {
			switch in.ID {
			case "none":
				return thing{}, errs.New(errs.NotFound, "")
			case "panic":
				panic("secret of ours")
			case "broken":
				return thing{}, errors.New("secret of ours")
			}
			return thing{Name: in.ID}, nil
		})
	Add(r, Op{ID: "listThings", Method: "GET", Path: "/things", Tag: "t", Summary: "s", Roles: web.SignedIn, Scope: ScopeRead},
		func(c *Call, in *Paging) (Page[thing], error) {
			var place int
			if err := ReadCursor(in.After, &place); err != nil {
				return Page[thing]{}, err
			}
			return NewPage([]thing(nil), Cursor(place+in.Limit)), nil
		})
	type body struct{ Body thing }
	Add(r, Op{ID: "makeThing", Method: "POST", Path: "/things", Tag: "t", Summary: "s", Roles: web.SignedIn, Scope: ScopeFile, Status: 201, MaxBody: 200},
		func(c *Call, in *body) (thing, error) {
			n := s.acts.Add(1)
			if s.gate != nil {
				<-s.gate
			}
			if s.fail != nil {
				return thing{}, s.fail
			}
			return thing{Name: c.Act, Count: int(n)}, nil
		})
	Add(r, Op{ID: "dropThing", Method: "DELETE", Path: "/things/{id}", Tag: "t", Summary: "s", Roles: []policy.Role{policy.Clerk}, Scope: ScopeCourt},
		func(*Call, *byID) (None, error) { return None{}, nil })
	Add(r, Op{ID: "hello", Method: "POST", Path: "/hello", Tag: "t", Summary: "s", Roles: web.Anyone},
		func(c *Call, in *struct{}) (thing, error) { return thing{Name: c.P.T("api.method")}, nil })
	AddFile(r, Op{ID: "getPaper", Method: "GET", Path: "/paper", Tag: "t", Summary: "s", Roles: web.SignedIn, Scope: ScopeRead}, []string{"application/pdf"},
		func(*Call, *struct{}) (File, error) {
			return File{Name: "برگه.pdf", Type: "application/pdf", Body: []byte("%PDF")}, nil
		})
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	return s
}

type got struct {
	*httptest.ResponseRecorder
	problem Problem
}

func (s *site) call(method, path, token, body string, headers ...string) got {
	s.t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	req := httptest.NewRequestWithContext(s.t.Context(), method, Prefix+path, in)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, req)
	g := got{ResponseRecorder: w}
	if w.Header().Get("Content-Type") == "application/problem+json" {
		if err := json.Unmarshal(w.Body.Bytes(), &g.problem); err != nil {
			s.t.Errorf("%s %s: %v", method, path, err)
		}
		if g.problem.Status != w.Code || g.problem.Title == "" || g.problem.Detail == "" || g.problem.Code == "" || strings.Contains(w.Body.String(), "⟦") {
			s.t.Errorf("%s %s: incomplete problem %s", method, path, w.Body)
		}
	} else if w.Code >= 400 {
		s.t.Errorf("%s %s: %d is no problem: %s", method, path, w.Code, w.Body)
	}
	return g
}

const aKey = "01234567-89ab-cdef-0123"

func TestProblems(t *testing.T) {
	t.Parallel()
	s := newSite(t, storetest.Open(t, storetest.DSN(t, "sqlite"), clock.NewFake(storetest.Start), Migrations), clock.NewFake(storetest.Start))
	s.d.PerAddress = Limit{}
	long := `{"name":"` + strings.Repeat("a", 300) + `"}`
	cases := []struct {
		what, method, path, token, body string
		headers                         []string
		status                          int
		code, field, fieldCode          string
	}{
		{"fine", "GET", "/things/ab", "citizen", "", nil, 200, "", "", ""},
		{"no token", "GET", "/things/ab", "", "", nil, 401, "api.token.missing", "", ""},
		{"a wrong token", "GET", "/things/ab", "nobody's", "", nil, 401, "api.token.wrong", "", ""},
		{"a cookie is no token", "GET", "/things/ab", "", "", []string{"Cookie", "tarazu=citizen"}, 401, "api.token.missing", "", ""},
		{"basic is no token", "GET", "/things/ab", "", "", []string{"Authorization", "Basic Y2l0aXplbjo="}, 401, "api.token.wrong", "", ""},
		{"another role", "GET", "/things/ab", "clerk", "", nil, 403, "errs.forbidden", "", ""},
		{"no scope", "POST", "/things", "reader", `{"name":"ab"}`, nil, 403, "api.token.scope", "", ""},
		{"tokens cannot be asked", "GET", "/things/ab", "down", "", nil, 503, "errs.unavailable", "", ""},
		{"no such thing", "GET", "/things/none", "citizen", "", nil, 404, "errs.not_found", "", ""},
		{"no such path", "GET", "/nothing", "citizen", "", nil, 404, "api.no_operation", "", ""},
		{"another spelling", "GET", "/things//ab", "citizen", "", nil, 404, "api.no_operation", "", ""},
		{"another method", "PATCH", "/things", "citizen", "", nil, 405, "api.method", "", ""},
		{"no text", "GET", "/things/%ff", "citizen", "", nil, 400, "api.path", "", ""},
		{"NUL", "GET", "/things/a%00", "citizen", "", nil, 400, "api.path", "", ""},
		{"unknown parameter", "GET", "/things?x=1", "citizen", "", nil, 422, "errs.invalid_fields", "x", "api.field.unknown"},
		{"limit too large", "GET", "/things?limit=101", "citizen", "", nil, 422, "errs.invalid_fields", "limit", "api.field.most"},
		{"limit no number", "GET", "/things?limit=x", "citizen", "", nil, 422, "errs.invalid_fields", "limit", "api.field.form"},
		{"no place", "GET", "/things?after=%21", "citizen", "", nil, 422, "errs.invalid_fields", "after", "api.field.after"},
		{"a panic", "GET", "/things/panic", "citizen", "", nil, 500, "errs.internal", "", ""},
		{"a fault of ours", "GET", "/things/broken", "citizen", "", nil, 500, "errs.internal", "", ""},
		{"no key", "POST", "/things", "citizen", `{"name":"ab"}`, []string{keyHeader, ""}, 400, "api.key.missing", "", ""},
		{"a short key", "POST", "/things", "citizen", `{"name":"ab"}`, []string{keyHeader, "1"}, 400, "api.key.shape", "", ""},
		{"no body", "POST", "/things", "citizen", "", []string{"Content-Type", "application/json"}, 400, "api.body.missing", "", ""},
		{"no type", "POST", "/things", "citizen", `{"name":"ab"}`, []string{"Content-Type", ""}, 415, "api.media", "", ""},
		{"another type", "POST", "/things", "citizen", `name=ab`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "api.media", "", ""},
		{"another charset", "POST", "/things", "citizen", `{"name":"ab"}`, []string{"Content-Type", "application/json; charset=latin1"}, 415, "api.media", "", ""},
		{"compressed", "POST", "/things", "citizen", `{"name":"ab"}`, []string{"Content-Encoding", "gzip"}, 415, "api.encoding", "", ""},
		{"too large", "POST", "/things", "citizen", long, nil, 413, "api.too_large", "", ""},
		{"no JSON", "POST", "/things", "citizen", `{"name":`, nil, 400, "api.body.broken", "", ""},
		{"more than one value", "POST", "/things", "citizen", `{"name":"ab"} {}`, nil, 400, "api.body.broken", "", ""},
		{"no UTF-8", "POST", "/things", "citizen", "{\"name\":\"\xff\xff\"}", nil, 400, "api.body.broken", "", ""},
		{"NUL in a text", "POST", "/things", "citizen", `{"name":"a\u0000b"}`, nil, 400, "api.body.broken", "", ""},
		{"deep", "POST", "/things", "citizen", strings.Repeat(`[`, 60) + strings.Repeat(`]`, 60), nil, 400, "api.body.broken", "", ""},
		{"unknown member", "POST", "/things", "citizen", `{"name":"ab","x":1}`, nil, 422, "errs.invalid_fields", "x", "api.field.unknown"},
		{"missing member", "POST", "/things", "citizen", `{}`, nil, 422, "errs.invalid_fields", "name", "form.required"},
		{"wrong type", "POST", "/things", "citizen", `{"name":1}`, nil, 422, "errs.invalid_fields", "name", "api.field.type"},
		{"no object", "POST", "/things", "citizen", `[]`, nil, 422, "errs.invalid_fields", "", "api.field.type"},
		{"null", "POST", "/things", "citizen", `null`, nil, 422, "errs.invalid_fields", "", "api.field.type"},
		{"too short", "POST", "/things", "citizen", `{"name":"a"}`, nil, 422, "errs.invalid_fields", "name", "api.field.short"},
		{"too long", "POST", "/things", "citizen", `{"name":"aaaaaaaaaaaaaaaaaaaaaaaaaa"}`, nil, 422, "errs.invalid_fields", "name", "api.field.long"},
		{"too little", "POST", "/things", "citizen", `{"name":"ab","count":0}`, nil, 422, "errs.invalid_fields", "count", "api.field.least"},
		{"no choice", "POST", "/things", "citizen", `{"name":"ab","kind":"c"}`, nil, 422, "errs.invalid_fields", "kind", "api.field.choice"},
		{"fine body", "POST", "/things", "citizen", `{"name":"ab"}`, nil, 201, "", "", ""},
		{"needless body", "POST", "/hello", "", `{"a":1}`, nil, 400, "api.body.needless", "", ""},
		{"empty object as no body", "POST", "/hello", "", `{}`, nil, 200, "", "", ""},
		{"nothing to say", "DELETE", "/things/ab", "clerk", "", nil, 204, "", "", ""},
	}
	for i, c := range cases {
		headers := append([]string{keyHeader, strings.Repeat("k", 16) + string(rune('A'+i))}, c.headers...)
		g := s.call(c.method, c.path, c.token, c.body, headers...)
		if g.Code != c.status || g.problem.Code != c.code {
			t.Errorf("%s: %d %s, want %d %s: %s", c.what, g.Code, g.problem.Code, c.status, c.code, g.Body)
			continue
		}
		if c.fieldCode != "" && (len(g.problem.Errors) != 1 || g.problem.Errors[0].Field != c.field || g.problem.Errors[0].Code != c.fieldCode || g.problem.Errors[0].Detail == "") {
			t.Errorf("%s: %+v", c.what, g.problem.Errors)
		}
		if strings.Contains(g.Body.String(), "secret of ours") || g.Header().Get("X-Request-Id") == "" || g.Header().Get("Set-Cookie") != "" || g.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v %s", c.what, g.Header(), g.Body)
		}
		if (g.Code == 401) != (g.Header().Get("WWW-Authenticate") != "") && g.Code != 403 {
			t.Errorf("%s: WWW-Authenticate %q", c.what, g.Header().Get("WWW-Authenticate"))
		}
	}
	if g := s.call("GET", "/paper", "citizen", ""); g.Header().Get("Content-Type") != "application/pdf" || g.Body.String() != "%PDF" || !strings.Contains(g.Header().Get("Content-Disposition"), "filename*=utf-8''") {
		t.Errorf("the file: %v %s", g.Header(), g.Body)
	}
	if g := s.call("HEAD", "/things/ab", "citizen", ""); g.Code != 200 || g.Body.Len() != 0 {
		t.Errorf("HEAD: %d %s", g.Code, g.Body)
	}
	if fa := s.call("GET", "/nothing", "", "", "Accept-Language", "de, fa;q=0.5, en;q=0.2"); fa.problem.Detail == s.call("GET", "/nothing", "", "").problem.Detail {
		t.Error("Persian and English are the same")
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(storetest.Start)
	s := newSite(t, storetest.Open(t, storetest.DSN(t, "sqlite"), clk, Migrations), clk)
	s.d.PerToken = Limit{N: 2, Per: time.Minute}
	for i := range 7 {
		want := 401
		if i >= 5 {
			want = 429
		}
		if g := s.call("GET", "/things/ab", "guess", ""); g.Code != want || (want == 429) != (g.Header().Get("Retry-After") != "") {
			t.Errorf("guess %d: %d %v", i, g.Code, g.Header())
		}
	}
	for i, want := range []int{200, 200, 429} {
		if g := s.call("GET", "/things/ab", "citizen", ""); g.Code != want {
			t.Errorf("call %d: %d", i, g.Code)
		}
	}
	clk.Advance(time.Minute)
	if g := s.call("GET", "/things/ab", "citizen", ""); g.Code != 200 {
		t.Errorf("a minute later: %d", g.Code)
	}
}

func TestIdempotency(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := newSite(t, db, clk)
		make := func(token, body, key string) got { return s.call("POST", "/things", token, body, keyHeader, key) }
		first := make("citizen", `{"name":"ab"}`, aKey)
		again := make("citizen", `{"name":"ab"}`, aKey)
		if first.Code != 201 || again.Code != 201 || first.Body.String() != again.Body.String() || s.acts.Load() != 1 {
			t.Fatalf("%d %s, then %d %s after %d acts", first.Code, first.Body, again.Code, again.Body, s.acts.Load())
		}
		if first.Header().Get(replayedHeader) != "" || again.Header().Get(replayedHeader) != "true" || again.Header().Get("Content-Type") != first.Header().Get("Content-Type") {
			t.Errorf("%v, then %v", first.Header(), again.Header())
		}
		if g := make("citizen", `{"name":"ac"}`, aKey); g.Code != 422 || g.problem.Code != "api.key.other" {
			t.Errorf("another body: %d %s", g.Code, g.Body)
		}
		if g := s.call("POST", "/hello", "", "", keyHeader, aKey); g.Code != 200 {
			t.Errorf("somebody else's key: %d", g.Code)
		}
		if g := make("other", `{"name":"ab"}`, aKey); g.Code != 201 || g.Header().Get(replayedHeader) != "" || s.acts.Load() != 2 {
			t.Errorf("the same key of another person: %d, %d acts", g.Code, s.acts.Load())
		}
		// A refusal is an answer, a failure of ours is none.
		s.fail = errs.New(errs.Conflict, "")
		if a, b := make("citizen", `{"name":"ab"}`, aKey+"1"), make("citizen", `{"name":"ab"}`, aKey+"1"); a.Code != 409 || b.Header().Get(replayedHeader) != "true" || s.acts.Load() != 3 {
			t.Errorf("refused: %d, then %d after %d acts", a.Code, b.Code, s.acts.Load())
		}
		s.fail = errs.New(errs.Unavailable, "")
		if a, b := make("citizen", `{"name":"ab"}`, aKey+"2"), make("citizen", `{"name":"ab"}`, aKey+"2"); a.Code != 503 || b.Code != 503 || b.Header().Get(replayedHeader) != "" || s.acts.Load() != 5 {
			t.Errorf("unavailable: %d, then %d after %d acts", a.Code, b.Code, s.acts.Load())
		}
		s.fail = nil
		// A day later the key is free.
		clk.Advance(keepFor)
		if g := make("citizen", `{"name":"ax"}`, aKey); g.Code != 201 || g.Header().Get(replayedHeader) != "" {
			t.Errorf("a day later: %d %s", g.Code, g.Body)
		}
		clk.Advance(keepFor + time.Second)
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := store.One[int64](t.Context(), db, `SELECT count(*) FROM api_idempotency`); err != nil || n != 0 {
			t.Errorf("%d rows are left, %v", n, err)
		}
	})
}

// TestIdempotencyAtOnce: of many equal calls at once one acts.
func TestIdempotencyAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := newSite(t, db, clk)
		s.gate = make(chan struct{})
		var wg sync.WaitGroup
		var made, busy atomic.Int64
		for range 8 {
			wg.Go(func() {
				g := s.call("POST", "/things", "citizen", `{"name":"ab"}`, keyHeader, aKey)
				switch {
				case g.Code == 201:
					made.Add(1)
				case g.Code == 409 && g.problem.Code == "api.key.at_work" && g.Header().Get("Retry-After") != "":
					if busy.Add(1) == 7 { // all others have heard that one is at work
						close(s.gate)
					}
				default:
					t.Errorf("%d %s", g.Code, g.Body)
				}
			})
		}
		wg.Wait()
		if made.Load() != 1 || busy.Load() != 7 || s.acts.Load() != 1 {
			t.Errorf("%d made, %d busy, %d acts", made.Load(), busy.Load(), s.acts.Load())
		}
	})
}

// TestIdempotencyAfterACrash: a key whose process died is taken over when its
// lease has ended, by one call only, and what the dead one would still write is
// not kept.
func TestIdempotencyAfterACrash(t *testing.T) {
	t.Parallel()
	storetest.Each(t, []store.Migrations{Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		s := newSite(t, db, clk)
		ctx := t.Context()
		dead := s.keyOf("p citizen  ", aKey)
		req := httptest.NewRequest("POST", Prefix+"/things", nil)
		req.Header.Set("Content-Type", "application/json")
		body := `{"name":"ab"}`
		if _, state, err := dead.take(ctx, db, askedFor(req, []byte(body))); err != nil || state != taken {
			t.Fatal(state, err)
		}
		if g := s.call("POST", "/things", "citizen", body, keyHeader, aKey); g.Code != 409 {
			t.Errorf("within the lease: %d %s", g.Code, g.Body)
		}
		clk.Advance(leaseFor)
		g := s.call("POST", "/things", "citizen", body, keyHeader, aKey)
		if g.Code != 201 || s.acts.Load() != 1 {
			t.Fatalf("after the lease: %d %s", g.Code, g.Body)
		}
		if err := dead.answer(ctx, db, &recorder{status: 500, header: http.Header{}}); err != nil {
			t.Fatal(err)
		}
		if err := dead.release(ctx, db); err != nil {
			t.Fatal(err)
		}
		if again := s.call("POST", "/things", "citizen", body, keyHeader, aKey); again.Body.String() != g.Body.String() || s.acts.Load() != 1 {
			t.Errorf("%d %s", again.Code, again.Body)
		}
		row, err := store.One[keyRow](ctx, db, sqlKey, "p citizen  ", dead.hash)
		if err != nil || strings.Contains(string(row.Answer), "name") || strings.Contains(dead.hash, aKey) {
			t.Errorf("the row shows what it keeps: %q %v", row.Answer, err)
		}
	})
}

func TestDenyByDefault(t *testing.T) {
	t.Parallel()
	good := Op{ID: "getX", Method: "GET", Path: "/x", Tag: "t", Summary: "s", Roles: web.SignedIn, Scope: ScopeRead}
	cases := map[string]func(*Op){
		"":                               func(*Op) {},
		"no roles":                       func(o *Op) { o.Roles = nil },
		"unknown role":                   func(o *Op) { o.Roles = []policy.Role{"king"} },
		"no scope":                       func(o *Op) { o.Scope = "" },
		"a scope where no token":         func(o *Op) { o.Roles = web.Anyone },
		"the scope does not fit":         func(o *Op) { o.Scope = ScopeFile },
		"unknown method":                 func(o *Op) { o.Method = "PATCH" },
		"its path has no sensible shape": func(o *Op) { o.Path = "x" },
		"no summary":                     func(o *Op) { o.Summary = "" },
		"two operations":                 func(o *Op) { o.ID = "getThing" },
		"conflicts":                      func(o *Op) { o.Path = "/things/{other}" },
	}
	for want, change := range cases {
		clk := clock.NewFake(storetest.Start)
		s := newSite(t, storetest.Open(t, storetest.DSN(t, "sqlite"), clk, Migrations), clk)
		op := good
		change(&op)
		Add(s.Registry, op, func(*Call, *struct{}) (None, error) { return None{}, nil })
		err := s.Check()
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
		for _, r := range s.Routes() {
			if err != nil && r.Pattern == Prefix+"/x" {
				t.Errorf("%q: it is there nevertheless", want)
			}
		}
	}
}

func TestAcceptLanguage(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]i18n.Lang{
		"": i18n.FA, "en": i18n.EN, "EN-gb": i18n.EN, "fa-IR, en": i18n.FA, "de, en;q=0.3": i18n.EN, "fa;q=0.2, en;q=0.9": i18n.EN,
		"en;q=0": i18n.FA, "en;q=x": i18n.FA, "*": i18n.FA, "de": i18n.FA, ",,": i18n.FA,
	} {
		if got := langOf(header); got != want {
			t.Errorf("%q: %s", header, got)
		}
	}
}

// TestSchemaFaults holds the table to the messages that huma has for what our
// operations use.
func TestSchemaFaults(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		validation.MsgUnexpectedProperty: "api.field.unknown", validation.MsgExpectedString: "api.field.type", validation.MsgExpectedBoolean: "api.field.type",
		validation.MsgExpectedInteger: "api.field.type", validation.MsgExpectedArray: "api.field.type", validation.MsgExpectedObject: "api.field.type",
		validation.MsgExpectedMinLength: "api.field.short", validation.MsgExpectedMaxLength: "api.field.long", validation.MsgExpectedOneOf: "api.field.choice",
		validation.MsgExpectedMinimumNumber: "api.field.least", validation.MsgExpectedMaximumNumber: "api.field.most",
		validation.MsgExpectedMinItems: "api.field.items", validation.MsgExpectedMaxItems: "api.field.items",
		validation.MsgExpectedRequiredProperty: "form.required", validation.MsgExpectedMatchPattern: "api.field.form",
	} {
		if got := schemaFault("body.a", message); got.Code != want {
			t.Errorf("%q: %s", message, got.Code)
		}
	}
	if got := schemaFault("body", "expected required property name to be present"); got.Name != "name" {
		t.Errorf("%+v", got)
	}
	if got := schemaFault("bodyguard", "expected string"); got.Name != "bodyguard" {
		t.Errorf("%+v", got)
	}
}
