// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/gateway/email"
	"github.com/tarazu/tarazu/internal/identity/identitytest"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

var (
	mods  = append(slices.Clone(identitytest.Migrations), alert.Migrations, notice.Migrations, Migrations)
	clerk = policy.Actor{Person: "clerk-1", Role: policy.Clerk, Unit: "23101", Assurance: 2, Name: "کارمند دفتر"}
	other = policy.Actor{Person: "clerk-2", Role: policy.Clerk, Unit: "23102", Assurance: 2, Name: "کارمند دیگر"}
	admin = policy.Actor{Person: "admin-1", Role: policy.Administrator, Assurance: 2, Name: "مدیر"}
)

// rig is the package on real neighbours; alerts go nowhere.
type rig struct {
	*Service
	db     *store.DB
	clk    *clock.Fake
	jobs   *jobs.Runner
	ledger *ledger.Ledger
	pol    *policy.Engine
	cat    *i18n.Catalog
	notice *notice.Service
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
		Words: []fs.FS{alert.Locale, notice.Locale, Locale}, Rules: []policy.Part{alert.Part(), notice.Part(), Part()},
	})
	r := &rig{db: db, clk: clk, jobs: w.Jobs, ledger: w.Ledger, cat: w.Catalog, pol: w.Policy}
	alerts := must(alert.New(alert.Deps{
		DB: db, Clock: clk, Log: w.Log, Jobs: r.jobs, Ledger: r.ledger, Policy: r.pol, Catalog: r.cat, Identity: w.People, SMS: w.SMS,
		Email: email.New(email.Options{}),
	}))(t)
	r.notice = must(notice.New(notice.Deps{
		DB: db, Log: w.Log, Jobs: r.jobs, Ledger: r.ledger, Policy: r.pol, Catalog: r.cat, Identity: w.People, Alert: alerts,
	}))(t)

	alerts.Jobs()
	r.Service = r.process(t, r.jobs)
	r.Jobs()
	return r
}

// process is the service as another process would have it.
func (r *rig) process(t *testing.T, runner *jobs.Runner) *Service {
	t.Helper()
	s := must(New(Deps{
		DB: r.db, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Jobs: runner, Ledger: r.ledger, Policy: r.pol, Catalog: r.cat, Notice: r.notice,
	}))(t)
	s.alone = quantum // turns are short in tests, also of who sends alone
	return s
}

// paper is a notice without an account: the rig has no people.
func paper(i int) notice.NewNotice {
	return notice.NewNotice{
		AddresseeName: fmt.Sprint("گیرنده ", i), Kind: notice.KindOther, Case: fmt.Sprint("case-", i), Unit: "23101", UnitName: "شعبهٔ ۱",
		Title: notice.Text{FA: "تغییر زمان", EN: "Change of time"}, Paper: notice.Text{FA: "متن", EN: "Text"}, Province: "tehran",
	}
}

func rows(t *testing.T, from, n int) []NewRow {
	t.Helper()
	out := make([]NewRow, n)
	for i := range out {
		p := paper(from + i)
		if i%2 == 0 { // every other one has an account
			p.Owner = fmt.Sprint("person-", from+i)
		}
		out[i] = NewRow{Key: fmt.Sprint("k", from+i), Label: fmt.Sprint("row ", from+i), Payload: must(Notice(p))(t)}
	}
	return out
}

