// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const modulePath = "github.com/tarazu/tarazu/"

// source is one file of the repository, by its path from the root.
type source struct{ path, text string }

// parsed is a Go file or a template. Of a template only the imports and the
// names of its components are known.
type parsed struct {
	source
	dir     string
	test    bool
	imports []string // of this repository, from the root: "internal/notice"
	foreign []string // all others
	file    *ast.File
}

// repo is what the rules look at.
type repo struct {
	order []string // the modules, lowest first
	files []source
	code  []parsed
	found []string
}

func (r *repo) fault(where, format string, args ...any) {
	r.found = append(r.found, where+": "+fmt.Sprintf(format, args...))
}

// architecture says what breaks the rules of docs/architecture.md, one line for
// each fault.
func architecture(order []string, files []source) []string {
	r := &repo{order: order, files: files}
	for _, f := range files {
		if ext := path.Ext(f.path); ext == ".go" || ext == ".templ" {
			r.parse(f)
		}
	}
	r.checkLicences()
	r.checkPlaces()
	r.checkDirections()
	r.checkDoubles()
	r.checkLayers()
	r.checkPages()
	r.checkComments()
	r.checkCycles()
	slices.Sort(r.found)
	return slices.Compact(r.found)
}

func (r *repo) parse(f source) {
	mode := parser.ParseComments
	if path.Ext(f.path) == ".templ" {
		mode |= parser.ImportsOnly // what follows is not Go
	}
	file, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, mode)
	if err != nil {
		r.fault(f.path, "cannot be parsed: %v", err)
		return
	}
	p := parsed{source: f, dir: path.Dir(f.path), test: strings.HasSuffix(f.path, "_test.go"), file: file}
	for _, spec := range file.Imports {
		name, _ := strconv.Unquote(spec.Path.Value) // the parser has seen to it
		if own, ok := strings.CutPrefix(name, modulePath); ok {
			p.imports = append(p.imports, own)
		} else {
			p.foreign = append(p.foreign, name)
		}
	}
	r.code = append(r.code, p)
}

// group is the unit of which the rules speak: "platform", "gateway", "app", or
// a module; "" for what is outside internal.
func group(dir string) string {
	parts := strings.Split(dir, "/")
	if len(parts) < 2 || parts[0] != "internal" {
		return ""
	}
	return parts[1]
}

func (r *repo) module(dir string) bool { return slices.Contains(r.order, group(dir)) }

var reSPDX = regexp.MustCompile(`^(// |# |-- |/\* |<!-- )?SPDX-License-Identifier: Apache-2\.0`)

// checkLicences: every source file names its licence in its first lines.
func (r *repo) checkLicences() {
	for _, f := range r.files {
		head := strings.SplitN(f.text, "\n", 4)
		if !slices.ContainsFunc(head[:min(3, len(head))], reSPDX.MatchString) {
			r.fault(f.path, "no SPDX line")
		}
	}
}

// tops stand above the modules: app puts them together, bench measures the
// whole.
var tops = []string{"app", "bench"}

// testTool is the one package of tops that a module's tests may use.
const testTool = "internal/app/apptest"

// checkPlaces: below internal there are modules of the order, and nothing that
// nobody has given a place.
func (r *repo) checkPlaces() {
	for _, p := range r.code {
		switch g := group(p.dir); {
		case g == "", slices.Contains(tops, g), g == "platform", g == "gateway", r.module(p.dir):
		default:
			r.fault(p.path, "%s is not in app.Order", g)
		}
	}
}

// checkDirections: calls go down. Tests are held to the same.
func (r *repo) checkDirections() {
	for _, p := range r.code {
		from := group(p.dir)
		for _, imp := range p.imports {
			to := group(imp)
			switch {
			case to == "" || from == "" || from == "bench" || from == "app" && to != "bench":
			case imp == testTool && p.test && r.module(p.dir):
			case from == "platform" && to != "platform":
				r.fault(p.path, "platform imports %s", imp)
			case from == "gateway" && to != "platform" && to != "gateway":
				r.fault(p.path, "a gateway imports %s", imp)
			case slices.Contains(tops, to):
				r.fault(p.path, "%s imports %s", from, to)
			case r.module(p.dir) && slices.Contains(r.order, to) && slices.Index(r.order, to) > slices.Index(r.order, from):
				r.fault(p.path, "%s imports %s, which comes after it", from, to)
			}
		}
	}
}

// forTests: identity/identitytest sets up what tests stand on.
func (r *repo) forTests(dir string) bool {
	return r.module(dir) && path.Base(dir) == path.Base(path.Dir(dir))+"test"
}

// checkDoubles: a module speaks with the outside through a client and cannot
// know whether a double answers; tests may, and what is for tests is for them and for measuring.
func (r *repo) checkDoubles() {
	for _, p := range r.code {
		if p.test || r.forTests(p.dir) || group(p.dir) == "bench" {
			continue
		}
		for _, imp := range p.imports {
			if r.forTests(imp) {
				r.fault(p.path, "imports %s, which is for tests", imp)
			}
		}
		if !r.module(p.dir) {
			continue
		}
		if slices.ContainsFunc(p.imports, func(imp string) bool { return strings.HasPrefix(imp, "internal/gateway/sandbox") }) {
			r.fault(p.path, "a module imports the sandbox")
		}
		for _, u := range p.uses() {
			if group(u.pkg) == "gateway" && strings.Contains(u.name, "Double") {
				r.fault(p.path, "a module uses the double %s.%s", path.Base(u.pkg), u.name)
			}
		}
	}
}

