// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
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

type world struct {
	*testing.T
	s    *Service
	id   *identity.Service
	jobs *jobs.Runner
	db   *store.DB
	clk  *clock.Fake
}

var (
	system = policy.Actor{Role: policy.System, Name: "test"}
	bar    = policy.Actor{Role: policy.Association, Unit: "bar-tehran"}
)

func each(t *testing.T, fn func(w *world)) {
	t.Helper()
	mods := []store.Migrations{jobs.Migrations, ledger.Migrations, web.Migrations, identity.Migrations, Migrations}
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		w := &world{T: t, db: db, clk: clk, jobs: jobs.New(jobs.Deps{DB: db, Clock: clk, Log: log})}
		key, _, err := ledger.NewKey("log.tarazu.example/test")
		w.must(err)
		l, err := ledger.New(ledger.Deps{DB: db, Clock: clk, Log: log, Signer: key.Signer(), Verifier: key.VKey(), Origin: "log.tarazu.example/test"})
		w.must(err)
		words, err := i18n.NewCatalog(i18n.Locale, link.Locale, web.Locale, identity.Locale, Locale)
		w.must(err)
		rules, err := policy.New(identity.Part(), Part())
		w.must(err)
		w.id, err = identity.New(identity.Deps{
			DB: db, Clock: clk, Log: log, Jobs: w.jobs, Ledger: l, Policy: rules, Catalog: words,
			Population: population.New(sandboxtest.Link(t, population.NewDouble(sandboxtest.Token), clk)),
			SimOwner:   simowner.New(sandboxtest.Link(t, simowner.NewDouble(sandboxtest.Token), clk)),
			SMS:        sms.New(sandboxtest.Link(t, sms.NewDouble(sandboxtest.Token, clk), clk)),
			Consular:   consular.New(nil), Foreigners: foreigners.New(nil), Companies: companies.New(nil), Email: email.New(email.Options{}),
			CodeKey: bytes.Repeat([]byte{7}, 32), BaseURL: "https://tarazu.example", Argon: identity.Argon{Memory: 64, Time: 1},
		})
		w.must(err)
		w.s, err = New(Deps{DB: db, Clock: clk, Log: log, Jobs: w.jobs, Ledger: l, Policy: rules, Identity: w.id})
		w.must(err)
		w.id.Jobs()
		w.s.Jobs()
		fn(w)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) code(err error, want string) {
	w.Helper()
	if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != want {
		w.Fatalf("got %v, want %s", err, want)
	}
}

func (w *world) enrol(code, last string) identity.Person {
	w.Helper()
	birth, err := civil.FromJalali(1360, 1, 1)
	w.must(err)
	p, err := w.id.Enrol(w.Context(), system, identity.NewPerson{NationalCode: code, FirstName: "نام", LastName: last, Birth: birth, Mobile: "+989121110000", Assurance: identity.RegistryChecked})
	w.must(err)
	return p
}

func (w *world) drain() {
	w.Helper()
	_, err := w.jobs.Drain(w.Context())
	w.must(err)
}

// lawyers checks a file of rows "code;last;number".
func (w *world) lawyers(by policy.Actor, source string, rows ...string) (Batch, error) {
	text := "کد ملی;نام خانوادگی;شماره پروانه;پایه;اعتبار تا\n"
	for _, r := range rows {
		text += r + ";1;1420/01/01\n"
	}
	return w.s.Check(w.Context(), by, "lawyers", source, "وکلا.csv", []byte(text))
}

// roles are the capacities that somebody holds today.
func (w *world) roles(person string) (out []string) {
	w.Helper()
	list, err := w.id.Capacities(w.Context(), person)
	w.must(err)
	for _, c := range list {
		if c.Holds(civil.Of(w.clk.Now())) {
			out = append(out, string(c.Role)+" "+c.Number)
		}
	}
	return out
}

func (w *world) state(id string, want State) map[Outcome]int {
	w.Helper()
	b, n, err := w.s.Batch(w.Context(), system, id)
	w.must(err)
	if b.State != want {
		w.Fatalf("the batch is %s, want %s", b.State, want)
	}
	return n
}

const maryam, hasan, later = "0001234560", "0009999991", "0000000019"