// begun is a batch of rows that was started.
func (r *rig) begun(t *testing.T, a policy.Actor, key string, list []NewRow) Batch {
	t.Helper()
	ctx := t.Context()
	b := must(r.Open(ctx, a, Order{Kind: Plain, Key: key, Sender: a.Unit, SenderKind: Court, Title: notice.Text{FA: "دسته", EN: "Batch"}}))(t)
	for _, err := range []error{r.Take(ctx, a, b.ID, 0, list), r.Seal(ctx, a, b.ID), r.Start(ctx, a, b.ID)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func (r *rig) count(t *testing.T, query string, args ...any) int64 {
	t.Helper()
	return must(store.One[int64](t.Context(), r.db, query, args...))(t)
}

// sound fails unless every row that is done has exactly one notice, and every
// notice is of one row.
func (r *rig) sound(t *testing.T, want int64) {
	t.Helper()
	for what, query := range map[string]string{
		"rows that are done":         `SELECT count(*) FROM notice_batch_row WHERE state = 'done'`,
		"results":                    `SELECT count(*) FROM notice_batch_done`,
		"notices":                    `SELECT count(*) FROM notice_notice`,
		"results with their notice":  `SELECT count(*) FROM notice_batch_done d JOIN notice_notice n ON n.id = d.notice AND n.number = d.number AND n.way = d.way`,
		"addressees":                 `SELECT count(DISTINCT case_id) FROM notice_notice`,
		"payloads that are not kept": `SELECT count(*) FROM notice_batch_row WHERE state = 'done' AND payload = ''`,
	} {
		if n := r.count(t, query); n != want {
			t.Errorf("%d %s, want %d", n, what, want)
		}
	}
	if n := r.count(t, `SELECT coalesce(sum(done), 0) FROM notice_batch`); n != want {
		t.Errorf("the batches count %d, want %d", n, want)
	}
}

func (r *rig) runAll(t *testing.T, s *Service) {
	t.Helper()
	if err := s.run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestBatch(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		list := rows(t, 0, 130)
		bad := paper(1000)
		bad.Kind = "no such kind"
		list = append(list, NewRow{Key: "bad", Label: "bad", Payload: must(Notice(bad))(t)}, list[3], NewRow{Key: "", Label: "no key", Payload: []byte("{}")}, NewRow{Key: "junk", Label: "junk", Payload: []byte("{")})
		b := r.begun(t, clerk, "day-1", list)
		r.runAll(t, r.Service)
		got := must(r.Batch(ctx, clerk, b.ID))(t)
		if got.State != Done || got.Issued != 130 || got.Refused != 3 || got.Twins != 1 || got.Waiting() != 0 || got.Paper != 65 || got.Ended.IsZero() {
			t.Errorf("after all turns: %+v", got)
		}
		r.sound(t, 130)
		faults, more, err := r.Faults(ctx, clerk, b.ID, -1)
		if err != nil || more || len(faults) != 4 || !faults[1].Twin || faults[0].Reason.FA == faults[0].Reason.EN || strings.Contains(faults[0].Reason.EN, "⟦") {
			t.Errorf("faults %+v, %v, %v", faults, more, err)
		}
		records := must(store.All[[]byte](ctx, r.db, `SELECT record FROM ledger_entry WHERE owner = $1 ORDER BY staged_us, id`, b.ID))(t)
		if len(records) != 2 || !bytes.Contains(records[0], []byte(`"notice.batch_started"`)) || !bytes.Contains(records[1], []byte(`"notice.batch_ended"`)) {
			t.Errorf("evidence %s", records)
		}
		// The same batch again is the first one, and the same rows in another batch are
		// its twins.
		again := must(r.Open(ctx, clerk, Order{Kind: Plain, Key: "day-1", Sender: clerk.Unit, SenderKind: Court}))(t)
		if again.ID != b.ID {
			t.Errorf("the same key made another batch")
		}
		if err := r.Take(ctx, clerk, b.ID, 0, list); errs.KindOf(err) != errs.Conflict {
			t.Errorf("a batch that is done took rows: %v", err)
		}
		second := r.begun(t, clerk, "day-2", slices.Concat(list[:130], rows(t, 200, 3)))
		r.runAll(t, r.Service)
		if got := must(r.Batch(ctx, clerk, second.ID))(t); got.Issued != 3 || got.Twins != 130 || got.State != Done {
			t.Errorf("the same file again: %+v", got)
		}
		r.sound(t, 133)
	})
}

// The same act many times at once is one batch.
func TestSameBatchAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx, list := t.Context(), rows(t, 0, 3)
		var ids sync.Map
		var g errgroup.Group
		for range 8 {
			g.Go(func() error {
				var b Batch
				err := r.db.Write(ctx, func(tx *store.Tx) (err error) {
					b, err = r.StartTx(ctx, tx, clerk, Order{Kind: Plain, Key: "act", Sender: clerk.Unit, SenderKind: Court, Title: notice.Text{FA: "x", EN: "x"}}, list)
					return err
				})
				ids.Store(b.ID, true)
				return err
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		r.runAll(t, r.Service)
		r.sound(t, 3)
		if n := r.count(t, `SELECT count(*) FROM notice_batch`); n != 1 {
			t.Errorf("%d batches", n)
		}
		ids.Range(func(id, _ any) bool {
			if got := must(r.Batch(ctx, clerk, id.(string)))(t); got.Issued != 3 || got.Twins != 0 {
				t.Errorf("%+v", got)
			}
			return true
		})
	})
}

// Taking in that was cut off goes on; rows may come twice, but none may be left out.
func TestTakeGoesOn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		list := rows(t, 0, 2300)
		open := func() Batch {
			return must(r.Open(ctx, clerk, Order{Kind: Plain, Key: "file", Sender: clerk.Unit, SenderKind: Court, Title: notice.Text{FA: "x", EN: "x"}}))(t)
		}
		b, steps := open(), 0
		r.step = func(name string) error {
			if steps++; name == "take" && steps == 2 {
				return errCrash
			}
			return nil
		}
		if err := r.Take(ctx, clerk, b.ID, 0, list); !errors.Is(err, errCrash) {
			t.Fatalf("it was not cut off: %v", err)
		}
		if b = open(); b.Total != 1000 {
			t.Fatalf("%d rows are in", b.Total)
		}
		if err := r.Take(ctx, clerk, b.ID, 1001, list[1001:]); !errs.Is(err, errs.Conflict) {
			t.Errorf("a gap was taken: %v", err)
		}
		for range 2 {
			if err := r.Take(ctx, clerk, b.ID, 400, list[400:]); err != nil {
				t.Fatal(err)
			}
		}
		if b = open(); b.Total != 2300 || b.Refused != 0 || b.Twins != 0 {
			t.Errorf("all rows are in: %+v", b)
		}
		if n := r.count(t, `SELECT count(DISTINCT idem) FROM notice_batch_row WHERE state = 'waiting'`); n != 2300 {
			t.Errorf("%d rows wait", n)
		}
	})
}

