// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// chained runs fn on both engines with a ledger whose keys lie in a folder.
func chained(t *testing.T, fn func(t *testing.T, l *Ledger, clk *clock.Fake)) {
	t.Helper()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		fn(t, startChain(t, db, clk, filepath.Join(t.TempDir(), "ledger.key")), clk)
	})
}

// startChain is a process that starts with the keys in a folder.
func startChain(t *testing.T, db *store.DB, clk clock.Clock, path string) *Ledger {
	t.Helper()
	o, err := OpenChain(t.Context(), db, path, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(Deps{
		DB: db, Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Signer: o.First.Signer(), Verifier: o.First.VKey(), Origin: testOrigin, Keys: o.Ring.Key,
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// other is another process on the same database and keys that has not noticed
// anything that happens from now on.
func other(t *testing.T, l *Ledger) *Ledger {
	t.Helper()
	o, err := New(Deps{
		DB: l.db, Clock: l.clock, Log: l.log, Signer: l.signer, Verifier: l.vkey, Origin: l.origin, Keys: l.keys,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.newest(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

func turnSame(t *testing.T, l *Ledger) {
	t.Helper()
	if err := l.TurnSame(t.Context(), l.Origin(), WhyShard); err != nil {
		t.Fatal(err)
	}
}

// soundChain fails unless every act stands once in one of the logs, its receipt
// is accepted by somebody who has nothing but the first key and the chain file,
// every log ends where its successor says, and the audit of each finds nothing.
// It returns how many acts each log has.
func soundChain(t *testing.T, l *Ledger, acts []act) map[string]int {
	t.Helper()
	ctx := t.Context()
	trusted := receipt.Options{Keys: []string{l.vkey}}
	list, err := l.chain(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) > 1 {
		file, err := l.Chain(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var turns []receipt.Turn
		if trusted, turns, err = trusted.Follow(file); err != nil || len(turns) != len(list)-1 {
			t.Fatalf("the chain file shows %+v, %v; there are %d logs", turns, err, len(list))
		}
	}
	places, in := map[string]string{}, map[string]int{}
	for _, a := range acts {
		file, err := l.Receipt(ctx, a.owner, a.id)
		if err != nil {
			t.Fatalf("receipt of %s: %v", a.id, err)
		}
		r, err := receipt.Verify(file, trusted)
		if err != nil || r.ID != a.id {
			t.Fatalf("receipt of %s: %v", a.id, err)
		}
		place := fmt.Sprint(r.Origin, " ", r.Index)
		if places[place] != "" {
			t.Fatalf("%s and %s stand at %s", a.id, places[place], place)
		}
		places[place] = a.id
		in[r.Origin]++
	}
	total := int64(0)
	for i, g := range list {
		total += g.Size
		extra := int64(2) // a beginning and an end
		if i == 0 {
			extra--
		}
		if g.Next == "" {
			extra--
		}
		if int64(in[g.Origin])+extra != g.Size {
			t.Errorf("%s has %d records, %d of them are acts", g.Origin, g.Size, in[g.Origin])
		}
		found, err := l.AuditOf(ctx, g.Origin)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Errorf("audit of %s: %s", g.Origin, f)
		}
	}
	if n, err := store.One[int64](ctx, l.db, `SELECT count(*) FROM ledger_entry`); err != nil || n != total {
		t.Errorf("%d rows, %v; the logs have %d records", n, err, total)
	}
	return in
}

// TestShards: a log ends, what waits goes to the next one, a process that has
// not noticed loses nothing, and everything stays provable from the first key.
func TestShards(t *testing.T) {
	t.Parallel()
	chained(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		ctx := t.Context()
		if _, err := l.Chain(ctx); !errs.Is(err, errs.NotFound) {
			t.Errorf("a chain of one log: %v", err)
		}
		late := other(t, l)
		acts := stage(t, l, "o", 5)
		sequence(t, l, 5)
		waiting := stage(t, l, "o", 3)
		turnSame(t, l)
		if l.Origin() == testOrigin || late.Origin() != testOrigin {
			t.Fatalf("%s goes on from %s", l.Origin(), late.Origin())
		}
		unaware := stage(t, late, "p", 2)
		sequence(t, late, 5) // it follows, although it began with the old log
		acts = append(append(append(acts, waiting...), unaware...), stage(t, l, "o", 1)...)
		sequence(t, l, 1)
		in := soundChain(t, l, acts)
		if in[testOrigin] != 5 || in[l.Origin()] != 6 {
			t.Errorf("acts in the logs: %v", in)
		}
		if size, ended, err := l.Ended(ctx, testOrigin); err != nil || !ended || size != 6 {
			t.Errorf("%s: %d, %v, %v", testOrigin, size, ended, err)
		}
		// A second and a third change.
		for range 2 {
			acts = append(acts, stage(t, late, "q", 4)...)
			turnSame(t, l)
			sequence(t, l, 4)
		}
		soundChain(t, l, acts)
		soundChain(t, other(t, l), acts)
		dir := t.TempDir()
		if _, err := l.Export(ctx, dir, nil); err != nil {
			t.Fatal(err)
		}
		chain, err := l.Chain(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if file, err := os.ReadFile(filepath.Join(dir, "chain")); err != nil || !bytes.Equal(file, chain) {
			t.Errorf("the export has another chain, %v", err)
		}
		names, err := l.Logs(ctx)
		if err != nil || len(names) != 4 || names[0] != testOrigin || names[3] != l.Origin() {
			t.Errorf("logs %v, %v", names, err)
		}
		// The first log is closed for good, whoever tries.
		old := &shard{origin: testOrigin, vkey: l.vkey, signer: l.signer}
		h, tiles, err := l.loadHead(ctx, old)
		if err != nil {
			t.Fatal(err)
		}
		e, err := entryOf(testOrigin, Record{Event: "x.y", Owner: "o", Time: l.db.Now()})
		if err != nil {
			t.Fatal(err)
		}
		g, err := l.grow(old, h, tiles, []pending{e.pending()})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.db.Write(ctx, func(tx *store.Tx) error { return l.write(ctx, tx, g) }); !errors.Is(err, ErrLostRace) {
			t.Errorf("a sealed log grew: %v", err)
		}
	})
}

// TestTurnRefuses: nothing ends twice, and no name is taken twice.
func TestTurnRefuses(t *testing.T) {
	t.Parallel()
	chained(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		ctx := t.Context()
		k, err := l.keys(l.vkey)
		if err != nil {
			t.Fatal(err)
		}
		next, err := k.As("log.tarazu.example/next")
		if err != nil {
			t.Fatal(err)
		}
		turn := Turn{From: testOrigin, Next: next, Why: WhyShard}
		for range 2 { // the second finds it done
			if err := l.Turn(ctx, turn); err != nil {
				t.Fatal(err)
			}
		}
		third, err := k.As("log.tarazu.example/third")
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Turn(ctx, Turn{From: testOrigin, Next: third, Why: WhyShard}); codeOf(err) != "ledger.shard_ended" {
			t.Errorf("a log ended twice: %v", err)
		}
		if err := l.Turn(ctx, Turn{From: next.signer.Name(), Next: k, Why: WhyShard}); codeOf(err) != "ledger.shard_name" {
			t.Errorf("the chain comes back: %v", err)
		}
		soundChain(t, l, nil)
	})
}

// TestYearEnds: in the first hour of a year of the Solar Hijri calendar the job
// ends the log of the year before, once.
func TestYearEnds(t *testing.T) {
	t.Parallel()
	chained(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		ctx := t.Context()
		year := func(want string) {
			t.Helper()
			if err := l.TurnYear(ctx); err != nil || l.Origin() != want {
				t.Fatalf("at %s: %s, %v; want %s", clk.Now(), l.Origin(), err, want)
			}
		}
		year(testOrigin) // an empty log
		acts := stage(t, l, "o", 2)
		sequence(t, l, 2)
		clk.Advance(time.Date(2026, 3, 20, 20, 29, 59, 0, time.UTC).Sub(clk.Now())) // 1404-12-29 23:59:59
		year(testOrigin)
		clk.Advance(time.Date(2026, 3, 20, 20, 30, 0, 0, time.UTC).Sub(clk.Now())) // 1405-01-01
		acts = append(acts, stage(t, l, "o", 1)...)
		year("log.tarazu.example/1405")
		year("log.tarazu.example/1405")
		sequence(t, l, 1)
		turnSame(t, l)
		if l.Origin() != "log.tarazu.example/1405-2" {
			t.Errorf("a second log of the year is called %s", l.Origin())
		}
		year("log.tarazu.example/1405-2")
		clk.Advance(366 * 24 * time.Hour)
		year("log.tarazu.example/1406")
		soundChain(t, l, acts)
	})
}

// TestTurnErrors is the failure matrix of a change: each step fails once, before
// or after the change was persisted. Whatever was reported, there is one chain,
// nothing is lost, nothing stands twice, and the next call goes on.
func TestTurnErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		step string
		nth  int  // which time it is reached
		done bool // although reported as failed
	}{
		{"planned", 1, false},
		{"head", 1, false}, {"placed", 1, false}, {"tiles", 1, false}, {"checkpoint", 1, false}, {"sealed", 1, false},
		{"head", 2, false}, {"placed", 2, false}, {"tiles", 2, false}, {"checkpoint", 2, false}, {"opened", 1, false},
		{"turned", 1, true},
	} {
		for _, before := range []int{0, 255} {
			t.Run(fmt.Sprintf("%s-%d/%d", c.step, c.nth, before), func(t *testing.T) {
				t.Parallel()
				chained(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
					ctx := t.Context()
					var acts []act
					if before > 0 {
						acts = stage(t, l, "early", before)
						sequence(t, l, before)
					}
					acts = append(acts, stage(t, l, "o", 3)...)
					k, err := l.keys(l.vkey)
					if err == nil {
						k, err = k.As("log.tarazu.example/next")
					}
					if err != nil {
						t.Fatal(err)
					}
					turn := Turn{From: testOrigin, Next: k, Why: WhyShard}
					broken, reached := errors.New("the power failed"), 0
					l.step = func(name string) error {
						if name == c.step {
							if reached++; reached == c.nth {
								return broken
							}
						}
						return nil
					}
					if err := l.Turn(ctx, turn); !errors.Is(err, broken) {
						t.Fatalf("%v, want the failure", err)
					}
					l.step = nil
					// Another process takes over with nothing but the database.
					p := other(t, l)
					if list, err := p.chain(ctx); err != nil || (len(list) == 2) != c.done {
						t.Fatalf("after the failure: %+v, %v", list, err)
					}
					clean(t, p)
					if err := p.Turn(ctx, turn); err != nil {
						t.Fatal(err)
					}
					acts = append(acts, stage(t, l, "late", 2)...)
					sequence(t, p, 5)
					in := soundChain(t, p, acts)
					if in[testOrigin] != before {
						t.Errorf("acts in the logs: %v", in)
					}
				})
			})
		}
	}
}

// TestCarryErrors: what waits is carried over, however often that fails.
func TestCarryErrors(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"strays", "carrying", "carried"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			chained(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
				acts := stage(t, l, "o", 3)
				turnSame(t, l)
				broken, reached := errors.New("the power failed"), false
				l.step = func(name string) error {
					if name == step && !reached {
						reached = true
						return broken
					}
					return nil
				}
				if _, err := l.Sequence(t.Context()); !errors.Is(err, broken) {
					t.Fatalf("%v, want the failure", err)
				}
				clean(t, other(t, l))
				sequence(t, other(t, l), 3)
				soundChain(t, l, acts)
			})
		})
	}
}

