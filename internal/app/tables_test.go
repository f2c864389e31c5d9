// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestTables: a module's SQL, its rows and its migrations name only tables of
// its own, which bear its name; nobody has a foreign key into another module.
func TestTables(t *testing.T) {
	t.Parallel()
	faults, seen, err := tableFaults(filepath.Join(root, "internal"), app.Order)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
	if seen < 100 {
		t.Errorf("only %d places with tables found: the test sees nothing", seen)
	}
}

func TestTablesNotices(t *testing.T) {
	t.Parallel()
	quote := func(sql string) string { return "package x\nconst s = `" + sql + "`\n" }
	cases := []struct{ name, file, text, want string }{
		{"own table", "low/store.go", quote("SELECT a FROM low_thing t JOIN low_other o ON o.a = t.a"), ""},
		{"own table of the module's name", "low/store.go", quote("DELETE FROM low WHERE a = $1"), ""},
		{"own table with a common expression", "low/store.go", quote("WITH d AS (SELECT a FROM low_thing), e(x) AS (SELECT 1) UPDATE low_thing SET a = 1 WHERE a IN (SELECT a FROM d) AND b IN (SELECT x FROM e)"), ""},
		{"upsert and locks", "low/store.go", quote("INSERT INTO low_thing (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1") + "const l = `SELECT a FROM low_thing FOR UPDATE SKIP LOCKED`", ""},
		{"sub-query", "low/store.go", quote("UPDATE low_thing SET a = (SELECT max(b) FROM low_other)"), ""},
		{"extract", "low/store.go", quote("SELECT a FROM low_thing WHERE a IS DISTINCT FROM $1"), ""},
		{"own row", "low/low.go", "package x\nfunc f() { store.Insert(ctx, tx, \"low_thing\", row) }", ""},
		{"own migration", "low/migrations/1.sql", "CREATE TABLE low_thing (a TEXT);\nCREATE UNIQUE INDEX low_thing_a ON low_thing (a);", ""},
		{"words", "low/low.go", "package x\n// high_thing is joined\nconst s = \"update high_thing\"", ""},
		{"read", "low/store.go", quote("SELECT a FROM high_thing"), "low names the table high_thing"},
		{"join", "low/store.go", quote("SELECT a FROM low_thing\nLEFT JOIN\n high_thing h ON true"), "low names the table high_thing"},
		{"second of a list", "low/store.go", quote("SELECT a FROM low_thing t, high_thing h"), "low names the table high_thing"},
		{"sub-query", "low/store.go", quote("DELETE FROM low_thing WHERE a IN (SELECT a FROM high_thing)"), "low names the table high_thing"},
		{"insert", "low/act.go", quote("INSERT INTO high_thing (a) VALUES (1)"), "low names the table high_thing"},
		{"update", "low/act.go", quote("UPDATE high_thing SET a = 1"), "low names the table high_thing"},
		{"a beginning alike", "low/act.go", quote("SELECT a FROM lower_thing"), "low names the table lower_thing"},
		{"a common expression as a veil", "low/act.go", quote("WITH d AS (SELECT a FROM high_thing) SELECT a FROM d"), "low names the table high_thing"},
		{"half a statement", "low/act.go", "package x\nvar s = \"SELECT a \" + \"FROM high_thing\"", "low names the table high_thing"},
		{"platform's table", "low/act.go", quote("SELECT id FROM jobs_job"), "low names the table jobs_job"},
		{"module's table in platform", "platform/jobs/store.go", quote("SELECT a FROM low_thing"), "jobs names the table low_thing"},
		{"sub-package", "high/sub/store.go", quote("SELECT a FROM low_thing"), "high names the table low_thing"},
		{"no module", "gateway/sms/x.go", quote("SELECT a FROM sms_thing"), "owns no tables"},
		{"composition root", "app/x.go", quote("SELECT a FROM low_thing"), "owns no tables"},
		{"row", "low/low.go", "package x\nfunc f() { store.Insert(ctx, tx, \"high_thing\", row) }", "low names the table high_thing"},
		{"migration", "low/migrations/1.sql", "CREATE TABLE IF NOT EXISTS thing (a TEXT);", "low names the table thing"},
		{"index", "low/migrations/1.sql", "CREATE INDEX low_x ON high_thing (a);", "low names the table high_thing"},
		{"rows handed over", "low/migrations/1_to_keep.sql", "INSERT INTO keep_thing (a) SELECT a FROM low_thing;\nDROP TABLE low_thing;", ""},
		{"rows handed to another", "low/migrations/1_to_keep.sql", "INSERT INTO high_thing (a) SELECT a FROM low_thing;", "low names the table high_thing"},
		{"column", "low/migrations/1.sql", "ALTER TABLE high_thing ADD COLUMN a TEXT;", "low names the table high_thing"},
		{"foreign key", "low/migrations/1.sql", "CREATE TABLE low_thing (a TEXT REFERENCES high_thing (a));", "low names the table high_thing"},
	}
	for _, c := range cases {
		t.Run(c.name+"/"+c.want, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, filepath.FromSlash(c.file))
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			faults, _, err := tableFaults(dir, []string{"low", "high"})
			if err != nil {
				t.Fatal(err)
			}
			found := strings.Join(faults, "\n")
			if (c.want == "") != (found == "") || !strings.Contains(found, c.want) {
				t.Errorf("want %q, found %q", c.want, found)
			}
		})
	}
}

