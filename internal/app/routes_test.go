// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app/apptest"
)

var update = flag.Bool("update", false, "write docs/routes.txt anew")

// TestRoutes compares the routes of a demo country with docs/routes.txt, so
// that a change of who may go where is seen in a review.
func TestRoutes(t *testing.T) {
	t.Parallel()
	e := apptest.New(t, "sqlite")
	var b strings.Builder
	b.WriteString("# Every route: method, path, and the roles that may use it. What somebody may do\n" +
		"# there with one thing is decided by the policies. Paths below /demo exist in a\n" +
		"# demo country only; /healthz, /readyz, /metrics and /assets/ are outside,\n" +
		"# and so is what programs of other sites call (identity/sso/endpoints.go).\n" +
		"# Written by: go test ./internal/app -run TestRoutes -update\n\n")
	for _, r := range append(e.App.Web.Routes(), e.App.API.Routes()...) {
		fmt.Fprintf(&b, "%-5s %-50s %s\n", r.Method, r.Pattern, strings.Join(r.RoleNames(), " "))
	}
	file := filepath.Join(root, "docs", "routes.txt")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range missingLines(string(want), b.String()) {
		t.Errorf("not in docs/routes.txt: %s", line)
	}
	for _, line := range missingLines(b.String(), string(want)) {
		t.Errorf("only in docs/routes.txt: %s", line)
	}
	if !t.Failed() && b.String() != string(want) {
		t.Error("docs/routes.txt has another order")
	}
}

// missingLines are the lines of b that a does not have.
func missingLines(a, b string) []string {
	have := map[string]bool{}
	for line := range strings.SplitSeq(a, "\n") {
		have[line] = true
	}
	var out []string
	for line := range strings.SplitSeq(b, "\n") {
		if !have[line] {
			out = append(out, line)
		}
	}
	return out
}
