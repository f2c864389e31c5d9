// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

const testOrigin = "log.tarazu.example/1404"

var mods = []store.Migrations{Migrations}

// each runs fn on both engines with a ledger of a new key.
func each(t *testing.T, fn func(t *testing.T, l *Ledger, clk *clock.Fake)) {
	t.Helper()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		k, _, err := NewKey(testOrigin)
		if err != nil {
			t.Fatal(err)
		}
		fn(t, open(t, db, clk, k), clk)
	})
}

func open(t *testing.T, db *store.DB, clk clock.Clock, k Key) *Ledger {
	t.Helper()
	l, err := New(Deps{DB: db, Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Signer: k.Signer(), Verifier: k.VKey(), Origin: testOrigin})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// twin is another process's ledger on the same database and key.
func twin(t *testing.T, l *Ledger) *Ledger {
	t.Helper()
	return open(t, l.db, l.clock, Key{signer: l.signer, vkey: l.vkey})
}

// act is a staged entry.
type act struct{ owner, id string }

// stage writes n entries of the owner, every other one with content, in one
// transaction.
func stage(t *testing.T, l *Ledger, owner string, n int) []act {
	t.Helper()
	var acts []act
	err := l.db.WriteBlind(t.Context(), func(tx *store.Tx) error {
		acts = nil
		for i := range n {
			r := Record{Event: "filing.submitted", Owner: owner, Subject: fmt.Sprintf("s%d", i), Actor: "a", Role: "citizen"}
			if i%2 == 0 {
				r.Content = fmt.Appendf(nil, `{"n":%d,"who":"مریم"}`, i)
			}
			id, err := l.StageTx(t.Context(), tx, r)
			if err != nil {
				return err
			}
			acts = append(acts, act{owner, id})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return acts
}

func sequence(t *testing.T, l *Ledger, want int) {
	t.Helper()
	if n, err := l.Sequence(t.Context()); err != nil || n != want {
		t.Fatalf("sequenced %d, %v; want %d", n, err, want)
	}
}

// sound fails unless every act has a receipt that verifies, no two have one
// place, their number is the log's size, the root is that of RFC 6962 over the
// rows, and the audit finds nothing.
func sound(t *testing.T, l *Ledger, acts []act) {
	t.Helper()
	places := map[int64]string{}
	for _, a := range acts {
		file, err := l.Receipt(t.Context(), a.owner, a.id)
		if err != nil {
			t.Fatalf("receipt of %s: %v", a.id, err)
		}
		r, err := receipt.Verify(file, receipt.Options{Keys: []string{l.VKey()}})
		if err != nil {
			t.Fatalf("receipt of %s: %v", a.id, err)
		}
		if r.ID != a.id || places[r.Index] != "" || r.TreeSize != int64(len(acts)) {
			t.Fatalf("receipt of %s shows %s at %d of %d; there are %d acts", a.id, r.ID, r.Index, r.TreeSize, len(acts))
		}
		places[r.Index] = a.id
	}
	var leaves [][]byte
	err := l.db.Write(t.Context(), func(tx *store.Tx) (err error) {
		leaves, err = store.All[[]byte](t.Context(), tx, `SELECT record FROM ledger_entry WHERE idx IS NOT NULL ORDER BY idx`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h, err := store.One[head](t.Context(), l.db, sqlHead, l.origin)
	if err != nil {
		t.Fatal(err)
	}
	if root := mth(leaves); len(leaves) != len(acts) || tlog.Hash(h.Root) != root {
		t.Fatalf("%d leaves have root %x, the head says %x for %d acts", len(leaves), root, h.Root, len(acts))
	}
	clean(t, l)
}

func clean(t *testing.T, l *Ledger) {
	t.Helper()
	found, err := l.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Errorf("audit: %s", f)
	}
}

// mth is the definition in RFC 6962, section 2.1, word for word.
func mth(d [][]byte) tlog.Hash {
	switch n := len(d); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, d[0]...))
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		left, right := mth(d[:k]), mth(d[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

// exec changes rows behind the ledger's back and says how many.
func exec(t *testing.T, l *Ledger, query string, args ...any) int64 {
	t.Helper()
	var n int64
	err := l.db.Write(context.Background(), func(tx *store.Tx) (err error) {
		n, err = tx.ExecN(context.Background(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
