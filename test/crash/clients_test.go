// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/bench/world"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// record is what is known of one act outside of the program.
type record[Q, A any] struct {
	ask    Q
	acked  bool
	got    A    // if acked
	queued bool // to be asked for again
}

// book keeps what was asked for and what was acknowledged.
type book struct {
	mu          sync.Mutex
	lives       lives
	todo        []submitAct
	submits     map[string]*record[submitAct, submitted]
	delivers    map[string]*record[deliverAct, delivered]
	opens       map[string]*record[openAct, opened]
	batches     map[string]*record[batchAct, batched]
	cases       []string         // of acknowledged submissions
	notices     []openAct        // of acknowledged deliveries
	open        []func(*clients) // asked for, not answered: ask again
	checkpoints []string         // as they were shown
	turns       map[string]bool  // logs whose end was acknowledged
	acks        int
	unknown     int
	replays     int
	wrong       []string
}

func newBook(list []world.Filing, n int) *book {
	b := &book{
		turns: map[string]bool{}, lives: newLives(n),
		submits: map[string]*record[submitAct, submitted]{}, delivers: map[string]*record[deliverAct, delivered]{},
		opens: map[string]*record[openAct, opened]{}, batches: map[string]*record[batchAct, batched]{},
	}
	for _, f := range list {
		b.todo = append(b.todo, submitAct{Owner: f.Owner.Person, Filing: f.ID})
	}
	return b
}

// clients act on one process of the program.
type clients struct {
	book   *book
	people []identity.Person
	prog   *program
	acks   chan struct{} // one for each acknowledgement
	done   chan struct{}
	storm  atomic.Bool   // the database server is being stopped: errors may come
	calm   chan struct{} // closed when it is back
	wg     sync.WaitGroup
	once   sync.Once
}

func (c *clients) start(n int, seed uint64) {
	// First the acts of which nobody knows: half of them, twice at once.
	c.book.mu.Lock()
	again := c.book.open
	c.book.open = nil
	c.book.mu.Unlock()
	rnd := rand.New(rand.NewPCG(seed, 2))
	for _, ask := range again {
		if rnd.IntN(2) == 0 {
			c.wg.Go(func() { ask(c) })
			c.wg.Go(func() { ask(c) })
		}
	}
	for i := range n {
		r := rand.New(rand.NewPCG(seed, uint64(i)+3))
		c.wg.Go(func() { c.loop(func() bool { return c.act(r) }) })
	}
	c.wg.Go(func() { c.loop(c.watch) })
}

// loop goes on until the program does not answer.
func (c *clients) loop(step func() bool) {
	for step() {
		select {
		case <-c.done:
			return
		default:
		}
	}
}

// stop waits for the clients; the program is dead.
func (c *clients) stop() {
	c.once.Do(func() { close(c.done) })
	c.wg.Wait()
}

func (c *clients) faults() []string {
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	return c.book.wrong
}

// await waits until n more acts are acknowledged.
func (c *clients) await(t *testing.T, n int) {
	t.Helper()
	limit := time.NewTimer(2 * time.Minute)
	defer limit.Stop()
	for i := range n {
		select {
		case <-c.acks:
		case <-limit.C:
			said := c.prog.stacks()
			c.stop()
			t.Fatalf("%d acts were not acknowledged in two minutes; faults: %v\n%s", n-i, c.faults(), said)
		}
	}
}

// forget drops the acknowledgements nobody has waited for.
func (c *clients) forget() {
	for {
		select {
		case <-c.acks:
		default:
			return
		}
	}
}

// watch has the log grow and keeps its checkpoints.
func (c *clients) watch() bool {
	point, err := call[string](c.prog, "/checkpoint", struct{}{})
	if err != nil {
		return c.goOn("checkpoint", err)
	}
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	if n := len(c.book.checkpoints); n == 0 || c.book.checkpoints[n-1] != point {
		c.book.checkpoints = append(c.book.checkpoints, point)
	}
	return true
}

