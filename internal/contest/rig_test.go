// SPDX-License-Identifier: Apache-2.0

package contest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/sms"
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
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/intake"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

const (
	origin = "log.tarazu.example/1404"
	unit   = "00101" // Arak, Markazi: three branches
)

var (
	mods = append(slices.Clone(identitytest.Migrations), calendar.Migrations, outage.Migrations,
		authority.Migrations, alert.Migrations, notice.Migrations, bulk.Migrations, bailiff.Migrations, docket.Migrations, Migrations)
	system = policy.Actor{Person: "system", Role: policy.System}
	clerk  = policy.Actor{Person: "clerk-1", Role: policy.Clerk, Unit: unit, Assurance: 2, Name: "مریم دفتری"}
	judge  = policy.Actor{Person: "judge-1", Role: policy.Judge, Unit: unit, Branch: "1", Assurance: 2, Name: "قاضی نخست"}
	deputy = policy.Actor{Person: "judge-9", Role: policy.Judge, Unit: unit, Branch: "1", Assurance: 2, Name: "دادرس شعبه"}
	second = policy.Actor{Person: "judge-2", Role: policy.Judge, Unit: unit, Branch: "2", Assurance: 2, Name: "قاضی دوم"}
	codes  = []string{"0000000019", "0000000027", "0000000108", "0001234560", "0009999991"}
)

// rig is the module on real neighbours.
type rig struct {
	*Service
	db      *store.DB
	clk     *clock.Fake
	jobs    *jobs.Runner
	people  *identity.Service
	notices *notice.Service
	docket  *docket.Service
	outages *outage.Service
	sms     *sms.Double
	made    int
	phones  map[string]string
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
		Words: []fs.FS{mandate.Locale, calendar.Locale, outage.Locale, authority.Locale, alert.Locale, notice.Locale, bulk.Locale, shelter.Locale, bailiff.Locale,
			docket.Locale, pdf.Locale, intake.Locale, Locale},
		Rules: []policy.Part{mandate.Part(), calendar.Policy(), outage.Policy(), authority.Part(), alert.Part(), notice.Part(), bulk.Part(), bailiff.Part(),
			docket.Part(), Part()},
	})
	log, led, cat, pol := w.Log, w.Ledger, w.Catalog, w.Policy
	r := &rig{db: db, clk: clk, jobs: w.Jobs, people: w.People, sms: w.Phone, phones: map[string]string{}}
	mandates := must(mandate.New(mandate.Deps{DB: db, Clock: clk, Jobs: r.jobs, Ledger: led, Policy: pol, Catalog: cat, Identity: r.people, SMS: w.SMS}))(t)
	cal := must(calendar.New(calendar.Deps{DB: db, Policy: pol, Ledger: led}))(t)
	blobs := must(blob.Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir())))(t)
	t.Cleanup(func() { _ = blobs.Close() })
	papers := must(pdf.New(cat))(t)
	signer := must(pdf.LoadOrCreateSigner(filepath.Join(t.TempDir(), "paper.pem"), origin, clk.Now()))(t)
	r.outages = must(outage.New(outage.Deps{DB: db, Log: log, Jobs: r.jobs, Ledger: led, Policy: pol, Catalog: cat, Blobs: blobs, Papers: papers, Signer: signer}))(t)
	courts := must(authority.New(authority.Deps{DB: db, Log: log, Policy: pol}))(t)
	if err := courts.Load(t.Context(), system, must(authority.DefaultCountry())(t)); err != nil {
		t.Fatal(err)
	}
	alerts := must(alert.New(alert.Deps{DB: db, Clock: clk, Log: log, Jobs: r.jobs, Ledger: led, Policy: pol, Catalog: cat, Identity: r.people, SMS: w.SMS, Email: email.New(email.Options{})}))(t)
	r.notices = must(notice.New(notice.Deps{DB: db, Log: log, Jobs: r.jobs, Ledger: led, Policy: pol, Catalog: cat, Identity: r.people, Alert: alerts}))(t)
	officers := must(bailiff.New(bailiff.Deps{
		DB: db, Log: log, Jobs: r.jobs, Ledger: led, Policy: pol, Catalog: cat, Identity: r.people, Notice: r.notices, Blobs: blobs, Papers: papers,
		BaseURL: "https://tarazu.example", Place: func(context.Context, i18n.Lang, string, string) string { return "اراک" },
		Destination: func(ctx context.Context, q store.Querier, caseID, noticeID string) (bailiff.Destination, error) {
			return r.docket.Destination(ctx, q, caseID, noticeID)
		},
	}))(t)
	many := must(bulk.New(bulk.Deps{DB: db, Log: log, Jobs: r.jobs, Ledger: led, Policy: pol, Catalog: cat, Notice: r.notices}))(t)
	r.docket = must(docket.New(docket.Deps{
		Bulk: many, Shelter: must(shelter.New(shelter.Deps{DB: db, Jobs: r.jobs, Ledger: led, Identity: r.people}))(t),
		DB: db, Clock: clk, Log: log, Jobs: r.jobs, Ledger: led, Policy: pol, Identity: r.people, Mandate: mandates, Calendar: cal, Outage: r.outages,
		Authority: courts, Notice: r.notices, Catalog: cat,
	}))(t)
	r.Service = must(New(Deps{
		DB: db, Log: log, Jobs: r.jobs, Ledger: led, Policy: pol, Catalog: cat, Identity: r.people, Outage: r.outages, Notice: r.notices, Bailiff: officers,
		Docket: r.docket, Blobs: blobs, Papers: papers, Signer: signer, BaseURL: "https://tarazu.example", MaxFile: 1 << 20,
	}))(t)
	alerts.Jobs()
	r.outages.Jobs()
	r.notices.Jobs()
	officers.Jobs()
	r.docket.Jobs()
	r.Service.Jobs()
	return r
}

