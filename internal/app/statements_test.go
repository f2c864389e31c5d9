// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
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

// TestStatements prepares and runs every SQL text of the program on both
// engines: those that stand in one literal, and those put together from
// constants.
func TestStatements(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(root, "internal")
	whole, pieces, err := joined(dir)
	if err != nil {
		t.Fatal(err)
	}
	single, err := storetest.Statements(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range single {
		if !pieces[s.Pos] {
			whole = append(whole, s)
		}
	}
	// The store asks each engine in its own words, and bench describes them.
	whole = slices.DeleteFunc(whole, func(s storetest.Statement) bool {
		rel, err := filepath.Rel(dir, s.File)
		rel = filepath.ToSlash(rel)
		return err == nil && (strings.HasPrefix(rel, "platform/store/") || strings.HasPrefix(rel, "bench/"))
	})
	if len(whole) < 150 {
		t.Fatalf("only %d statements found: the test sees nothing", len(whole))
	}
	storetest.RunStatements(t, whole, app.Migrations())
}

// written are texts that a function writes piece by piece; the tests of their
// packages run them.
var written = []string{
	filepath.Join("platform", "ledger", "store.go"), // sqlPlace: as many rows as are to be placed
}

var reStatement = regexp.MustCompile(`^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s`)

// joined finds statements that are concatenated from literals and constants of
// their package. pieces are the positions of the literals that they, or texts
// written by functions, consist of: alone they are no statements.
func joined(dir string) (list []storetest.Statement, pieces map[string]bool, err error) {
	pieces = map[string]bool{}
	fset := token.NewFileSet()
	packages := map[string][]*ast.File{}
	err = filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") ||
			strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") {
			return err
		}
		f, err := parser.ParseFile(fset, file, nil, 0)
		packages[filepath.Dir(file)] = append(packages[filepath.Dir(file)], f)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for _, folder := range slices.Sorted(maps.Keys(packages)) {
		names := constants(packages[folder])
		for _, f := range packages[folder] {
			ast.Inspect(f, func(n ast.Node) bool {
				e, isSum := n.(*ast.BinaryExpr)
				lit, isLit := n.(*ast.BasicLit)
				switch {
				case isLit && slices.ContainsFunc(written, func(w string) bool { return strings.HasSuffix(fset.Position(lit.Pos()).Filename, w) }):
					if s, _ := strconv.Unquote(lit.Value); strings.Count(s, "(") != strings.Count(s, ")") {
						pieces[fset.Position(lit.Pos()).String()] = true
					}
					return false
				case !isSum || e.Op != token.ADD:
					return true
				}
				text, ok := value(e, names, 0)
				if !ok || !reStatement.MatchString(text) {
					return true
				}
				ast.Inspect(e, func(n ast.Node) bool {
					if lit, ok := n.(*ast.BasicLit); ok {
						pieces[fset.Position(lit.Pos()).String()] = true
					}
					return true
				})
				p := fset.Position(e.Pos())
				list = append(list, storetest.Statement{Text: text, Pos: p.String(), File: p.Filename})
				return false
			})
		}
	}
	return list, pieces, nil
}

// constants are the constants of a package and how they are defined.
func constants(files []*ast.File) map[string]ast.Expr {
	names := map[string]ast.Expr{}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			d, ok := n.(*ast.GenDecl)
			if !ok || d.Tok != token.CONST {
				return true
			}
			for _, s := range d.Specs {
				v, ok := s.(*ast.ValueSpec)
				for i := 0; ok && i < len(v.Names) && i < len(v.Values); i++ {
					names[v.Names[i].Name] = v.Values[i]
				}
			}
			return true
		})
	}
	return names
}

// value computes a constant string; ok is false for anything else.
func value(e ast.Expr, names map[string]ast.Expr, depth int) (text string, ok bool) {
	if depth > 20 {
		return "", false
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return value(e.X, names, depth+1)
	case *ast.Ident:
		if def, found := names[e.Name]; found {
			return value(def, names, depth+1)
		}
	case *ast.BinaryExpr:
		a, aok := value(e.X, names, depth+1)
		b, bok := value(e.Y, names, depth+1)
		return a + b, aok && bok && e.Op == token.ADD
	}
	return "", false
}

func TestStatementsAreJoined(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	src := "package x\nconst columns = `a, ` + more\nconst more = `b`\nconst q = `SELECT ` + columns + ` FROM x_thing`\n" +
		"func f(s string) string { return `SELECT a FROM ` + s }\nconst plain = `SELECT c FROM x_thing`\n"
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	list, pieces, err := joined(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].Text != "SELECT a, b FROM x_thing" || len(pieces) != 2 {
		t.Errorf("found %+v, pieces %v", list, pieces)
	}
}
