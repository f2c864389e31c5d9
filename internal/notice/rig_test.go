// SPDX-License-Identifier: Apache-2.0

package notice

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"testing"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/identitytest"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var (
	mods   = append(slices.Clone(identitytest.Migrations), alert.Migrations, Migrations)
	system = policy.Actor{Person: "system", Role: policy.System}
	clerk  = policy.Actor{Person: "clerk-1", Role: policy.Clerk, Unit: "23101", Assurance: 2, Name: "کارمند دفتر"}
	codes  = []string{"0000000019", "0000000027", "0000000108", "0001234560", "0009999991"}
)

// rig is the module on real neighbours; only the provider of text messages is a
// double, over HTTP.
type rig struct {
	*Service
	db     *store.DB
	clk    *clock.Fake
	jobs   *jobs.Runner
	ledger *ledger.Ledger
	key    ledger.Key
	sms    *sms.Double
	people *identity.Service
	cat    *i18n.Catalog
	made   int
	log    []Arrived
	views  []Viewed
	papers []NoAccount
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
	w := identitytest.New(t, db, clk, identitytest.Parts{Words: []fs.FS{alert.Locale, Locale}, Rules: []policy.Part{alert.Part(), Part()}})
	r := &rig{db: db, clk: clk, jobs: w.Jobs, ledger: w.Ledger, key: w.Key, sms: w.Phone, people: w.People, cat: w.Catalog}
	alerts := must(alert.New(alert.Deps{
		DB: db, Clock: clk, Log: w.Log, Jobs: r.jobs, Ledger: r.ledger, Policy: w.Policy, Catalog: r.cat, Identity: r.people, SMS: w.SMS,
		Email: email.New(email.Options{}),
	}))(t)
	alerts.Jobs()
	r.Service = must(New(Deps{
		DB: db, Log: w.Log, Jobs: r.jobs, Ledger: r.ledger, Policy: w.Policy, Catalog: r.cat, Identity: r.people, Alert: alerts,
	}))(t)
	r.Service.Jobs()
	jobs.Subscribe(r.jobs, "test", func(_ context.Context, e Arrived) error { r.log = append(r.log, e); return nil })
	jobs.Subscribe(r.jobs, "test", func(_ context.Context, e Viewed) error { r.views = append(r.views, e); return nil })
	jobs.Subscribe(r.jobs, "test", func(_ context.Context, e NoAccount) error { r.papers = append(r.papers, e); return nil })
	return r
}

// person enrols somebody and returns him as a citizen.
func (r *rig) person(t *testing.T, lang i18n.Lang) policy.Actor {
	t.Helper()
	code := codes[r.made]
	r.made++
	p, err := r.people.Enrol(t.Context(), system, identity.NewPerson{
		NationalCode: code, FirstName: "رضا", LastName: "آزمایشی", FatherName: "علی", Birth: must(civil.FromJalali(1360, 1, r.made))(t),
		Mobile: fmt.Sprintf("0912000%04d", r.made), Lang: lang, Assurance: identity.SeenInPerson,
	})
	if err != nil {
		t.Fatal(err)
	}
	return policy.Actor{Person: p.ID, Role: policy.Citizen, Assurance: 2, Name: p.Name()}
}

// claim is a notice for a person; "" is nobody with an account.
func claim(key, owner string) NewNotice {
	return NewNotice{
		Key: key, Owner: owner, AddresseeName: "رضا آزمایشی", NationalCode: "0000000019", Kind: KindClaimCopy, Case: "case-1",
		CaseNumber: "140423922310100000", Unit: "23101", UnitName: "شعبهٔ ۱ دادگاه عمومی حقوقی تهران", UnitNameEN: "Branch 1, General Civil Court of Tehran",
		Title:    Text{FA: "نسخهٔ دادخواست مطالبهٔ وجه", EN: "Copy of the petition for a debt"},
		Document: []byte(`{"claim":31250000,"kind":"debt"}`),
		Paper:    Text{FA: "خوانده: رضا آزمایشی\n\nخواهان مبلغی را مطالبه کرده است.", EN: "Defendant: Reza Azmayeshi\n\nThe plaintiff claims an amount."},
		Rule:     "cpc-336", Province: "tehran", IssuedBy: clerk,
	}
}

func (r *rig) deliver(t *testing.T, n NewNotice) Issued {
	t.Helper()
	out, err := r.Deliver(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// drain runs the jobs; how many failed is no matter here.
func (r *rig) drain(t *testing.T) {
	t.Helper()
	if _, err := r.jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) count(t *testing.T, query string, args ...any) int64 {
	t.Helper()
	n, err := store.One[int64](t.Context(), r.db, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// tasks are the first open work items of somebody's unit.
func (r *rig) tasks(ctx context.Context, a policy.Actor) ([]PaperTask, error) {
	page, err := r.PaperTaskPage(ctx, a, Page{})
	return page.Tasks, err
}
