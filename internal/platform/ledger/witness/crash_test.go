// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestKilledBeforeTheAnswer: what was persisted and never answered is known
// after the start; the log is told the size, goes on from there, and gets its
// signature for the same tree again.
func TestKilledBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example/1")
	l.grow(t, 9, "x")
	clk := clock.NewFake(time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC))
	k, err := NewKey("w.example")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	start := func(db *store.DB) *Server {
		t.Helper()
		s, err := New(Deps{DB: db, Clock: clk, Key: k, Logs: []string{l.vkey}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	db := openDB(t, dir, clk)
	c, err := parse([]byte(l.request(t, 0, 5)))
	if err != nil {
		t.Fatal(err)
	}
	if out, size, err := start(db).advance(t.Context(), c); err != nil || out != cosigned || size != 5 { // and here it is killed
		t.Fatalf("%d %d %v", out, size, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := start(openDB(t, dir, clk))
	if w := post(t, again, l.request(t, 0, 5)); w.Code != http.StatusConflict || w.Body.String() != "5\n" {
		t.Errorf("asked from the size that the log knows: %d %s", w.Code, w.Body)
	}
	if w := post(t, again, l.request(t, 5, 5)); w.Code != http.StatusOK {
		t.Errorf("asked for the same tree: %d %s", w.Code, w.Body)
	}
	if w := post(t, again, l.request(t, 5, 9)); w.Code != http.StatusOK {
		t.Errorf("asked for the next: %d %s", w.Code, w.Body)
	}
}

// TestFullDisk: what cannot be persisted is not signed, and when there is room
// again the witness goes on. A trigger stands in for the disk: it fails the
// write where a full disk would.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example/1")
	l.grow(t, 9, "x")
	clk := clock.NewFake(time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC))
	k, err := NewKey("w.example")
	if err != nil {
		t.Fatal(err)
	}
	db := openDB(t, t.TempDir(), clk)
	s, err := New(Deps{DB: db, Clock: clk, Key: k, Logs: []string{l.vkey}})
	if err != nil {
		t.Fatal(err)
	}
	if w := post(t, s, l.request(t, 0, 5)); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
	// What a failed write comes to: the transaction is refused whole.
	full := func(is bool) {
		t.Helper()
		text := `DROP TRIGGER full_disk`
		if is {
			text = `CREATE TRIGGER full_disk BEFORE UPDATE ON ledger_witness_tree BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`
		}
		if err := db.Write(t.Context(), func(tx *store.Tx) error { return tx.Exec(t.Context(), text) }); err != nil {
			t.Fatal(err)
		}
	}
	full(true)
	w := post(t, s, l.request(t, 5, 9))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "—") || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("signed, or told too much: %d %s", w.Code, w.Body)
	}
	if size, err := s.Seen(t.Context(), "log.example/1"); err != nil || size != 5 {
		t.Errorf("it knows %d, %v", size, err)
	}
	full(false)
	if w := post(t, s, l.request(t, 5, 9)); w.Code != http.StatusOK {
		t.Errorf("with room again: %d %s", w.Code, w.Body)
	}
}

// TestRolledBackFile: a witness whose database was put back to an older copy has
// forgotten what it signed. It refuses to start, because it could sign a second
// history from there.
func TestRolledBackFile(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example/1")
	l.grow(t, 9, "x")
	clk := clock.NewFake(time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC))
	k, err := NewKey("w.example")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mark := filepath.Join(dir, "witness.mark")
	life := func(db *store.DB) (*Server, error) {
		return New(Deps{DB: db, Clock: clk, Key: k, Logs: []string{l.vkey}, Mark: mark})
	}
	file := filepath.Join(dir, "witness.db")
	copyOf := func() []byte {
		t.Helper()
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	step := func(old, size int64) {
		t.Helper()
		db := openDB(t, dir, clk)
		s, err := life(db)
		if err != nil {
			t.Fatal(err)
		}
		if w := post(t, s, l.request(t, old, size)); w.Code != http.StatusOK {
			t.Fatal(w.Code, w.Body)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	step(0, 5)
	kept := copyOf()
	step(5, 9)
	newer := copyOf()
	if err := os.WriteFile(file, kept, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := life(openDB(t, dir, clk)); err == nil || !strings.Contains(err.Error(), "log.example/1") {
		t.Errorf("it starts with an old copy: %v", err)
	}
	if err := os.WriteFile(file, newer, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := life(openDB(t, dir, clk))
	if err != nil {
		t.Fatal(err)
	}
	// Without the mark nothing can be signed either: the next start would not know.
	if err := os.Remove(mark); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(mark, 0o700); err != nil {
		t.Fatal(err)
	}
	l.grow(t, 1, "x")
	if w := post(t, s, l.request(t, 9, 10)); w.Code != http.StatusInternalServerError {
		t.Errorf("signed without a mark: %d %s", w.Code, w.Body)
	}
}
