// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/app"
)

// TestWords: both languages are complete and well written.
func TestWords(t *testing.T) {
	t.Parallel()
	words, err := app.Words()
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range words.Check() {
		t.Error(fault)
	}
}

// TestWordsAreThere: whatever key the program asks for stands in the locale
// files, and what stands there is asked for.
//
// A key that is put together must begin with a literal that ends in a dot or an
// underscore: c.T("filing.status." + string(s)). Then at least one key must
// begin so, and all that do count as used. An entry of a timeline of the kind
// "filing.submitted" is written by "filing.entry.submitted" and what is below
// it (package docket). Other ways are named in beginnings.
func TestWordsAreThere(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	var literals []literal
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		inLocale := filepath.Base(filepath.Dir(file)) == "locale"
		switch {
		case inLocale && d.Name() == "en.json":
			var words map[string]string
			b, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if err := json.Unmarshal(b, &words); err != nil {
				return err
			}
			for k := range words {
				keys[k] = true
			}
			return nil
		case strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go"):
			src, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			found, err := literalsOf(file, string(src))
			literals = append(literals, found...)
			return err
		case strings.HasSuffix(file, ".json") && !inLocale:
			b, err := os.ReadFile(file)
			for _, m := range reQuoted.FindAllStringSubmatch(string(b), -1) {
				literals = append(literals, literal{text: m[1], pos: file, data: true})
			}
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) < 500 || len(literals) < 500 {
		t.Fatalf("%d keys and %d literals: the test sees nothing", len(keys), len(literals))
	}
	missing, unused := compareWords(keys, literals)
	for _, f := range missing {
		t.Error(f)
	}
	for k, why := range waiting {
		before := len(unused)
		unused = slices.DeleteFunc(unused, func(f string) bool { return strings.HasPrefix(f, strconv.Quote(k)+" ") })
		if len(unused) == before {
			t.Errorf("%q is used or gone and need not wait any more (%s)", k, why)
		}
	}
	for _, f := range unused {
		t.Error(f)
	}
}

// waiting are words that nothing asks for yet, each with what will.
var waiting = map[string]string{
	"persian.postal.unusual": "a warning beside a postal code, from persian.PostalUnusual",
}

func TestWordsAreThereNotices(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{"low.title": true, "low.days.one": true, "low.days.other": true, "low.state.new": true, "low.state.old": true}
	all := `c.T("low.title"); c.P.N("low.days", n); c.T("low.state." + s); `
	cases := []struct{ name, body, missing, unused string }{
		{"all there", all, "", ""},
		{"misspelt", all + `c.T("low.titel")`, "low.titel", ""},
		{"in a variable", all + `words := "low.titel"; c.T(words)`, "low.titel", ""},
		{"in an error", all + `return errs.New(errs.NotFound, "low.gone")`, "low.gone", ""},
		{"no key has the prefix", all + `c.T("low.stat." + s)`, "low.stat.", ""},
		{"not used", `c.P.N("low.days", n); c.T("low.state." + s)`, "", "low.title"},
		{"a number's words not used", `c.T("low.title"); c.T("low.state." + s)`, "", "low.days.one"},
		{"a policy action", all + `s.d.Policy.Check(a, "low.view", r)`, "", ""},
		{"an event", all + `l.StageTx(ctx, tx, ledger.Record{Event: "low.done"})`, "", ""},
		{"a job", all + `r.EnqueueTx(ctx, tx, "low.send", a)`, "", ""},
		{"another module's name", all + `x := "high.title"`, "", ""},
		{"words in a sentence", all + `x := "low. And more"`, "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found, err := literalsOf("x.go", "package x\nfunc f() {\n"+c.body+"\n}\n")
			if err != nil {
				t.Fatal(err)
			}
			missing, unused := compareWords(keys, found)
			if m := strings.Join(missing, "\n"); (c.missing == "") != (m == "") || !strings.Contains(m, c.missing) {
				t.Errorf("missing %q, want %q", m, c.missing)
			}
			if u := strings.Join(unused, "\n"); (c.unused == "") != (u == "") || !strings.Contains(u, c.unused) {
				t.Errorf("unused %q, want %q", u, c.unused)
			}
		})
	}
}