// The whole life: checked, applied, granted at once and at registration, undone.
func TestLife(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		a, b := w.enrol(maryam, "کریمی"), w.enrol(hasan, "یزدی")
		batch, err := w.lawyers(bar, "bar-tehran", maryam+";كريمي;100", hasan+";کس دیگر;200", later+";رضایی;300", "0000000027;سوم;400", "12;بد;500")
		w.must(err)
		if batch.State != Checked || batch.Total != 5 || batch.Wrong != 2 {
			t.Fatalf("%+v", batch)
		}
		lines, err := w.s.Lines(t.Context(), bar, batch.ID, 0, 10)
		w.must(err)
		if len(lines) != 5 || lines[1].Problem != "intro.row.name" || lines[4].Problem != "persian.national_code.length" || lines[0].Problem != "" || lines[4].Line != 6 {
			t.Errorf("%+v", lines)
		}
		w.drain()
		if got := w.roles(a.ID); len(got) != 0 {
			t.Fatalf("given before it was applied: %v", got)
		}
		w.must(w.s.Apply(t.Context(), bar, batch.ID))
		w.code(w.s.Apply(t.Context(), bar, batch.ID), "intro.begun")
		w.drain()
		if n := w.state(batch.ID, Applied); n[Granted] != 1 || n[Introduced] != 2 || len(n) != 2 {
			t.Errorf("%v", n)
		}
		if got := w.roles(a.ID); len(got) != 1 || got[0] != "lawyer 100" {
			t.Errorf("granted %v", got)
		}
		if got := w.only(a.ID).Least; got != identity.RegistryChecked {
			t.Errorf("used from level %d on", got)
		}
		if got := w.roles(b.ID); len(got) != 0 {
			t.Errorf("somebody else got %v", got)
		}
		// Who registers gets it then, unless the name is another's.
		c, d := w.enrol(later, "رضایی"), w.enrol("0000000027", "چهارم")
		w.drain()
		if got := w.roles(c.ID); len(got) != 1 || got[0] != "lawyer 300" {
			t.Errorf("granted later: %v", got)
		}
		if got := w.roles(d.ID); len(got) != 0 {
			t.Errorf("another name got %v", got)
		}
		if n := w.state(batch.ID, Applied); n[Granted] != 2 || n[Refused] != 1 || len(n) != 2 {
			t.Errorf("%v", n)
		}
		// The same file again gives nothing, and undoing that takes nothing.
		again, err := w.lawyers(bar, "bar-tehran", maryam+";کریمی;100", later+";رضایی;300")
		w.must(err)
		w.must(w.s.Apply(t.Context(), bar, again.ID))
		w.drain()
		if n := w.state(again.ID, Applied); n[KnownAs] != 2 || len(n) != 1 {
			t.Errorf("%v", n)
		}
		w.must(w.s.Undo(t.Context(), bar, again.ID))
		w.drain()
		w.state(again.ID, Undone)
		if got := w.roles(a.ID); len(got) != 1 {
			t.Errorf("undoing took %v", got)
		}
		// Undoing the first takes back what it gave.
		own, err := w.id.AddCapacity(t.Context(), system, identity.Capacity{Person: a.ID, Role: policy.Expert, TitleFA: "ک", TitleEN: "e", Source: "test", From: 1})
		w.must(err)
		w.must(w.s.Undo(t.Context(), bar, batch.ID))
		w.code(w.s.Undo(t.Context(), bar, batch.ID), "intro.begun")
		w.drain()
		if n := w.state(batch.ID, Undone); n[TakenBack] != 2 || n[Refused] != 1 || len(n) != 2 {
			t.Errorf("%v", n)
		}
		if got := w.roles(a.ID); len(got) != 1 || got[0] != "expert " || own == "" {
			t.Errorf("left %v", got)
		}
		if got := w.roles(c.ID); len(got) != 0 {
			t.Errorf("left %v", got)
		}
	})
}

// What waits when a batch is undone does not come later.
func TestUndoneDoesNotWait(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		batch, err := w.lawyers(bar, "bar-tehran", maryam+";کریمی;100")
		w.must(err)
		w.must(w.s.Apply(t.Context(), bar, batch.ID))
		w.drain()
		w.must(w.s.Undo(t.Context(), bar, batch.ID))
		w.drain()
		p := w.enrol(maryam, "کریمی")
		w.drain()
		if got := w.roles(p.ID); len(got) != 0 {
			t.Errorf("got %v", got)
		}
	})
}