// A process dies at every step there is; another goes on when the lease is over.
func TestCrashAnywhere(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		k := r.plain()
		k.Name, k.Blind = "reads", false
		r.Handle(k)
		list := rows(t, 0, 120)
		b := r.begun(t, clerk, "plain", list[:60])
		err := r.db.Write(ctx, func(tx *store.Tx) error {
			_, err := r.StartTx(ctx, tx, clerk, Order{Kind: "reads", Key: "reads", Sender: clerk.Unit, SenderKind: Court, Title: notice.Text{FA: "x", EN: "x"}}, list[60:])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		crashes, done := 0, false
		for n := 1; !done; n++ {
			if n > 40 {
				t.Fatal("it never ends")
			}
			p, steps := r.process(t, r.jobs), 0
			p.Handle(k)
			p.step = func(string) error {
				if steps++; steps == 1+n%3 {
					return errCrash
				}
				return nil
			}
			if err := p.run(ctx); errors.Is(err, errCrash) {
				crashes++
			} else if err != nil {
				t.Fatal(err)
			}
			if n := r.count(t, `SELECT count(*) FROM notice_notice`); n != r.count(t, `SELECT count(*) FROM notice_batch_done`) {
				t.Fatalf("%d notices and another number of results after a crash", n)
			}
			r.clk.Advance(lease)
			done = r.count(t, `SELECT count(*) FROM notice_batch WHERE state = 'going'`) == 0
		}
		if crashes < 3 {
			t.Errorf("only %d crashes", crashes)
		}
		r.sound(t, 120)
		if got := must(r.Batch(ctx, clerk, b.ID))(t); got.State != Done || got.Issued != 60 {
			t.Errorf("%+v", got)
		}
	})
}

