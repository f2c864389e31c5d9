// SPDX-License-Identifier: Apache-2.0

package link

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/obs"
)

// Locale holds the public words of every gateway, fa and en.
//
//go:embed locale/*.json
var Locale embed.FS

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// DefaultTimeout is the deadline of a call when Options names none. A page
// waits for it, so it is short.
const DefaultTimeout = 5 * time.Second

// Options of a link. Name, BaseURL and Clock are needed.
type Options struct {
	Name    string        // "population": part of the error code gateway.<name>.down
	BaseURL string        // without a slash at the end
	Token   string        // sent as bearer token
	Timeout time.Duration // of one call with its repetition; 0: DefaultTimeout
	Log     *slog.Logger  // nil: no log
	Clock   clock.Clock
	// Transport is the way to the network; nil: an own http.Transport without
	// proxy from the environment.
	Transport http.RoundTripper
}

// Link is the client of one outside system. It is safe for concurrent use.
type Link struct {
	o       Options
	client  *http.Client
	breaker *breaker
}

// New makes the client of one outside system. It sends nothing.
func New(o Options) *Link {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{
			MaxIdleConnsPerHost:   32,
			IdleConnTimeout:       30 * time.Second,
			ResponseHeaderTimeout: o.Timeout,
		}
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	l := &Link{o: o, client: &http.Client{
		Transport: o.Transport,
		// A redirect would carry our token and personal data elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	l.breaker = newBreaker(o.Clock, func(from, to circuitbreaker.State) {
		o.Log.Warn("gateway breaker", "gateway", o.Name, "from", from.String(), "to", to.String())
	})
	return l
}

// State tells whether calls are being held back, for the health page.
type State struct {
	Name     string
	Breaker  string    // "closed" (calls go through), "open", or "half-open" (the next calls decide)
	OpenedAt time.Time // when the breaker last opened; zero: never
}

// Connected tells whether an address is configured; without one every call
// fails.
func (l *Link) Connected() bool { return l.o.BaseURL != "" }

// State returns the breaker's state now.
func (l *Link) State() State {
	s, at := l.breaker.state()
	return State{Name: l.o.Name, Breaker: s.String(), OpenedAt: at}
}

// Refused is an answer with which the outside system, being up, refused a
// question: a 4xx with a code. It stands in the cause of the errs.Unavailable
// that the link returns; a client that knows the code turns it into an error of
// its own.
type Refused struct {
	Status int
	Code   string
}

func (r *Refused) Error() string { return fmt.Sprintf("refused with %d %q", r.Status, r.Code) }

func (l *Link) down(cause error) error {
	return errs.New(errs.Unavailable, "gateway."+l.o.Name+".down").Because(cause)
}

// Read asks a question that changes nothing at their side; it may be sent
// twice. in is sent as JSON, the answer is decoded strictly into out. check then
// says whether the answer in out belongs to the question; its error counts as a
// failure of the system.
func (l *Link) Read(ctx context.Context, path string, in, out any, check func() error) error {
	return l.callJSON(ctx, path, "", in, out, check, 2)
}

// Act asks for something to be done; it is sent once. key is the idempotency
// key under which it may be asked for again later. check is that of Read.
func (l *Link) Act(ctx context.Context, path, key string, in, out any, check func() error) error {
	return l.callJSON(ctx, path, key, in, out, check, 1)
}

// Raw asks a question that changes nothing in another form than JSON, such as
// RFC 3161's, whose answer must have the content type named. check reads the
// answer and is that of Read.
func (l *Link) Raw(ctx context.Context, path, asks, answers string, body []byte, check func(answer []byte) error) error {
	var answer []byte
	return l.call(ctx, message{path: path, kind: asks, accept: answers, body: body, read: func(res *http.Response, b []byte) error {
		if t, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || t != answers {
			return errors.New("the answer does not have the agreed content type")
		}
		answer = b
		return nil
	}}, func() error { return check(answer) }, 2)
}

// message is a question on its way, and how to read its answer.
type message struct {
	path, key    string
	kind, accept string
	body         []byte
	read         func(res *http.Response, answer []byte) error
}

func (l *Link) callJSON(ctx context.Context, path, key string, in, out any, check func() error, tries int) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("link %s: encode: %w", l.o.Name, err)
	}
	const kind = "application/json"
	return l.call(ctx, message{path: path, key: key, kind: kind, accept: kind, body: body, read: func(res *http.Response, answer []byte) error {
		return decode(res, answer, out)
	}}, check, tries)
}

func (l *Link) call(ctx context.Context, m message, check func() error, tries int) error {
	return l.guard(ctx, m.path, func(ctx context.Context) (requestID string, err error) {
		for range tries {
			requestID = id.New()
			if err = l.send(ctx, m, requestID); err == nil || !again(ctx, err) {
				break
			}
		}
		if err == nil {
			err = check()
		}
		return requestID, err
	})
}

