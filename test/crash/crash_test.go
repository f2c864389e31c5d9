// SPDX-License-Identifier: Apache-2.0

// Package crash_test kills the program with SIGKILL at random moments under
// concurrent acts of the whole way of a filing (drafts, uploads, the payment
// provider's word, submissions, papers, halts, mendings, services, deliveries,
// batches of notices, openings, briefs), and on PostgreSQL the database server too, and then looks whether everything that was acknowledged
// is there, whole and once.
//
//  1. People and petitions that wait for their signature are prepared.
//  2. The test binary is started again as the program: the real application on
//     the real database, with its jobs and its sequencer, and a door for the
//     test to call its services through (server_test.go).
//  3. Clients act until a random number of acts is acknowledged; then the
//     program is killed with whatever is under way. What was asked for and what
//     was acknowledged is kept here, outside of the program.
//     In every second round the log ends and the next one begins meanwhile.
//  4. It is started again. Half of the acts of which nobody knows whether they
//     were done are asked for again, twice at once; the others are left alone.
//  5. After the last kill the database is audited (audit_test.go).
//
// `make crash` kills at least 20 times on each engine, `make test` six times.
package crash_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/pgtemp"
)

// serverEnv, if set, makes this binary the program instead of the test.
const serverEnv = "TARAZU_CRASH_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverEnv) != "" {
		os.Exit(serve())
	}
	os.Exit(m.Run())
}

// size is how much is done.
type size struct {
	kills, filings, lives, people, clients, mostActs int
}

func sizes() size {
	if os.Getenv("TARAZU_TEST_FULL") != "" {
		return size{kills: 24, filings: 700, lives: 300, people: 40, clients: 16, mostActs: 150}
	}
	return size{kills: 6, filings: 60, lives: 80, people: 12, clients: 12, mostActs: 200}
}

// seed is that of the moments and of the choice of acts. Scheduling is not in
// its hands: the same seed kills at similar moments, not at the same ones.
func seed(t *testing.T) uint64 {
	if s := os.Getenv("TARAZU_TEST_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return rand.Uint64()
}

func TestCrash(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			run(t, engine, sizes(), seed(t))
		})
	}
}

// rig is one engine's run.
type rig struct {
	size size
	rand *rand.Rand
	dir  string
	vars []string // configuration of the program
	pg   *server  // nil: SQLite
	book *book

	filings []world.Filing
	people  []identity.Person
	kills   int
	stops   int // of the database server
}

func run(t *testing.T, engine string, s size, seed uint64) {
	t.Logf("%s: seed %d (set TARAZU_TEST_SEED to use it again)", engine, seed)
	ctx := t.Context()
	out, err := world.NewOutside()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = out.Close(context.WithoutCancel(ctx)) })
	r := &rig{size: s, rand: rand.New(rand.NewPCG(seed, 1)), dir: t.TempDir()}
	dsn := "sqlite:" + filepath.Join(r.dir, "crash.db")
	if engine == "postgres" {
		c, err := pgtemp.Start(ctx, pgtemp.Options{Durable: true})
		if err != nil {
			t.Fatal(err)
		}
		dsn = c.DSN("postgres", "")
		r.pg = newServer(t, c, dsn)
	}
	r.vars = append(out.Vars(r.dir, dsn), "TARAZU_LEDGER_INTERVAL=100ms", "TARAZU_ALERTS_QUIET=off", "TARAZU_LOG_LEVEL=error")
	r.prepare(t, out)
	r.book = newBook(r.filings, s.lives)
	for round := range s.kills {
		r.round(t, round, seed)
		if t.Failed() {
			return
		}
	}
	r.audit(t)
}

// config is the program's.
func (r *rig) config(t *testing.T) config.Config {
	t.Helper()
	cfg, err := config.Load("", r.vars)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func (r *rig) prepare(t *testing.T, out *world.Outside) {
	t.Helper()
	ctx, cfg := t.Context(), r.config(t)
	if _, err := store.Migrate(ctx, cfg.Database, app.Migrations()...); err != nil {
		t.Fatal(err)
	}
	a, err := app.New(ctx, cfg, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	if err := world.Country(ctx, a); err != nil {
		t.Fatal(err)
	}
	if r.people, err = out.People(ctx, a, 1, r.size.people, ""); err != nil {
		t.Fatal(err)
	}
	if r.filings, err = world.Signable(ctx, a, r.people, r.size.filings); err != nil {
		t.Fatal(err)
	}
}

// plan is how a round ends.
type plan struct {
	acts   int           // acknowledged before the end
	later  time.Duration // after the last of them
	server string        // what happens to the database server: "", "with" the program, "before" it
}

func (r *rig) plan(round int) plan {
	p := plan{acts: 3 + r.rand.IntN(r.size.mostActs), later: time.Duration(r.rand.IntN(4000)) * time.Microsecond}
	if r.pg != nil {
		p.server = []string{"", "with", "", "before"}[round%4]
	}
	return p
}

// round starts the program, lets clients act, and kills it.
func (r *rig) round(t *testing.T, round int, seed uint64) {
	t.Helper()
	p := r.plan(round)
	t.Logf("round %d: %+v", round, p)
	prog := start(t, r.vars)
	c := &clients{book: r.book, people: r.people, prog: prog, acks: make(chan struct{}, 1024), done: make(chan struct{}), calm: make(chan struct{})}
	c.start(r.size.clients, seed+uint64(round)*1000)
	if round%2 == 1 { // in the middle of everything, perhaps under the kill
		c.await(t, p.acts/2)
		c.wg.Go(c.turn)
		p.acts -= p.acts / 2
	}
	c.await(t, p.acts)
	if p.server == "before" {
		c.storm.Store(true) // from now on answers may be errors
		if err := r.pg.restart(); err != nil {
			t.Fatal(err)
		}
		r.stops++
		close(c.calm)
		c.forget()
		c.await(t, 3+r.rand.IntN(20)) // the program has found its database again
	}
	if p.later > 0 {
		<-time.After(p.later) // not to wait for anything: to be killed between two acts, too
	}
	stopped := make(chan error, 1)
	if p.server == "with" {
		c.storm.Store(true)
		go func() { stopped <- r.pg.restart() }()
		r.stops++
	} else {
		stopped <- nil
	}
	prog.kill(t)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	r.kills++
	c.stop()
	for _, fault := range c.faults() {
		t.Errorf("round %d: %s", round, fault)
	}
	if t.Failed() {
		t.Logf("the program said:\n%s", prog.said())
	}
}
