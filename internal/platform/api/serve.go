// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Handler answers everything below Prefix.
func (r *Registry) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		start := r.d.Clock.Now()
		c := &Call{
			P: r.d.Catalog.Printer(langOf(req.Header.Get("Accept-Language"))), Ref: web.NewRef(),
			Address: web.Address(req, r.d.TrustedProxies),
		}
		c.log = r.d.Log.With("ref", c.Ref)
		req = req.WithContext(context.WithValue(req.Context(), callKey{}, c))
		c.ctx = req.Context()
		req.Header.Del("Cookie") // who calls is said by a token only
		out := &recorder{to: w, header: http.Header{}}
		r.setHeaders(out.header, c)
		defer func() {
			if p := recover(); p != nil {
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(p)
				}
				c.log.Error("panic", "panic", p, "stack", string(debug.Stack()))
				out.reset()
				r.setHeaders(out.header, c)
				writeProblem(out, r.problem(c, errs.New(errs.Internal, "")))
			}
			out.send(req.Method == http.MethodHead)
			pattern := req.Pattern
			if pattern == "" {
				pattern = req.Method + " " + Prefix + "/?"
			}
			r.d.Log.Info("call", "ref", c.Ref, "route", pattern, "status", out.status, "bytes", out.body.Len(),
				"ms", r.d.Clock.Now().Sub(start).Milliseconds(), "role", string(c.Actor.Role))
		}()
		r.dispatch(out, req, c)
	})
}

func (r *Registry) setHeaders(h http.Header, c *Call) {
	h.Set("X-Request-Id", c.Ref)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", string(c.Lang()))
	h.Set("Vary", "Accept-Language, Authorization")
	if r.d.Secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

// dispatch finds the operation.
func (r *Registry) dispatch(w *recorder, req *http.Request, c *Call) {
	if !clean(req) {
		writeProblem(w, brokenPath.words(c))
		return
	}
	if req.URL.Path == DocumentPath && (req.Method == http.MethodGet || req.Method == http.MethodHead) {
		req.Pattern = "GET " + DocumentPath
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(r.spec)
		return
	}
	h, pattern := r.mux.Handler(req)
	switch {
	case pattern != "" && path.Clean(req.URL.Path) == req.URL.Path:
		r.mux.ServeHTTP(w, req)
	case pattern != "":
		writeProblem(w, noSuchPath.words(c))
	default:
		probe := &recorder{header: http.Header{}}
		h.ServeHTTP(probe, req)
		if probe.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", probe.header.Get("Allow"))
			writeProblem(w, wrongMethod.words(c))
			return
		}
		writeProblem(w, noSuchPath.words(c))
	}
}

// clean tells whether an address is text: no operation has another, and the
// two database engines would answer differently to it.
func clean(req *http.Request) bool {
	text := func(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
	if !text(req.URL.Path) {
		return false
	}
	for name, values := range req.URL.Query() {
		if !text(name) || slices.ContainsFunc(values, func(v string) bool { return !text(v) }) {
			return false
		}
	}
	return true
}

// adapter binds huma's operations to the life of a call.
type adapter struct{ r *Registry }

// Handle implements huma.Adapter.
func (a adapter) Handle(ho *huma.Operation, handle func(huma.Context)) {
	r, op := a.r, a.r.ops[len(a.r.ops)-1] // the one that add is adding
	run := http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { handle(humago.NewContext(ho, req, w)) })
	r.mux.HandleFunc(op.pattern(), func(w http.ResponseWriter, req *http.Request) {
		c := callOf(req.Context())
		timeout := op.Timeout
		if timeout == 0 {
			timeout = defaultTimeout
		}
		ctx, cancel := context.WithTimeout(req.Context(), timeout)
		defer cancel()
		req = req.WithContext(ctx)
		c.ctx = ctx
		if p := r.admit(c, op, req); p != nil {
			writeProblem(w, p)
			return
		}
		if !op.writes() {
			run(w, req)
			return
		}
		body, p := readBody(c, op, ho.RequestBody != nil, w, req)
		if p != nil {
			writeProblem(w, p)
			return
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		r.once(w, req, c, op, body, run)
	})
}

// ServeHTTP implements huma.Adapter.
func (a adapter) ServeHTTP(w http.ResponseWriter, req *http.Request) { a.r.mux.ServeHTTP(w, req) }

// admit says who calls and whether they may call this operation at all.
func (r *Registry) admit(c *Call, op Op, req *http.Request) *Problem {
	if op.open() {
		return r.slow(c, "address "+c.Address, r.d.PerAddress)
	}
	kind, token, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "bearer") || token == "" || len(token) > 200 || len(req.Header.Values("Authorization")) != 1 {
		if p := r.slow(c, "address "+c.Address, r.d.PerAddress); p != nil {
			return p
		}
		if req.Header.Get("Authorization") == "" {
			return noToken.words(c)
		}
		return badToken.words(c)
	}
	b, err := r.d.Tokens.Bearer(c.ctx, token)
	if err != nil {
		if p := r.slow(c, "address "+c.Address, r.d.PerAddress); p != nil {
			return p
		}
		if errs.Is(err, errs.Unauthenticated) {
			c.log.Info("token refused", "error", err)
			return badToken.words(c)
		}
		return r.problem(c, err)
	}
	c.Actor = b.Actor
	if p := r.slow(c, "token "+b.Actor.Session, r.d.PerToken); p != nil {
		return p
	}
	if !slices.Equal(op.Roles, web.SignedIn) && !slices.Contains(op.Roles, b.Actor.Role) || b.Actor.Role == policy.Nobody {
		return r.problem(c, errs.New(errs.Forbidden, ""))
	}
	if !slices.Contains(b.Scopes, op.Scope) {
		return noScope.with("scope", string(op.Scope)).words(c)
	}
	return nil
}

