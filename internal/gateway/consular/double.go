// SPDX-License-Identifier: Apache-2.0

package consular

import (
	"net/http"
	"sync"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/civil"
)

// Entry is one confirmation in the double.
type Entry struct {
	Reference string `json:"reference"`
	State     State  `json:"state"`
	Person
}

// Double behaves like the consular system. Beside the system's own interface it
// has POST /_admin/confirmations ([]Entry), which adds or replaces
// confirmations, and /_control (package sandbox). Nothing in it outlives the
// process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults

	mu      sync.RWMutex
	entries map[string]Entry // by reference; guarded by mu
}

// NewDouble makes a system without confirmations that believes whoever holds
// token.
func NewDouble(token string) *Double {
	d := &Double{mux: http.NewServeMux(), entries: map[string]Entry{}}
	d.mux.Handle("POST /v1/confirmation", sandbox.Handle(&d.faults, token, d.confirm))
	d.mux.Handle("POST /_admin/confirmations", sandbox.Admin(token, func(in []Entry) (map[string]int, error) {
		d.Add(in...)
		return map[string]int{"added": len(in)}, nil
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

// Add enters confirmations; one that is there already, by reference, is
// replaced.
func (d *Double) Add(entries ...Entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range entries {
		d.entries[e.Reference] = e
	}
}

func (d *Double) confirm(a sandbox.Ask, q question) (answer, error) {
	if a.Wrong != "" { // the answer that belongs to another request
		return answer{Reference: "another", Match: true, State: Confirmed,
			Person: &Person{FirstName: "دیگری", LastName: "کسی", Birth: civil.Day(0), Country: "DE"}}, nil
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	e, ok := d.entries[q.Reference]
	switch {
	case !ok || e.Birth != q.Birth:
		return answer{Reference: q.Reference}, nil
	case e.State != Confirmed:
		return answer{Reference: q.Reference, Match: true, State: e.State}, nil
	}
	return answer{Reference: q.Reference, Match: true, State: Confirmed, Person: &e.Person}, nil
}