// Several processes at once issue each row once.
func TestProcessesShare(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		for i := range 4 {
			a := clerk
			a.Unit = fmt.Sprint("2310", i)
			b := must(r.Open(ctx, a, Order{Kind: Plain, Key: "x", Sender: a.Unit, SenderKind: Court, Title: notice.Text{FA: "x", EN: "x"}}))(t)
			for _, err := range []error{r.Take(ctx, a, b.ID, 0, rows(t, 1000*i, 150)), r.Seal(ctx, a, b.ID), r.Start(ctx, a, b.ID)} {
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		var wg sync.WaitGroup
		failed := make([]error, 6)
		for i := range failed {
			p := r.process(t, r.jobs)
			wg.Go(func() { failed[i] = p.run(ctx) })
		}
		wg.Wait()
		if err := errors.Join(failed...); err != nil {
			t.Fatal(err)
		}
		r.runAll(t, r.Service) // what the last of them left to be closed
		r.sound(t, 600)
		if n := r.count(t, `SELECT count(*) FROM notice_batch WHERE state = 'done'`); n != 4 {
			t.Errorf("%d batches are done", n)
		}
	})
}

// A small sender that comes while a large one is at it is served after at most one
// more turn of the large one, and turns go around.
func TestTurnsGoAround(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		large := r.begun(t, clerk, "large", rows(t, 0, 20*quantum))
		for range 3 {
			if _, err := r.turn(ctx); err != nil {
				t.Fatal(err)
			}
		}
		small := r.begun(t, other, "small", rows(t, 10_000, 2*quantum))
		issued := func(a policy.Actor, b Batch) int { return must(r.Batch(ctx, a, b.ID))(t).Issued }
		before := issued(clerk, large)
		for range 4 {
			if _, err := r.turn(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if got := issued(other, small); got != 2*quantum {
			t.Errorf("%d of the small one were issued in four turns", got)
		}
		if got := issued(clerk, large) - before; got != 2*quantum {
			t.Errorf("%d of the large one were issued meanwhile", got)
		}
		r.runAll(t, r.Service)
		r.sound(t, 22*quantum)
	})
}

// TestAloneTurnsAreLong: who sends alone issues more in a turn, until others send, and
// again when they have not for long.
func TestAloneTurnsAreLong(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		r.alone = quantumAlone
		large := r.begun(t, clerk, "large", rows(t, 0, 3*quantumAlone))
		turns := func(n, want int) {
			t.Helper()
			before := must(r.Batch(ctx, clerk, large.ID))(t).Issued
			for range n {
				if _, err := r.turn(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if got := must(r.Batch(ctx, clerk, large.ID))(t).Issued - before; got != want {
				t.Errorf("%d rows of the large one in %d turns, want %d", got, n, want)
			}
		}
		turns(1, quantumAlone)
		r.begun(t, other, "small", rows(t, 10_000, 1))
		turns(2, quantum) // one is the other's
		turns(1, quantum)
		if err := r.db.Write(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, `UPDATE notice_batch_sender SET turn = turn + $1 WHERE sender = $2`, aloneAfter, clerk.Unit)
		}); err != nil {
			t.Fatal(err)
		}
		turns(1, quantumAlone)
		r.runAll(t, r.Service)
		r.sound(t, 3*quantumAlone+1)
	})
}

