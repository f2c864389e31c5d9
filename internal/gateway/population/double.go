// SPDX-License-Identifier: Apache-2.0

package population

import (
	"net/http"
	"sync"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// Entry is one person in the double's registry.
type Entry struct {
	NationalCode string    `json:"national_code"`
	Birth        civil.Day `json:"birth"`
	Person
}

// Double behaves like the civil registry. Beside the registry's own interface
// it has POST /_admin/persons ([]Entry), which adds or replaces people, and
// /_control (package sandbox). Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults

	mu      sync.RWMutex
	entries map[string]Entry // by national code; guarded by mu
}

// NewDouble makes an empty registry that believes whoever holds token.
func NewDouble(token string) *Double {
	d := &Double{mux: http.NewServeMux(), entries: map[string]Entry{}}
	d.mux.Handle("POST /v1/match", sandbox.Handle(&d.faults, token, d.match))
	d.mux.Handle("POST /v1/confirm-name", sandbox.Handle(&d.faults, token, d.confirmName))
	d.mux.Handle("POST /_admin/persons", sandbox.Admin(token, func(in []Entry) (map[string]int, error) {
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

// Add enters people; one who is there already, by national code, is replaced.
func (d *Double) Add(entries ...Entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range entries {
		d.entries[e.NationalCode] = e
	}
}

func (d *Double) match(a sandbox.Ask, q matchQuestion) (answer, error) {
	e, ok := d.find(q.NationalCode)
	return d.answer(a, q.NationalCode, e, ok && e.Birth == q.Birth), nil
}

func (d *Double) confirmName(a sandbox.Ask, q nameQuestion) (answer, error) {
	e, ok := d.find(q.NationalCode)
	fits := ok && persian.Fold(e.FirstName) == persian.Fold(q.FirstName) && persian.Fold(e.LastName) == persian.Fold(q.LastName)
	return d.answer(a, q.NationalCode, e, fits), nil
}

func (d *Double) find(nationalCode string) (Entry, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	e, ok := d.entries[nationalCode]
	return e, ok
}

func (d *Double) answer(a sandbox.Ask, nationalCode string, e Entry, match bool) answer {
	if a.Wrong != "" { // the answer that belongs to another request
		return answer{NationalCode: "0000000108", Match: true,
			Person: &Person{FirstName: "دیگری", LastName: "کسی", FatherName: "نام", Alive: true}}
	}
	if !match {
		return answer{NationalCode: nationalCode}
	}
	return answer{NationalCode: nationalCode, Match: true, Person: &e.Person}
}
