// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"testing"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/identitytest"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
	"github.com/tarazu/tarazu/internal/platform/web"
)

const (
	origin = "log.tarazu.example/1404"
	unit   = "00101" // Arak, Markazi: three branches
)

var (
	mods = append(slices.Clone(identitytest.Migrations), calendar.Migrations, outage.Migrations,
		authority.Migrations, alert.Migrations, notice.Migrations, bulk.Migrations, Migrations)
	system = policy.Actor{Person: "system", Role: policy.System}
	clerk  = policy.Actor{Person: "clerk-1", Role: policy.Clerk, Unit: unit, Assurance: 2, Name: "مریم دفتری"}
	head   = policy.Actor{Person: "judge-1", Role: policy.Judge, Unit: unit, Branch: "1", Assurance: 2, Name: "قاضی نخست"}
	deputy = policy.Actor{Person: "judge-9", Role: policy.Judge, Unit: unit, Branch: "1", Assurance: 2, Name: "معاون ارجاع"}
	second = policy.Actor{Person: "judge-2", Role: policy.Judge, Unit: unit, Branch: "2", Assurance: 2, Name: "قاضی دوم"}
	codes  = []string{"0000000019", "0000000027", "0000000108", "0001234560", "0009999991"}
)

// rig is the module on real neighbours.
type rig struct {
	*Service
	db     *store.DB
	clk    *clock.Fake
	jobs   *jobs.Runner
	ledger *ledger.Ledger
	people *identity.Service
	cal    *calendar.Service
	out    *outage.Service
	notice *notice.Service
	bulk   *bulk.Service
	pol    *policy.Engine
	cat    *i18n.Catalog
	log    *slog.Logger
	made   int
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
	w := identitytest.New(t, db, clk, identitytest.Parts{
		Words: []fs.FS{mandate.Locale, calendar.Locale, outage.Locale, authority.Locale, alert.Locale, notice.Locale, bulk.Locale, Locale},
		Rules: []policy.Part{mandate.Part(), calendar.Policy(), outage.Policy(), authority.Part(), alert.Part(), notice.Part(), bulk.Part(), Part()},
	})
	r := &rig{db: db, clk: clk, jobs: w.Jobs, ledger: w.Ledger, people: w.People, pol: w.Policy, cat: w.Catalog, log: w.Log}
	mandates := must(mandate.New(mandate.Deps{
		DB: db, Clock: clk, Jobs: r.jobs, Ledger: r.ledger, Policy: r.pol, Catalog: r.cat, Identity: r.people, SMS: w.SMS,
	}))(t)
	r.cal = must(calendar.New(calendar.Deps{DB: db, Policy: r.pol, Ledger: r.ledger}))(t)
	r.out = must(outage.New(outage.Deps{
		DB: db, Log: r.log, Jobs: r.jobs, Ledger: r.ledger, Policy: r.pol, Catalog: r.cat,
		Blobs: new(blob.Store), Papers: new(pdf.Writer), Signer: new(pdf.Signer), // no certificate is made here
	}))(t)
	courts := must(authority.New(authority.Deps{DB: db, Log: r.log, Policy: r.pol}))(t)
	if err := courts.Load(t.Context(), system, must(authority.DefaultCountry())(t)); err != nil {
		t.Fatal(err)
	}
	alerts := must(alert.New(alert.Deps{
		DB: db, Clock: clk, Log: r.log, Jobs: r.jobs, Ledger: r.ledger, Policy: r.pol, Catalog: r.cat, Identity: r.people, SMS: w.SMS,
		Email: email.New(email.Options{}),
	}))(t)
	r.notice = must(notice.New(notice.Deps{
		DB: db, Log: r.log, Jobs: r.jobs, Ledger: r.ledger, Policy: r.pol, Catalog: r.cat, Identity: r.people, Alert: alerts,
		Deadline: r.card, Answer: func(_ *web.Ctx, n notice.Notice) (string, bool) { return "/briefs/new/" + n.Case, true },
	}))(t)
	r.bulk = must(bulk.New(bulk.Deps{DB: db, Log: r.log, Jobs: r.jobs, Ledger: r.ledger, Policy: r.pol, Catalog: r.cat, Notice: r.notice}))(t)
	r.Service = must(New(Deps{
		Mandate: mandates, Bulk: r.bulk,
		DB: db, Clock: clk, Log: r.log, Jobs: r.jobs, Ledger: r.ledger, Policy: r.pol, Identity: r.people, Calendar: r.cal, Outage: r.out, Authority: courts, Notice: r.notice,
		Shelter: must(shelter.New(shelter.Deps{DB: db, Jobs: r.jobs, Ledger: r.ledger, Identity: r.people}))(t), Catalog: r.cat,
	}))(t)
	jobs.Handle(r.jobs, "outage.paper", func(context.Context, map[string]any) error { return nil }) // its certificate
	alerts.Jobs()
	r.notice.Jobs()
	r.bulk.Jobs()
	r.Service.Jobs()
	return r
}

