// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"regexp"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
	"github.com/tarazu/tarazu/internal/platform/web"
)

var mods = []store.Migrations{jobs.Migrations, ledger.Migrations, web.Migrations, Migrations}

// world is the module with everything it touches.
type world struct {
	t      *testing.T
	db     *store.DB
	clk    *clock.Fake
	s      *Service
	jobs   *jobs.Runner
	ledger *ledger.Ledger
	words  *i18n.Catalog
	rules  *policy.Engine

	population *population.Double
	simowner   *simowner.Double
	sms        *sms.Double
	consular   *consular.Double
	foreigners *foreigners.Double
	companies  *companies.Double
	mail       listening
	deps       Deps
}

const goodPassword = "سه اسب سفید ۱۲"

// Two synthetic people (domain C: prefix 000 is not issued).
var (
	maryam = person{code: "0001234560", mobile: "+989121234567", first: "مریم", last: "رضایی", birth: mustDay(1362, 7, 15)}
	hasan  = person{code: "0009999991", mobile: "+989351112233", first: "حسن", last: "کریمی", birth: mustDay(1350, 1, 1)}
	dead   = person{code: "0000000019", mobile: "+989120000019", first: "علی", last: "قدیمی", birth: mustDay(1310, 2, 3), dead: true}
)

type person struct {
	code, mobile, first, last string
	birth                     civil.Day
	dead                      bool
}

func mustDay(y, m, d int) civil.Day {
	day, err := civil.FromJalali(y, m, d)
	if err != nil {
		panic(err)
	}
	return day
}

func (p person) entries() Entries {
	return Entries{NationalCode: p.code, Birth: p.birth, Mobile: p.mobile, Lang: i18n.FA, Address: "192.0.2.1"}
}

// listening is the double for e-mail, on a port of its own.
type listening struct{ *email.Double }

// Listen implements what sandboxtest.Link asks of a double with its own port.
func (d listening) Listen(t testing.TB) string {
	t.Helper()
	address, err := d.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return address
}

// each runs fn on both engines.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) { fn(t, newWorld(t, db, clk)) })
}

func newWorld(t *testing.T, db *store.DB, clk *clock.Fake) *world {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	w := &world{
		t: t, db: db, clk: clk, population: population.NewDouble(sandboxtest.Token), simowner: simowner.NewDouble(sandboxtest.Token),
		sms:      sms.NewDouble(sandboxtest.Token, clk),
		consular: consular.NewDouble(sandboxtest.Token), foreigners: foreigners.NewDouble(sandboxtest.Token),
		companies: companies.NewDouble(sandboxtest.Token), mail: listening{email.NewDouble(sandboxtest.Token, clk)},
	}
	for _, p := range []person{maryam, hasan, dead} {
		w.population.Add(population.Entry{NationalCode: p.code, Birth: p.birth, Person: population.Person{
			FirstName: p.first, LastName: p.last, FatherName: "محمد", Alive: !p.dead,
		}})
		w.simowner.Add(simowner.Pair{NationalCode: p.code, Mobile: p.mobile})
	}
	w.jobs = jobs.New(jobs.Deps{DB: db, Clock: clk, Log: log})
	key, _, err := ledger.NewKey("log.tarazu.example/test")
	must(t, err)
	w.ledger, err = ledger.New(ledger.Deps{DB: db, Clock: clk, Log: log, Signer: key.Signer(), Verifier: key.VKey(), Origin: "log.tarazu.example/test"})
	must(t, err)
	w.words, err = i18n.NewCatalog(i18n.Locale, link.Locale, web.Locale, Locale)
	must(t, err)
	w.rules, err = policy.New(Part())
	must(t, err)
	w.deps = Deps{
		DB: db, Clock: clk, Log: log, Jobs: w.jobs, Ledger: w.ledger, Policy: w.rules, Catalog: w.words,
		Population: population.New(sandboxtest.Link(t, w.population, clk)),
		SimOwner:   simowner.New(sandboxtest.Link(t, w.simowner, clk)),
		SMS:        sms.New(sandboxtest.Link(t, w.sms, clk)),
		Consular:   consular.New(sandboxtest.Link(t, w.consular, clk)),
		Foreigners: foreigners.New(sandboxtest.Link(t, w.foreigners, clk)),
		Companies:  companies.New(sandboxtest.Link(t, w.companies, clk)),
		Email:      email.New(email.Options{Link: sandboxtest.Link(t, w.mail, clk), Clock: clk, User: email.DoubleUser, From: "noreply@court.example"}),
		CodeKey:    bytes.Repeat([]byte{7}, 32), BaseURL: "https://tarazu.example", Argon: Argon{Memory: 64, Time: 1},
	}
	w.s = w.service(w.deps)
	w.s.Jobs()
	return w
}

// service is another process's Service on the same database.
func (w *world) service(d Deps) *Service {
	w.t.Helper()
	s, err := New(d)
	must(w.t, err)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantCode fails unless err carries the locale code, itself or in a field.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		t.Fatalf("got %v, want code %s", err, code)
	}
	if e.Code == code {
		return
	}
	for _, f := range e.Fields {
		if f.Code == code {
			return
		}
	}
	t.Fatalf("got %v, want code %s", err, code)
}

func (w *world) fault(d sandbox.Double, mode sandbox.Mode) {
	w.t.Helper()
	must(w.t, d.Faults().Set(sandbox.Fault{Mode: mode}))
}

func (w *world) drain() {
	w.t.Helper()
	_, err := w.jobs.Drain(w.t.Context())
	must(w.t, err)
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code is the code in the newest message to a number.
func (w *world) code(mobile string) string {
	w.t.Helper()
	w.drain()
	all := w.sms.For(mobile)
	if len(all) == 0 {
		w.t.Fatalf("no message")
	}
	for _, m := range all { // codes go first, so that a message may have come after it
		if c := sixDigits.FindString(m.Text); c != "" {
			return c
		}
	}
	w.t.Fatalf("no code in %q", all[0].Text)
	return ""
}

// wrong is a code that is not c.
func wrong(c string) string {
	if c[0] == '9' {
		return "0" + c[1:]
	}
	return string(c[0]+1) + c[1:]
}

// register makes an account the whole way.
func (w *world) register(p person) Person {
	w.t.Helper()
	ctx, regID := w.t.Context(), id.New()
	reg, err := w.s.Start(ctx, regID, p.entries())
	must(w.t, err)
	if reg.State != CodeOut {
		w.t.Fatalf("state %s, want code", reg.State)
	}
	reg, err = w.s.Prove(ctx, regID, w.code(p.mobile))
	must(w.t, err)
	if reg.State != Proved {
		w.t.Fatalf("state %s, want proved", reg.State)
	}
	who, err := w.s.Finish(ctx, regID, goodPassword)
	must(w.t, err)
	return who
}

func (w *world) count(sql string, args ...any) int64 {
	w.t.Helper()
	n, err := store.One[int64](w.t.Context(), w.db, sql, args...)
	must(w.t, err)
	return n
}

func TestWords(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog([]fs.FS{i18n.Locale, link.Locale, web.Locale, Locale}...)
	must(t, err)
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
}
