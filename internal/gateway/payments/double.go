// SPDX-License-Identifier: Apache-2.0

package payments

import (
	"net/http"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// The double's times, like those of the providers it stands for.
const (
	TokenLife   = 15 * time.Minute // within it the payer must decide
	ConfirmTime = 15 * time.Minute // within it the payment must be confirmed
	LateBy      = 3 * time.Minute  // how late a late answer comes
)

// DoubleOptions of a double. Token and Clock are needed.
type DoubleOptions struct {
	Token string
	Clock clock.Clock
	// PublicURL is where people's browsers reach the double, without a slash at
	// the end; nil: where the machine request came to.
	PublicURL func() string
	// LateBy is how late a late answer comes; 0: LateBy.
	LateBy time.Duration
}

// Double behaves like a payment service provider. People's pages are under
// /pay/, the machine interface under /v1/, and /_control is the switch of
// package sandbox. Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults
	o      DoubleOptions
	words  map[string]words // by language

	mu       sync.Mutex
	byToken  map[string]*payment // guarded by mu, with what it points to
	byRef    map[string]*payment
	received int64
}

type payment struct {
	order     Order
	token     string
	started   time.Time
	decided   time.Time // when the payer paid or cancelled; zero: not yet
	visible   time.Time // from when the decision is told
	paid      bool
	bank      string
	confirmed bool
	refunded  bool
}

// NewDouble makes a provider without payments.
func NewDouble(o DoubleOptions) *Double {
	if o.LateBy == 0 {
		o.LateBy = LateBy
	}
	d := &Double{mux: http.NewServeMux(), o: o, byToken: map[string]*payment{}, byRef: map[string]*payment{}, words: readWords()}
	d.mux.Handle("POST /v1/start", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		base := "http://" + r.Host
		if o.PublicURL != nil {
			base = o.PublicURL()
		}
		sandbox.Handle(&d.faults, o.Token, func(a sandbox.Ask, in Order) (startAnswer, error) {
			return d.start(a, in, base)
		}).ServeHTTP(w, r)
	}))
	d.mux.Handle("POST /v1/status", sandbox.Handle(&d.faults, o.Token, d.status))
	d.mux.Handle("POST /v1/confirm", sandbox.Handle(&d.faults, o.Token, d.confirm))
	d.mux.Handle("POST /v1/refund", sandbox.Handle(&d.faults, o.Token, d.refund))
	d.mux.Handle("/_control", sandbox.Control(&d.faults, o.Token))
	d.mux.Handle("/pay/", sandbox.Page(&d.faults, d.pages()))
	return d
}

// Name implements sandbox.Double.
func (d *Double) Name() string { return Name }

// Faults implements sandbox.Double.
func (d *Double) Faults() *sandbox.Faults { return &d.faults }

// ServeHTTP implements http.Handler.
func (d *Double) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

// ReceivedRials is the sum of all confirmed payments less what went back, so that a test can see
// that nobody paid twice.
func (d *Double) ReceivedRials() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.received
}

func (d *Double) start(a sandbox.Ask, o Order, base string) (startAnswer, error) {
	if o.Reference == "" || o.Reference != a.Key || o.AmountRials <= 0 || (o.Lang != "fa" && o.Lang != "en") || !sandbox.IsReturn(o.ReturnURL) {
		return startAnswer{}, &sandbox.Refusal{Status: http.StatusUnprocessableEntity, Code: "order"}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.byRef[o.Reference]
	switch {
	case p == nil:
		p = &payment{order: o, token: id.Secret(24), started: d.o.Clock.Now()}
		d.byRef[o.Reference], d.byToken[p.token] = p, p
	case p.order.AmountRials != o.AmountRials:
		return startAnswer{}, &sandbox.Refusal{Status: http.StatusConflict, Code: "reference_reused"}
	}
	out := startAnswer{Reference: o.Reference, AmountRials: o.AmountRials, Token: p.token, PayURL: base + "/pay/" + p.token}
	switch a.Wrong {
	case sandbox.Other:
		out.Reference = "another"
	case sandbox.Amount:
		out.AmountRials += 1000
	}
	return out, nil
}

func (d *Double) status(a sandbox.Ask, q tokenQuestion) (result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.byToken[q.Token]
	if p == nil {
		return result{}, &sandbox.Refusal{Status: http.StatusNotFound, Code: "unknown_token"}
	}
	return d.result(a, p), nil
}

func (d *Double) confirm(a sandbox.Ask, q tokenQuestion) (result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.byToken[q.Token]
	if p == nil {
		return result{}, &sandbox.Refusal{Status: http.StatusNotFound, Code: "unknown_token"}
	}
	if d.state(p) == Paid && !p.confirmed {
		p.confirmed = true
		d.received += p.order.AmountRials
	}
	return d.result(a, p), nil
}

func (d *Double) refund(a sandbox.Ask, q tokenQuestion) (result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.byToken[q.Token]
	if p == nil {
		return result{}, &sandbox.Refusal{Status: http.StatusNotFound, Code: "unknown_token"}
	}
	if p.confirmed && !p.refunded {
		p.refunded = true
		d.received -= p.order.AmountRials
	}
	return d.result(a, p), nil
}

// state needs d.mu: how the payment stands now, as the provider tells it.
func (d *Double) state(p *payment) State {
	now := d.o.Clock.Now()
	switch {
	case p.refunded:
		return Returned
	case p.confirmed:
		return Paid
	case p.decided.IsZero() && now.Sub(p.started) >= TokenLife:
		return Expired
	case p.decided.IsZero(), now.Before(p.visible):
		return Open
	case !p.paid:
		return Cancelled
	case now.Sub(p.visible) >= ConfirmTime:
		return Returned
	}
	return Paid
}

// result needs d.mu.
func (d *Double) result(a sandbox.Ask, p *payment) result {
	r := result{Token: p.token, Reference: p.order.Reference, State: d.state(p), AmountRials: p.order.AmountRials}
	if r.State == Paid {
		r.Bank = p.bank
	}
	switch a.Wrong {
	case sandbox.Other: // the answer that belongs to another request
		r = result{Token: "another", Reference: "another", State: Paid, AmountRials: 1000, Bank: "000000000000"}
	case sandbox.Amount:
		r.AmountRials += 1000
	}
	return r
}

// Choice is what a payer does on the provider's page.
type Choice string

// The payer's choices. Leave does nothing, which is what many payers do.
const (
	Pay     Choice = "pay"
	PayLate Choice = "late" // pays, but Status tells it only LateBy later
	Cancel  Choice = "cancel"
	Leave   Choice = "leave"
)

// Choose acts as the payer with token would by a button of the page, and
// reports whether that was still possible. Tests use it in place of a browser.
func (d *Double) Choose(token string, c Choice) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.byToken[token]
	if p == nil || !p.decided.IsZero() || d.state(p) != Open {
		return false
	}
	if c == Leave {
		return true
	}
	p.decided = d.o.Clock.Now()
	p.visible = p.decided
	switch c {
	case Pay, PayLate:
		p.paid, p.bank = true, id.Digits(12)
		if c == PayLate {
			p.visible = p.decided.Add(d.o.LateBy)
		}
	case Cancel:
	default:
		p.decided, p.visible = time.Time{}, time.Time{}
		return false
	}
	return true
}
