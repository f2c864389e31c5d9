// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/ledger/witness"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// neighbour is a real witness on the loopback interface, with a switch before
// it.
type neighbour struct {
	*witness.Server
	url  string
	mode atomic.Value  // "", "down", "deaf" (acts, and its answer is lost), "plain", "slow"
	wait chan struct{} // ends slow
	asks atomic.Int64
}

func (n *neighbour) set(mode string) { n.mode.Store(mode) }

func newNeighbour(t testing.TB, clk clock.Clock, name string, logs ...string) *neighbour {
	t.Helper()
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "witness.db")
	if _, err := store.Migrate(t.Context(), dsn, witness.Migrations); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), dsn, store.Options{Clock: clk})
	if err != nil {
		t.Fatal(err)
	}
	k, err := witness.NewKey(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := witness.New(witness.Deps{DB: db, Clock: clk, Key: k, Logs: logs})
	if err != nil {
		t.Fatal(err)
	}
	n := &neighbour{Server: s, wait: make(chan struct{})}
	n.set("")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.asks.Add(1)
		switch n.mode.Load() {
		case "down":
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case "deaf":
			s.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusBadGateway)
			return
		case "plain": // does not know how logs go on
			if r.URL.Path == "/add-log" {
				w.WriteHeader(http.StatusNotFound)
				return
			}
		case "slow":
			<-n.wait
		}
		s.ServeHTTP(w, r)
	}))
	n.url = srv.URL
	t.Cleanup(func() { srv.Close(); _ = db.Close() })
	return n
}

// withWitnesses gives a ledger n witnesses.
func withWitnesses(t testing.TB, l *Ledger, n, quorum int) (out []*neighbour) {
	t.Helper()
	var list []Witness
	for i := range n {
		w := newNeighbour(t, l.clock, fmt.Sprintf("w%d.example", i+1), l.vkey)
		out = append(out, w)
		list = append(list, Witness{VKey: w.VKey(), URL: w.url})
	}
	if err := l.addWitnesses(list, quorum); err != nil {
		t.Fatal(err)
	}
	return out
}

func cosign(t testing.TB, l *Ledger, want int) {
	t.Helper()
	if n, err := l.CosignNow(t.Context()); err != nil || n != want {
		t.Fatalf("%d have signed, %v; want %d", n, err, want)
	}
	l.watching.wg.Wait() // the slower ones too
}

// states of the witnesses, in one line.
func states(t testing.TB, l *Ledger) string {
	t.Helper()
	all, err := l.WitnessStates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, w := range all {
		out = append(out, fmt.Sprintf("%s %d -%d", w.State, w.Size, w.Behind))
	}
	return strings.Join(out, ", ")
}

// mustWait fails unless the receipt waits for witnesses.
func mustWait(t testing.TB, l *Ledger, a act) {
	t.Helper()
	if _, err := l.Receipt(t.Context(), a.owner, a.id); !errs.Is(err, errs.Conflict) || codeOf(err) != "ledger.receipt_waits" {
		t.Errorf("receipt: %v, want it to wait for witnesses", err)
	}
}

// witnessed is the report of a receipt that must have a quorum.
func witnessed(t testing.TB, l *Ledger, a act) receipt.Report {
	t.Helper()
	file, err := l.Receipt(t.Context(), a.owner, a.id)
	if err != nil {
		t.Fatal(err)
	}
	r, err := receipt.Verify(file, receipt.Options{Keys: []string{l.VKey()}, Witnesses: l.WitnessKeys(), Quorum: l.quorum})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReceiptsWaitForTheirQuorum(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		w := withWitnesses(t, l, 3, 2)
		if n, err := l.CosignNow(t.Context()); n != 0 || err != nil {
			t.Errorf("an empty log: %d, %v", n, err)
		}
		first := stage(t, l, "o", 1)[0]
		sequence(t, l, 1)
		mustWait(t, l, first)
		w[2].set("down")
		cosign(t, l, 2)
		if s := states(t, l); s != "signed 1 -0, signed 1 -0, down 0 -1" {
			t.Errorf("states %s", s)
		}
		r := witnessed(t, l, first)
		if len(r.Witnesses) != 2 || r.TreeSize != 1 || !r.Witnesses[0].Time.Equal(clk.Now()) {
			t.Errorf("%+v", r)
		}

		// A second is down: what was recorded is in the log, its proof waits.
		w[1].set("down")
		second := stage(t, l, "o", 1)[0]
		sequence(t, l, 1)
		cosign(t, l, 1)
		mustWait(t, l, second)
		clk.Advance(time.Second)
		third := stage(t, l, "o", 1)[0]
		sequence(t, l, 1)
		cosign(t, l, 1) // those that are down rest
		mustWait(t, l, second)
		w[1].set("")
		w[2].set("")
		clk.Advance(witnessRestMost)
		cosign(t, l, 2) // the third is not waited for, and signs too
		for _, a := range []act{second, third} {
			if r := witnessed(t, l, a); r.TreeSize != 3 || len(r.Witnesses) != 3 {
				t.Errorf("proved under %d with %d witnesses", r.TreeSize, len(r.Witnesses))
			}
		}
		if r := witnessed(t, l, first); r.TreeSize != 1 {
			t.Errorf("an earlier receipt is proved under %d now", r.TreeSize)
		}
		asked := w[0].asks.Load()
		cosign(t, l, 3) // nothing new
		if w[0].asks.Load() != asked {
			t.Error("a witness was asked about what it had signed")
		}
		clean(t, l)
	})
}