func (r *Registry) slow(c *Call, key string, limit Limit) *Problem {
	wait, err := r.limits.take(c.ctx, key, limit)
	if err != nil { // the limit of this process still holds
		c.log.Warn("calls were not counted", "error", err)
	}
	if wait > 0 {
		return tooOften.after(wait).words(c)
	}
	return nil
}

// readBody reads the body within its bound, if it is of the type that the
// operation takes.
func readBody(c *Call, op Op, wanted bool, w http.ResponseWriter, req *http.Request) ([]byte, *Problem) {
	limit := op.MaxBody
	if limit == 0 {
		limit = defaultMaxBody
	}
	if coding := req.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, wrongCoding.words(c)
	}
	if req.ContentLength > limit {
		return nil, tooLarge.with("bytes", limit).words(c)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, limit))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return nil, tooLarge.with("bytes", limit).words(c)
	}
	if err != nil {
		return nil, brokenBody.words(c)
	}
	if !wanted {
		if trimmed := strings.TrimSpace(string(body)); trimmed != "" && trimmed != "{}" {
			return nil, needlessBody.words(c)
		}
		return nil, nil
	}
	media, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || !fits(media, op.takes()) || (charset != "" && !strings.EqualFold(charset, "utf-8")) {
		return nil, wrongMedia.with("type", op.takes()).words(c)
	}
	if op.takes() == "application/json" {
		req.Header.Set("Content-Type", "application/json")
		if !utf8.Valid(body) {
			return nil, brokenBody.words(c)
		}
	}
	return body, nil
}

func fits(media, takes string) bool { return takes == "*/*" || media == takes }

// recorder holds an answer until it is whole: it may have to be kept first.
type recorder struct {
	to     http.ResponseWriter
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *recorder) reset() {
	w.status, w.header = 0, http.Header{}
	w.body.Reset()
}

func (w *recorder) send(headOnly bool) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	h := w.to.Header()
	for name, values := range w.header {
		h[name] = values
	}
	if w.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(w.body.Len()))
	}
	w.to.WriteHeader(w.status)
	if !headOnly {
		_, _ = w.to.Write(w.body.Bytes()) // the reader may be gone
	}
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	b, err := json.Marshal(p)
	if err == nil {
		_, _ = w.Write(b)
	}
}

// langOf reads Accept-Language (RFC 9110 12.5.4): the first of our languages
// with the highest weight, else Persian.
func langOf(header string) i18n.Lang {
	best, weight := i18n.FA, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		lang, ok := i18n.Parse(primary)
		q := 1.0
		if v, has := strings.CutPrefix(strings.TrimSpace(params), "q="); has {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil || f < 0 || f > 1 {
				continue
			}
			q = f
		}
		if ok && q > weight {
			best, weight = lang, q
		}
	}
	return best
}
