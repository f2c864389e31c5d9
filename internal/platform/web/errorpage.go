// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
)

// errWrongMethod is a path that exists, asked with a method it does not take.
var errWrongMethod = errs.New(errs.NotFound, "web.error.method")

// failure is how one kind of error is shown. key stands in web.error.<key>.*.
type failure struct {
	status int
	key    string
}

// failures is the one place where a kind becomes a status.
var failures = map[errs.Kind]failure{
	errs.Internal:        {http.StatusInternalServerError, "internal"},
	errs.Invalid:         {http.StatusUnprocessableEntity, "invalid"},
	errs.Unauthenticated: {http.StatusUnauthorized, "unauthenticated"},
	errs.Forbidden:       {http.StatusForbidden, "forbidden"},
	errs.NotFound:        {http.StatusNotFound, "not_found"},
	errs.Conflict:        {http.StatusConflict, "conflict"},
	errs.TooLarge:        {http.StatusRequestEntityTooLarge, "too_large"},
	errs.RateLimited:     {http.StatusTooManyRequests, "rate_limited"},
	errs.Unavailable:     {http.StatusServiceUnavailable, "unavailable"},
}

// StatusOf is the HTTP status of an error, as pages and the API use it.
func StatusOf(err error) int {
	if errors.Is(err, errWrongMethod) {
		return http.StatusMethodNotAllowed
	}
	return failureOf(err).status
}

func failureOf(err error) failure {
	kind := errs.KindOf(err)
	if kind == errs.Internal && errors.Is(err, context.DeadlineExceeded) {
		kind = errs.Unavailable
	}
	if f, ok := failures[kind]; ok {
		return f
	}
	return failures[errs.Internal]
}

// fail logs err and answers with its page, unless something was sent already.
func (c *Ctx) fail(err error) {
	kind, log := errs.KindOf(err), c.Log()
	switch {
	case errors.Is(err, context.Canceled):
		log.Info("visitor left", "error", err)
	case kind == errs.Internal:
		log.Error("request failed", "error", err)
	case kind == errs.Unavailable:
		log.Warn("request failed", "error", err)
	default:
		log.Info("request refused", "error", err)
	}
	if rec, ok := c.W.(*response); ok && rec.status != 0 {
		return
	}
	if kind == errs.Unauthenticated && c.Actor.Person == "" {
		if err = c.askToSignIn(); err == nil {
			return
		}
	}
	if kind == errs.Forbidden && c.s.d.Detour != nil {
		if path, ok := c.s.d.Detour(c.Actor, err, c.here()); ok && c.Redirect(path) == nil {
			return
		}
	}
	c.showError(err)
}

func (c *Ctx) showError(err error) {
	f := failureOf(err)
	status := StatusOf(err)
	switch status {
	case http.StatusTooManyRequests:
		c.W.Header().Set("Retry-After", "60")
	case http.StatusServiceUnavailable:
		c.W.Header().Set("Retry-After", "30")
	}
	say := errorWords{
		Words:     c.P.T("web.error." + f.key + ".words"),
		Next:      c.P.T("web.error." + f.key + ".next"),
		Ref:       c.Ref,
		Retry:     c.retryPath(status),
		Reference: c.P.T("web.error.reference"),
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && c.P.Has(e.Code) {
		say.Words = c.P.T(e.Code, e.Args...)
	}
	page := Page{Title: c.P.T("web.error." + f.key + ".title"), Status: status, Body: errorBody(c.P, say)}
	if renderErr := c.Render(page); renderErr != nil {
		c.Log().Error("error page failed", "error", renderErr)
		c.plainError(status)
	}
}

// retryPath is where "try again" leads: only a page that was asked for by GET
// can be asked for again by a link.
func (c *Ctx) retryPath(status int) string {
	again := status == http.StatusServiceUnavailable || status == http.StatusInternalServerError ||
		status == http.StatusTooManyRequests
	if again && c.R.Method == http.MethodGet {
		return c.here()
	}
	return ""
}

// plainError is the last resort: the page itself could not be drawn.
func (c *Ctx) plainError(status int) {
	if rec, ok := c.W.(*response); ok && rec.status != 0 {
		return
	}
	c.noSave = true
	h := c.W.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Del("Content-Encoding")
	c.W.WriteHeader(status)
	c.writeBody([]byte(c.P.T("web.error.internal.words") + "\n" + c.P.T("web.error.reference") + ": " + c.Ref + "\n"))
}

// errorWords is what an error page says.
type errorWords struct {
	Words, Next, Ref, Retry, Reference string
}

// askToSignIn sends a reader to the sign-in page and back afterwards. Somebody
// who was sending a form gets a page that keeps what was typed: sign in in
// another tab, then send again.
func (c *Ctx) askToSignIn() error {
	if c.R.Method == http.MethodGet || c.R.Method == http.MethodHead {
		q := url.Values{}
		if next, ok := LocalPath(c.R.URL.RequestURI()); ok && next != "/" {
			q.Set("next", next)
		}
		if c.hadToken {
			q.Set("ended", "1")
		}
		to := LoginPath
		if len(q) > 0 {
			to += "?" + q.Encode()
		}
		return c.Redirect(to)
	}
	kept := c.keepTyped()
	return c.Render(Page{
		Title:  c.P.T("web.error.ended.title"),
		Status: http.StatusUnauthorized,
		Body:   endedBody(c.P, kept),
	})
}

// keptForm is a form that could not be taken because nobody is signed in.
type keptForm struct {
	Action string
	Back   string
	Fields []keptField
}

type keptField struct{ Name, Value string }

// maxKept is how much typed text is carried over a lost session.
const maxKept = 256 << 10

// keepTyped reads the fields of a form, files and secrets excepted.
func (c *Ctx) keepTyped() keptForm {
	k := keptForm{Back: c.here()}
	action, ok := LocalPath(c.R.URL.RequestURI())
	if !ok || strings.HasPrefix(c.R.Header.Get("Content-Type"), "multipart/") {
		return k
	}
	f, err := form.Parse(c.W, c.R, maxKept)
	if err != nil {
		return k
	}
	k.Action = action
	values := f.Values()
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if lower := strings.ToLower(name); strings.Contains(lower, "password") || strings.Contains(lower, "secret") {
			continue
		}
		for _, v := range values[name] {
			k.Fields = append(k.Fields, keptField{name, v})
		}
	}
	return k
}

// loginThen is the sign-in page that leads back to a path of this site.
func loginThen(back string) string {
	if back == "" || back == "/" {
		return LoginPath
	}
	return LoginPath + "?" + url.Values{"next": {back}}.Encode()
}