// TestSequencingDoesNotWaitForWitnesses: while one takes its time, records get
// their places, and receipts with those that answer.
func TestSequencingDoesNotWaitForWitnesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		w := withWitnesses(t, l, 3, 2)
		w[0].set("slow")
		a := stage(t, l, "o", 1)[0]
		sequence(t, l, 1)
		if n, err := l.CosignNow(t.Context()); n != 2 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		witnessed(t, l, a)
		le := &lease{holder: "me"}
		for range 3 {
			b := stage(t, l, "o", 1)[0]
			l.tick(t.Context(), le)
			if e, err := store.One[entry](t.Context(), l.db, sqlEntry, b.owner, b.id); err != nil || e.Index == nil {
				t.Errorf("no place while a witness is slow: %v", err)
			}
		}
		if n := w[0].asks.Load(); n != 1 {
			t.Errorf("the slow witness was asked %d times at once", n)
		}
		close(w[0].wait) // free again, it may be asked about the newest
		l.watching.wg.Wait()
	})
}

// TestWitnessesAgainstAFork: a log that takes something back gets no
// signature, whatever it forgets or claims.
func TestWitnessesAgainstAFork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		withWitnesses(t, l, 2, 2)
		stage(t, l, "o", 5)
		sequence(t, l, 5)
		cosign(t, l, 2)
		// What was known of the witnesses is lost: they tell it themselves.
		exec(t, l, `DELETE FROM ledger_witness`)
		stage(t, l, "o", 2)
		sequence(t, l, 2)
		cosign(t, l, 2)

		// The database is brought back to nothing, with the same key.
		for _, table := range []string{`DELETE FROM ledger_head`, `DELETE FROM ledger_tile`, `DELETE FROM ledger_checkpoint`, `DELETE FROM ledger_cosignature`, `DELETE FROM ledger_witness`, `DELETE FROM ledger_entry`} {
			exec(t, l, table)
		}
		a := stage(t, l, "o", 3)[0]
		sequence(t, l, 3)
		cosign(t, l, 0)
		if s := states(t, l); s != "ahead 0 -3, ahead 0 -3" {
			t.Errorf("a smaller log: %s", s)
		}
		mustWait(t, l, a)
		stage(t, l, "o", 4)
		sequence(t, l, 4) // as large as they have seen
		clk.Advance(witnessRestMost)
		cosign(t, l, 0)
		if s := states(t, l); s != "refused 0 -7, refused 0 -7" {
			t.Errorf("another log of the same size: %s", s)
		}
		stage(t, l, "o", 1)
		sequence(t, l, 1)
		clk.Advance(witnessRestMost)
		cosign(t, l, 0)
		if s := states(t, l); s != "refused 0 -8, refused 0 -8" {
			t.Errorf("a larger log that begins otherwise: %s", s)
		}
		mustWait(t, l, a)
	})
}

// TestCosignErrors is the matrix of failures for cosignatures: the witness or
// we fail before or after it was persisted. Afterwards both agree again.
func TestCosignErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ witness, step string }{{"down", ""}, {"deaf", ""}, {"", "answered"}, {"", "kept"}} {
		t.Run(c.witness+c.step, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
				w := withWitnesses(t, l, 1, 1)[0]
				a := stage(t, l, "o", 2)[0]
				sequence(t, l, 2)
				w.set(c.witness)
				l.step = func(name string) error {
					if name == c.step {
						return errors.New("the power failed")
					}
					return nil
				}
				cosign(t, l, 0)
				if c.step == "kept" {
					witnessed(t, l, a) // it was persisted
				} else {
					mustWait(t, l, a)
				}
				clean(t, l)
				l.step = nil
				w.set("")
				stage(t, l, "o", 3)
				sequence(t, l, 3)
				clk.Advance(witnessRestMost)
				other := twin(t, l) // another process takes over with nothing but the database
				if err := other.addWitnesses([]Witness{{VKey: w.VKey(), URL: w.url}}, 1); err != nil {
					t.Fatal(err)
				}
				cosign(t, other, 1)
				witnessed(t, other, a)
				clean(t, other)
			})
		})
	}
}

