// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestStatementsAreJoined(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, src := range map[string]string{
		"a.go": "package x\nconst columns = `a, ` + more\nconst q = `SELECT ` + columns + ` FROM x_thing`\n" +
			"const plain = `\nSELECT c\nFROM x_thing`\nconst words = `Updated by us`\n" +
			"func f(s string) string { return `SELECT d FROM ` + s }\n" +
			"func g(b *strings.Builder) { b.WriteString(`WITH v AS (`); run(`DELETE FROM x_thing`, `WHERE`) }\n",
		"b.go":                     "package x\nconst more = `b`\n",
		"b_test.go":                "package x\nconst test = `SELECT test`\n",
		"b_templ.go":               "package x\nconst templ = `SELECT templ`\n",
		filepath.Join("y", "y.go"): "package y\nconst q = `UPDATE y_thing SET a = ` + more\nvar more = `1`\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := Statements(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range list {
		got = append(got, s.Text)
	}
	slices.Sort(got)
	want := []string{
		"\nSELECT c\nFROM x_thing", // whole
		"DELETE FROM x_thing",      // in a call
		"SELECT a, b FROM x_thing", // joined over two files
		"SELECT d FROM ",           // put together while running: no engine takes it
		"UPDATE y_thing SET a = ",  // more is no constant
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