// TestTurnAgainstTheSequencer: a checkpoint that is signed while the change is
// prepared makes the change begin again, and the other way round a batch that
// was signed while the log ended goes to the next one.
func TestTurnAgainstTheSequencer(t *testing.T) {
	t.Parallel()
	chained(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		p := other(t, l)
		acts := stage(t, l, "o", 2)
		once := false
		l.step = func(name string) error {
			if name == "planned" && !once {
				once = true
				sequence(t, p, 2)
			}
			return nil
		}
		turnSame(t, l)
		l.step = nil
		if in := soundChain(t, l, acts); in[testOrigin] != 2 {
			t.Errorf("acts in the logs: %v", in)
		}

		acts = append(acts, stage(t, p, "o", 4)...)
		sequence(t, p, 4)
		acts = append(acts, stage(t, p, "o", 4)...)
		ended := false
		p.step = func(name string) error {
			if name == "signed" && !ended {
				ended = true
				turnSame(t, l)
			}
			return nil
		}
		sequence(t, p, 4) // no lost race is reported: the lease need not change hands
		p.step = nil
		if in := soundChain(t, p, acts); in[p.Origin()] != 4 {
			t.Errorf("acts in the logs: %v", in)
		}
	})
}

// TestChainFile: the first key leads to all; without the announcements it leads
// nowhere, and no changed byte of the file is taken.
func TestChainFile(t *testing.T) {
	t.Parallel()
	chained(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		ctx := t.Context()
		stage(t, l, "o", 3)
		sequence(t, l, 3)
		turnSame(t, l)
		a := stage(t, l, "o", 1)[0]
		sequence(t, l, 1)
		file, err := l.Chain(ctx)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := l.Receipt(ctx, a.owner, a.id)
		if err != nil {
			t.Fatal(err)
		}
		first := receipt.Options{Keys: []string{l.vkey}}
		if _, err := receipt.Verify(proof, first); codeOf(err) != "receipt.refused.key_unknown" {
			t.Errorf("without the chain: %v", err)
		}
		o, turns, err := first.Follow(file)
		if err != nil || len(turns) != 1 || turns[0].From != testOrigin || turns[0].Size != 4 || turns[0].Why != WhyShard || !turns[0].Announced {
			t.Fatalf("%+v, %v", turns, err)
		}
		if _, err := receipt.Verify(proof, o); err != nil {
			t.Error(err)
		}
		if _, _, err := (receipt.Options{}).Follow(file); codeOf(err) != "receipt.chain_key" {
			t.Errorf("without a key: %v", err)
		}
		if o, turns, err := (receipt.Options{Keys: []string{otherVKey(t)}}).Follow(file); err != nil || len(turns) != 0 || len(o.Keys) != 1 {
			t.Errorf("from somebody else's key: %+v %+v, %v", o, turns, err)
		}
		second := strings.LastIndex(string(file), "c2sp.org/tlog-proof") // the announcement stands before it
		for i := range file {
			bad := slices.Clone(file)
			bad[i] ^= 1
			if got, _, err := first.Follow(bad); err == nil && len(got.Keys) > 1 && i < second {
				t.Fatalf("byte %d changed, and the chain is followed", i)
			}
		}
		if _, _, err := o.Follow(proof); codeOf(err) != "receipt.refused.chain" {
			t.Errorf("any receipt is taken for a chain file: %v", err)
		}
		// Who goes on with a log that has ended is found out.
		o.Ends[testOrigin] = 3
		old, err := l.Receipt(ctx, ShardOwner, closingAt(t, l, testOrigin, 3))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := receipt.Verify(old, o); codeOf(err) != "receipt.refused.after_end" {
			t.Errorf("a receipt beyond the end: %v", err)
		}
		if _, _, err := o.Follow(file); codeOf(err) != "receipt.refused.chain" {
			t.Errorf("two ends of one log: %v", err)
		}
	})
}

