// SPDX-License-Identifier: Apache-2.0

package companies

import (
	"net/http"
	"slices"
	"sync"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
)

// Double behaves like the register of legal persons. Beside the register's own
// interface it has POST /_admin/entities ([]Entity), which enters legal
// persons, and /_control (package sandbox). Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults

	mu       sync.RWMutex
	entities []Entity // guarded by mu
}

// NewDouble makes an empty register that believes whoever holds token.
func NewDouble(token string) *Double {
	d := &Double{mux: http.NewServeMux()}
	d.mux.Handle("POST /v1/match", sandbox.Handle(&d.faults, token, d.match))
	d.mux.Handle("POST /_admin/entities", sandbox.Admin(token, func(in []Entity) (map[string]int, error) {
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

// Add enters legal persons; one that is there already, by national ID or code,
// is replaced.
func (d *Double) Add(entities ...Entity) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range entities {
		d.entities = slices.DeleteFunc(d.entities, func(o Entity) bool {
			return (e.NationalID != "" && o.NationalID == e.NationalID) || (e.Code != "" && o.Code == e.Code)
		})
		d.entities = append(d.entities, e)
	}
}

func (d *Double) match(a sandbox.Ask, q question) (answer, error) {
	if a.Wrong != "" { // the answer that belongs to another request
		return answer{Asked: question{Code: "another"}, Match: true,
			Entity: &Entity{Code: "another", Kind: Body, Name: "نهاد دیگر", State: Active}}, nil
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	i := slices.IndexFunc(d.entities, q.fits)
	if i < 0 {
		return answer{Asked: q}, nil
	}
	e := d.entities[i]
	return answer{Asked: q, Match: true, Entity: &e}, nil
}
