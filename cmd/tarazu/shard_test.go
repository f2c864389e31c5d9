// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRotateKey: the operator changes the log and its key, the audit finds
// nothing, the old key is needed no more, and what is wrong is refused.
func TestRotateKey(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, engine)
			s.ok("migrate")
			s.ok("admin", "country", "--default") // makes the key
			first := s.ok("admin", "key")
			if out := s.ok("admin", "new-shard"); !strings.Contains(out, "example.test/tarazu/1") {
				t.Errorf("%s", out)
			}
			second := s.ok("admin", "key")
			if pub := func(v string) string { return v[strings.LastIndex(v, "+")+1:] }; second == first || pub(first) != pub(second) {
				t.Errorf("%q and %q", first, second)
			}
			prepared := s.ok("admin", "rotate-key", "prepare")
			out := s.ok("admin", "rotate-key")
			third := s.ok("admin", "key")
			if !strings.Contains(prepared, third[strings.LastIndex(third, "+"):]) || !strings.Contains(out, third) || third == second {
				t.Errorf("%s%s%s", prepared, out, third)
			}
			if out := s.ok("audit"); !strings.Contains(out, "consistent with every record") || out != s.ok("admin", "audit") {
				t.Errorf("%s", out)
			}
			for _, bad := range [][]string{{"admin", "rotate-key", "nonsense"}, {"audit", "more"}} {
				if code, _, errOut := s.run(bad...); code != exitUsage || errOut == "" {
					t.Errorf("%v: %d %s", bad, code, errOut)
				}
			}
			// Nothing but the newest key is needed to go on.
			keys := filepath.Join(s.dir, "keys")
			if err := os.Remove(filepath.Join(keys, "ledger.key")); err != nil {
				t.Fatal(err)
			}
			s.ok("admin", "country", "--default")
			s.ok("audit")
			// The newest key is lost: only a change that announces nothing is left.
			files, err := filepath.Glob(filepath.Join(keys, "ledger-*.key"))
			if err != nil || len(files) != 1 {
				t.Fatalf("%v, %v", files, err)
			}
			if err := os.Remove(files[0]); err != nil {
				t.Fatal(err)
			}
			s.oneLine("is not at", "admin", "country", "--default")
			s.oneLine("is not at", "admin", "new-shard")
			if out := s.ok("admin", "rotate-key", "lost"); !strings.Contains(out, "has ended") {
				t.Errorf("%s", out)
			}
			s.ok("admin", "country", "--default")
			s.ok("audit")
		})
	}
}