// TestWitnessesThatAreWrong: answers that are no signature of theirs over this
// checkpoint are not kept.
func TestWitnessesThatAreWrong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		k, err := witness.NewKey("w.example")
		if err != nil {
			t.Fatal(err)
		}
		stranger, err := witness.NewKey("w.example")
		if err != nil {
			t.Fatal(err)
		}
		var answer string
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if status, body, _ := strings.Cut(answer, " "); status == "409" {
				w.WriteHeader(http.StatusConflict)
				fmt.Fprint(w, body)
				return
			}
			fmt.Fprint(w, answer)
		}))
		t.Cleanup(srv.Close)
		if err := l.addWitnesses([]Witness{{VKey: k.VKey(), URL: srv.URL}}, 1); err != nil {
			t.Fatal(err)
		}
		a := stage(t, l, "o", 1)[0]
		sequence(t, l, 1)
		h, err := store.One[head](t.Context(), l.db, sqlHead, l.origin)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(string(h.Checkpoint), "\n\n")
		body, now := []byte(text+"\n"), clk.Now().Unix()
		for name, given := range map[string]string{
			"nothing": "", "noise": "<html>", "another key": stranger.Cosign(body, now).Line(), "another tree": k.Cosign([]byte("x\n1\ny\n"), now).Line(),
			"an old clock": k.Cosign(body, now-3600).Line(), "a clock ahead": k.Cosign(body, now+3600).Line(),
			"a conflict without a size": "409 x", "a conflict that moves": "409 0\n",
		} {
			answer = given
			clk.Advance(witnessRestMost)
			cosign(t, l, 0)
			mustWait(t, l, a)
			if s := states(t, l); !strings.HasPrefix(s, "down 0") && !strings.HasPrefix(s, "refused 0") {
				t.Errorf("%s: %s", name, s)
			}
		}
		clk.Advance(witnessRestMost)
		answer = stranger.Cosign(body, clk.Now().Unix()).Line() + k.Cosign(body, clk.Now().Unix()).Line() // others' lines do not count
		cosign(t, l, 1)
		witnessed(t, l, a)
	})
}

func TestAuditHoldsCosignatures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		withWitnesses(t, l, 2, 1)
		a := stage(t, l, "o", 2)[0]
		sequence(t, l, 2)
		cosign(t, l, 1)
		clean(t, l)
		for _, c := range []struct{ change, back string }{
			{`UPDATE ledger_cosignature SET at_us = at_us + 1`, `UPDATE ledger_cosignature SET at_us = at_us - 1`},
			{`UPDATE ledger_cosignature SET witness = 'x' || witness`, `UPDATE ledger_cosignature SET witness = substr(witness, 2)`},
			{`UPDATE ledger_cosignature SET line = line || 'A'`, `UPDATE ledger_cosignature SET line = substr(line, 1, length(line) - 1)`},
			{`UPDATE ledger_cosignature SET size = size + 5`, `UPDATE ledger_cosignature SET size = size - 5`},
		} {
			exec(t, l, c.change)
			found, err := l.Audit(t.Context())
			wrong := slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return !strings.Contains(f.Detail, "does not hold") })
			if err != nil || len(wrong) != 2 || found[0].Code != FoundCosignature {
				t.Errorf("%s: %v, %v", c.change, found, err)
			}
			if _, err := l.Receipt(t.Context(), a.owner, a.id); err == nil {
				t.Errorf("%s: a receipt was handed out", c.change)
			}
			exec(t, l, c.back)
		}
		clean(t, l)
	})
}

// TestStampsFollowTheQuorum: what is stamped can be handed out.
func TestStampsFollowTheQuorum(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		withStamps(l, clk)
		w := withWitnesses(t, l, 2, 2)
		acts := stage(t, l, "o", 2)
		sequence(t, l, 2)
		mustStamp(t, l, false)
		cosign(t, l, 2)
		w[0].set("down")
		acts = append(acts, stage(t, l, "o", 1)...)
		sequence(t, l, 1)
		cosign(t, l, 1)
		mustStamp(t, l, true) // of the tree of two
		if r := witnessed(t, l, acts[0]); r.TreeSize != 2 {
			t.Errorf("proved under %d", r.TreeSize)
		}
		mustWait(t, l, acts[2])
	})
}

// TestAnEarlierLogWithoutWitnesses: receipts of a log that ended before there
// were any are handed out as they were.
func TestAnEarlierLogWithoutWitnesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		a := stage(t, l, "o", 1)[0]
		sequence(t, l, 1)
		k, _, err := NewKey("log.tarazu.example/1405")
		if err != nil {
			t.Fatal(err)
		}
		next, err := New(Deps{DB: l.db, Clock: l.clock, Signer: k.Signer(), Verifier: k.VKey(), Origin: "log.tarazu.example/1405"})
		if err != nil {
			t.Fatal(err)
		}
		withWitnesses(t, next, 1, 1)
		if _, err := next.Receipt(t.Context(), a.owner, a.id); err != nil {
			t.Errorf("an old receipt: %v", err)
		}
		b := stage(t, next, "o", 1)[0]
		sequence(t, next, 1)
		mustWait(t, next, b)
	})
}
