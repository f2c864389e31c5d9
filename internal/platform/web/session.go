// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// SessionLifetime is how long a session lasts unless Deps say otherwise.
const SessionLifetime = 12 * time.Hour

// citizen is the capacity that everybody has.
const citizen = string(policy.Citizen)

// Names of session values that belong to this package.
const (
	keyPerson   = "web.person"
	keyCapacity = "web.capacity"
	keySession  = "web.session"
	keyAgent    = "web.agent"
	keyFlash    = "web.flash"
	keyZone     = "web.zone"
	keyLevel    = "web.level"
)

// SessionCookie is the name of the cookie that carries a session.
func SessionCookie(secure bool) string {
	if secure {
		return "__Host-tarazu"
	}
	return "tarazu"
}

func newSessionManager(st *sessionStore, secure bool, lifetime time.Duration) *scs.SessionManager {
	m := scs.New()
	m.Store = st
	m.Codec = sessionCodec{}
	m.Lifetime = lifetime
	m.HashTokenInStore = true
	m.Cookie.Name = SessionCookie(secure)
	m.Cookie.Secure = secure
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	m.Cookie.Persist = false // closing the browser ends it: a shared telephone keeps nothing
	return m
}

// sessionCodec writes session values, which are all strings, as JSON: readable
// for the operator, and nothing is built from bytes by reflection.
type sessionCodec struct{}

type sessionData struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// Encode implements scs.Codec.
func (sessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := sessionData{Deadline: deadline, Values: map[string]string{}}
	for k, v := range values {
		s, ok := v.(string)
		if !ok {
			return nil, errors.New("web: a session value is not a string")
		}
		d.Values[k] = s
	}
	return json.Marshal(d)
}

// Decode implements scs.Codec.
func (sessionCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var d sessionData
	if err := json.Unmarshal(b, &d); err != nil {
		return time.Time{}, nil, err
	}
	values := make(map[string]any, len(d.Values))
	for k, v := range d.Values {
		values[k] = v
	}
	return d.Deadline, values, nil
}

func (c *Ctx) loadSession() error {
	token := ""
	if cookie, err := c.R.Cookie(c.s.sessions.Cookie.Name); err == nil && len(cookie.Value) < 100 {
		token, c.hadToken = cookie.Value, true
	}
	ctx := withFound(c.R.Context())
	ctx, err := c.s.sessions.Load(ctx, token)
	if err != nil {
		// The page must still be drawn, as for nobody.
		empty, emptyErr := c.s.sessions.Load(withFound(c.R.Context()), "")
		if emptyErr == nil {
			c.R = c.R.WithContext(empty)
		}
		return err
	}
	c.R = c.R.WithContext(ctx)
	return nil
}

// save writes the session and its cookie if it was changed, once, before the
// header is sent.
func (c *Ctx) save() error {
	if c.noSave {
		return nil
	}
	c.noSave = true
	ctx := c.Context()
	switch m := c.s.sessions; m.Status(ctx) {
	case scs.Modified:
		token, expiry, err := m.Commit(ctx)
		if err != nil {
			return err
		}
		m.WriteSessionCookie(ctx, c.W, token, expiry)
	case scs.Destroyed:
		m.WriteSessionCookie(ctx, c.W, "", time.Time{})
	}
	return nil
}

// SignIn makes this session that of person in a capacity, under a new token
// and with a full lifetime. What another person left in the session is
// dropped. Renew changes the capacity.
func (c *Ctx) SignIn(person, capacity string) (err error) {
	defer errs.Wrap(&err, "web.SignIn")
	if person == "" || capacity == "" {
		return errs.New(errs.Internal, "").Because(errors.New("a person and a capacity are needed"))
	}
	ctx, m := c.Context(), c.s.sessions
	if before := c.Get(keyPerson); before != "" && before != person {
		if err := m.Clear(ctx); err != nil {
			return err
		}
	}
	foundIn(ctx).renew, foundIn(ctx).begins = true, true
	if err := m.RenewToken(ctx); err != nil {
		return err
	}
	c.Put(keyPerson, person)
	c.Put(keyCapacity, capacity)
	c.Put(keySession, id.New())
	c.Drop(keyLevel)
	c.Put(keyAgent, agentOf(c.R.UserAgent()))
	return c.loadActor()
}

