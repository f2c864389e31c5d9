// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const origin = "log.tarazu.example/1404"

var (
	mods = []store.Migrations{jobs.Migrations, ledger.Migrations, web.Migrations, identity.Migrations}
)

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
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	r := &rig{db: db, clk: clk, registry: population.NewDouble(sandboxtest.Token), sms: sms.NewDouble(sandboxtest.Token, clk)}
	key, _, err := ledger.NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	r.jobs = jobs.New(jobs.Deps{DB: db, Clock: clk, Log: log})
	led := must(ledger.New(ledger.Deps{DB: db, Clock: clk, Log: log, Signer: key.Signer(), Verifier: key.VKey(), Origin: origin}))(t)
	cat := must(i18n.NewCatalog(i18n.Locale, link.Locale, web.Locale, identity.Locale, Locale))(t)
	pol := must(policy.New(identity.Part(), Part()))(t)
	ask := population.New(sandboxtest.Link(t, r.registry, clk))
	r.people = must(identity.New(identity.Deps{
		DB: db, Clock: clk, Log: log, Jobs: r.jobs, Ledger: led, Policy: pol, Catalog: cat, SMS: sms.New(sandboxtest.Link(t, r.sms, clk)),
		Population: ask, SimOwner: simowner.New(nil), Consular: consular.New(nil), Foreigners: foreigners.New(nil),
		Companies: companies.New(nil), Email: email.New(email.Options{}), CodeKey: make([]byte, 32), BaseURL: "https://tarazu.example",
		Argon: identity.Argon{Memory: 64, Time: 1},
	}))(t)
	r.Service = must(New(Deps{DB: db, Clock: clk, Log: log, Jobs: r.jobs, Identity: r.people, Population: ask, Policy: pol, Ledger: led}))(t)
	r.people.Jobs()
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