// turn has the log end and another begin, once.
func (c *clients) turn() {
	ended, err := call[string](c.prog, "/turn", struct{}{})
	if err != nil {
		c.goOn("turn", err)
		return
	}
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	c.book.turns[ended] = true
}

// act does one act and tells whether to go on.
func (c *clients) act(r *rand.Rand) bool {
	b := c.book
	b.mu.Lock()
	if r.IntN(5) < 3 {
		if step := b.step(c, r); step != nil {
			b.mu.Unlock()
			return step(c)
		}
	}
	switch n := r.IntN(100); {
	case n < 30 && len(b.todo) > 0:
		q := b.todo[0]
		b.todo = b.todo[1:]
		b.mu.Unlock()
		return ask(c, b.submits, q.Filing, "/submit", q, func(a submitted) { b.cases = append(b.cases, a.Case) })
	case n < 50 && len(b.notices) > 0:
		q := b.notices[r.IntN(len(b.notices))] // perhaps again, perhaps at once with another
		b.mu.Unlock()
		return ask(c, b.opens, q.Notice, "/open", q, nil)
	case n < 60 && len(b.delivers) > 0: // a delivery that was asked for before
		for _, d := range b.delivers {
			q := d.ask
			b.replays++
			b.mu.Unlock()
			return ask(c, b.delivers, q.Key, "/deliver", q, nil)
		}
	}
	if len(b.cases) == 0 {
		b.mu.Unlock()
		return true
	}
	if len(b.batches) == 0 || r.IntN(4) == 0 {
		q := c.newBatch(r)
		b.mu.Unlock()
		return ask(c, b.batches, q.Key, "/batch", q, nil)
	}
	q := c.newDelivery(r)
	b.mu.Unlock()
	return ask(c, b.delivers, q.Key, "/deliver", q, func(a delivered) {
		b.notices = append(b.notices, openAct{Owner: q.Owner, Notice: a.Notice})
	})
}

// newDelivery is to one of the people, in one of the cases. The book is locked.
func (c *clients) newDelivery(r *rand.Rand) deliverAct {
	p := c.people[r.IntN(len(c.people))]
	return deliverAct{Key: id.New(), Owner: p.ID, Name: p.Name(), NationalCode: p.NationalCode, Case: c.book.cases[r.IntN(len(c.book.cases))]}
}

// ask does an act, keeps what came of it, and compares with what was
// acknowledged for the same act before.
func ask[Q any, A comparable](c *clients, all map[string]*record[Q, A], key, path string, q Q, first func(A)) bool {
	b := c.book
	b.mu.Lock()
	rec, known := all[key]
	if !known {
		rec = &record[Q, A]{ask: q}
		all[key] = rec
	}
	b.mu.Unlock()
	got, err := call[A](c.prog, path, q)
	b.mu.Lock()
	if err != nil {
		b.unknown++
		if !rec.acked && !rec.queued {
			rec.queued = true
			b.open = append(b.open, func(next *clients) { // of another round
				b.mu.Lock()
				b.replays++
				rec.queued = false
				b.mu.Unlock()
				ask(next, all, key, path, q, first)
			})
		}
		b.mu.Unlock()
		return c.goOn(path, err)
	}
	b.acks++
	switch {
	case !rec.acked:
		rec.acked, rec.got = true, got
		if first != nil {
			first(got)
		}
	case rec.got != got:
		b.wrong = append(b.wrong, fmt.Sprintf("%s %s was acknowledged as %v and then as %v", path, key, rec.got, got))
	}
	b.mu.Unlock()
	select {
	case c.acks <- struct{}{}:
	default: // nobody waits for so many
	}
	return true
}

// goOn tells whether the program is alive. A refusal is a fault unless the
// database server is being stopped.
func (c *clients) goOn(what string, err error) bool {
	if refused, ok := errors.AsType[refusedError](err); ok {
		if !c.storm.Load() {
			c.book.mu.Lock()
			c.book.wrong = append(c.book.wrong, what+" "+refused.Error())
			c.book.mu.Unlock()
			return true
		}
		select {
		case <-c.calm:
		case <-c.done:
		}
		return true
	}
	return false
}
