// SPDX-License-Identifier: Apache-2.0

package foreigners

import (
	"net/http"
	"slices"
	"sync"

	"github.com/tarazu/tarazu/internal/gateway/sandbox"
)

// Double behaves like the register of foreign nationals. Beside the register's
// own interface it has POST /_admin/persons ([]Person), which enters people,
// and /_control (package sandbox). Nothing in it outlives the process.
type Double struct {
	mux    *http.ServeMux
	faults sandbox.Faults

	mu     sync.RWMutex
	people []Person // guarded by mu
}

// NewDouble makes an empty register that believes whoever holds token.
func NewDouble(token string) *Double {
	d := &Double{mux: http.NewServeMux()}
	d.mux.Handle("POST /v1/match", sandbox.Handle(&d.faults, token, d.match))
	d.mux.Handle("POST /_admin/persons", sandbox.Admin(token, func(in []Person) (map[string]int, error) {
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

// Add enters people; whoever is there already, by code or by passport, is
// replaced.
func (d *Double) Add(people ...Person) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range people {
		d.people = slices.DeleteFunc(d.people, func(o Person) bool {
			return (p.Code != "" && o.Code == p.Code) || (p.Passport != "" && o.Passport == p.Passport && o.Country == p.Country)
		})
		d.people = append(d.people, p)
	}
}

func (d *Double) match(a sandbox.Ask, q question) (answer, error) {
	if a.Wrong != "" { // the answer that belongs to another request
		return answer{Asked: question{Code: "00000000"}, Match: true,
			Person: &Person{Code: "00000000", FirstName: "دیگری", LastName: "کسی", Country: "AF", Status: Resident}}, nil
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	i := slices.IndexFunc(d.people, q.fits)
	if i < 0 {
		return answer{Asked: q}, nil
	}
	p := d.people[i]
	return answer{Asked: q, Match: true, Person: &p}, nil
}