// Address is where the outside system answers and the secret shown to it, for
// an exchange that Do runs.
func (l *Link) Address() (baseURL, secret string) { return l.o.BaseURL, l.o.Token }

// Do runs an exchange in another protocol than HTTP (SMTP) under the rules of
// all calls: breaker, deadline, log. what names it in the log. An error of do
// is a failure of the system unless it is a *Refused that says it is up; it must
// hold no personal data.
func (l *Link) Do(ctx context.Context, what string, do func(ctx context.Context) error) error {
	return l.guard(ctx, what, func(ctx context.Context) (string, error) {
		if !l.Connected() {
			return "", errors.New("no address is configured")
		}
		return "", do(ctx)
	})
}

// guard runs one call: the breaker is asked before and told after, the deadline
// holds, and a failure becomes the error of this gateway.
func (l *Link) guard(ctx context.Context, path string, try func(ctx context.Context) (requestID string, err error)) (err error) {
	ctx, end := obs.Span(ctx, "gateway "+l.o.Name, obs.Fact("path", path))
	defer func() { end(err) }()
	generation, ok := l.breaker.permit()
	if !ok {
		return l.down(circuitbreaker.ErrOpen)
	}
	start := l.o.Clock.Now()
	limited, cancel := context.WithTimeout(ctx, l.o.Timeout)
	defer cancel()
	requestID, err := try(limited)

	refused, isRefusal := errors.AsType[*Refused](err)
	switch {
	case err == nil, isRefusal && isAnswer(refused.Status):
		l.breaker.record(generation, answered)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		l.breaker.record(generation, abandoned)
	default:
		l.breaker.record(generation, failed)
	}
	if err == nil {
		return nil
	}
	l.o.Log.WarnContext(ctx, "gateway call failed", "gateway", l.o.Name, "path", path,
		"request", requestID, "took", l.o.Clock.Now().Sub(start), "err", err)
	return l.down(err)
}

// connectionError is a failure before an answer began.
type connectionError struct{ err error }

func (e *connectionError) Error() string { return "connection: " + e.err.Error() }
func (e *connectionError) Unwrap() error { return e.err }

// statusError is an answer that is neither 200 nor a refusal.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("answered with status %d", int(e)) }

// again tells whether a read is worth a second try.
func again(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	if s, ok := errors.AsType[statusError](err); ok {
		return s == http.StatusBadGateway || s == http.StatusServiceUnavailable || s == http.StatusGatewayTimeout
	}
	_, ok := errors.AsType[*connectionError](err)
	return ok
}

// isAnswer: these refusals say that the system is up. The others (our token is
// not accepted, too slow, too much) mean that it does not serve us now.
func isAnswer(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return true
}

func (l *Link) send(ctx context.Context, m message, requestID string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.o.BaseURL+m.path, bytes.NewReader(m.body))
	if err != nil {
		return errors.New("the base address is not a URL")
	}
	req.Header.Set("Content-Type", m.kind)
	req.Header.Set("Accept", m.accept)
	if l.o.Token != "" {
		req.Header.Set("Authorization", "Bearer "+l.o.Token)
	}
	req.Header.Set("X-Request-Id", requestID)
	obs.Propagate(ctx, req.Header)
	if m.key != "" {
		req.Header.Set("Idempotency-Key", m.key)
	}
	res, err := l.client.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the address
		}
		return &connectionError{err}
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return &connectionError{err}
	}
	if len(answer) > maxAnswer {
		return errors.New("the answer is too long")
	}
	if echoed := res.Header.Get("X-Request-Id"); echoed != "" && echoed != requestID {
		return errors.New("the answer belongs to another request")
	}
	if res.StatusCode >= 400 && res.StatusCode < 500 {
		var refusal struct {
			Error string `json:"error"`
		}
		if err := decode(res, answer, &refusal); err != nil || refusal.Error == "" {
			return statusError(res.StatusCode)
		}
		return &Refused{Status: res.StatusCode, Code: refusal.Error}
	}
	if res.StatusCode != http.StatusOK {
		return statusError(res.StatusCode)
	}
	return m.read(res, answer)
}

// decode is strict: JSON content type, known fields only, nothing after the
// value. Its errors do not quote the answer, which may hold personal data.
func decode(res *http.Response, answer []byte, out any) error {
	if t, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return errors.New("the answer is not JSON")
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.DisallowUnknownFields()
	if err := d.Decode(out); err != nil {
		return errors.New("the answer does not have the agreed form")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the answer goes on after its end")
	}
	return nil
}
