// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// SessionLife is how long the double waits for a person.
const SessionLife = 30 * time.Minute

// callWithin is how long the double waits for an answer to its callback.
const callWithin = 5 * time.Second

// Leave is a choice on the page: the person closes it, and nobody is told.
const Leave State = "leave"

// DoubleOptions of a double. Token and Clock are needed.
type DoubleOptions struct {
	Token string
	Clock clock.Clock
	// PublicURL is where people's browsers reach the double, without a slash at
	// the end; nil: where the machine request came to.
	PublicURL func() string
}

// Double behaves like the exchange with two brokers. People's pages are under
// /check/, where one picks how the check ends; the machine interface is under
// /v1/, and /_control is the switch of package sandbox. Nothing in it outlives
// the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults
	o      DoubleOptions
	words  map[string]words // by language

	mu      sync.Mutex
	byToken map[string]*session // guarded by mu, with what it points to
	byRef   map[string]*session
}

type session struct {
	order    Order
	token    string
	started  time.Time
	decided  time.Time
	state    State // Open until decided
	evidence string
}

// doubleBrokers are who works at the double's exchange.
var doubleBrokers = []Broker{
	{ID: "didar", NameFA: "دیدار آزمایشی", NameEN: "Trial Didar", PriceRials: 120_000},
	{ID: "simin", NameFA: "سیمین آزمایشی", NameEN: "Trial Simin", PriceRials: 150_000},
}

// NewDouble makes an exchange without sessions.
func NewDouble(o DoubleOptions) *Double {
	d := &Double{mux: http.NewServeMux(), o: o, words: readWords(), byToken: map[string]*session{}, byRef: map[string]*session{}}
	d.mux.Handle("POST /v1/brokers", sandbox.Handle(&d.faults, o.Token, func(a sandbox.Ask, _ none) (brokersAnswer, error) {
		if a.Wrong != "" {
			return brokersAnswer{Brokers: []Broker{{ID: "nameless"}}}, nil
		}
		return brokersAnswer{Brokers: doubleBrokers}, nil
	}))
	d.mux.Handle("POST /v1/sessions", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		base := "http://" + r.Host
		if o.PublicURL != nil {
			base = o.PublicURL()
		}
		sandbox.Handle(&d.faults, o.Token, func(a sandbox.Ask, in Order) (startAnswer, error) {
			return d.start(a, in, base)
		}).ServeHTTP(w, r)
	}))
	d.mux.Handle("POST /v1/status", sandbox.Handle(&d.faults, o.Token, d.status))
	d.mux.Handle("/_control", sandbox.Control(&d.faults, o.Token))
	d.mux.Handle("/check/", sandbox.Page(&d.faults, d.pages()))
	return d
}

// Name implements sandbox.Double.
func (d *Double) Name() string { return Name }

// Faults implements sandbox.Double.
func (d *Double) Faults() *sandbox.Faults { return &d.faults }

// ServeHTTP implements http.Handler.
func (d *Double) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

func (d *Double) start(a sandbox.Ask, o Order, base string) (startAnswer, error) {
	if o.Reference == "" || o.Reference != a.Key || o.Subject == "" || (o.Lang != "fa" && o.Lang != "en") ||
		!sandbox.IsReturn(o.ReturnURL) || (o.CallbackURL != "" && !sandbox.IsReturn(o.CallbackURL)) {
		return startAnswer{}, &sandbox.Refusal{Status: http.StatusUnprocessableEntity, Code: "order"}
	}
	if !slices.ContainsFunc(doubleBrokers, func(b Broker) bool { return b.ID == o.Broker }) {
		return startAnswer{}, &sandbox.Refusal{Status: http.StatusNotFound, Code: "no_broker"}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.byRef[o.Reference]
	switch {
	case s == nil:
		s = &session{order: o, token: id.Secret(24), started: d.o.Clock.Now(), state: Open}
		d.byRef[o.Reference], d.byToken[s.token] = s, s
	case s.order.Broker != o.Broker || s.order.Subject != o.Subject:
		return startAnswer{}, &sandbox.Refusal{Status: http.StatusConflict, Code: "reference_reused"}
	}
	out := startAnswer{Reference: o.Reference, Broker: o.Broker, Token: s.token, PageURL: base + "/check/" + s.token}
	if a.Wrong != "" { // the answer that belongs to another request
		out.Reference = "another"
	}
	return out, nil
}

func (d *Double) status(a sandbox.Ask, q tokenQuestion) (statusAnswer, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.byToken[q.Token]
	if s == nil {
		return statusAnswer{}, &sandbox.Refusal{Status: http.StatusNotFound, Code: "unknown_token"}
	}
	out := statusAnswer{Token: s.token, Reference: s.order.Reference, Subject: s.order.Subject, Broker: s.order.Broker,
		State: d.state(s), Evidence: s.evidence, At: s.decided}
	if a.Wrong != "" { // proved, but somebody else
		out.Subject, out.State, out.Evidence, out.At = "another", Live, "V000000000000", d.o.Clock.Now()
	}
	return out, nil
}

// state needs d.mu: how the session stands now.
func (d *Double) state(s *session) State {
	if s.state == Open && d.o.Clock.Now().Sub(s.started) >= SessionLife {
		return Expired
	}
	return s.state
}

// Choose ends the session with token as a button of the page would, and
// reports whether that was still possible. Tests use it in place of a browser.
// The broker then calls back, once; nobody answering is the caller's matter.
func (d *Double) Choose(token string, state State) bool {
	d.mu.Lock()
	s := d.byToken[token]
	if s == nil || d.state(s) != Open {
		d.mu.Unlock()
		return false
	}
	switch state {
	case Live:
		s.evidence = "V" + id.Digits(12)
	case NotLive, NoMatch, BadPicture, Abandoned:
	case Leave:
		d.mu.Unlock()
		return true
	default:
		d.mu.Unlock()
		return false
	}
	s.state, s.decided = state, d.o.Clock.Now()
	d.mu.Unlock()
	call(s.order.CallbackURL, token)
	return true
}

// call tells the other side that a session was decided.
func call(address, token string) {
	if address == "" {
		return
	}
	body, err := json.Marshal(tokenQuestion{token})
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), callWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/json")
	if res, err := http.DefaultClient.Do(r); err == nil {
		_ = res.Body.Close()
	}
}
