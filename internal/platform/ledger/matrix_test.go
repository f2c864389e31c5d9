// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestSequenceErrors is the matrix of Sunlight's TestSequenceErrors for our
// steps: each fails once, before or after the log was persisted, on an empty
// log and on one that ends at a tile's border. Whatever was reported, the log
// is whole, nothing is lost, nothing stands twice, and the next run goes on.
func TestSequenceErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		step      string
		persisted bool // although reported as failed
	}{
		{"read", false}, {"signed", false}, {"head", false}, {"placed", false}, {"tiles", false}, {"checkpoint", false}, {"committed", true},
	} {
		for _, before := range []int{0, 256} {
			t.Run(fmt.Sprintf("%s/%d", c.step, before), func(t *testing.T) {
				t.Parallel()
				each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
					var acts []act
					if before > 0 {
						acts = stage(t, l, "early", before)
						sequence(t, l, before)
					}
					acts = append(acts, stage(t, l, "o", 3)...)
					broken, reached := errors.New("the power failed"), 0
					l.step = func(name string) error {
						if name == c.step {
							reached++
							return broken
						}
						return nil
					}
					for try := range 2 { // the second meets what the first left
						_, err := l.Sequence(t.Context())
						if fails := try == 0 || !c.persisted; fails != errors.Is(err, broken) || !fails && err != nil {
							t.Fatalf("sequence, try %d: %v", try, err)
						}
						clean(t, l)
					}
					if reached == 0 {
						t.Fatal("the step was never reached")
					}
					l.step = nil
					if _, err := l.Receipt(t.Context(), "o", acts[len(acts)-1].id); (err == nil) != c.persisted {
						t.Fatalf("receipt after the failure: %v", err)
					}
					acts = append(acts, stage(t, l, "late", 2)...)
					want := 5
					if c.persisted {
						want = 2
					}
					// Another process takes over with nothing but the database.
					sequence(t, twin(t, l), want)
					sound(t, l, acts)
				})
			})
		}
	}
}

// TestLostRace lets another process move the head after this one has signed.
func TestLostRace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		other := twin(t, l)
		acts := stage(t, l, "o", 3)
		l.step = func(name string) error {
			if name == "signed" {
				sequence(t, other, 3)
			}
			return nil
		}
		if n, err := l.Sequence(t.Context()); !errors.Is(err, ErrLostRace) || n != 0 {
			t.Errorf("sequenced %d, %v; want a lost race", n, err)
		}
		l.step = nil
		sequence(t, l, 0)
		sound(t, l, acts)
	})
}

// TestLostRaceForAPlace: the other process places a record that this one has
// not even seen, so nothing but the head's compare-and-swap stands between two
// records and one place.
func TestLostRaceForAPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		other := twin(t, l)
		other.batch = 1
		acts := stage(t, l, "o", 3)
		l.step = func(name string) error {
			if name != "signed" {
				return nil
			}
			err := l.db.Write(t.Context(), func(tx *store.Tx) error {
				id, err := l.StageTx(t.Context(), tx, Record{Event: "late.commit", Owner: "p", Time: clk.Now().Add(-time.Minute)})
				acts = append(acts[:3], act{"p", id})
				return err
			})
			if n, serr := other.sequenceBatch(t.Context()); n != 1 || serr != nil {
				t.Errorf("the other sequenced %d, %v", n, serr)
			}
			return err
		}
		if n, err := l.Sequence(t.Context()); !errors.Is(err, ErrLostRace) || n != 0 {
			t.Errorf("sequenced %d, %v; want a lost race", n, err)
		}
		l.step = nil
		sequence(t, l, 3)
		sound(t, l, acts)
	})
}

// TestDamagedTreeStopsTheSequencer: nothing is signed on top of a tree that
// does not have its signed root.
func TestDamagedTreeStopsTheSequencer(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]string{
		"tile":       `UPDATE ledger_tile SET hashes = (SELECT leaf_hash FROM ledger_entry WHERE idx = 0), width = 1 WHERE level = 0`,
		"no tile":    `DELETE FROM ledger_tile`,
		"size":       `UPDATE ledger_head SET size = 2`,
		"root":       `UPDATE ledger_head SET root = (SELECT leaf_hash FROM ledger_entry WHERE idx = 0)`,
		"checkpoint": `UPDATE ledger_head SET checkpoint = root`,
		"key":        `UPDATE ledger_head SET vkey = 'x'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
				acts := stage(t, l, "o", 3)
				sequence(t, l, 3)
				if exec(t, l, damage) == 0 {
					t.Fatal("nothing was damaged")
				}
				stage(t, l, "o", 1)
				if n, err := l.Sequence(t.Context()); !errors.Is(err, ErrCorrupt) || n != 0 {
					t.Errorf("sequenced %d, %v; want damage", n, err)
				}
				if _, err := l.Receipt(t.Context(), "o", acts[2].id); err == nil {
					t.Error("a receipt was handed out")
				}
				if found, err := l.Audit(t.Context()); err != nil || len(found) == 0 {
					t.Errorf("audit: %v, %v", found, err)
				}
			})
		})
	}
}

// TestLease: one process works, the other takes over when the lease lapses,
// and a process that lost a race does not come back before.
func TestLease(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		ctx := t.Context()
		a, b := &lease{holder: "a"}, &lease{holder: "b"}
		other := twin(t, l)
		claim := func(l *Ledger, le *lease, want bool) {
			t.Helper()
			if err := l.claim(ctx, le); err != nil || le.held != want {
				t.Fatalf("lease of %s: %v, %v; want %v", le.holder, le.held, err, want)
			}
		}
		claim(l, a, true)
		claim(other, b, false)
		clk.Advance(leaseFor - time.Second)
		claim(l, a, true) // renewed
		clk.Advance(2 * time.Second)
		claim(other, b, false)
		clk.Advance(leaseFor)
		claim(other, b, true) // lapsed
		clk.Advance(leaseFor / 2)
		claim(l, a, false) // a finds out at its next renewal
		if err := other.release(ctx, b); err != nil {
			t.Fatal(err)
		}
		claim(l, a, true)

		stage(t, l, "o", 1)
		l.step = func(name string) error {
			if name == "signed" {
				sequence(t, other, 1)
			}
			return nil
		}
		l.tick(ctx, a)
		if a.held || a.holder == "a" {
			t.Errorf("lease %+v is kept after a lost race", *a)
		}
		l.step = nil
		claim(l, a, false)
		clk.Advance(leaseFor)
		claim(l, a, true)
	})
}

// TestRun runs two processes and stops them.
func TestRun(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		other := twin(t, l)
		l.interval, other.interval = time.Millisecond, time.Millisecond
		committed := make(chan struct{}, 16)
		step := func(name string) error {
			if name == "committed" {
				committed <- struct{}{}
			}
			return nil
		}
		l.step, other.step = step, step
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 2)
		for _, p := range []*Ledger{l, other} {
			go func() { ended <- p.Run(ctx) }()
		}
		acts := stage(t, l, "o", 3)
		<-committed
		acts = append(acts, stage(t, other, "p", 2)...)
		<-committed
		cancel()
		for range 2 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		sound(t, l, acts)
		until, err := store.One[int64](t.Context(), l.db, `SELECT until_us FROM ledger_lease WHERE origin = $1`, testOrigin)
		if err != nil || until != 0 {
			t.Errorf("lease until %d, %v; want it released", until, err)
		}
	})
}
