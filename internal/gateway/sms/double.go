// SPDX-License-Identifier: Apache-2.0

package sms

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// deliveryTime is how long a message of the double is under way.
const deliveryTime = 3 * time.Second

// Sent is a message that the double has taken.
type Sent struct {
	Message
	ProviderID string    `json:"provider_id"`
	At         time.Time `json:"at"`
	State      State     `json:"state"` // at the time of asking
}

// Double behaves like a provider of text messages: it takes each Reference
// once, refuses what is no number of a mobile here or of a telephone elsewhere,
// and says "delivered" three seconds later by its clock, or "failed" for a number
// that is switched off. Beside the provider's own interface it has POST
// /_admin/list ({"to":""}) and /_control (package sandbox). Nothing in it
// outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults
	clock  clock.Clock

	mu    sync.RWMutex
	sent  []Sent         // in order of arrival; guarded by mu, with the fields below
	byRef map[string]int // index in sent
	off   map[string]bool
}

// NewDouble makes a provider that has sent nothing and believes whoever holds
// token.
func NewDouble(token string, c clock.Clock) *Double {
	d := &Double{mux: http.NewServeMux(), clock: c, byRef: map[string]int{}, off: map[string]bool{}}
	d.mux.Handle("POST /v1/messages", sandbox.Handle(&d.faults, token, d.send))
	d.mux.Handle("POST /v1/status", sandbox.Handle(&d.faults, token, d.status))
	d.mux.Handle("POST /_admin/list", sandbox.Admin(token, func(in struct {
		To string `json:"to"`
	}) ([]Sent, error) {
		if in.To == "" {
			return d.List(), nil
		}
		return d.For(in.To), nil
	}))
	d.mux.Handle("/_control", sandbox.Control(&d.faults, token))
	return d
}

// Name implements sandbox.Double.
func (d *Double) Name() string { return Name }

// Faults implements sandbox.Double.
func (d *Double) Faults() *sandbox.Faults { return &d.faults }

// ServeHTTP implements http.Handler.
func (d *Double) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.mux.ServeHTTP(w, r) }

// SwitchOff makes messages to mobile fail instead of arriving.
func (d *Double) SwitchOff(mobile string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.off[mobile] = true
}

// List returns all messages, the newest first.
func (d *Double) List() []Sent { return d.filter(func(Sent) bool { return true }) }

// For returns the messages to a number (+ and digits), the newest first.
func (d *Double) For(mobile string) []Sent {
	return d.filter(func(s Sent) bool { return s.To == mobile })
}

func (d *Double) filter(keep func(Sent) bool) []Sent {
	d.mu.RLock()
	defer d.mu.RUnlock()
	out := []Sent{}
	for _, s := range slices.Backward(d.sent) {
		if keep(s) {
			s.State = d.state(s)
			out = append(out, s)
		}
	}
	return out
}

// state needs d.mu.
func (d *Double) state(s Sent) State {
	switch {
	case d.clock.Now().Sub(s.At) < deliveryTime:
		return Accepted
	case d.off[s.To]:
		return Failed
	}
	return Delivered
}

func (d *Double) send(a sandbox.Ask, m Message) (answer, error) {
	if m.Reference == "" || m.Reference != a.Key || m.Text == "" {
		return answer{}, &sandbox.Refusal{Status: http.StatusUnprocessableEntity, Code: "message"}
	}
	if !takes(m.To) {
		return answer{}, &sandbox.Refusal{Status: http.StatusUnprocessableEntity, Code: "number"}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	i, again := d.byRef[m.Reference]
	if again && d.sent[i].Message != m {
		return answer{}, &sandbox.Refusal{Status: http.StatusConflict, Code: "reference_reused"}
	}
	if !again {
		i = len(d.sent)
		d.byRef[m.Reference] = i
		d.sent = append(d.sent, Sent{Message: m, ProviderID: "S" + id.Digits(12), At: d.clock.Now()})
	}
	return d.answer(a, d.sent[i]), nil
}

// takes tells whether messages can go to a number: + and 8 to 15 digits (E.164),
// here a mobile.
func takes(to string) bool {
	rest, ok := strings.CutPrefix(to, "+")
	if !ok || len(rest) < 8 || len(rest) > 15 || rest[0] == '0' || strings.Trim(rest, "0123456789") != "" {
		return false
	}
	return !strings.HasPrefix(rest, "98") || len(rest) == 12 && rest[2] == '9'
}

func (d *Double) status(a sandbox.Ask, q statusQuestion) (answer, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	i, ok := d.byRef[q.Reference]
	if !ok {
		return answer{}, &sandbox.Refusal{Status: http.StatusNotFound, Code: "unknown"}
	}
	return d.answer(a, d.sent[i]), nil
}

// answer needs d.mu.
func (d *Double) answer(a sandbox.Ask, s Sent) answer {
	if a.Wrong != "" { // the answer that belongs to another request
		return answer{Reference: "another", ProviderID: "S000000000000", State: Delivered}
	}
	return answer{Reference: s.Reference, ProviderID: s.ProviderID, State: d.state(s)}
}
