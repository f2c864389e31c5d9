// SPDX-License-Identifier: Apache-2.0

package apptest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Client is a browser without script. It does not follow redirects by itself.
type Client struct {
	Env  *Env
	Who  Who
	HTTP *http.Client

	referer string // page whose form is being sent
}

// Anonymous is a browser of its own in which nobody is signed in. It reads
// English.
func (e *Env) Anonymous() *Client {
	e.T.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		e.T.Fatal(err)
	}
	c := &Client{Env: e, Who: Nobody, HTTP: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return c.In("en")
}

// As is somebody's browser, signed in by password and code in the capacity that
// their name says. It is the same one at each call.
func (e *Env) As(w Who) *Client {
	e.T.Helper()
	if c := e.clients[w]; c != nil {
		return c
	}
	c := e.Anonymous()
	if w != Nobody {
		c.signIn(w)
	}
	e.clients[w] = c
	return c
}

// Another is somebody's second device, signed in like the first.
func (e *Env) Another(w Who) *Client {
	e.T.Helper()
	c := e.Anonymous()
	c.signIn(w)
	return c
}

// Again is As in a new browser: for when the session has ended meanwhile.
func (e *Env) Again(w Who) *Client {
	e.T.Helper()
	delete(e.clients, w)
	return e.As(w)
}

// signIn goes through the pages of signing in.
func (c *Client) signIn(w Who) {
	t, a := c.Env.T, c.Env.account(w)
	t.Helper()
	c.Get("/login").Want(http.StatusOK).Submit("/login", "national_code", a.NationalCode, "password", Password).
		Want(http.StatusOK).Submit("/login/code", "code", c.Env.Code(a.Mobile)).Want(http.StatusOK)
	c.Who = w
	if a.capacity != "" {
		c.Get("/capacity").Want(http.StatusOK).Submit("/capacity", "capacity", a.capacity).Want(http.StatusOK)
	}
}

// In chooses the language of the pages: "fa" or "en".
func (c *Client) In(lang string) *Client {
	c.Env.T.Helper()
	u, err := url.Parse(c.Env.URL)
	if err != nil {
		c.Env.T.Fatal(err)
	}
	c.HTTP.Jar.SetCookies(u, []*http.Cookie{{Name: "lang", Value: lang, Path: "/"}})
	return c
}

// Get asks for a path.
func (c *Client) Get(path string) *Page {
	c.Env.T.Helper()
	return c.Do(http.MethodGet, path, nil)
}

// PostForm sends fields, given as name and value in turn, as a form of this
// site does.
func (c *Client) PostForm(path string, pairs ...string) *Page {
	c.Env.T.Helper()
	return c.Do(http.MethodPost, path, values(c.Env, pairs))
}

// Do sends a request with the headers of a browser on a page of this site. A
// body is sent with every method but GET.
func (c *Client) Do(method, path string, fields url.Values) *Page {
	c.Env.T.Helper()
	if method == http.MethodGet {
		return c.Send(method, path, "", nil)
	}
	return c.Send(method, path, "application/x-www-form-urlencoded", strings.NewReader(fields.Encode()))
}

// Send is Do with a body of any type.
func (c *Client) Send(method, path, contentType string, body io.Reader) *Page {
	t := c.Env.T
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.Env.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if c.referer != "" {
		req.Header.Set("Referer", c.referer)
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
	if body != nil {
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Origin", c.Env.URL)
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, rest, missing := strings.Cut(string(b), "⟦"); missing {
		key, _, _ := strings.Cut(rest, "⟧")
		t.Errorf("%s %s as %s: the key %s has no words", method, path, c.Who, key)
	}
	p := &Page{Client: c, Asked: method + " " + path, Path: path, Status: res.StatusCode, Header: res.Header, Body: string(b)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		if p.Doc, err = html.Parse(strings.NewReader(p.Body)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func values(e *Env, pairs []string) url.Values {
	e.T.Helper()
	if len(pairs)%2 != 0 {
		e.T.Fatalf("apptest: a field without a value in %q", pairs)
	}
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}
