// SPDX-License-Identifier: Apache-2.0

package simowner

import (
	"net/http"
	"sync"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
)

// Pair says that a mobile number is registered in a person's name.
type Pair struct {
	NationalCode string `json:"national_code"`
	Mobile       string `json:"mobile"` // +989xxxxxxxxx
}

// Double behaves like the registry of SIM-card owners. Beside the registry's
// own interface it has POST /_admin/pairs ([]Pair), which enters pairs, and
// /_control (package sandbox). Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults

	mu     sync.RWMutex
	owners map[string]string // mobile -> national code; guarded by mu
}

// NewDouble makes an empty registry that believes whoever holds token.
func NewDouble(token string) *Double {
	d := &Double{mux: http.NewServeMux(), owners: map[string]string{}}
	d.mux.Handle("POST /v1/owns", sandbox.Handle(&d.faults, token, d.owns))
	d.mux.Handle("POST /_admin/pairs", sandbox.Admin(token, func(in []Pair) (map[string]int, error) {
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

// Add enters pairs. A number has one owner: the last one entered.
func (d *Double) Add(pairs ...Pair) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range pairs {
		d.owners[p.Mobile] = p.NationalCode
	}
}

func (d *Double) owns(a sandbox.Ask, q question) (answer, error) {
	if a.Wrong != "" { // the answer that belongs to another request
		return answer{NationalCode: "0000000108", Mobile: "+989000000108", Owns: true}, nil
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	owner, ok := d.owners[q.Mobile]
	return answer{NationalCode: q.NationalCode, Mobile: q.Mobile, Owns: ok && owner == q.NationalCode}, nil
}