// layers are what the files of a module may not import, by their names. Tests
// are free.
var layers = []struct {
	file   *regexp.Regexp
	banned []string
	rest   string
}{
	{regexp.MustCompile(`/(web|api)(_\w+)?\.go$|\.templ$`), []string{"internal/platform/store", "database/sql"}, "pages ask the service"},
	{regexp.MustCompile(`/store(_\w+)?\.go$`), []string{"net/http", "internal/platform/web"}, "SQL knows no pages"},
	{regexp.MustCompile(`/policy(_\w+)?\.go$`), []string{"internal/platform/store", "database/sql", "net/http", "internal/platform/web"}, "a decision needs facts only"},
}

func (r *repo) checkLayers() {
	for _, p := range r.code {
		if !r.module(p.dir) || p.test {
			continue
		}
		for _, l := range layers {
			for _, banned := range l.banned {
				if l.file.MatchString(p.path) && (slices.Contains(p.imports, banned) || slices.Contains(p.foreign, banned)) {
					r.fault(p.path, "imports %s: %s", banned, l.rest)
				}
			}
		}
	}
}

var reComponent = regexp.MustCompile(`(?m)^templ (?:\([^)]*\) )?([A-Z]\w*)\(`)

// checkPages: what a module declares in its templates and web files is its
// own; another module that wants to show something of it gets a slot filled by
// app.
func (r *repo) checkPages() {
	own := map[string]map[string]bool{} // package -> names declared in pages
	for _, p := range r.code {
		if !r.module(p.dir) || p.test || !layers[0].file.MatchString(p.path) {
			continue
		}
		if own[p.dir] == nil {
			own[p.dir] = map[string]bool{}
		}
		for _, m := range reComponent.FindAllStringSubmatch(p.text, -1) {
			own[p.dir][m[1]] = true
		}
		for _, d := range p.file.Decls {
			for _, name := range declared(d) {
				own[p.dir][name] = true
			}
		}
	}
	for _, p := range r.code {
		if !r.module(p.dir) {
			continue
		}
		for _, u := range p.uses() {
			if r.module(u.pkg) && group(u.pkg) != group(p.dir) && own[u.pkg][u.name] {
				r.fault(p.path, "uses %s.%s, a page of another module", path.Base(u.pkg), u.name)
			}
		}
	}
}

var reComment = regexp.MustCompile(`(?m)^(Package|Command) \w+ \w`)

// checkComments: every package says what it is.
func (r *repo) checkComments() {
	said := map[string]bool{}
	for _, p := range r.code {
		if reComment.MatchString(p.file.Doc.Text()) {
			said[p.dir] = true
		}
	}
	for _, p := range r.code {
		if !said[p.dir] {
			r.fault(p.dir, "the package has no comment")
		}
	}
}

// checkCycles: the compiler refuses cycles of packages; here the units of the
// order, and the packages of platform with what is below them, are looked at
// as wholes.
func (r *repo) checkCycles() {
	edges := map[string]map[string]bool{}
	for _, p := range r.code {
		from := whole(p.dir)
		for _, imp := range p.imports {
			if to := whole(imp); !p.test && from != "" && to != "" && from != to {
				if edges[from] == nil {
					edges[from] = map[string]bool{}
				}
				edges[from][to] = true
			}
		}
	}
	state := map[string]int{} // 1: on the way, 2: done
	var walk func(at string, way []string)
	walk = func(at string, way []string) {
		way = append(slices.Clone(way), at)
		state[at] = 1
		for _, to := range slices.Sorted(maps.Keys(edges[at])) {
			switch state[to] {
			case 0:
				walk(to, way)
			case 1:
				r.fault(at, "cycle: %s", strings.Join(append(way[slices.Index(way, to):], to), " → "))
			}
		}
		state[at] = 2
	}
	for _, from := range slices.Sorted(maps.Keys(edges)) {
		if state[from] == 0 {
			walk(from, nil)
		}
	}
}

// whole is the package with what is below it: "internal/platform/web" for
// "internal/platform/web/assets".
func whole(dir string) string {
	parts := strings.Split(dir, "/")
	switch g := group(dir); g {
	case "":
		return ""
	case "platform", "gateway":
		return strings.Join(parts[:min(3, len(parts))], "/")
	default:
		return "internal/" + g
	}
}

// use is a name of another package of this repository.
type use struct{ pkg, name string }

var reSelector = regexp.MustCompile(`\b(\w+)\.([A-Z]\w*)`)

// uses lists the names of other packages of this repository that p mentions.
func (p parsed) uses() []use {
	names := map[string]string{} // as p calls it -> package
	for _, spec := range p.file.Imports {
		full, _ := strconv.Unquote(spec.Path.Value)
		own, ok := strings.CutPrefix(full, modulePath)
		if !ok {
			continue
		}
		name := path.Base(own)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = own
	}
	var out []use
	if strings.HasSuffix(p.path, ".templ") {
		for _, m := range reSelector.FindAllStringSubmatch(p.text, -1) {
			if pkg := names[m[1]]; pkg != "" {
				out = append(out, use{pkg, m[2]})
			}
		}
		return out
	}
	ast.Inspect(p.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && names[x.Name] != "" {
				out = append(out, use{names[x.Name], sel.Sel.Name})
			}
		}
		return true
	})
	return out
}

// declared are the names that a declaration adds to its package.
func declared(d ast.Decl) []string {
	var out []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			out = append(out, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				out = append(out, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					out = append(out, n.Name)
				}
			}
		}
	}
	return out
}