// A small batch ends in the turn that issues it, and its sender is idle then, unless
// another of its batches goes or was begun during the turn.
func TestSmallBatchIsOneTurn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		turn := func(s *Service, b Batch, waits bool) {
			t.Helper()
			if _, err := s.turn(ctx); err != nil {
				t.Fatal(err)
			}
			if got := must(r.Batch(ctx, clerk, b.ID))(t); got.State != Done || got.Ended.IsZero() {
				t.Errorf("after its turn: %+v", got)
			}
			if n := r.count(t, `SELECT count(*) FROM ledger_entry WHERE owner = $1`, b.ID); n != 2 {
				t.Errorf("%d records of a batch", n)
			}
			if busy := must(store.One[bool](ctx, r.db, `SELECT busy FROM notice_batch_sender WHERE holder = ''`))(t); busy != waits {
				t.Errorf("its sender is busy: %v", busy)
			}
		}
		turn(r.Service, r.begun(t, clerk, "alone", rows(t, 0, 3)), false)

		first, second := r.begun(t, clerk, "first", rows(t, 10, 3)), r.begun(t, clerk, "second", rows(t, 20, 3))
		turn(r.Service, first, true)
		turn(r.Service, second, false)

		p, late := r.process(t, r.jobs), Batch{}
		p.step = func(name string) error {
			if name == "claimed" && late.ID == "" {
				late = r.begun(t, clerk, "late", rows(t, 30, 3))
			}
			return nil
		}
		turn(p, r.begun(t, clerk, "early", rows(t, 40, 3)), true)
		turn(p, late, false)

		// Paused while its turn was on: nothing of it is issued until it goes on.
		halted := r.begun(t, clerk, "halted", rows(t, 50, 3))
		p.step = func(string) error {
			p.step = nil
			return r.Pause(ctx, clerk, halted.ID)
		}
		if _, err := p.turn(ctx); err != nil {
			t.Fatal(err)
		}
		if got := must(r.Batch(ctx, clerk, halted.ID))(t); got.State != Paused || got.Issued != 0 {
			t.Errorf("it was paused during its turn: %+v", got)
		}
		if err := r.Continue(ctx, clerk, halted.ID); err != nil {
			t.Fatal(err)
		}
		r.runAll(t, p)
		if got := must(r.Batch(ctx, clerk, halted.ID))(t); got.State != Done || got.Issued != 3 {
			t.Errorf("it went on: %+v", got)
		}
		r.sound(t, 18)
	})
}

// TestTurnThatFails: its sender rests for a moment, not until the end of the lease, and
// stands in nobody's way.
func TestTurnThatFails(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		b := r.begun(t, clerk, "one", rows(t, 0, 3))
		long := r.begun(t, other, "long", rows(t, 100, 3*quantum))
		p := r.process(t, r.jobs)
		p.step = func(string) error { p.step = nil; return errors.New("broken") }
		r.runAll(t, p)
		done := 0
		for _, x := range []struct {
			a policy.Actor
			b Batch
		}{{clerk, b}, {other, long}} {
			if must(r.Batch(ctx, x.a, x.b.ID))(t).State == Done {
				done++
			}
		}
		if done != 1 {
			t.Errorf("%d of two batches are done, want the one whose turn did not fail", done)
		}
		r.clk.Advance(failedFor)
		if _, err := r.jobs.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		r.sound(t, 3+3*quantum)
	})
}

// TestRestsAreTheirOwn: a sender whose turn failed does not prolong the rest of another,
// whose job is not dropped for his.
func TestRestsAreTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		failed, short := taken{turnRow: turnRow{Sender: clerk.Unit}}, taken{turnRow: turnRow{Sender: other.Unit}}
		for _, err := range []error{r.putOff(ctx, failed, failedFor), r.putOff(ctx, failed, failedFor), r.putOff(ctx, short, restFor)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for at, want := range map[time.Duration]int64{restFor: 1, failedFor: 2} {
			due := store.At(r.clk.Now().Add(at))
			if n := r.count(t, `SELECT count(*) FROM jobs_job WHERE kind = 'notice.bulk' AND due_us <= $1`, due); n != want {
				t.Errorf("%d jobs are due after %v, want %d", n, at, want)
			}
		}
	})
}

