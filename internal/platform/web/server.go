// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/scs/v2"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web/assets"
)

// ActorSource tells who a person is in a capacity, at each request. It answers
// errs.Forbidden, errs.NotFound or errs.Unauthenticated when the capacity is
// gone: the session is then ended, or, if Deps.Detour has a page for the refusal, it
// goes on as the citizen's.
type ActorSource interface {
	Actor(ctx context.Context, person, capacity string) (policy.Actor, error)
}

// Deps is what a Server needs.
type Deps struct {
	DB      *store.DB
	Clock   clock.Clock
	Log     *slog.Logger
	Catalog *i18n.Catalog
	Actors  ActorSource
	Assets  fs.FS                      // built assets; nil: the embedded ones
	Secure  bool                       // served over HTTPS: Secure cookies and HSTS
	Demo    bool                       // a demo country: banner, /demo/components
	Nav     func(*Ctx, Page) []NavItem // the main menu on a page; nil: none
	// Detour is a page that offers what an act was refused for, and leads back to
	// here, the path of the page on which it was; nil, or not ok: the error's page.
	Detour func(a policy.Actor, err error, here string) (path string, ok bool)

	// SessionClock measures the life of sessions; nil: Clock. A demo country
	// passes the system clock, so that moving its time signs nobody out.
	SessionClock clock.Clock
	// SessionLifetime is how long a session lasts from sign-in, however much it
	// is used; 0: the constant of this name.
	SessionLifetime time.Duration
	// TrustedProxies are the addresses whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
}

// NavItem is one entry of the main menu. Key is compared with Page.Active,
// Count is shown beside the label if it is not zero.
type NavItem struct {
	Key, Href, Label string
	Count            int
}

// Server routes requests to the pages of the modules. Mount everything, call
// Check, then use Handler.
type Server struct {
	d        Deps
	sessions *scs.SessionManager
	store    *sessionStore
	assets   *assets.Assets
	buffers  sync.Pool
	zippers  sync.Pool

	mux    *http.ServeMux
	routes []Route
	wrong  []error
}

// New makes a server without routes of its own but those of the interface
// itself: assets, language, theme, sign-out and, in a demo, the components.
func New(d Deps) (_ *Server, err error) {
	defer errs.Wrap(&err, "web.New")
	switch {
	case d.DB == nil, d.Clock == nil, d.Log == nil, d.Catalog == nil, d.Actors == nil:
		return nil, errors.New("a dependency is missing")
	}
	if d.Assets == nil {
		d.Assets = assets.Dist()
	}
	if d.SessionClock == nil {
		d.SessionClock = d.Clock
	}
	if d.SessionLifetime <= 0 {
		d.SessionLifetime = SessionLifetime
	}
	a, err := assets.Open(d.Assets)
	if err != nil {
		return nil, err
	}
	s := &Server{d: d, assets: a, mux: http.NewServeMux()}
	s.store = &sessionStore{db: d.DB, clock: d.SessionClock, log: d.Log, lifetime: d.SessionLifetime}
	s.sessions = newSessionManager(s.store, d.Secure, d.SessionLifetime)
	s.buffers.New = newBuffer
	s.zippers.New = newZipper
	s.mux.Handle("GET "+assets.Prefix, a)
	return s, nil
}

// Mount adds routes. A wrong one (no roles, no handler, a path that conflicts
// with another) is left out and reported by Check.
func (s *Server) Mount(routes ...Route) {
	for _, r := range routes {
		if err := r.check(); err != nil {
			s.wrong = append(s.wrong, err)
			continue
		}
		if err := s.register(r); err != nil {
			s.wrong = append(s.wrong, err)
			continue
		}
		s.routes = append(s.routes, r)
	}
}

// register turns ServeMux's panic on a conflicting pattern into an error.
func (s *Server) register(r Route) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("web: route %s: %v", r.key(), p)
		}
	}()
	s.mux.Handle(r.key(), s.serve(r))
	return nil
}

// Check reports every route that was mounted wrongly. The program must not
// start with an error here.
func (s *Server) Check() error { return errors.Join(s.wrong...) }

