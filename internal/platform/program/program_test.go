// SPDX-License-Identifier: Apache-2.0

package program

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
	"github.com/tarazu/tarazu/internal/platform/webhook"
)

// rig is a keeper with a program that hears.
type rig struct {
	*Keeper
	t    *testing.T
	db   *store.DB
	clk  *clock.Fake
	jobs *jobs.Runner
	url  string

	mu     sync.Mutex
	status func(event string) int
	heard  []string
}

var waits = webhook.Waits{5, 60}

func each(t *testing.T, fn func(t *testing.T, r *rig)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, []store.Migrations{jobs.Migrations, Migrations}, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		r := &rig{t: t, db: db, clk: clk}
		r.answer(func(string) int { return http.StatusOK })
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			b, _ := io.ReadAll(req.Body)
			_, event, _ := strings.Cut(string(b), `"type":"`)
			event, _, _ = strings.Cut(event, `"`)
			r.mu.Lock()
			defer r.mu.Unlock()
			r.heard = append(r.heard, event)
			w.WriteHeader(r.status(event))
		}))
		t.Cleanup(server.Close)
		r.url = server.URL
		r.jobs = jobs.New(jobs.Deps{DB: db, Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Poll: 5 * time.Millisecond})
		r.Keeper = r.keeper("one")
		r.Jobs()
		fn(t, r)
	})
}

func (r *rig) keeper(purpose string) *Keeper {
	k, err := New(Deps{
		DB: r.db, Clock: r.clk, Jobs: r.jobs, Purpose: purpose, About: "test " + purpose, Key: make([]byte, 32), Out: http.DefaultClient, Local: true,
		Bounds: Bounds{Keys: 2, KeyDays: 10, Waits: waits, Overlap: 1},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return k
}

func (r *rig) answer(status func(event string) int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// took is what was heard since the last time.
func (r *rig) took() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := strings.Join(r.heard, " ")
	r.heard = nil
	return out
}

func (r *rig) do(fn func(ctx context.Context, tx *store.Tx) error) error {
	return r.db.Write(r.t.Context(), func(tx *store.Tx) error { return fn(r.t.Context(), tx) })
}

func (r *rig) must(fn func(ctx context.Context, tx *store.Tx) error) {
	r.t.Helper()
	if err := r.do(fn); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) tell(events ...string) {
	r.t.Helper()
	for _, e := range events {
		r.must(func(ctx context.Context, tx *store.Tx) error {
			return r.TellTx(ctx, tx, "body", e, tx.Now(), map[string]any{"id": e})
		})
	}
}

func (r *rig) drain() {
	r.t.Helper()
	if _, err := r.jobs.Drain(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// wait lets all waits pass.
func (r *rig) wait() {
	r.t.Helper()
	r.drain()
	for _, w := range waits {
		r.clk.Advance(time.Duration(w) * time.Second)
		r.drain()
	}
}

func (r *rig) hook() Hook {
	r.t.Helper()
	h, _, _, err := r.Hook(r.t.Context(), "body")
	if err != nil {
		r.t.Fatal(err)
	}
	return h
}

func (r *rig) states() string {
	r.t.Helper()
	_, _, list, err := r.Hook(r.t.Context(), "body")
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, d := range list {
		out = append([]string{d.Event + ":" + d.State}, out...)
	}
	return strings.Join(out, " ")
}

func (r *rig) set() {
	r.t.Helper()
	r.must(func(ctx context.Context, tx *store.Tx) error {
		_, err := r.SetHookTx(ctx, tx, "body", "someone", r.url)
		return err
	})
}

func (r *rig) try() error {
	return r.do(func(ctx context.Context, tx *store.Tx) error {
		_, err := r.TryTx(ctx, tx, "body")
		return err
	})
}

func status(n int) func(string) int { return func(string) int { return n } }

// TestKeys: bounds, whose they are, and their end.
func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		ctx, other := t.Context(), r.keeper("two")
		var secrets []string
		var keys []Key
		make := func(owner string) error {
			return r.do(func(ctx context.Context, tx *store.Tx) error {
				s, k, err := r.MakeKeyTx(ctx, tx, NewKey{Owner: owner, By: "someone", Label: "x", Begins: "begin_", Scopes: []string{"a", "b"}, Unit: "u", Level: 2})
				if err == nil {
					secrets, keys = append(secrets, s), append(keys, k)
				}
				return err
			})
		}
		for range 2 {
			if err := make("body"); err != nil {
				t.Fatal(err)
			}
		}
		if err := make("body"); !errs.Is(err, errs.Conflict) {
			t.Errorf("a third key: %v", err)
		}
		owner, k, err := r.Bearer(ctx, secrets[0])
		if err != nil || owner != "body" || fmt.Sprintf("%v %s %d", k.Scopes, k.Unit, k.Level) != "[a b] u 2" || !strings.HasPrefix(secrets[0], k.Prefix) || len(k.Prefix) != 12 {
			t.Errorf("%s %+v %v", owner, k, err)
		}
		if _, _, err := other.Bearer(ctx, secrets[0]); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("a key of another purpose: %v", err)
		}
		if _, _, err := r.Bearer(ctx, keys[0].ID); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("no key: %v", err)
		}
		for name, revoke := range map[string]func(ctx context.Context, tx *store.Tx) error{
			"another owner":   func(ctx context.Context, tx *store.Tx) error { return r.RevokeKeyTx(ctx, tx, "stranger", keys[0].ID) },
			"another purpose": func(ctx context.Context, tx *store.Tx) error { return other.RevokeKeyTx(ctx, tx, "body", keys[0].ID) },
		} {
			if err := r.do(revoke); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		r.must(func(ctx context.Context, tx *store.Tx) error { return r.RevokeKeyTx(ctx, tx, "body", keys[0].ID) })
		if err := r.do(func(ctx context.Context, tx *store.Tx) error { return r.UseKeyTx(ctx, tx, "body", keys[0].ID) }); !errs.Is(err, errs.Conflict) {
			t.Errorf("revoked: %v", err)
		}
		r.must(func(ctx context.Context, tx *store.Tx) error {
			if lives, err := r.LivesTx(ctx, tx, "body", keys[0].ID); err != nil || lives {
				t.Errorf("revoked, and lives: %v", err)
			}
			return r.UseKeyTx(ctx, tx, "body", keys[1].ID)
		})
		if err := make("body"); err != nil {
			t.Errorf("after one was revoked: %v", err)
		}
		r.clk.Advance(10 * 24 * time.Hour)
		if _, _, err := r.Bearer(ctx, secrets[1]); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("its days are over: %v", err)
		}
	})
}

