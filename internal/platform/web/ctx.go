// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/obs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// Ctx is one request for one page handler, used by one goroutine.
type Ctx struct {
	W     http.ResponseWriter
	R     *http.Request
	Actor policy.Actor  // zero: nobody is signed in
	P     *i18n.Printer // in the visitor's language
	Ref   string        // the reference of this request, for error pages and the log

	s        *Server
	theme    string
	hadToken bool  // the browser sent a session cookie
	noSave   bool  // the session is lost or already saved
	actorErr error // the ActorSource did not answer
}

// newCtx reads the preferences, the session and the actor. It returns a usable
// Ctx even with an error, for the error page.
func (s *Server) newCtx(ctx context.Context, w http.ResponseWriter, r *http.Request) (*Ctx, error) {
	c := &Ctx{W: w, R: r.WithContext(ctx), s: s, Ref: refOf(r.Context())}
	c.P = s.d.Catalog.Printer(langOf(r))
	c.theme = themeOf(r)
	if err := c.loadSession(); err != nil {
		c.noSave = true
		return c, err
	}
	if rec, ok := w.(*response); ok {
		rec.before = c.save
	}
	return c, c.loadActor()
}

// loadActor asks who the session's person is now. A capacity that is gone ends
// the session; one that rests until its holder has taken a step leaves the citizen,
// and the answer to this request leads to the step. A source that does not answer leaves the visitor as nobody, and
// only routes that need a role fail.
func (c *Ctx) loadActor() error {
	person, capacity := c.Get(keyPerson), c.Get(keyCapacity)
	if person == "" {
		return nil
	}
	if c.Get(keyAgent) != agentOf(c.R.UserAgent()) {
		// A cookie that has moved to another kind of browser was carried there. It
		// ends; whoever owns it signs in again.
		c.Log().Warn("session came with another kind of browser, ended")
		return c.SignOut()
	}
	a, err := c.s.d.Actors.Actor(c.Context(), person, capacity)
	switch errs.KindOf(err) {
	case errs.Unauthenticated, errs.Forbidden, errs.NotFound:
		if capacity != citizen && c.offers(err, person) {
			c.Log().Info("capacity rests, session goes on without it")
			c.Put(keyCapacity, citizen)
			if again := c.loadActor(); again != nil {
				return again
			}
			return err
		}
		c.Log().Info("capacity is gone, session ended")
		return c.SignOut()
	}
	if err != nil {
		c.actorErr = err
		return nil
	}
	a.Session = c.Get(keySession)
	c.Actor = a
	if err := c.followLevel(a.Assurance); err != nil {
		return err
	}
	c.P = c.P.In(c.Get(keyZone))
	if rec, ok := c.W.(*response); ok {
		rec.role = string(a.Role)
	}
	return nil
}

// offers tells whether there is a step after which err would not have come.
func (c *Ctx) offers(err error, person string) bool {
	if !errs.Is(err, errs.Forbidden) || c.s.d.Detour == nil {
		return false
	}
	_, ok := c.s.d.Detour(policy.Actor{Person: person}, err, "/")
	return ok
}

// close removes the temporary files of an upload. (net/http does it only for
// its own copy of the request.)
func (c *Ctx) close() {
	if c.R.MultipartForm != nil {
		if err := c.R.MultipartForm.RemoveAll(); err != nil {
			c.Log().Warn("temporary files of an upload stay", "error", err)
		}
	}
}

// Context is the request's context; it ends at the route's time limit.
func (c *Ctx) Context() context.Context { return c.R.Context() }

// Log is the logger with the request's reference. Never log personal data.
func (c *Ctx) Log() *slog.Logger {
	log := c.s.d.Log.With("ref", c.Ref)
	if trace := obs.TraceID(c.Context()); trace != "" {
		log = log.With("trace_id", trace)
	}
	return log
}

// Now is the time of the server's clock.
func (c *Ctx) Now() time.Time { return c.s.d.Clock.Now() }

// Demo tells whether this is a demo country.
func (c *Ctx) Demo() bool { return c.s.d.Demo }