// person enrols somebody and returns him as a citizen.
func (r *rig) person(t *testing.T, first, last string) policy.Actor {
	t.Helper()
	r.made++
	p, err := r.people.Enrol(t.Context(), system, identity.NewPerson{
		NationalCode: codes[r.made-1], FirstName: first, LastName: last, FatherName: "علی", Birth: must(civil.FromJalali(1360, 1, r.made))(t),
		Mobile: fmt.Sprintf("0912000%04d", r.made), Lang: i18n.FA, Assurance: identity.SeenInPerson,
	})
	if err != nil {
		t.Fatal(err)
	}
	return policy.Actor{Person: p.ID, Role: policy.Citizen, Assurance: 2, Name: p.Name()}
}

func debt(filing string, plaintiff, defendant policy.Actor) NewCase {
	return NewCase{
		Unit: unit, Province: "markazi", TitleFA: "مطالبهٔ وجه", TitleEN: "Claim for a debt", Filing: filing, By: clerk,
		Parties: []Party{
			{Side: Plaintiff, Person: plaintiff.Person, NationalCode: "0000000019", Name: "سارا خواهانی", Address: "اراک، خیابان ملک", Province: "markazi", County: "arak"},
			{Side: Defendant, Person: defendant.Person, NationalCode: "0000000027", Name: "رضا خوانده\u200cپور", Address: "اراک، کوی گردو", Province: "markazi", County: "arak"},
		},
	}
}

func (r *rig) open(t *testing.T, n NewCase) Case {
	t.Helper()
	if err := r.Ready(t.Context(), n.Unit); err != nil {
		t.Fatal(err)
	}
	var c Case
	err := r.db.Write(t.Context(), func(tx *store.Tx) error {
		var err error
		c, err = r.OpenTx(t.Context(), tx, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serve issues a notice with a rule to the party of a side.
func (r *rig) serve(t *testing.T, c Case, side, rule, key string) notice.Issued {
	t.Helper()
	out, err := r.issue(t, c, side, rule, key, clerk)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (r *rig) issue(t *testing.T, c Case, side, rule, key string, by policy.Actor) (out notice.Issued, err error) {
	t.Helper()
	var party string
	for _, p := range c.Parties {
		if p.Side == side {
			party = p.ID
		}
	}
	err = r.db.Write(t.Context(), func(tx *store.Tx) error {
		out, err = r.IssueNoticeTx(t.Context(), tx, by, NewNotice{
			Case: c.ID, Party: party, Kind: notice.KindJudgment, Title: Text{FA: "دادنامهٔ مطالبهٔ وجه", EN: "Judgment on the debt"},
			Document: []byte(`{"result":"for the plaintiff"}`), Rule: rule, Key: key,
			Paper: Text{
				FA: "شمارهٔ پرونده: " + c.Number + "\n\nدادگاه خوانده را به پرداخت محکوم می\u200cکند. این رأی ظرف بیست روز پس از ابلاغ قابل تجدیدنظر است.",
				EN: "Case " + c.Number + "\n\nThe court orders the defendant to pay. Within twenty days of service an appeal is possible.",
			},
		})
		return err
	})
	return out, err
}

func (r *rig) drain(t *testing.T) {
	t.Helper()
	if _, err := r.jobs.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) count(t *testing.T, query string, args ...any) int64 {
	t.Helper()
	return must(store.One[int64](t.Context(), r.db, query, args...))(t)
}

// card is the slot of the notice page: the service is made after notice's.
func (r *rig) card(c *web.Ctx, n notice.Notice) templ.Component { return r.DeadlineCard(c, n) }