// TestWork: what nobody took is work; tried again it is told once more in order, what
// happened meanwhile too, and then telling goes on and the work is over.
func TestWork(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.set()
		if r.hook().Work.Open() || r.try() == nil {
			t.Error("there is work before anything happened")
		}
		r.answer(status(http.StatusBadGateway))
		r.tell("a")
		r.wait()
		if n := len(strings.Fields(r.took())); n != len(waits)+1 {
			t.Errorf("%d tries", n)
		}
		h := r.hook()
		if h.Stopped.IsZero() || !h.Work.Open() || h.Work.GivenUp != 1 || h.Work.Status != http.StatusBadGateway || h.Work.Trying {
			t.Fatalf("given up: %+v", h)
		}
		r.tell("b", "c") // they are not lost
		r.drain()
		if heard := r.took(); heard != "" || r.hook().Work.GivenUp != 3 {
			t.Errorf("stopped, and told %q", heard)
		}
		// It still fails: the first one is told, no other.
		if err := r.try(); err != nil {
			t.Fatal(err)
		}
		if err := r.try(); !errs.Is(err, errs.Conflict) {
			t.Errorf("tried twice at once: %v", err)
		}
		r.drain()
		if heard, h := r.took(), r.hook(); heard != "a" || h.Work.GivenUp != 3 || h.Work.Trying || h.Stopped.IsZero() {
			t.Errorf("%q, %+v", heard, h)
		}
		// The second one fails once more.
		r.answer(func(e string) int {
			return map[string]int{"b": http.StatusForbidden}[e] + 200*len(strings.Trim(e, "b"))
		})
		if err := r.try(); err != nil {
			t.Fatal(err)
		}
		r.drain()
		if heard, h := r.took(), r.hook(); heard != "a b" || h.Work.GivenUp != 2 || h.Work.Status != http.StatusForbidden || !h.Work.Open() {
			t.Errorf("%q, %+v", heard, h)
		}
		r.answer(status(http.StatusNoContent))
		if err := r.try(); err != nil {
			t.Fatal(err)
		}
		r.tell("d") // while it is being done
		r.drain()
		if heard := r.took(); heard != "b c d" {
			t.Errorf("in order: %q", heard)
		}
		if h := r.hook(); h.Work.Open() || !h.Stopped.IsZero() || !h.Failing.IsZero() {
			t.Errorf("all was taken: %+v", h)
		}
		r.tell("e")
		r.drain()
		if heard := r.took(); heard != "e" || r.states() != "a:done b:done c:done d:done e:done" {
			t.Errorf("afterwards %q: %s", heard, r.states())
		}
	})
}

