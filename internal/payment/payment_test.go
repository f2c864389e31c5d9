// SPDX-License-Identifier: Apache-2.0

package payment_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/payments"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
	"github.com/tarazu/tarazu/internal/gateway/sandbox/sandboxtest"
	"github.com/tarazu/tarazu/internal/payment"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var mods = []store.Migrations{jobs.Migrations, ledger.Migrations, payment.Migrations}

const amount = 7_020_000

// lateBy is how late the provider's late answer comes: later than we wait.
const lateBy = 10 * time.Minute

var payer = policy.Actor{Person: "0196b8a0-0000-7000-8000-000000000001", Role: policy.Citizen, Assurance: 2}

// world is the module with its real neighbours and the provider's double.
type world struct {
	*testing.T
	db     *store.DB
	clk    *clock.Fake
	bank   *payments.Double
	jobs   *jobs.Runner
	ledger *ledger.Ledger
	svc    *payment.Service

	wrongConfirm atomic.Bool // the provider confirms, with another amount

	left atomic.Int32 // how often whoever acts in somebody's name is still found to have the right

	mu   sync.Mutex
	paid []payment.Paid // events heard; guarded by mu
}

// confirming is the provider with a fault in its answers to Confirm only.
type confirming struct {
	*payments.Double
	w *world
}

func (c confirming) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if c.w.wrongConfirm.Load() && strings.HasSuffix(r.URL.Path, "/confirm") {
		c.w.fault(sandbox.Fault{Mode: sandbox.Wrong, How: sandbox.Amount})
		defer c.w.fault(sandbox.Fault{Mode: sandbox.OK})
	}
	c.Double.ServeHTTP(rw, r)
}

func newWorld(t *testing.T, db *store.DB, clk *clock.Fake) *world {
	t.Helper()
	w := &world{T: t, db: db, clk: clk}
	w.bank = payments.NewDouble(payments.DoubleOptions{Token: sandboxtest.Token, Clock: clk, LateBy: lateBy})
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	w.jobs = jobs.New(jobs.Deps{DB: db, Clock: clk, Log: log})
	key, _, err := ledger.NewKey("log.test/1404")
	w.must(err)
	w.ledger, err = ledger.New(ledger.Deps{DB: db, Clock: clk, Log: log, Signer: key.Signer(), Verifier: key.VKey(), Origin: "log.test/1404"})
	w.must(err)
	engine, err := policy.New(payment.Part())
	w.must(err)
	w.svc = payment.NewService(payment.Deps{
		DB: db, Jobs: w.jobs, Ledger: w.ledger, Gateway: payments.New(sandboxtest.Link(t, confirming{w.bank, w}, clk)), Policy: engine,
		Clock: clk, BaseURL: func() string { return "http://127.0.0.1:8080" }, Log: log,
		Still: func(context.Context, policy.Actor, payment.Payment) (func(context.Context, *store.Tx) error, error) {
			return func(context.Context, *store.Tx) error {
				if w.left.Add(-1) < 0 {
					return errs.New(errs.Forbidden, "identity.capacity.over")
				}
				return nil
			}, nil
		},
	})
	jobs.Subscribe(w.jobs, "test", func(_ context.Context, e payment.Paid) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.paid = append(w.paid, e)
		return nil
	})
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

var request = payment.New{
	TitleFA: "دادخواست مطالبهٔ طلب", TitleEN: "Petition for a debt",
	Owner: payer.Person, Subject: "0196b8a0-0000-7000-8000-0000000000f1", Purpose: "filing.fee", Lang: i18n.FA, ReturnTo: "/filings/f1",
	Lines: []payment.Line{
		{Code: "claim", NameFA: "هزینهٔ دادرسی", NameEN: "Court fee", Amount: 7_000_000, BasisFA: "۳٫۵ درصد", BasisEN: "3.5 %", CitationFA: "بند ۱۲ مادهٔ ۳ قانون وصول", CitationEN: "Act on collection, article 3(12)"},
		{Code: "form", NameFA: "بهای برگه", NameEN: "Form", Amount: 20_000, CitationFA: "تعرفهٔ ۱۴۰۳", CitationEN: "Tariff of 1403"},
	},
}

// create makes a payment, in a blind transaction as a hot act would.
func (w *world) create() payment.ID {
	w.Helper()
	r := request
	r.ID = id.New()
	w.must(w.db.WriteBlind(w.Context(), func(tx *store.Tx) error { return w.svc.CreateTx(w.Context(), tx, r) }))
	return r.ID
}

// begin presses the button and returns the attempt's token.
func (w *world) begin(id payment.ID) string {
	w.Helper()
	address, err := w.svc.Begin(w.Context(), payer, id)
	w.must(err)
	return w.token(address)
}

func (w *world) token(address string) string {
	w.Helper()
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '/' {
			return address[i+1:]
		}
	}
	w.Fatalf("no token in the address")
	return ""
}

func (w *world) choose(token string, c payments.Choice) {
	w.Helper()
	if !w.bank.Choose(token, c) {
		w.Fatalf("could not %s", c)
	}
}

