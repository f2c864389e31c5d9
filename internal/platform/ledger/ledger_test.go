// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
)

func TestLifeOfARecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		ctx := t.Context()
		if _, err := l.Checkpoint(ctx); !errs.Is(err, errs.NotFound) {
			t.Errorf("checkpoint of an empty log: %v", err)
		}
		sequence(t, l, 0)
		content, err := Canonical(map[string]any{"b": 2, "a": "مریم"})
		if err != nil {
			t.Fatal(err)
		}
		var id string
		err = l.db.Write(ctx, func(tx *store.Tx) (err error) {
			id, err = l.StageTx(ctx, tx, Record{
				Event: "filing.submitted", Owner: "owner-1", Subject: "filing-1", Actor: "person-1", Role: "citizen", Content: content,
				Previous: "none", Rule: "cpc-48/1", Reasons: []string{"x"}, Members: map[string]string{"tracking": "1404"},
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Receipt(ctx, "owner-1", id); !errs.Is(err, errs.Conflict) || codeOf(err) != "ledger.receipt_pending" {
			t.Errorf("receipt too early: %v", err)
		}
		sequence(t, l, 1)
		for _, miss := range []act{{"owner-2", id}, {"owner-1", "nothing"}} {
			if _, err := l.Receipt(ctx, miss.owner, miss.id); !errs.Is(err, errs.NotFound) {
				t.Errorf("receipt of %v: %v", miss, err)
			}
		}
		file, err := l.Receipt(ctx, "owner-1", id)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(file), "owner-1") {
			t.Error("the receipt shows the owner")
		}
		r, err := receipt.Verify(file, receipt.Options{Keys: []string{l.VKey()}})
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		if r.Event != "filing.submitted" || !r.Time.Equal(clk.Now()) || r.Subject != "filing-1" || r.Actor != "person-1" || r.Role != "citizen" ||
			r.ContentHash != hex.EncodeToString(sum[:]) || string(r.Content) != string(content) || r.Previous != "none" || r.Rule != "cpc-48/1" ||
			r.Reasons[0] != "x" || r.Members["tracking"] != "1404" || r.Origin != testOrigin {
			t.Errorf("report %+v", r)
		}
		point, err := l.Checkpoint(ctx)
		if err != nil || !strings.HasPrefix(string(point), testOrigin+"\n1\n") || !strings.Contains(string(file), string(point)) {
			t.Errorf("checkpoint %q, %v", point, err)
		}
		sound(t, l, []act{{"owner-1", id}})
	})
}

func TestStageRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		for name, c := range map[string]struct {
			r    Record
			code string
		}{
			"no owner":          {Record{Event: "x.y"}, "ledger.record"},
			"no event":          {Record{Owner: "o"}, "ledger.record"},
			"not UTF-8":         {Record{Owner: "o", Event: "x.y", Actor: "\xff"}, "ledger.record"},
			"bad hash":          {Record{Owner: "o", Event: "x.y", ContentHash: "12"}, "ledger.record"},
			"not canonical":     {Record{Owner: "o", Event: "x.y", Content: []byte(`{"b":1, "a":2}`)}, "ledger.content"},
			"not an object":     {Record{Owner: "o", Event: "x.y", Content: []byte(`[]`)}, "ledger.content"},
			"empty content":     {Record{Owner: "o", Event: "x.y", Content: []byte{}}, "ledger.content"},
			"hash of something": {Record{Owner: "o", Event: "x.y", Content: []byte(`{}`), ContentHash: strings.Repeat("0", 64)}, "ledger.content"},
		} {
			err := l.db.Write(t.Context(), func(tx *store.Tx) error {
				_, err := l.StageTx(t.Context(), tx, c.r)
				return err
			})
			if !errs.Is(err, errs.Invalid) || codeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		sequence(t, l, 0)
	})
}

// TestRollbackLeavesNothing: evidence lives and dies with its act.
func TestRollbackLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		acts := stage(t, l, "o", 2)
		failed := errors.New("the act failed")
		var id string
		for _, write := range []func() error{
			func() error {
				return l.db.Write(t.Context(), func(tx *store.Tx) (err error) {
					if id, err = l.StageTx(t.Context(), tx, Record{Owner: "o", Event: "x.y"}); err != nil {
						return err
					}
					return failed
				})
			},
			func() error {
				return l.db.WriteBlind(t.Context(), func(tx *store.Tx) (err error) {
					if id, err = l.StageTx(t.Context(), tx, Record{Owner: "o", Event: "x.y"}); err != nil {
						return err
					}
					return tx.ExecOne(t.Context(), `UPDATE ledger_head SET size = 1 WHERE origin = $1`, "nobody")
				})
			},
		} {
			if err := write(); err == nil {
				t.Fatal("the act did not fail")
			}
			if _, err := l.Receipt(t.Context(), "o", id); !errs.Is(err, errs.NotFound) {
				t.Errorf("evidence of a failed act: %v", err)
			}
		}
		sequence(t, l, 2)
		sound(t, l, acts)
	})
}