// TestWorkEndsByItself: one that was given up while others were taken is work too; it is
// over when it gets through.
func TestWorkEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.set()
		r.answer(func(e string) int { return map[bool]int{true: 500, false: 200}[e == "bad"] })
		r.tell("bad")
		r.drain()
		r.clk.Advance(2 * time.Minute)
		r.tell("good")
		r.wait()
		r.wait()
		if h := r.hook(); !h.Stopped.IsZero() || h.Work.GivenUp != 1 {
			t.Fatalf("%+v", h)
		}
		r.tell("good") // others get through, and it is still untold
		r.drain()
		if h := r.hook(); !h.Work.Open() {
			t.Errorf("%+v", h)
		}
		list, err := r.AllWork(t.Context())
		if err != nil || len(list) != 1 || list[0].Owner != "body" {
			t.Errorf("%+v %v", list, err)
		}
		if none, err := r.keeper("two").AllWork(t.Context()); err != nil || len(none) != 0 {
			t.Errorf("of another purpose: %+v %v", none, err)
		}
		r.answer(status(http.StatusGone)) // tried again, it wants no more
		if err := r.try(); err != nil {
			t.Fatal(err)
		}
		r.drain()
		if h := r.hook(); h.Stopped.IsZero() || h.Work.Status != http.StatusGone {
			t.Errorf("%+v", h)
		}
		r.set() // the address is kept again, and that one sent by hand
		r.answer(status(200))
		_, _, told, err := r.Hook(t.Context(), "body")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range told {
			if d.State == Failed {
				r.must(func(ctx context.Context, tx *store.Tx) error { return r.AgainTx(ctx, tx, "body", d.ID) })
				if err := r.do(func(ctx context.Context, tx *store.Tx) error { return r.AgainTx(ctx, tx, "stranger", d.ID) }); !errs.Is(err, errs.NotFound) {
					t.Errorf("a stranger’s: %v", err)
				}
			}
		}
		r.drain()
		if h := r.hook(); h.Work.Open() {
			t.Errorf("%+v", h)
		}
	})
}

// TestNothingIsLostMeanwhile: whatever happens while what was given up is told again is
// told once, and leaves no work behind.
func TestNothingIsLostMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		const writers, events = 6, 5
		r.set()
		r.answer(status(http.StatusGone))
		r.tell("first")
		r.drain()
		r.answer(status(http.StatusOK))
		r.took()
		if err := r.try(); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range events {
					err := r.do(func(ctx context.Context, tx *store.Tx) error {
						return r.TellTx(ctx, tx, "body", fmt.Sprintf("e%d-%d", w, i), tx.Now(), nil)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		r.drain()
		wg.Wait()
		r.drain()
		heard := strings.Fields(r.took())
		slices.Sort(heard)
		if len(heard) != writers*events+1 || len(slices.Compact(heard)) != writers*events+1 {
			t.Errorf("%d heard: %v", len(heard), heard)
		}
		if h := r.hook(); h.Work.Open() || !h.Stopped.IsZero() || strings.Contains(r.states(), Failed) || strings.Contains(r.states(), Waiting) {
			t.Errorf("%+v %s", h, r.states())
		}
	})
}

// TestLeave: what is left is not told any more, and an address that wants nothing is
// asked again only when somebody keeps it again.
func TestLeave(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		r.set()
		r.answer(status(http.StatusGone))
		r.tell("a")
		r.drain()
		if h := r.hook(); h.Stopped.IsZero() || !h.Work.Open() || h.Work.Status != http.StatusGone {
			t.Fatalf("%+v", h)
		}
		r.must(func(ctx context.Context, tx *store.Tx) error {
			_, err := r.LeaveTx(ctx, tx, "body")
			return err
		})
		r.tell("b")
		r.drain()
		if h := r.hook(); h.Work.Open() || h.Stopped.IsZero() || r.states() != "a:left" {
			t.Errorf("%+v %s", h, r.states())
		}
		if err := r.try(); !errs.Is(err, errs.Conflict) {
			t.Errorf("nothing to try: %v", err)
		}
		r.answer(status(http.StatusOK))
		r.took()
		r.set()
		r.tell("c")
		r.drain()
		if heard := r.took(); heard != "c" {
			t.Errorf("%q", heard)
		}
	})
}