func (w *world) settle(token string) payment.Payment {
	w.Helper()
	p, err := w.svc.Settle(w.Context(), token)
	w.must(err)
	return p
}

func (w *world) fault(f sandbox.Fault) {
	w.Helper()
	w.must(w.bank.Faults().Set(f))
}

// pass lets time pass in steps of a minute and runs the jobs that become due.
func (w *world) pass(d time.Duration) {
	w.Helper()
	for end := w.clk.Now().Add(d); w.clk.Now().Before(end); {
		w.clk.Advance(time.Minute)
		_, err := w.jobs.Drain(w.Context())
		w.must(err)
	}
}

// expect compares the payment's state, the money that has moved and the events
// and records there are.
func (w *world) expect(id payment.ID, state payment.State, reason payment.Reason, received int64) payment.Payment {
	w.Helper()
	p, err := w.svc.Get(w.Context(), payer, id)
	w.must(err)
	if p.State != state || p.Reason != reason {
		w.Fatalf("payment is %s (%s), want %s (%s)", p.State, p.Reason, state, reason)
	}
	if got := w.bank.ReceivedRials(); got != received {
		w.Fatalf("the bank took %d rials, want %d", got, received)
	}
	_, err = w.jobs.Drain(w.Context())
	w.must(err)
	evidence := w.evidence("payment.paid")
	want := int64(0)
	if state == payment.StatePaid {
		want = 1
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if evidence != want || int64(len(w.paid)) != want {
		w.Fatalf("%d records and %d events, want %d of each", evidence, len(w.paid), want)
	}
	if state == payment.StatePaid && (p.Bank == "" || p.Evidence == "" || p.Paid.IsZero() || w.paid[0].Payment != id || w.paid[0].Subject != request.Subject) {
		w.Fatalf("paid, but incomplete: %+v %+v", p, w.paid)
	}
	return p
}

// evidence counts the payer's records of an event.
func (w *world) evidence(event string) (n int64) {
	w.Helper()
	type entry struct {
		Record []byte `db:"record"`
	}
	all, err := store.All[entry](w.Context(), w.db, `SELECT record FROM ledger_entry WHERE owner = $1`, payer.Person)
	w.must(err)
	for _, e := range all {
		if bytes.Contains(e.Record, []byte(event)) {
			n++
		}
	}
	return n
}

// expectEvidence compares how many records there are of each event.
func (w *world) expectEvidence(want map[string]int64) {
	w.Helper()
	for _, event := range []string{"payment.paid", "payment.disputed", "payment.returned", "payment.void"} {
		if got := w.evidence(event); got != want[event] {
			w.Errorf("%d records of %s, want %d", got, event, want[event])
		}
	}
}

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) { fn(newWorld(t, db, clk)) })
}

func TestPaid(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		p := w.expect(id, payment.StateCreated, "", 0)
		if p.Amount != amount || len(p.Lines) != 2 || p.Lines[0] != request.Lines[0] || p.ReturnTo != request.ReturnTo {
			w.Fatalf("got %+v", p)
		}
		token := w.begin(id)
		w.expect(id, payment.StateStarted, "", 0)
		w.choose(token, payments.Pay)
		if p := w.settle(token); p.State != payment.StatePaid {
			w.Fatalf("got %s", p.State)
		}
		w.expect(id, payment.StatePaid, "", amount)
		w.pass(30 * time.Minute)
		w.expect(id, payment.StatePaid, "", amount)
		if _, err := w.svc.Begin(w.Context(), payer, id); code(err) != "payment.already_paid" {
			w.Errorf("begun again: %v", err)
		}
	})
}

func code(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

// The evidence says what was paid and its receipt can be made.
func TestEvidence(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.Pay)
		p := w.settle(token)
		_, err := w.ledger.Sequence(w.Context())
		w.must(err)
		file, err := w.ledger.Receipt(w.Context(), payer.Person, p.Evidence)
		if err != nil || len(file) == 0 {
			w.Errorf("receipt: %v", err)
		}
	})
}

// A double click, even at the same moment, is one attempt.
func TestDoubleClick(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		addresses := make([]string, 8)
		var group sync.WaitGroup
		for i := range addresses {
			group.Go(func() {
				address, err := w.svc.Begin(w.Context(), payer, id)
				if err != nil {
					w.Error(err)
				}
				addresses[i] = address
			})
		}
		group.Wait()
		for _, a := range addresses {
			if a == "" || a != addresses[0] {
				w.Fatalf("different attempts: %v", addresses)
			}
		}
	})
}

// Many callbacks, presses and jobs at once count the money once.
func TestConcurrentSettle(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		token := w.begin(id)
		w.choose(token, payments.Pay)
		var group sync.WaitGroup
		for range 12 {
			group.Go(func() {
				if _, err := w.svc.Settle(w.Context(), token); err != nil {
					w.Error(err)
				}
			})
		}
		group.Wait()
		w.expect(id, payment.StatePaid, "", amount)
		w.settle(token) // and once more
		w.expect(id, payment.StatePaid, "", amount)
	})
}