// Only for a source of one's own, only what the law gives to one's kind, and
// nobody for themselves.
func TestWhoMay(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		p := w.enrol(maryam, "کریمی")
		own := policy.Actor{Person: p.ID, Role: policy.Association, Unit: "bar-tehran"}
		batch, err := w.lawyers(own, "bar-tehran", maryam+";کریمی;100")
		w.must(err)
		if batch.Wrong != 1 {
			t.Errorf("somebody introduced themselves: %+v", batch)
		}
		w.code(w.s.Apply(t.Context(), own, batch.ID), "intro.nothing")
		for name, by := range map[string]policy.Actor{
			"another bar": {Role: policy.Association, Unit: "bar-fars"}, "no unit": {Role: policy.Association},
			"lawyer": {Role: policy.Lawyer, Unit: "bar-tehran"}, "clerk": {Role: policy.Clerk, Unit: "bar-tehran"}, "nobody": {},
		} {
			if _, err := w.lawyers(by, "bar-tehran", maryam+";کریمی;100"); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: got %v", name, err)
			}
			_, _, err := w.s.Batch(t.Context(), by, batch.ID)
			w.code(err, "intro.no_batch")
			_, err = w.s.Lines(t.Context(), by, batch.ID, 0, 10)
			w.code(err, "intro.no_batch")
			w.code(w.s.Apply(t.Context(), by, batch.ID), "intro.no_batch")
			w.code(w.s.Undo(t.Context(), by, batch.ID), "intro.no_batch")
		}
		if _, err := w.s.Check(t.Context(), bar, "graduates", "bar-tehran", "x", []byte("x")); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a bar introduced graduates: %v", err)
		}
		if _, err := w.lawyers(policy.Actor{Role: policy.Association}, "", maryam+";کریمی;100"); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a source without a name: %v", err)
		}
	})
}

// Accounts by file, in several steps; a worker that dies after each leaves a
// batch that says how far it is and goes on, and two that work at once make
// nobody twice.
func TestPeople(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		const n = 2*step + 700
		there := w.enrol(nationalCode(7), "شماره۷")
		var text strings.Builder
		text.WriteString("national_code,first_name,last_name,birth,mobile\n")
		for i := range n {
			fmt.Fprintf(&text, "%s,نام,شماره%d,1370/01/01,0912%07d\n", nationalCode(i), i, i)
		}
		batch, err := w.s.Check(t.Context(), system, People, "", "people.csv", []byte(strings.ReplaceAll(text.String(), "شماره7,", "شماره۷,")))
		w.must(err)
		if batch.Wrong != 0 || batch.Total != n {
			t.Fatalf("%+v", batch)
		}
		w.must(w.s.Apply(t.Context(), system, batch.ID))
		// Killed after the first step.
		ctx, kill := context.WithCancel(t.Context())
		err = w.s.Work(ctx, batch.ID, func(done, _ int) {
			if done >= step {
				kill()
			}
		})
		if err == nil {
			t.Fatal("it was not killed")
		}
		b, out, err := w.s.Batch(t.Context(), system, batch.ID)
		w.must(err)
		if b.State != Applying || b.Done != step || out[Granted] != step-1 || out[KnownAs] != 1 {
			t.Fatalf("after the kill: %+v %v", b, out)
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := w.s.Work(t.Context(), batch.ID, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if out := w.state(batch.ID, Applied); out[Granted] != n-1 || out[KnownAs] != 1 {
			t.Errorf("%v", out)
		}
		p, found, err := w.id.FindByNationalCode(t.Context(), w.db, nationalCode(n-1))
		w.must(err)
		if !found || p.LastName != fmt.Sprintf("شماره%d", n-1) || p.Assurance != identity.SelfDeclared || len(p.JudicialID) != 12 {
			t.Errorf("%+v", p)
		}
		if q, _, err := w.id.FindByNationalCode(t.Context(), w.db, nationalCode(7)); err != nil || q.ID != there.ID {
			t.Errorf("%+v, %v", q, err)
		}
		w.code(w.s.Undo(t.Context(), system, batch.ID), "intro.undo_people")
	})
}

// nationalCode is one with a right check digit and an issuing place that does
// not exist.
func nationalCode(n int) string {
	body := fmt.Sprintf("000%06d", 100+n)
	sum := 0
	for i, r := range body {
		sum += int(r-'0') * (10 - i)
	}
	check := sum % 11
	if check >= 2 {
		check = 11 - check
	}
	return body + fmt.Sprint(check)
}
