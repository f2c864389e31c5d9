// SPDX-License-Identifier: Apache-2.0

package professions

import (
	"net/http"
	"slices"
	"sync"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
)

// Entry is one licence in the double.
type Entry struct {
	NationalCode string `json:"national_code"`
	Licence
}

// Double behaves like the issuers of licences. Beside their own interface it
// has POST /_admin/licences ([]Entry), which enters licences, and /_control
// (package sandbox). Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults

	mu       sync.RWMutex
	licences map[string][]Licence // by national code; guarded by mu
}

// NewDouble makes issuers without members that believe whoever holds token.
func NewDouble(token string) *Double {
	d := &Double{mux: http.NewServeMux(), licences: map[string][]Licence{}}
	d.mux.Handle("POST /v1/licences", sandbox.Handle(&d.faults, token, d.list))
	d.mux.Handle("POST /_admin/licences", sandbox.Admin(token, func(in []Entry) (map[string]int, error) {
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

// Add enters licences; one that is there already, by issuer and number, is
// replaced.
func (d *Double) Add(entries ...Entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range entries {
		d.licences[e.NationalCode] = append(slices.DeleteFunc(d.licences[e.NationalCode], func(l Licence) bool {
			return l.Issuer == e.Issuer && l.Number == e.Number
		}), e.Licence)
	}
}

func (d *Double) list(a sandbox.Ask, q question) (answer, error) {
	if a.Wrong != "" { // the answer that belongs to another request
		return answer{NationalCode: "0000000108", Licences: []Licence{{Kind: Lawyer, Issuer: "centre", Number: "1", Grade: First, State: Valid}}}, nil
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	return answer{NationalCode: q.NationalCode, Licences: slices.Clone(d.licences[q.NationalCode])}, nil
}
