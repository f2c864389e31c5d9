// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Statements collects every SQL text in the non-test Go files below root:
// string literals, and sums of literals and constants of their package. A
// literal that is part of such a sum, or that a function writes with
// WriteString, is no statement by itself; the tests of its package run what is
// written so. A sum with anything else in it is not joined: its first literal
// is then returned alone, and no engine takes it.
func Statements(root string) ([]Statement, error) {
	fset := token.NewFileSet()
	packages := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") ||
			strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return err
		}
		f, err := parser.ParseFile(fset, path, nil, 0)
		packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], f)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Statement
	for _, files := range packages {
		names := constants(files)
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				if writes(n) {
					return false
				}
				e, isExpr := n.(ast.Expr)
				if !isExpr {
					return true
				}
				text, ok := "", false
				switch e.(type) {
				case *ast.BasicLit, *ast.BinaryExpr:
					text, ok = constant(e, names, 0)
				}
				if !ok || !reStatement.MatchString(text) {
					return true
				}
				p := fset.Position(e.Pos())
				out = append(out, Statement{Text: text, Pos: p.String(), File: p.Filename})
				return false
			})
		}
	}
	slices.SortFunc(out, func(a, b Statement) int { return cmp.Compare(a.Pos, b.Pos) })
	return out, nil
}

// writes tells whether n is x.WriteString("a literal").
func writes(n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return false
	}
	sel, isMethod := call.Fun.(*ast.SelectorExpr)
	_, isLit := call.Args[0].(*ast.BasicLit)
	return isMethod && isLit && sel.Sel.Name == "WriteString"
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

// constant computes a constant string; ok is false for anything else.
func constant(e ast.Expr, names map[string]ast.Expr, depth int) (text string, ok bool) {
	if depth > 20 {
		return "", false
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return constant(e.X, names, depth+1)
	case *ast.Ident:
		if def, found := names[e.Name]; found {
			return constant(def, names, depth+1)
		}
	case *ast.BinaryExpr:
		a, aok := constant(e.X, names, depth+1)
		b, bok := constant(e.Y, names, depth+1)
		return a + b, aok && bok && e.Op == token.ADD
	}
	return "", false
}