// tableFaults looks through the Go files and migrations below dir, which is
// the folder internal. seen is how many places with tables there were.
func tableFaults(dir string, order []string) (faults []string, seen int, err error) {
	judge := func(pos string, tables []string) {
		rel, relErr := filepath.Rel(dir, pos)
		if relErr != nil {
			rel = pos
		}
		rel = filepath.ToSlash(rel)
		// The store works on all tables and on the engines' own; bench measures
		// the whole and counts rows.
		if strings.HasPrefix(rel, "platform/store/") || strings.HasPrefix(rel, "bench/") {
			return
		}
		own := owner(rel, order)
		for _, table := range tables {
			seen++
			switch {
			case own == "":
				faults = append(faults, fmt.Sprintf("%s: names the table %s, and owns no tables", rel, table))
			case strings.HasPrefix(table, movedTo(rel)+"_"):
			case table != own && !strings.HasPrefix(table, own+"_"):
				faults = append(faults, fmt.Sprintf("%s: %s names the table %s", rel, own, table))
			}
		}
	}
	statements, err := storetest.Statements(dir)
	if err != nil {
		return nil, 0, err
	}
	for _, s := range statements {
		judge(s.Pos, tablesIn(s.Text))
	}
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch {
		case strings.HasSuffix(file, ".sql"):
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			judge(file, append(tablesIn(string(text)), matches(reSchema, string(text))...))
		case strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go") && !strings.HasSuffix(file, "_templ.go"):
			return goTables(file, judge)
		}
		return nil
	})
	slices.Sort(faults)
	return slices.Compact(faults), seen, err
}

// goTables finds tables that Statements does not see: those of store.Insert,
// and of statements that are put together from pieces.
func goTables(file string, judge func(pos string, tables []string)) error {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		return err
	}
	text := func(e ast.Expr) string {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return ""
		}
		s, _ := strconv.Unquote(lit.Value) // the parser has seen to it
		return s
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s := text(n); reHalf.MatchString(s) {
				// A name without a prefix may be defined in the other half.
				half := slices.DeleteFunc(tablesIn(s), func(table string) bool { return !strings.Contains(table, "_") })
				judge(fset.Position(n.Pos()).String(), half)
			}
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Insert" || len(n.Args) != 4 {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "store" && text(n.Args[2]) != "" {
				judge(fset.Position(n.Pos()).String(), []string{text(n.Args[2])})
			}
		}
		return true
	})
	return nil
}

// reMove are migrations that hand rows over to a package of platform, which then keeps
// them: 29002_to_program.sql.
var reMove = regexp.MustCompile(`/migrations/\d+_to_([a-z]+)\.sql`)

// movedTo is to whose tables a migration may write beside its own.
func movedTo(rel string) string {
	if m := reMove.FindStringSubmatch(rel); m != nil {
		return m[1]
	}
	return "nobody’s"
}

// owner is whose tables a file may name: the module, or the package of
// platform; "" for nobody's. rel is below internal.
func owner(rel string, order []string) string {
	parts := strings.Split(rel, "/")
	switch {
	case parts[0] == "platform" && len(parts) > 2:
		return parts[1]
	case slices.Contains(order, parts[0]):
		return parts[0]
	}
	return ""
}

var (
	reNoise  = regexp.MustCompile(`\bFOR (NO KEY )?UPDATE\b|\bDO UPDATE\b|\bDISTINCT FROM\b|--[^\n]*`)
	reNamed  = regexp.MustCompile(`(?:\bWITH|,)\s+(?:RECURSIVE\s+)?(\w+)\s*(?:\([^)]*\))?\s+AS\s+(?:(?:NOT\s+)?MATERIALIZED\s+)?\(`)
	reTable  = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]\w*)(\s+(?:AS\s+)?[a-z]\w*)?`)
	reMore   = regexp.MustCompile(`^\s*,\s*([a-z_]\w*)(\s+(?:AS\s+)?[a-z]\w*)?`)
	reSchema = regexp.MustCompile(`\b(?:TABLE(?:\s+IF\s+(?:NOT\s+)?EXISTS)?|ON|REFERENCES)\s+([a-z_]\w*)`)
	reHalf   = regexp.MustCompile(`\b(?:FROM|JOIN|INTO|UPDATE) [a-z]+_`)
)

// tablesIn lists the tables that a statement in the style of this program
// (words of SQL in capitals, names in small letters) reads or writes.
func tablesIn(sql string) []string {
	sql = reNoise.ReplaceAllString(sql, " ")
	named := matches(reNamed, sql)
	var out []string
	for _, at := range reTable.FindAllStringSubmatchIndex(sql, -1) {
		out = append(out, sql[at[2]:at[3]])
		for rest := sql[at[1]:]; ; { // FROM a x, b y
			m := reMore.FindStringSubmatch(rest)
			if m == nil || !strings.HasPrefix(sql[at[0]:], "FROM") {
				break
			}
			out = append(out, m[1])
			rest = rest[len(m[0]):]
		}
	}
	return slices.DeleteFunc(out, func(table string) bool { return slices.Contains(named, table) })
}

func matches(re *regexp.Regexp, text string) []string {
	var out []string
	for _, m := range re.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}
