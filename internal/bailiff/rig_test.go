// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/identitytest"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/blob"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

const (
	origin = "log.tarazu.example/1404"
	unit   = "23101"
	caseID = "case-1"
)

var (
	mods   = append(slices.Clone(identitytest.Migrations), alert.Migrations, notice.Migrations, Migrations)
	system = policy.Actor{Person: "system", Role: policy.System}
	clerk  = policy.Actor{Person: "clerk-1", Role: policy.Clerk, Unit: unit, Assurance: 2, Name: "کارمند دفتر"}
	judge  = policy.Actor{Person: "judge-1", Role: policy.Judge, Unit: unit, Assurance: 2, Name: "قاضی"}
	centre = policy.Actor{Person: "centre-1", Role: policy.Centre, Assurance: 2, Name: "مرکز"}
	codes  = []string{"0000000019", "0000000027", "0000000108", "0001234560", "0009999991"}
)

// rig is the module on real neighbours; the register of cases is a map.
type rig struct {
	*Service
	db      *store.DB
	clk     *clock.Fake
	jobs    *jobs.Runner
	ledger  *ledger.Ledger
	people  *identity.Service
	notices *notice.Service
	to      map[string]Destination // by notice
	made    int
	one     policy.Actor // two bailiffs of the unit
	two     policy.Actor
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
		Words: []fs.FS{alert.Locale, notice.Locale, pdf.Locale, intake.Locale, Locale}, Rules: []policy.Part{alert.Part(), notice.Part(), Part()},
	})
	r := &rig{db: db, clk: clk, jobs: w.Jobs, ledger: w.Ledger, people: w.People, to: map[string]Destination{}}
	alerts := must(alert.New(alert.Deps{
		DB: db, Clock: clk, Log: w.Log, Jobs: r.jobs, Ledger: r.ledger, Policy: w.Policy, Catalog: w.Catalog, Identity: r.people, SMS: w.SMS,
		Email: email.New(email.Options{}),
	}))(t)
	alerts.Jobs()
	r.notices = must(notice.New(notice.Deps{DB: db, Log: w.Log, Jobs: r.jobs, Ledger: r.ledger, Policy: w.Policy, Catalog: w.Catalog, Identity: r.people, Alert: alerts}))(t)
	r.notices.Jobs()
	blobs := must(blob.Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir())))(t)
	t.Cleanup(func() { _ = blobs.Close() })
	r.Service = must(New(Deps{
		DB: db, Log: w.Log, Jobs: r.jobs, Ledger: r.ledger, Policy: w.Policy, Catalog: w.Catalog, Identity: r.people, Notice: r.notices, Blobs: blobs,
		Papers: must(pdf.New(w.Catalog))(t), BaseURL: "https://tarazu.example",
		Place: func(context.Context, i18n.Lang, string, string) string { return "تهران" },
		Destination: func(_ context.Context, _ store.Querier, _, noticeID string) (Destination, error) {
			d, ok := r.to[noticeID]
			if !ok {
				return Destination{}, errs.New(errs.NotFound, "")
			}
			return d, nil
		},
	}))(t)
	r.Service.Jobs()
	r.one, r.two = r.officer(t, "یکم"), r.officer(t, "دوم")
	return r
}

// officer enrols a bailiff of the unit.
func (r *rig) officer(t *testing.T, name string) policy.Actor {
	t.Helper()
	p := r.enrol(t, name)
	capacity := must(r.people.AddCapacity(t.Context(), system, identity.Capacity{
		Person: p.ID, Role: policy.Bailiff, Unit: unit, TitleFA: "مأمور ابلاغ", TitleEN: "Bailiff", From: civil.Of(r.clk.Now()), Source: "test",
	}))(t)
	a := must(r.people.Actor(t.Context(), p.ID, capacity))(t)
	return a
}

func (r *rig) enrol(t *testing.T, name string) identity.Person {
	t.Helper()
	code := codes[r.made]
	r.made++
	return must(r.people.Enrol(t.Context(), system, identity.NewPerson{
		NationalCode: code, FirstName: "مأمور", LastName: name, FatherName: "علی", Birth: must(civil.FromJalali(1360, 1, r.made))(t),
		Mobile: fmt.Sprintf("0912000%04d", r.made), Lang: i18n.FA, Assurance: identity.SeenInPerson,
	}))(t)
}

// home is where somebody without an account lives.
var home = Destination{
	CaseKind: "civil", Addressee: AsPerson, Name: "رضا آزمایشی", NationalCode: codes[4], Address: "خیابان بهار، پلاک ۷", Province: "tehran", County: "tehran",
}

// task issues a notice that goes on paper and returns its task.
func (r *rig) task(t *testing.T, to Destination) Task {
	t.Helper()
	out := must(r.notices.Deliver(t.Context(), notice.NewNotice{
		Key: id.New(), AddresseeName: to.Name, NationalCode: to.NationalCode, UnknownAddress: to.Address == "", Kind: notice.KindClaimCopy, Case: caseID,
		CaseNumber: "140423922310100000", Unit: unit, UnitName: "شعبهٔ ۱ دادگاه عمومی حقوقی تهران", UnitNameEN: "Branch 1, General Civil Court of Tehran",
		Title: notice.Text{FA: "نسخهٔ دادخواست مطالبهٔ وجه", EN: "Copy of the petition for a debt"},
		Paper: notice.Text{FA: "دادگاه\nنسخهٔ دادخواست\n\nخواسته\nمبلغ: ده ریال", EN: "Court\nCopy of the petition\n\nClaim\nAmount: ten rials"},
		Rule:  "cpc-336", Province: "tehran", IssuedBy: clerk,
	}))(t)
	r.to[out.ID] = to
	r.drain(t)
	return must(r.Get(t.Context(), clerk, out.ID))(t)
}

// given is a task that a bailiff has.
func (r *rig) given(t *testing.T, to Destination, who policy.Actor) Task {
	t.Helper()
	k := r.task(t, to)
	if g := must(r.Assign(t.Context(), clerk, []string{k.ID}, who.Person))(t); g.Tasks != 1 {
		t.Fatalf("given: %+v", g)
	}
	return must(r.Get(t.Context(), clerk, k.ID))(t)
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

// report is an attempt with everything that an outcome may need.
func report(task, code string) Report {
	return Report{
		Key: id.New(), Task: task, Code: code, TakenBy: "مریم", Relation: "spouse", Note: "همسایه گفت", Elapsed: -1,
		Place: Place{LatE6: 35_700_000, LonE6: 51_400_000, Accuracy: 20}, Photo: picture("photo.png"), Sign: picture("sign.png"),
	}
}

func picture(name string) Upload {
	return Upload{Name: name, Open: func() (io.ReadCloser, error) {
		var b bytes.Buffer
		err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)))
		return io.NopCloser(&b), err
	}}
}
