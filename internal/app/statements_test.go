// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/ledger/witness"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestStatements prepares and runs every SQL text of the program on both
// engines.
func TestStatements(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(root, "internal")
	list, err := storetest.Statements(dir)
	if err != nil {
		t.Fatal(err)
	}
	// The store asks each engine in its own words, and bench describes them.
	list = slices.DeleteFunc(list, func(s storetest.Statement) bool {
		rel, err := filepath.Rel(dir, s.File)
		rel = filepath.ToSlash(rel)
		return err == nil && (strings.HasPrefix(rel, "platform/store/") || strings.HasPrefix(rel, "bench/"))
	})
	if len(list) < 150 {
		t.Fatalf("only %d statements found: the test sees nothing", len(list))
	}
	storetest.RunStatements(t, list, append(app.Migrations(), witness.Migrations)) // a witness has a database of its own
}