// TestWitnessesAcrossShards: witnesses that watch the first log sign its end
// too, come to watch the next log by its announcement, and remember that; one
// that does not know how is told by its operator. Nobody's signature is had for
// a log beyond its end.
func TestWitnessesAcrossShards(t *testing.T) {
	t.Parallel()
	chained(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		ctx := t.Context()
		w := withWitnesses(t, l, 3, 2)
		plain := withPlain(t, l)
		acts := stage(t, l, "o", 2)
		sequence(t, l, 2)
		cosign(t, l, 2)
		w[2].set("down")
		turnSame(t, l)
		acts = append(acts, stage(t, l, "o", 2)...)
		sequence(t, l, 2)
		mustWait(t, l, acts[3])
		cosign(t, l, 2) // the end of the first log, then the new one, which they are told of
		if s := states(t, l); s != "signed 3 -0, signed 3 -0, down 0 -3, unknown 0 -3" {
			t.Errorf("states %s", s)
		}
		if r := witnessed(t, l, acts[3]); len(r.Witnesses) != 2 || r.Origin != l.Origin() {
			t.Errorf("%+v", r)
		}
		soundChain(t, l, acts)
		file, err := l.Receipt(ctx, ShardOwner, closingAt(t, l, testOrigin, 2))
		if err != nil {
			t.Fatal(err)
		}
		r, err := receipt.Verify(file, receipt.Options{Keys: []string{l.vkey}, Witnesses: l.WitnessKeys(), Quorum: 2})
		if err != nil || r.TreeSize != 3 {
			t.Errorf("the end has no quorum: %+v, %v", r, err)
		}

		// The one that was down catches up with both logs.
		w[2].set("")
		if err := plain.Watch(l.VKey()); err != nil {
			t.Fatal(err)
		}
		clk.Advance(witnessRestMost)
		cosign(t, l, 2)
		if size, err := w[2].Seen(ctx, testOrigin); err != nil || size != 3 {
			t.Errorf("the late witness has signed %d, %v", size, err)
		}

		// The owner of the old key goes on with the log that has ended.
		h, tiles, err := l.loadHead(ctx, &shard{origin: testOrigin, vkey: l.vkey})
		if err != nil {
			t.Fatal(err)
		}
		e, err := entryOf(testOrigin, Record{Event: "x.y", Owner: "o", Time: l.db.Now()})
		if err != nil {
			t.Fatal(err)
		}
		g, err := l.grow(&shard{origin: testOrigin, vkey: l.vkey, signer: l.signer}, h, tiles, []pending{e.pending()})
		if err != nil {
			t.Fatal(err)
		}
		exec(t, l, `UPDATE ledger_head SET next = '' WHERE origin = $1`, testOrigin)
		if err := l.db.Write(ctx, func(tx *store.Tx) error {
			if err := store.Insert(ctx, tx, "ledger_entry", e); err != nil {
				return err
			}
			return l.write(ctx, tx, g)
		}); err != nil {
			t.Fatal(err)
		}
		if n, err := l.cosignLog(ctx, testOrigin); err != nil || n != 1 { // the one that knows of no end
			t.Errorf("%d have signed beyond the end, %v", n, err)
		}
		l.watching.wg.Wait()
	})
}