// Renew goes on in this session under a new token, as somebody does who has
// changed capacity ("": the same) or shown anew who they are: the old token is
// worth nothing from then on. It ends when it would have ended. The session keeps its name, under which its person
// sees and ends it.
func (c *Ctx) Renew(capacity string) (err error) {
	defer errs.Wrap(&err, "web.Renew")
	if c.Get(keyPerson) == "" {
		return errs.New(errs.Internal, "").Because(errors.New("nobody is signed in"))
	}
	if err := c.renewToken(); err != nil {
		return err
	}
	if capacity != "" {
		c.Put(keyCapacity, capacity)
	}
	c.Drop(keyLevel)
	return c.loadActor()
}

func (c *Ctx) renewToken() error {
	foundIn(c.Context()).renew = true
	return c.s.sessions.RenewToken(c.Context())
}

// followLevel gives the session a new token when its person is known more or less
// surely than at the last request: what was opened with the old one does not rise
// with them, and a copy of it ends when they fall. It happens elsewhere (at an
// office, by a job), so the next request is the first to see it.
func (c *Ctx) followLevel(level int) error {
	was, now := c.Get(keyLevel), strconv.Itoa(level)
	if was == now {
		return nil
	}
	if was != "" {
		if err := c.renewToken(); err != nil {
			return err
		}
	}
	c.Put(keyLevel, now)
	return nil
}

// SetZone has times in this session written for somebody in a time zone too;
// "" is Tehran's alone.
func (c *Ctx) SetZone(zone string) {
	if zone != c.Get(keyZone) {
		c.Put(keyZone, zone)
	}
	c.P = c.P.In(zone)
}

// SignOut ends the session in the store and in the browser. Later Put calls in
// the same request start a new one.
func (c *Ctx) SignOut() (err error) {
	defer errs.Wrap(&err, "web.SignOut")
	c.Actor.Person, c.Actor.Role = "", ""
	return c.s.sessions.Destroy(c.Context())
}

// Put keeps a value in the session until it ends. The session is made if there
// is none.
func (c *Ctx) Put(key, value string) { c.s.sessions.Put(c.Context(), key, value) }

// Get is a value of the session, "" if there is none.
func (c *Ctx) Get(key string) string { return c.s.sessions.GetString(c.Context(), key) }

// Drop removes a value from the session.
func (c *Ctx) Drop(key string) { c.s.sessions.Remove(c.Context(), key) }

// Flash has the next page shown in this session begin with the words of key,
// as good news.
func (c *Ctx) Flash(key string) { c.Put(keyFlash, key) }

func (c *Ctx) takeFlash() string {
	if c.noSave || c.Get(keyFlash) == "" {
		return ""
	}
	key := c.Get(keyFlash)
	c.Drop(keyFlash)
	return key
}

// Device names the kind of device and browser that asks: "Chrome Android", or "".
func (c *Ctx) Device() string { return agentOf(c.R.UserAgent()) }

// agentOf names the kind of device and browser, coarsely, so that a person
// recognises a session in the list without our keeping more.
func agentOf(ua string) string {
	pick := func(list ...string) string {
		for i := 0; i < len(list); i += 2 {
			if strings.Contains(ua, list[i]) {
				return list[i+1]
			}
		}
		return ""
	}
	system := pick("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "Linux", "Linux")
	browser := pick("Edg/", "Edge", "SamsungBrowser", "Samsung Internet", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	return strings.TrimSpace(browser + " " + system)
}

// foundKey carries which session row this request has read, so that a session
// that was revoked meanwhile is not written back to life.
type foundKey struct{}

type foundSession struct {
	token string // the row that the request has read or written
	renew bool   // the next deletion is one half of a change of token
	old   string // the row whose place the next new one takes

	began, ends store.Time // of the row that the request has read
	begins      bool       // somebody has signed in: the next new row has a full lifetime
}

func withFound(ctx context.Context) context.Context {
	return context.WithValue(ctx, foundKey{}, &foundSession{})
}

func foundIn(ctx context.Context) *foundSession {
	f, ok := ctx.Value(foundKey{}).(*foundSession)
	if !ok {
		return &foundSession{}
	}
	return f
}
