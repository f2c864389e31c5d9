// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/identitytest"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var mods = identitytest.Migrations

// rig is the package on real neighbours; the registry is a double, over HTTP.
type rig struct {
	*Service
	db       *store.DB
	clk      *clock.Fake
	jobs     *jobs.Runner
	people   *identity.Service
	registry *population.Double
	sms      *sms.Double
	made     int
}

func each(t *testing.T, fn func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) { fn(t, newRig(t, db, clk)) })
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newRig(t *testing.T, db *store.DB, clk *clock.Fake) *rig {
	t.Helper()
	registry := population.NewDouble(sandboxtest.Token)
	ask := population.New(sandboxtest.Link(t, registry, clk))
	w := identitytest.New(t, db, clk, identitytest.Parts{Words: []fs.FS{link.Locale, Locale}, Rules: []policy.Part{Part()}, Population: ask})
	r := &rig{db: db, clk: clk, jobs: w.Jobs, people: w.People, registry: registry, sms: w.Phone}
	r.Service = must(New(Deps{DB: db, Clock: clk, Log: w.Log, Jobs: r.jobs, Identity: r.people, Population: ask, Policy: w.Policy, Ledger: w.Ledger}))(t)
	r.Jobs()
	return r
}

// person enrols somebody whom the registry knows.
func (r *rig) person(t *testing.T) identity.Person {
	t.Helper()
	code := fmt.Sprintf("000%06d", 1000+r.made)
	sum := 0
	for i := range 9 {
		sum += int(code[i]-'0') * (10 - i)
	}
	if sum %= 11; sum >= 2 {
		sum = 11 - sum
	}
	code += fmt.Sprint(sum)
	r.made++
	birth := must(civil.FromJalali(1360, 1, 1+r.made%28))(t)
	p := must(r.people.Enrol(t.Context(), system, identity.NewPerson{
		NationalCode: code, FirstName: "رضا", LastName: "آزمایشی", FatherName: "علی", Birth: birth,
		Mobile: fmt.Sprintf("0912000%04d", r.made), Assurance: identity.RegistryChecked, Password: "correct horse 1404",
	}))(t)
	r.says(p, population.Person{Alive: true})
	return p
}

// says has the registry answer about somebody from now on.
func (r *rig) says(p identity.Person, is population.Person) {
	is.FirstName, is.LastName, is.FatherName = p.FirstName, p.LastName, p.FatherName
	r.registry.Add(population.Entry{NationalCode: p.NationalCode, Birth: p.Birth, Person: is})
}

func (r *rig) status(t *testing.T, p identity.Person) identity.Status {
	t.Helper()
	now, _, err := r.people.StatusOf(t.Context(), r.db, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// said is what the register that was not believed has said by now.
func (r *rig) said(t *testing.T) string {
	t.Helper()
	list, err := r.people.Doubts(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("doubts %+v, %v", list, err)
	}
	return list[0].Said()
}

// isCode tells whether err carries the locale code.
func isCode(err error, code string) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Code == code
}
