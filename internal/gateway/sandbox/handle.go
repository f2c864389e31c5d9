// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"
)

// maxQuestion bounds what a double reads of a question, in bytes.
const maxQuestion = 1 << 20

// Refusal is an answer by which a double refuses a question: a 4xx status and
// a code.
type Refusal struct {
	Status int
	Code   string
}

func (r *Refusal) Error() string { return r.Code }

// Ask is a question that reached a double: its context, its idempotency key,
// and the way in which the answer shall be wrong ("", Other, Amount).
type Ask struct {
	Ctx   context.Context
	Key   string
	Wrong string
}

// Handle makes one operation of a double's machine interface out of fn: the
// switch decides first, then the bearer token and the question's form are
// checked. An error of fn that is no *Refusal is a 500.
func Handle[In, Out any](f *Faults, token string, fn func(a Ask, in In) (Out, error)) http.Handler {
	return Raw(f, token, func(w http.ResponseWriter, r *http.Request, a Ask, body []byte) {
		var in In
		if err := question(r, body, &in); err != nil {
			answer(w, http.StatusBadRequest, map[string]string{"error": "bad_request"})
			return
		}
		out, err := fn(a, in)
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			answer(w, refusal.Status, map[string]string{"error": refusal.Code})
			return
		}
		if err != nil {
			answer(w, http.StatusInternalServerError, map[string]string{"error": "internal"})
			return
		}
		answer(w, http.StatusOK, out)
	})
}

// Raw is Handle for an interface that is not JSON: fn reads the body and
// writes the answer itself.
func Raw(f *Faults, token string, fn func(w http.ResponseWriter, r *http.Request, a Ask, body []byte)) http.Handler {
	return Open(f, func(w http.ResponseWriter, r *http.Request, a Ask, body []byte) {
		if !bearer(r, token) {
			answer(w, http.StatusUnauthorized, map[string]string{"error": "bad_token"})
			return
		}
		fn(w, r, a, body)
	})
}

// Open is Raw for an interface that has another way than a bearer token to know
// who asks: fn looks itself.
func Open(f *Faults, fn func(w http.ResponseWriter, r *http.Request, a Ask, body []byte)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Read first: only then does net/http notice that a slow double's caller
		// has gone away.
		body, err := io.ReadAll(io.LimitReader(r.Body, maxQuestion))
		if err != nil {
			return
		}
		x := f.Next()
		if !x.passed(w, r) {
			return
		}
		w.Header().Set("X-Request-Id", r.Header.Get("X-Request-Id"))
		if x.Mode == Wrong && x.How == Garbage {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "{\"ok\": tru<html><body>Proxy error</body>")
			return
		}
		a := Ask{Ctx: r.Context(), Key: r.Header.Get("Idempotency-Key")}
		if x.Mode == Wrong {
			a.Wrong = x.How
		}
		fn(w, r, a, body)
	})
}

// passed keeps a request as long as a fault wants, and tells whether it is to be
// answered after that.
func (f Fault) passed(w http.ResponseWriter, r *http.Request) bool {
	switch f.Mode {
	case Slow:
		timer := time.NewTimer(f.Delay()) // a network's delay, not a fact with a date: real time
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return false
		}
	case Down:
		unavailable(w, f)
		return false
	}
	return true
}

// health tells how a double is to whoever probes it. The switch decides.
func health(f *Faults) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.Next().passed(w, r) {
			answer(w, http.StatusOK, map[string]bool{"ok": true})
		}
	})
}

// Admin makes one operation for whoever sets the double up: it asks for the
// token but is not subject to faults.
func Admin[In, Out any](token string, fn func(in In) (Out, error)) http.Handler {
	return Handle(&Faults{}, token, func(_ Ask, in In) (Out, error) { return fn(in) })
}

// Page lets people's pages of a double (a bank's payment page) fail only when
// the whole double is down; requests of people do not move a flapping pattern.
func Page(f *Faults, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x := f.Get(); x.Mode == Down {
			unavailable(w, x)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Control is the switch over HTTP: POST sets it, GET tells it.
func Control(f *Faults, token string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !bearer(r, token) {
			answer(w, http.StatusUnauthorized, map[string]string{"error": "bad_token"})
			return
		}
		switch r.Method {
		case http.MethodGet:
		case http.MethodPost:
			var x Fault
			body, err := io.ReadAll(io.LimitReader(r.Body, maxQuestion))
			if err != nil || question(r, body, &x) != nil {
				answer(w, http.StatusBadRequest, map[string]string{"error": "bad_request"})
				return
			}
			if err := f.Set(x); err != nil {
				answer(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
				return
			}
		default:
			w.Header().Set("Allow", "GET, POST")
			answer(w, http.StatusMethodNotAllowed, map[string]string{"error": "method_not_allowed"})
			return
		}
		answer(w, http.StatusOK, f.Get())
	})
}

func unavailable(w http.ResponseWriter, x Fault) {
	if x.How == Closed {
		panic(http.ErrAbortHandler) // net/http's documented way to close without an answer
	}
	w.Header().Set("Retry-After", "30")
	http.Error(w, "service unavailable", http.StatusServiceUnavailable)
}

func bearer(r *http.Request, token string) bool {
	return subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+token)) == 1
}

func question(r *http.Request, body []byte, in any) error {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return errors.New("not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	return d.Decode(in)
}

func answer(w http.ResponseWriter, status int, out any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out)
}