// literal is a string in the source that looks like a locale key, or like the
// beginning of one.
type literal struct {
	text, pos string
	data      bool // stands in data, where other things look alike
}

var (
	reKey    = regexp.MustCompile(`^[a-z]+\.([a-z0-9_]+\.)*([a-z0-9_]+)?$`)
	reQuoted = regexp.MustCompile(`"([a-z]+\.[a-z0-9_.]+)"`)
)

// notWords are functions whose literals of this shape name other things:
// actions of the policy, kinds of jobs, evidence, and session values.
var notWords = []string{
	"Check", "may", "mayDesk", "mayChange", // policy actions
	"Periodic", "EnqueueTx", "Handle", // kinds of jobs
	"stage", // evidence
}

// beginnings are literals without a dot at their end to which a rest is added.
var beginnings = []string{
	"receipt.proved", "receipt.not_proved", // the report lists what is proved by name
}

// reOtherNames look like keys and name something else: built files, and settings of the
// evidence log.
var reOtherNames = regexp.MustCompile(`\.(css|js|templ)$|^(?:ledger\.(?:closed|opened|origin|shards|interval|stamps|key|key_file|witnesses|quorum))$`)

// reNotWords are the fields, variables and constants that hold such names.
var reNotWords = regexp.MustCompile(`^(Event|Action|Reason[A-Z]\w*|(key|job|event|action)[A-Z]\w*|kind[A-Z]\w*)$`)

// literalsOf finds the literals of a Go file that look like keys and are not
// known to be something else.
func literalsOf(file, src string) ([]literal, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, src, 0)
	if err != nil {
		return nil, err
	}
	var out []literal
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.FuncDecl:
			return n.Name.Name != "EventKind"
		case *ast.CallExpr:
			return !slices.Contains(notWords, callee(n))
		case *ast.KeyValueExpr:
			id, ok := n.Key.(*ast.Ident)
			return !ok || !reNotWords.MatchString(id.Name)
		case *ast.ValueSpec:
			return !reNotWords.MatchString(n.Names[0].Name)
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				s, err := strconv.Unquote(n.Value)
				if say, ok := reflect.StructTag(s).Lookup("held"); err == nil && ok { // how a value is said
					s = say
				}
				if err == nil && reKey.MatchString(s) {
					out = append(out, literal{text: s, pos: fset.Position(n.Pos()).String()})
				}
			}
		}
		return true
	})
	return out, nil
}

func callee(c *ast.CallExpr) string {
	fun := c.Fun
	if ix, ok := fun.(*ast.IndexExpr); ok { // jobs.Handle[A]
		fun = ix.X
	}
	switch fun := fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

// compareWords says which literals are no keys, and which keys no literal
// names.
func compareWords(keys map[string]bool, literals []literal) (missing, unused []string) {
	spaces := map[string]bool{}
	for k := range keys {
		spaces[k[:strings.Index(k, ".")]] = true
	}
	used := map[string]bool{}
	for _, l := range literals {
		space, rest, _ := strings.Cut(l.text, ".")
		if !spaces[space] || reOtherNames.MatchString(l.text) {
			continue
		}
		entry := space + ".entry." + rest
		begins := strings.HasSuffix(l.text, ".") || strings.HasSuffix(l.text, "_") || slices.Contains(beginnings, l.text)
		hit := false
		for k := range keys {
			base := strings.TrimSuffix(strings.TrimSuffix(k, ".one"), ".other")
			if k == l.text || base == l.text || (begins && strings.HasPrefix(k, l.text)) ||
				k == entry || strings.HasPrefix(k, entry+".") {
				used[k], hit = true, true
			}
		}
		if !hit && !l.data {
			missing = append(missing, fmt.Sprintf("%s: %q is not in the locale files", l.pos, l.text))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if !used[k] {
			unused = append(unused, fmt.Sprintf("%q stands in the locale files and nothing asks for it", k))
		}
	}
	return missing, unused
}