func TestCancelAndRetry(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		first := w.begin(id)
		w.choose(first, payments.Cancel)
		w.settle(first)
		w.expect(id, payment.StateCancelled, payment.ByPayer, 0)
		second := w.begin(id)
		if second == first {
			w.Fatal("the cancelled attempt was offered again")
		}
		w.settle(first) // the old callback once more
		w.expect(id, payment.StateStarted, "", 0)
		w.choose(second, payments.Pay)
		w.settle(second)
		w.expect(id, payment.StatePaid, "", amount)
	})
}

func TestVoid(t *testing.T) {
	each(t, func(w *world) {
		void := func(id payment.ID) error {
			return w.db.Write(w.Context(), func(tx *store.Tx) error { return w.svc.VoidTx(w.Context(), tx, payer.Person, id) })
		}
		id := w.create()
		token := w.begin(id)
		w.must(void(id))
		w.must(void(id)) // again
		w.expectEvidence(map[string]int64{"payment.void": 1})
		w.choose(token, payments.Pay)
		w.settle(token)
		w.expect(id, payment.StateVoid, "", 0) // not confirmed: it goes back
		asked := w.bank.Faults().Calls()
		w.pass(10 * time.Minute)
		if w.bank.Faults().Calls() != asked {
			w.Error("asked on about a payment that nobody wants")
		}
		if _, err := w.svc.Begin(w.Context(), payer, id); code(err) != "payment.is_void" {
			w.Errorf("begun again: %v", err)
		}
		other := w.create()
		token = w.begin(other)
		w.choose(token, payments.Pay)
		w.settle(token)
		if err := void(other); code(err) != "payment.too_late_to_void" {
			w.Errorf("paid, and voidn: %v", err)
		}
	})
}

func TestWho(t *testing.T) {
	each(t, func(w *world) {
		id := w.create()
		for name, a := range map[string]policy.Actor{
			"nobody":           {},
			"somebody else":    {Person: "0196b8a0-0000-7000-8000-000000000002", Role: policy.Citizen},
			"himself as judge": {Person: payer.Person, Role: policy.Judge},
			"an administrator": {Person: "0196b8a0-0000-7000-8000-000000000003", Role: policy.Administrator},
		} {
			if _, err := w.svc.Get(w.Context(), a, id); !errs.Is(err, errs.NotFound) {
				w.Errorf("%s sees it: %v", name, err)
			}
			if _, err := w.svc.Begin(w.Context(), a, id); !errs.Is(err, errs.NotFound) {
				w.Errorf("%s begins it: %v", name, err)
			}
		}
		if _, err := w.svc.Settle(w.Context(), "no such token"); !errs.Is(err, errs.NotFound) {
			w.Errorf("unknown token: %v", err)
		}
	})
}

func TestRequest(t *testing.T) {
	each(t, func(w *world) {
		for name, change := range map[string]func(*payment.New){
			"no lines":        func(r *payment.New) { r.Lines = nil },
			"nothing owed":    func(r *payment.New) { r.Lines = []payment.Line{{Code: "x", NameFA: "x"}} },
			"negative":        func(r *payment.New) { r.Lines = []payment.Line{{Code: "x", NameFA: "x", Amount: -1}} },
			"overflow":        func(r *payment.New) { r.Lines = []payment.Line{{Code: "x", NameFA: "x", Amount: 1 << 62}} },
			"no id":           func(r *payment.New) { r.ID = "" },
			"no title":        func(r *payment.New) { r.TitleFA = " " },
			"no owner":        func(r *payment.New) { r.Owner = "" },
			"no language":     func(r *payment.New) { r.Lang = "de" },
			"another site":    func(r *payment.New) { r.ReturnTo = "//evil.example/x" },
			"another scheme":  func(r *payment.New) { r.ReturnTo = "https://evil.example" },
			"dots":            func(r *payment.New) { r.ReturnTo = "/filings/../x" },
			"no return path":  func(r *payment.New) { r.ReturnTo = "" },
			"line break":      func(r *payment.New) { r.ReturnTo = "/filings/x\n" },
			"no subject":      func(r *payment.New) { r.Subject = "" },
			"line, no name":   func(r *payment.New) { r.Lines = []payment.Line{{Code: "x", Amount: 1}} },
			"backslash":       func(r *payment.New) { r.ReturnTo = `/\evil.example` },
			"query in return": func(r *payment.New) { r.ReturnTo = "/filings/x?y=z" },
		} {
			r := request
			r.ID = id.New()
			change(&r)
			err := w.db.Write(w.Context(), func(tx *store.Tx) error { return w.svc.CreateTx(w.Context(), tx, r) })
			if err == nil {
				w.Errorf("%s: taken", name)
			}
		}
	})
}

func TestStatements(t *testing.T) {
	t.Parallel()
	list, err := storetest.Statements(".")
	if err != nil {
		t.Fatal(err)
	}
	storetest.RunStatements(t, list, mods)
}