// TestGrowth grows a log over the borders of tiles in uneven steps. Receipts
// from every step stay true, and each checkpoint is a prefix of the next.
func TestGrowth(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		ctx := t.Context()
		l.batch = 100 // so that one Sequence makes several batches
		var acts []act
		var early [][]byte
		var before tlog.Tree
		for step, n := range []int{1, 1, 2, 51, 200, 1, 1, 99, 155, 1, 150, 8} {
			clk.Advance(1e9)
			acts = append(acts, stage(t, l, fmt.Sprintf("owner-%d", step%3), n)...)
			sequence(t, l, n)
			h, err := store.One[head](ctx, l.db, sqlHead, l.origin)
			if err != nil {
				t.Fatal(err)
			}
			now := tlog.Tree{N: h.Size, Hash: tlog.Hash(h.Root)}
			if before.N > 0 {
				p, err := tlog.ProveTree(now.N, before.N, tlog.TileHashReader(now, newTiles(ctx, l.db, l.origin)))
				if err == nil {
					err = tlog.CheckTree(p, now.N, now.Hash, before.N, before.Hash)
				}
				if err != nil {
					t.Fatalf("%d is not a prefix of %d: %v", before.N, now.N, err)
				}
			}
			before = now
			file, err := l.Receipt(ctx, acts[0].owner, acts[0].id)
			if err != nil {
				t.Fatal(err)
			}
			early = append(early, file)
		}
		if len(acts) != 670 {
			t.Fatalf("%d acts", len(acts))
		}
		sound(t, l, acts)
		for i, file := range early {
			if _, err := receipt.Verify(file, receipt.Options{Keys: []string{l.VKey()}}); err != nil {
				t.Errorf("early receipt %d: %v", i, err)
			}
		}
		widths, err := store.All[tileRow](ctx, l.db, `SELECT origin, level, n, width, hashes FROM ledger_tile ORDER BY level, n`)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range widths {
			got = append(got, fmt.Sprintf("%d/%d:%d", w.Level, w.N, w.Width))
		}
		if s := strings.Join(got, " "); s != "0/0:256 0/1:256 0/2:158 1/0:2" { // C2SP tlog-tiles for 670 leaves
			t.Errorf("tiles %s", s)
		}
	})
}

// TestConcurrentSequencers lets two processes sequence at once while others
// stage: the head's compare-and-swap keeps the log whole.
func TestConcurrentSequencers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, _ *clock.Fake) {
		l.batch = 7
		both := []*Ledger{l, twin(t, l)}
		both[1].batch = 5
		var mu sync.Mutex
		var acts []act
		var writers, sequencers sync.WaitGroup
		done := make(chan struct{})
		for w := range 4 {
			writers.Go(func() {
				for range 20 {
					a := stage(t, both[w%2], fmt.Sprintf("o%d", w), 2)
					mu.Lock()
					acts = append(acts, a...)
					mu.Unlock()
				}
			})
		}
		for _, s := range both {
			sequencers.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if _, err := s.Sequence(t.Context()); err != nil && !errors.Is(err, ErrLostRace) {
						t.Errorf("sequence: %v", err)
						return
					}
				}
			})
		}
		writers.Wait()
		close(done)
		sequencers.Wait()
		for n := 1; n > 0; { // a call takes a bounded number of batches
			var err error
			if n, err = l.Sequence(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		sound(t, l, acts)
	})
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log.key")
	var got [4]Key
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			var err error
			if got[i], err = LoadOrCreateKey(path, testOrigin); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range got {
		if k.VKey() == "" || k.VKey() != got[0].VKey() {
			t.Fatalf("keys differ: %q and %q", k.VKey(), got[0].VKey())
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	v, err := note.NewVerifier(got[0].VKey())
	if err != nil {
		t.Fatal(err)
	}
	sig, err := got[1].Signer().Sign([]byte("x\n"))
	if err != nil || !v.Verify([]byte("x\n"), sig) {
		t.Errorf("the pair does not fit: %v", err)
	}
	if _, err := LoadOrCreateKey(path, "log.other.example"); err == nil {
		t.Error("a key of another log was taken")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"readable by others": {string(text), 0o644},
		"cut":                {string(text[:40]), 0o600},
		"other public key":   {strings.Split(string(text), "\n")[0] + "\n" + otherVKey(t) + "\n", 0o600},
	} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		_, err := LoadOrCreateKey(bad, testOrigin)
		if err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
}

func otherVKey(t *testing.T) string {
	t.Helper()
	k, _, err := NewKey(testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	return k.VKey()
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		for name, d := range map[string]Deps{
			"nothing":          {},
			"another origin":   {DB: l.db, Clock: clk, Signer: l.signer, Verifier: l.vkey, Origin: "other"},
			"another verifier": {DB: l.db, Clock: clk, Signer: l.signer, Verifier: otherVKey(t), Origin: testOrigin},
		} {
			if _, err := New(d); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
	})
}

func TestWords(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(Locale, receipt.Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Check() {
		t.Error(s)
	}
	for _, code := range []string{"ledger.receipt_pending", "ledger.not_found", "ledger.empty", "ledger.record", "ledger.content", ErrLostRace.Code, ErrCorrupt.Code} {
		if !c.Printer(i18n.FA).Has(code) {
			t.Errorf("no words for %s", code)
		}
	}
}