// TestBeginsAtOnce: where jobs are at work a batch is issued without its job.
func TestBeginsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		issued, ready := make(chan string, 3), make(chan struct{})
		r.Handle(Kind{Name: "told", Blind: true, Issue: func(ctx context.Context, tx *store.Tx, by policy.Actor, row Row) (notice.Issued, error) {
			tx.AfterCommit(func() { issued <- row.Batch })
			return notice.Issued{ID: row.Key, Number: row.Key}, nil
		}})
		jobs.Handle(r.jobs, "test.ready", func(context.Context, int) error { close(ready); return nil })
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan error, 1)
		go func() { done <- r.jobs.Run(ctx) }()
		if err := r.db.Write(ctx, func(tx *store.Tx) error { return r.jobs.EnqueueTx(ctx, tx, "test.ready", 1) }); err != nil {
			t.Fatal(err)
		}
		<-ready
		var b Batch
		if err := r.db.Write(ctx, func(tx *store.Tx) (err error) {
			b, err = r.StartTx(ctx, tx, clerk, Order{Kind: "told", Key: "one", Sender: clerk.Unit, SenderKind: Court}, rows(t, 0, 3))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if got := <-issued; got != b.ID {
				t.Errorf("issued of %q", got)
			}
		}
		stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if n := r.count(t, `SELECT count(*) FROM jobs_job WHERE kind = 'notice.bulk' AND state = 'open' AND attempt = 0`); n != 1 {
			t.Errorf("%d jobs remind of it", n)
		}
	})
}

func TestSteer(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		b := r.begun(t, clerk, "x", rows(t, 0, 3*quantum))
		turn := func() {
			t.Helper()
			if _, err := r.turn(ctx); err != nil {
				t.Fatal(err)
			}
		}
		turn()
		if err := r.Pause(ctx, other, b.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another unit paused it: %v", err)
		}
		// It is paused while a turn is under way: that turn is nothing.
		r.step = func(name string) error {
			if name == "claimed" {
				r.step = nil
				return r.Pause(ctx, clerk, b.ID)
			}
			return nil
		}
		turn()
		r.runAll(t, r.Service)
		r.sound(t, quantum)
		if err := r.Pause(ctx, clerk, b.ID); !errs.Is(err, errs.Conflict) {
			t.Errorf("paused twice: %v", err)
		}
		if err := r.Start(ctx, admin, b.ID); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the administrator started: %v", err)
		}
		if err := r.Continue(ctx, admin, b.ID); err != nil {
			t.Fatal(err)
		}
		turn()
		if err := r.Stop(ctx, clerk, b.ID); err != nil {
			t.Fatal(err)
		}
		r.runAll(t, r.Service)
		r.sound(t, 2*quantum)
		// What was left may be sent in another batch, and only that.
		again := r.begun(t, clerk, "y", rows(t, 0, 3*quantum))
		r.runAll(t, r.Service)
		if got := must(r.Batch(ctx, clerk, again.ID))(t); got.Issued != quantum || got.Twins != 2*quantum {
			t.Errorf("after a stop: %+v", got)
		}
		r.sound(t, 3*quantum)
	})
}

// A row that fails does not hold up the others: for good if its error says so,
// after some tries if not.
func TestRowThatFails(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		k, tried := r.plain(), 0
		plain := k.Issue
		k.Name, k.Blind, k.Known = "fails", false, nil
		k.Issue = func(ctx context.Context, tx *store.Tx, by policy.Actor, row Row) (notice.Issued, error) {
			switch row.N {
			case 7:
				return notice.Issued{}, errs.New(errs.Forbidden, "notice.bulk.wrong_row")
			case 9:
				tried++
				return notice.Issued{}, errors.New("the disk is on fire")
			}
			return plain(ctx, tx, by, row)
		}
		r.Handle(k)
		var b Batch
		err := r.db.Write(ctx, func(tx *store.Tx) error {
			var err error
			b, err = r.StartTx(ctx, tx, clerk, Order{Kind: "fails", Key: "x", Sender: clerk.Unit, SenderKind: Court, Title: notice.Text{FA: "x", EN: "x"}}, rows(t, 0, quantum+10))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r.runAll(t, r.Service)
		got := must(r.Batch(ctx, clerk, b.ID))(t)
		if got.State != Done || got.Issued != quantum+8 || got.Refused != 2 || tried < maxTries {
			t.Errorf("%+v after %d tries", got, tried)
		}
		r.sound(t, quantum+8)
		faults, _, err := r.Faults(ctx, clerk, b.ID, -1)
		if err != nil || len(faults) != 2 || strings.Contains(faults[1].Reason.EN, "fire") {
			t.Errorf("faults %+v, %v", faults, err)
		}
	})
}