// withPlain gives a ledger one more witness, which knows nothing but C2SP.
func withPlain(t *testing.T, l *Ledger) *neighbour {
	t.Helper()
	n := newNeighbour(t, l.clock, "plain.example", l.vkey)
	n.set("plain")
	if err := l.addWitnesses([]Witness{{VKey: n.VKey(), URL: n.url}}, 0); err != nil {
		t.Fatal(err)
	}
	l.quorum = 2
	return n
}

func closingAt(t *testing.T, l *Ledger, origin string, index int64) string {
	t.Helper()
	e, err := store.One[entry](t.Context(), l.db, sqlAtPlace, origin, index)
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// TestLeftLog: a log whose key is gone announces nothing. The next one says so,
// takes over what waits, and is believed by nobody who has only the old key; who
// has both holds the old log to its end.
func TestLeftLog(t *testing.T) {
	t.Parallel()
	for _, why := range []string{WhyLost, WhyKnown} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			chained(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
				ctx := t.Context()
				acts := stage(t, l, "o", 3)
				sequence(t, l, 3)
				acts = append(acts, stage(t, l, "o", 2)...)
				old := l.signer
				ring := NewRing(filepath.Join(t.TempDir(), "ledger.key"))
				logs, err := l.Shards(ctx)
				if err != nil {
					t.Fatal(err)
				}
				k, _, err := ring.Prepare(logs, "log.tarazu.example/after")
				if err != nil {
					t.Fatal(err)
				}
				l.signer, l.keys = nil, ring.Key // as a process starts without the old key
				l.now.Store(&shard{origin: testOrigin, vkey: l.vkey})
				if _, err := l.Sequence(ctx); !errors.Is(err, errNoKey) {
					t.Errorf("sequenced without a key: %v", err)
				}
				if err := l.Turn(ctx, Turn{From: testOrigin, Next: k, Why: WhyKey}); !errors.Is(err, errNoKey) {
					t.Errorf("announced without a key: %v", err)
				}
				if err := l.Turn(ctx, Turn{From: testOrigin, Next: k, Why: why}); err != nil {
					t.Fatal(err)
				}
				sequence(t, l, 2)
				for _, origin := range []string{testOrigin, l.Origin()} {
					if found, err := l.AuditOf(ctx, origin); err != nil || len(found) != 0 {
						t.Errorf("audit of %s: %v, %v", origin, found, err)
					}
				}
				file, err := l.Chain(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if o, turns, err := (receipt.Options{Keys: []string{l.vkey}}).Follow(file); err != nil || len(turns) != 0 || len(o.Keys) != 1 {
					t.Errorf("the old key leads to %+v, %v", turns, err)
				}
				o, turns, err := receipt.Options{Keys: []string{l.vkey, k.VKey()}}.Follow(file)
				if err != nil || len(turns) != 1 || turns[0].Announced || turns[0].Why != why || turns[0].Size != 3 || turns[0].From != testOrigin {
					t.Fatalf("%+v, %v", turns, err)
				}
				for _, a := range acts {
					proof, err := l.Receipt(ctx, a.owner, a.id)
					if err != nil {
						t.Fatal(err)
					}
					if _, err := receipt.Verify(proof, o); err != nil {
						t.Error(err)
					}
				}
				// Whoever has the old key goes on with the old log.
				thief := open(t, storetest.Open(t, storetest.DSN(t, "sqlite"), l.clock, mods...), l.clock, Key{signer: old, vkey: l.vkey})
				forged := stage(t, thief, "o", 4)
				sequence(t, thief, 4)
				proof, err := thief.Receipt(ctx, "o", forged[3].id)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := receipt.Verify(proof, o); codeOf(err) != "receipt.refused.after_end" {
					t.Errorf("a receipt beyond the end: %v", err)
				}
			})
		})
	}
}
