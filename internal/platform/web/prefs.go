// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Paths of the interface itself. LoginPath belongs to identity; a visitor who
// must sign in first is sent there with ?next=. So does AccountPath, to which
// the name of whoever is signed in leads.
const (
	AccountPath  = "/account"
	LanguagePath = "/language"
	ThemePath    = "/theme"
	LoginPath    = "/login"
	LogoutPath   = "/logout"
)

const (
	langCookie  = "lang"
	themeCookie = "theme"
	yearSeconds = 365 * 24 * 3600
)

var (
	errNotLocal = errors.New("web: not a path on this site")
	errNoBody   = errors.New("web: a page without a body")
)

// langOf is the language of the cookie, else Persian. Accept-Language only
// makes the other language's link stand out (suggestsOther).
func langOf(r *http.Request) i18n.Lang {
	if cookie, err := r.Cookie(langCookie); err == nil {
		if l, ok := i18n.Parse(cookie.Value); ok {
			return l
		}
	}
	return i18n.FA
}

// suggestsOther tells whether the browser asks for English and the visitor has
// not chosen a language yet.
func suggestsOther(r *http.Request) bool {
	if _, err := r.Cookie(langCookie); err == nil {
		return false
	}
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	tag, _, _ := strings.Cut(strings.TrimSpace(first), ";")
	tag, _, _ = strings.Cut(tag, "-")
	return tag != "" && tag != "*" && !strings.EqualFold(tag, "fa")
}

// themeOf is "light", "dark" or "" (as the device says).
func themeOf(r *http.Request) string {
	cookie, err := r.Cookie(themeCookie)
	if err != nil || (cookie.Value != "light" && cookie.Value != "dark") {
		return ""
	}
	return cookie.Value
}

func setLanguage(c *Ctx) error {
	l, ok := i18n.Parse(c.Query("to"))
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	c.setPref(langCookie, string(l))
	return c.Redirect(c.backPath())
}

func setTheme(c *Ctx) error {
	switch to := c.Query("to"); to {
	case "light", "dark":
		c.setPref(themeCookie, to)
	case "auto":
		c.setPref(themeCookie, "")
	default:
		return errs.New(errs.NotFound, "")
	}
	return c.Redirect(c.backPath())
}

func (c *Ctx) setPref(name, value string) {
	age := yearSeconds
	if value == "" {
		age = -1
	}
	http.SetCookie(c.W, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: c.s.d.Secure, SameSite: http.SameSiteLaxMode,
	})
}

func (c *Ctx) backPath() string {
	if p, ok := LocalPath(c.Query("back")); ok {
		return p
	}
	return "/"
}

// LocalPath returns p if it is a path on this site that a redirect may lead
// to: it begins with one slash, and holds no host, no scheme, no backslash and
// no control or invisible character.
func LocalPath(p string) (string, bool) {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || len(p) > 2000 {
		return "", false
	}
	for _, r := range p {
		if r == '\\' || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar {
			return "", false
		}
	}
	u, err := url.Parse(p)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	// A cleaned path must not turn into another host ("/.//host", "/%5chost").
	if strings.Contains(u.Path, "\\") || strings.HasPrefix(strings.TrimLeft(u.Path, "/."), "/") || strings.Contains(u.Path, "//") {
		return "", false
	}
	return p, true
}

// here is the address that the language and theme links lead back to: this
// page, or after a form the page on which it stood.
func (c *Ctx) here() string {
	if c.R.Method == http.MethodGet || c.R.Method == http.MethodHead {
		if p, ok := LocalPath(c.R.URL.RequestURI()); ok {
			return p
		}
		return "/"
	}
	if u, err := url.Parse(c.R.Referer()); err == nil && u.Host == c.R.Host {
		if p, ok := LocalPath(u.RequestURI()); ok {
			return p
		}
	}
	return "/"
}

func (c *Ctx) langHref(l i18n.Lang) string {
	return LanguagePath + "?" + url.Values{"to": {string(l)}, "back": {c.here()}}.Encode()
}

func (c *Ctx) themeHref(to string) string {
	return ThemePath + "?" + url.Values{"to": {to}, "back": {c.here()}}.Encode()
}

func logout(c *Ctx) error {
	if err := c.SignOut(); err != nil {
		return err
	}
	c.Flash("web.signed_out")
	return c.Redirect("/")
}
