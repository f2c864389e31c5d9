// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// TestWitnessCommand: it makes its key once, names what is missing, and ends
// when it is told to.
func TestWitnessCommand(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "w")
	k, _, err := ledger.NewKey("log.example/1")
	if err != nil {
		t.Fatal(err)
	}
	say := func(ctx context.Context, want int, args ...string) string {
		t.Helper()
		var out, errOut bytes.Buffer
		if code := run(ctx, append([]string{"witness"}, args...), env{out: &out, errOut: &errOut}); code != want {
			t.Fatalf("%v: %d\n%s%s", args, code, &out, &errOut)
		}
		return out.String()
	}
	say(t.Context(), exitUsage)
	first := say(t.Context(), exitOK, "--name", "bar.example/w", "--dir", dir, "--show-key")
	if key, err := receipt.ParseWitnessKey(strings.TrimSpace(first)); err != nil || key.Name != "bar.example/w" {
		t.Errorf("%q: %v", first, err)
	}
	say(t.Context(), exitFailed, "--name", "bar.example/w", "--dir", dir)
	say(t.Context(), exitFailed, "--name", "bar.example/w", "--dir", dir, "--log", "nonsense")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if out := say(ended, exitOK, "--name", "bar.example/w", "--dir", dir, "--addr", "127.0.0.1:0", "--log", k.VKey()); !strings.HasPrefix(out, first) && out != first {
		t.Errorf("another key: %q", out)
	}
}