// Secure tells whether the site is served over HTTPS.
func (c *Ctx) Secure() bool { return c.s.d.Secure }

// T is P.T.
func (c *Ctx) T(key string, pairs ...any) string { return c.P.T(key, pairs...) }

// Asset is the path of a built file by its plain name, "" if there is none.
func (c *Ctx) Asset(name string) string { return c.s.assets.URL(name) }

// Param is a wildcard of the route's path.
func (c *Ctx) Param(name string) string { return c.R.PathValue(name) }

// Query is a value of the query, untrusted. Personal data never goes there.
func (c *Ctx) Query(name string) string { return c.R.URL.Query().Get(name) }

// Form reads the fields of the request, see form.Parse. A body over max bytes
// is errs.TooLarge.
func (c *Ctx) Form(max int64) (*form.Form, error) { return form.Parse(c.W, c.R, max) }

// IP is the address of the visitor, see Address.
func (c *Ctx) IP() string { return Address(c.R, c.s.d.TrustedProxies) }

// Address is where a request comes from, as text without port: the other end
// of the connection, or what the nearest trusted proxy saw. "" if it cannot be
// told.
func Address(r *http.Request, proxies []netip.Prefix) string {
	addr, ok := parseAddr(r.RemoteAddr)
	if !ok {
		return ""
	}
	trusted := func() bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && trusted(); i-- {
		next, ok := parseAddr(strings.TrimSpace(hops[i]))
		if !ok {
			break
		}
		addr = next
	}
	return addr.String()
}

func parseAddr(s string) (netip.Addr, bool) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap(), true
	}
	a, err := netip.ParseAddr(s)
	return a.Unmap(), err == nil
}

// Redirect sends the browser on with 303 See Other. path must be on this site
// (LocalPath): other origins are reached by plain links, because Chrome applies
// form-action to redirects after a form too.
func (c *Ctx) Redirect(path string) error {
	local, ok := LocalPath(path)
	if !ok {
		return errs.New(errs.Internal, "").Because(errNotLocal)
	}
	if err := c.save(); err != nil {
		return err
	}
	c.W.Header().Set("Cache-Control", "no-store")
	http.Redirect(c.W, c.R, local, http.StatusSeeOther)
	return nil
}

// Download sends b as a file called name.
func (c *Ctx) Download(name, contentType string, b []byte) error {
	return c.send(contentType, "attachment; filename*=UTF-8''"+escapeName(name), b)
}

// DownloadSafely is Download for what somebody else made: should a browser open
// it all the same, nothing in it may run or fetch anything.
func (c *Ctx) DownloadSafely(name, contentType string, b []byte) error {
	c.W.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	return c.Download(name, contentType, b)
}

// JSON answers a script of our own.
func (c *Ctx) JSON(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if err := c.save(); err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "private, no-store")
	c.W.WriteHeader(status)
	c.writeBody(b)
	return nil
}

// Inline sends b to be shown by the browser itself (a PDF, a picture).
func (c *Ctx) Inline(name, contentType string, b []byte) error {
	return c.send(contentType, "inline; filename*=UTF-8''"+escapeName(name), b)
}

func (c *Ctx) send(contentType, disposition string, b []byte) error {
	if err := c.save(); err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", disposition)
	h.Set("Cache-Control", "private, no-store")
	c.W.WriteHeader(http.StatusOK)
	_, _ = c.W.Write(b) // the reader may be gone
	return nil
}

func escapeName(name string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(name) {
		ch := name[i]
		switch {
		case ch >= 'a' && ch <= 'z', ch >= 'A' && ch <= 'Z', ch >= '0' && ch <= '9', ch == '.', ch == '-', ch == '_':
			b.WriteByte(ch)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[ch>>4])
			b.WriteByte(hex[ch&15])
		}
	}
	return b.String()
}

// NewRef makes the reference of a request: eight letters and digits that can
// be read out over the telephone.
func NewRef() string {
	const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" // 32 signs, none alike
	b := id.Bytes(8)
	for i := range b {
		b[i] = alphabet[b[i]&31]
	}
	return string(b[:4]) + "-" + string(b[4:])
}
