// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

func keyError(t *testing.T, err error, words ...string) {
	t.Helper()
	if e, ok := errors.AsType[*KeyError](err); !ok {
		t.Fatalf("got %v, want a KeyError", err)
	} else {
		for _, w := range words {
			if !strings.Contains(e.Error(), w) || strings.Contains(e.Error(), "\n") {
				t.Errorf("%q does not say %q in one line", e, w)
			}
		}
	}
}

func nothingIn(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left in the folder of keys: %v, %v", left, err)
	}
}

// TestALostKeyIsNotReplaced: from the first start on the log knows its key.
func TestALostKeyIsNotReplaced(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx, dir := t.Context(), t.TempDir()
		path := filepath.Join(dir, "ledger.key")
		k, err := OpenKey(ctx, db, path, testOrigin)
		if err != nil {
			t.Fatal(err)
		}
		again, err := OpenKey(ctx, db, path, testOrigin)
		if err != nil || again.VKey() != k.VKey() {
			t.Fatalf("again: %q, %v; want %q", again.VKey(), err, k.VKey())
		}
		keep := filepath.Join(t.TempDir(), "copy")
		for _, signed := range []bool{false, true} { // before the first signature and after
			if signed {
				l := open(t, db, clk, k)
				stage(t, l, "p1", 3)
				sequence(t, l, 3)
			}
			if err := os.Rename(path, keep); err != nil {
				t.Fatal(err)
			}
			_, err = OpenKey(ctx, db, path, testOrigin)
			keyError(t, err, path, testOrigin, "put the copy", "ledger.origin")
			nothingIn(t, dir)

			if _, err := LoadOrCreateKey(path, testOrigin); err != nil { // somebody's other key
				t.Fatal(err)
			}
			_, err = OpenKey(ctx, db, path, testOrigin)
			keyError(t, err, path, "not the one that signs", "put the copy")
			if err := os.Rename(keep, path); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenKey(ctx, db, path, testOrigin); err != nil {
				t.Errorf("with its key again: %v", err)
			}
		}
		// A new name needs a key file of its own.
		_, err = OpenKey(ctx, db, path, testOrigin+"/2")
		keyError(t, err, "ledger.key_file", testOrigin)
		if _, err := OpenKey(ctx, db, filepath.Join(dir, "second.key"), testOrigin+"/2"); err != nil {
			t.Error(err)
		}
		found, err := open(t, db, clk, k).Audit(ctx)
		if err != nil || len(found) != 0 {
			t.Errorf("audit: %v, %v", found, err)
		}
	})
}

// TestTwoMachinesWithoutAKey: one claims the name, the other is told so at once
// and keeps no key.
func TestTwoMachinesWithoutAKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		const machines = 4
		var dirs [machines]string
		results := make(chan error, machines)
		for i := range dirs {
			dirs[i] = t.TempDir()
			go func() {
				_, err := OpenKey(t.Context(), db, filepath.Join(dirs[i], "ledger.key"), testOrigin)
				results <- err
			}()
		}
		for range dirs {
			if err := <-results; err != nil {
				keyError(t, err)
			}
		}
		with := 0
		for _, dir := range dirs {
			left, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if with += len(left); len(left) == 1 {
				if _, err := OpenKey(t.Context(), db, filepath.Join(dir, "ledger.key"), testOrigin); err != nil {
					t.Errorf("the one that is left is wrong: %v", err)
				}
			}
		}
		if with != 1 {
			t.Errorf("%d key files, want 1", with)
		}
	})
}

func TestLoadKeyMakesNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := LoadKey(filepath.Join(dir, "ledger.key"), testOrigin)
	keyError(t, err, "is not at")
	nothingIn(t, dir)
}