// person enrols somebody and returns him as a citizen.
func (r *rig) person(t *testing.T, first, last string) policy.Actor {
	t.Helper()
	r.made++
	mobile := fmt.Sprintf("0912000%04d", r.made)
	p := must(r.people.Enrol(t.Context(), system, identity.NewPerson{
		NationalCode: codes[r.made-1], FirstName: first, LastName: last, FatherName: "علی", Birth: must(civil.FromJalali(1360, 1, r.made))(t),
		Mobile: mobile, Lang: i18n.FA, Assurance: identity.SeenInPerson,
	}))(t)
	r.phones[p.ID] = p.Mobile
	return policy.Actor{Person: p.ID, Role: policy.Citizen, Assurance: 3, Name: p.Name()}
}

// served is a case whose defendant was served a judgment.
func (r *rig) served(t *testing.T, plaintiff, defendant policy.Actor) (docket.Case, notice.Issued) {
	t.Helper()
	if err := r.docket.Ready(t.Context(), unit); err != nil {
		t.Fatal(err)
	}
	var c docket.Case
	var out notice.Issued
	err := r.db.Write(t.Context(), func(tx *store.Tx) (err error) {
		c, err = r.docket.OpenTx(t.Context(), tx, docket.NewCase{
			Unit: unit, Province: "markazi", TitleFA: "مطالبهٔ وجه", TitleEN: "Claim for a debt", Filing: id.New(), By: clerk,
			Parties: []docket.Party{
				{Side: docket.Plaintiff, Person: plaintiff.Person, NationalCode: codes[0], Name: "سارا خواهانی", Address: "اراک، خیابان ملک", Province: "markazi", County: "arak"},
				{Side: docket.Defendant, Person: defendant.Person, NationalCode: codes[4], Name: "رضا خوانده\u200cپور", Address: "اراک، کوی گردو", Province: "markazi", County: "arak"},
			},
		})
		if err != nil {
			return err
		}
		party := ""
		for _, p := range c.Parties {
			if p.Side == docket.Defendant {
				party = p.ID
			}
		}
		out, err = r.docket.IssueNoticeTx(t.Context(), tx, clerk, docket.NewNotice{
			Case: c.ID, Party: party, Kind: notice.KindJudgment, Title: docket.Text{FA: "دادنامهٔ مطالبهٔ وجه", EN: "Judgment on the debt"}, Rule: "cpc-336",
			Key: "judgment-" + c.ID, Paper: docket.Text{FA: "دادگاه\nدادنامه\n\nدادگاه خوانده را به پرداخت محکوم می\u200cکند.", EN: "Court\nJudgment\n\nThe defendant is to pay."},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r.drain(t)
	return c, out
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

const why = "آن روزها در بیمارستان بستری بودم و به حساب دسترسی نداشتم."

// draft is a contest that can be signed.
func (r *rig) draft(t *testing.T, a policy.Actor, c docket.Case, noticeID, reason string) Contest {
	t.Helper()
	k := must(r.Begin(t.Context(), a, c.ID, noticeID))(t)
	k = must(r.Save(t.Context(), a, c.ID, k.ID, Said{Reason: reason, Words: why, Version: k.Version}))(t)
	if rs, _ := r.tableOf(k).Find(k.Way, reason); rs.Proof == ProofRequired {
		must(r.Attach(t.Context(), a, c.ID, k.ID, "گواهی.pdf", strings.NewReader(pdfFile)))(t)
	}
	return must(read(t.Context(), r.db, c.ID, k.ID))(t)
}

const pdfFile = "%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Type/Page>>endobj\n" +
	"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000039 00000 n \n0000000069 00000 n \ntrailer<</Root 1 0 R>>\nstartxref\n97\n%%EOF"

var reCode = regexp.MustCompile(`\d{6}`)

// sendCode asks for the code and reads it from the telephone.
func (r *rig) sendCode(t *testing.T, a policy.Actor, k Contest) string {
	t.Helper()
	before := len(r.sms.For(r.phones[a.Person]))
	if err := r.SendCode(t.Context(), a, k.Case, k.ID); err != nil {
		t.Fatal(err)
	}
	r.drain(t)
	all := r.sms.For(r.phones[a.Person])
	for _, m := range all[:len(all)-before] {
		if code := reCode.FindString(persian.Digits(m.Text)); code != "" {
			return code
		}
	}
	t.Fatalf("no code in %d messages", len(all)-before)
	return ""
}

// filed is a contest before the court.
func (r *rig) filed(t *testing.T, a policy.Actor, c docket.Case, noticeID, reason string) Contest {
	t.Helper()
	k := r.draft(t, a, c, noticeID, reason)
	code := r.sendCode(t, a, k)
	k = must(read(t.Context(), r.db, c.ID, k.ID))(t)
	k = must(r.Sign(t.Context(), a, c.ID, k.ID, k.Hash, code))(t)
	r.drain(t)
	return k
}

func day(d int) time.Duration { return time.Duration(d) * 24 * time.Hour }

func asError(err error, into **errs.Error) bool { return errors.As(err, into) }