// While many jobs wait a long batch rests, and goes on by itself.
func TestLongBatchRests(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		jobs.Handle(r.jobs, "test.follows", func(context.Context, int) error { return nil })
		if err := r.db.Write(ctx, func(tx *store.Tx) error {
			for i := range backlogMost + 1 {
				if err := r.jobs.EnqueueTx(ctx, tx, "test.follows", i); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		b := r.begun(t, clerk, "long", rows(t, 0, longBatch+1))
		short := r.begun(t, other, "short", rows(t, 10_000, 5))
		r.runAll(t, r.Service)
		if got := must(r.Batch(ctx, other, short.ID))(t); got.State != Done {
			t.Errorf("the short one rests too: %+v", got)
		}
		if got := must(r.Batch(ctx, clerk, b.ID))(t); got.Issued != 0 {
			t.Errorf("it did not rest: %+v", got)
		}
		for range 20 {
			if _, err := r.jobs.Drain(ctx); err != nil {
				t.Fatal(err)
			}
			r.clk.Advance(restFor + time.Millisecond)
		}
		if got := must(r.Batch(ctx, clerk, b.ID))(t); got.State != Done || got.Issued != longBatch+1 {
			t.Errorf("after resting: %+v", got)
		}
	})
}

func TestWhoSees(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx := t.Context()
		b := r.begun(t, clerk, "x", rows(t, 0, 2))
		if _, err := r.Batch(ctx, other, b.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another unit sees it: %v", err)
		}
		for _, a := range []policy.Actor{other, {Person: "p", Role: policy.Citizen, Unit: clerk.Unit}} {
			if list, _, err := r.Batches(ctx, a, ""); err != nil || len(list) != 0 {
				t.Errorf("%s lists %v, %v", a.Role, list, err)
			}
			if _, err := r.Open(ctx, a, Order{Kind: Plain, Key: "y", Sender: clerk.Unit, SenderKind: Court}); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s sends for another unit: %v", a.Role, err)
			}
			if err := r.Take(ctx, a, b.ID, 0, rows(t, 5, 1)); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s adds rows: %v", a.Role, err)
			}
		}
		for _, a := range []policy.Actor{clerk, admin} {
			if list, next, err := r.Batches(ctx, a, ""); err != nil || len(list) != 1 || next != "" {
				t.Errorf("%s lists %v, %q, %v", a.Role, list, next, err)
			}
		}
	})
}

// FuzzTake takes in whatever comes: each row is there, waiting or with a reason.
func FuzzTake(f *testing.F) {
	f.Add("k", "label", []byte(`{"Kind":"other"}`))
	f.Add("", "\xff", []byte("{"))
	f.Fuzz(func(t *testing.T, key, label string, payload []byte) {
		s := &Service{kinds: map[string]Kind{}}
		s.Handle(s.plain())
		if err := s.wrong(Plain, NewRow{Key: key, Label: label, Payload: payload}); err == nil {
			var n notice.NewNotice
			if json.Unmarshal(payload, &n) != nil || key == "" || len(label) > maxLabel {
				t.Errorf("accepted %q %q %q", key, label, payload)
			}
		}
	})
}
