// SPDX-License-Identifier: Apache-2.0

package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/id"
)

// APIClient is a program that acts for somebody over the API.
type APIClient struct {
	Env   *Env
	Who   Who
	Token string
	Lang  string
}

// APIAnswer is an answer of the API.
type APIAnswer struct {
	Client *APIClient
	Asked  string
	Status int
	Header http.Header
	Body   []byte
}

// API is a program that has signed in over the API with somebody's password and
// code, in the capacity that their name says. It is the same one at each call.
func (e *Env) API(w Who) *APIClient {
	e.T.Helper()
	if c := e.programs[w]; c != nil {
		return c
	}
	c := &APIClient{Env: e, Who: w, Lang: "en"}
	if w != Nobody {
		a := e.account(w)
		c.SignIn(a.NationalCode, a.Mobile, Password)
		if a.capacity != "" {
			c.Send(http.MethodPut, "/sessions/current", map[string]any{"capacity": a.capacity}).Want(http.StatusOK)
		}
	}
	e.programs[w] = c
	return c
}

// APIAgain is API after the time of a token is over: it signs in anew.
func (e *Env) APIAgain(w Who) *APIClient {
	e.T.Helper()
	delete(e.programs, w)
	return e.API(w)
}

// SignIn gets a token with a password and the code that comes to the number.
func (c *APIClient) SignIn(nationalCode, mobile, password string) {
	c.Env.T.Helper()
	step := c.Send(http.MethodPost, "/sessions", map[string]any{"national_code": nationalCode, "password": password}).Want(http.StatusCreated)
	done := c.Send(http.MethodPost, "/sessions/"+step.Text("id")+"/code", map[string]any{"code": c.Env.Code(mobile)}).Want(http.StatusCreated)
	c.Token = done.Text("token")
}

// Get asks for a path below /api/v1.
func (c *APIClient) Get(path string) *APIAnswer {
	c.Env.T.Helper()
	return c.Send(http.MethodGet, path, nil)
}

// Post sends a body, or none, with a new Idempotency-Key.
func (c *APIClient) Post(path string, body any) *APIAnswer {
	c.Env.T.Helper()
	return c.Send(http.MethodPost, path, body)
}

// Send sends a request; a write gets a new Idempotency-Key unless the headers,
// in pairs of name and value, say otherwise. A body that is a []byte goes as it
// is, as a file.
func (c *APIClient) Send(method, path string, body any, headers ...string) *APIAnswer {
	t := c.Env.T
	t.Helper()
	var in io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case []byte:
		in, kind = bytes.NewReader(b), "application/octet-stream"
	default:
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		in, kind = bytes.NewReader(text), "application/json"
	}
	req, err := http.NewRequestWithContext(t.Context(), method, c.Env.URL+"/api/v1"+path, in)
	if err != nil {
		t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if method != http.MethodGet {
		req.Header.Set("Idempotency-Key", id.New())
	}
	req.Header.Set("Accept-Language", c.Lang)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &APIAnswer{Client: c, Asked: method + " " + path, Status: res.StatusCode, Header: res.Header, Body: b}
}

// Want ends the test unless the answer has this status.
func (a *APIAnswer) Want(status int) *APIAnswer {
	t := a.Client.Env.T
	t.Helper()
	if a.Status != status {
		t.Fatalf("%s as %s: %d, want %d\n%s", a.Asked, a.Client.Who, a.Status, status, a.Body)
	}
	return a
}

// At is a value of the answer by its way: "items.0.id". The test ends if there
// is none.
func (a *APIAnswer) At(way string) any {
	t := a.Client.Env.T
	t.Helper()
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		t.Fatalf("%s: %v\n%s", a.Asked, err, a.Body)
	}
	for step := range strings.SplitSeq(way, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[step]
		case []any:
			n := 0
			for _, r := range step {
				n = n*10 + int(r-'0')
			}
			if n >= len(at) {
				t.Fatalf("%s: %s has no %s\n%s", a.Asked, way, step, a.Body)
			}
			v = at[n]
		default:
			v = nil
		}
	}
	if v == nil {
		t.Fatalf("%s: there is no %s\n%s", a.Asked, way, a.Body)
	}
	return v
}

// Text is a text of the answer by its way.
func (a *APIAnswer) Text(way string) string {
	a.Client.Env.T.Helper()
	s, ok := a.At(way).(string)
	if !ok {
		a.Client.Env.T.Fatalf("%s: %s is no text\n%s", a.Asked, way, a.Body)
	}
	return s
}
