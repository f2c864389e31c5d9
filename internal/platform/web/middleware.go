// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/obs"
)

// contentPolicy allows only what this site serves itself. No inline script or
// style anywhere; other origins are reached by links.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// outer is what surrounds every request: reference, headers, log, rescue, and
// the refusal of writes from other sites.
func (s *Server) outer(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.d.Clock.Now()
		ref := NewRef()
		r = r.WithContext(context.WithValue(r.Context(), refKey{}, ref))
		rec := &response{ResponseWriter: w}
		s.setHeaders(rec.Header(), ref)
		defer s.logAccess(rec, r, ref, start)
		defer s.rescue(rec, r)
		if err := guard.Check(r); err != nil {
			s.serve(Route{Roles: Anyone, Handle: func(*Ctx) error {
				return errs.New(errs.Forbidden, "web.error.cross_site").Because(err)
			}}).ServeHTTP(rec, r)
			return
		}
		next.ServeHTTP(rec, r)
	})
}

func (s *Server) setHeaders(h http.Header, ref string) {
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("X-Request-Id", ref)
	if s.d.Secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

// rescue turns a panic into the page for an internal error, if nothing was
// sent yet.
func (s *Server) rescue(rec *response, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(p) // net/http's own way to drop a connection
	}
	s.d.Log.Error("panic", "ref", refOf(r.Context()), "panic", p, "stack", string(debug.Stack()))
	if rec.status != 0 {
		return
	}
	rec.before = nil
	c := &Ctx{W: rec, R: r.WithContext(withFound(r.Context())), s: s, Ref: refOf(r.Context()), noSave: true}
	c.P = s.d.Catalog.Printer(langOf(r))
	c.theme = themeOf(r)
	if ctx, err := s.sessions.Load(c.R.Context(), ""); err == nil {
		c.R = c.R.WithContext(ctx)
	}
	c.showError(errs.New(errs.Internal, ""))
}

// logAccess writes one line: the route's pattern and never the path, the query
// or who it was.
func (s *Server) logAccess(rec *response, r *http.Request, ref string, start time.Time) {
	route := rec.pattern
	if route == "" {
		route = r.Method + " ?"
	}
	if strings.HasPrefix(route, "GET /assets/") && rec.status < 400 {
		return
	}
	status := rec.status
	if status == 0 {
		status = http.StatusOK
	}
	obs.Describe(r.Context(), route, status, rec.role)
	s.d.Log.InfoContext(r.Context(), "request", "ref", ref, "route", route, "status", status, "bytes", rec.bytes,
		"ms", s.d.Clock.Now().Sub(start).Milliseconds(), "role", rec.role)
}

type refKey struct{}

func refOf(ctx context.Context) string {
	ref, _ := ctx.Value(refKey{}).(string)
	return ref
}

// response notes what is sent, and saves the session before the header leaves
// even if the handler writes by itself.
type response struct {
	http.ResponseWriter
	before  func() error
	status  int
	bytes   int64
	pattern string
	role    string
	failed  bool
}

// WriteHeader implements http.ResponseWriter.
func (w *response) WriteHeader(code int) {
	if w.status != 0 {
		return
	}
	if before := w.before; before != nil {
		w.before = nil
		if err := before(); err != nil {
			w.failed = true
			code = http.StatusServiceUnavailable
		}
	}
	w.status = code
	w.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (w *response) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.failed {
		return 0, errors.New("web: the session could not be saved")
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap serves http.ResponseController.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