// Routes lists what was mounted, sorted by path and method.
func (s *Server) Routes() []Route {
	list := slices.Clone(s.routes)
	slices.SortFunc(list, func(a, b Route) int {
		if a.Pattern != b.Pattern {
			if a.Pattern < b.Pattern {
				return -1
			}
			return 1
		}
		if a.Method < b.Method {
			return -1
		}
		return 1
	})
	return list
}

// Handler is the whole site. The routes of the interface itself are added
// unless a module brought its own.
func (s *Server) Handler() http.Handler {
	for _, r := range s.ownRoutes() {
		if !slices.ContainsFunc(s.routes, func(have Route) bool { return have.key() == r.key() }) {
			s.Mount(r)
		}
	}
	return s.outer(http.HandlerFunc(s.dispatch))
}

func (s *Server) ownRoutes() []Route {
	list := []Route{
		{Method: http.MethodGet, Pattern: LanguagePath, Roles: Anyone, Handle: setLanguage},
		{Method: http.MethodGet, Pattern: ThemePath, Roles: Anyone, Handle: setTheme},
		{Method: http.MethodPost, Pattern: LogoutPath, Roles: Anyone, Handle: logout},
	}
	if s.d.Demo {
		list = append(list, Route{Method: http.MethodGet, Pattern: "/demo/components", Roles: Anyone, Handle: showComponents})
	}
	return list
}

// HTTPServer is a net/http server around h with limits against slow and
// oversized requests. The caller sets Addr and runs it.
func HTTPServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // an upload over a slow line
		WriteTimeout:      3 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// dispatch finds the route. What ServeMux would answer in plain text becomes
// one of our pages.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) {
	if !readable(r.URL) {
		s.serve(Route{Roles: Anyone, Handle: func(*Ctx) error { return errs.New(errs.NotFound, "") }}).ServeHTTP(w, r)
		return
	}
	h, pattern := s.mux.Handler(r)
	if pattern != "" {
		if rec, ok := w.(*response); ok {
			rec.pattern = pattern
		}
		s.mux.ServeHTTP(w, r)
		return
	}
	probe := &probe{header: http.Header{}}
	h.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		s.serve(Route{Roles: Anyone, Handle: func(*Ctx) error { return errWrongMethod }}).ServeHTTP(w, r)
		return
	}
	s.serve(Route{Roles: Anyone, Handle: func(*Ctx) error { return errs.New(errs.NotFound, "") }}).ServeHTTP(w, r)
}

// readable tells whether an address is text: no page has another, and the two
// database engines would answer differently to it.
func readable(u *url.URL) bool {
	text := func(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
	if !text(u.Path) {
		return false
	}
	for name, values := range u.Query() {
		if !text(name) || slices.ContainsFunc(values, func(v string) bool { return !text(v) }) {
			return false
		}
	}
	return true
}

// probe takes an answer of ServeMux that nobody else sees.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header { return p.header }
func (p *probe) WriteHeader(code int) {
	if p.status == 0 {
		p.status = code
	}
}
func (p *probe) Write(b []byte) (int, error) { p.WriteHeader(http.StatusOK); return len(b), nil }

// serve is the life of a request inside its route.
func (s *Server) serve(r Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		timeout, maxBody := r.Timeout, r.MaxBody
		if timeout == 0 {
			timeout = defaultTimeout
		}
		if maxBody == 0 {
			maxBody = defaultMaxBody
		}
		ctx, cancel := context.WithTimeout(req.Context(), timeout)
		defer cancel()
		if req.Body != nil {
			req.Body = http.MaxBytesReader(w, req.Body, maxBody)
		}
		c, err := s.newCtx(ctx, w, req)
		defer c.close()
		if err != nil && r.Always {
			c.Log().Warn("answered without knowing who asks", "err", err)
			err = nil
		}
		if err != nil {
			c.fail(err)
			return
		}
		if err := c.run(r); err != nil {
			c.fail(err)
			return
		}
		if err := c.save(); err != nil { // a handler that wrote nothing
			c.fail(err)
		}
	})
}

// run judges the roles and calls the handler.
func (c *Ctx) run(r Route) error {
	switch r.judge(c.Actor) {
	case signInFirst:
		if c.actorErr != nil {
			return c.actorErr
		}
		return c.askToSignIn()
	case refused:
		return errs.New(errs.Forbidden, "")
	default:
		return r.Handle(c)
	}
}
