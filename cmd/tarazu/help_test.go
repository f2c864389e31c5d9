// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/bench"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

var update = flag.Bool("update", false, "write docs/cli.md anew")

// TestHelp: every command and subcommand is explained in both languages.
func TestHelp(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	for _, h := range helps() {
		for _, w := range append([]words{h.what}, flagWords(h)...) {
			if w.fa == "" || w.en == "" || w.fa == w.en {
				t.Errorf("%s: words are missing: %+v", h.path, w)
			}
		}
		if (h.more.fa == "") != (h.more.en == "") {
			t.Errorf("%s: one language says more", h.path)
		}
		path := strings.Fields(h.path)
		for _, l := range []i18n.Lang{i18n.FA, i18n.EN} {
			asked := s.ok(append([]string{"help", "--lang", string(l)}, path...)...)
			if short := s.ok(append(slices.Clone(path), "--help", "--lang="+string(l))...); short != asked || !strings.Contains(asked, h.what.in(l)) {
				t.Errorf("%s in %s:\n%s\n%s", h.path, l, asked, short)
			}
		}
	}
	for _, c := range commands() {
		if h, ok := helpOf([]string{c.name}); !ok || h.path != c.name {
			t.Errorf("%s is not explained", c.name)
		}
	}
	for verb := range verbs() {
		if h, ok := helpOf([]string{"admin", verb}); !ok || h.path != "admin "+verb {
			t.Errorf("admin %s is not explained", verb)
		}
	}
}

func flagWords(h help) []words {
	var out []words
	for _, f := range h.flags {
		out = append(out, f.what)
	}
	return out
}

// TestFlags: the flags that are explained are those that there are.
func TestFlags(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	for _, h := range helps() {
		for _, f := range h.flags {
			if h.path == "admin country" { // a file of that name
				continue
			}
			args := append(strings.Fields(h.path), "--"+f.name)
			if f.arg != "" {
				args = append(args, "7")
			}
			if _, out, errOut := s.run(append(args, "surplus", "--", "surplus")...); strings.Contains(out+errOut, "not defined") || strings.Contains(errOut, say.unknownFlag.en) {
				t.Errorf("%q: there is no such flag: %s", args, errOut)
			}
		}
	}
	reFlag := regexp.MustCompile(`(?m)(?:^|[\s\[])--?([a-z][a-z-]+)`)
	for path, own := range map[string]func(out *bytes.Buffer){
		"config check":    func(out *bytes.Buffer) { config.Command(nil, nil, out, out) },
		"catalogue check": func(out *bytes.Buffer) { catalogue.Command([]string{"-h"}, out, out) },
		"verify":          func(out *bytes.Buffer) { receipt.Command([]string{"-h"}, out, out) },
		"deadline":        func(out *bytes.Buffer) { calendar.Command([]string{"-h"}, out, out) },
		"bench":           func(out *bytes.Buffer) { bench.Command(t.Context(), []string{"-h"}, out, out) },
	} {
		var out bytes.Buffer
		own(&out)
		h, _ := helpOf(strings.Fields(path))
		found := reFlag.FindAllStringSubmatch(out.String(), -1)
		if len(found) == 0 {
			t.Errorf("%s says nothing of its flags: %s", path, out.String())
		}
		for _, m := range found {
			if !slices.ContainsFunc(h.allFlags(), func(f flagHelp) bool { return f.name == m[1] }) {
				t.Errorf("%s: --%s is not explained", path, m[1])
			}
		}
	}
}

// TestHints: what is misspelt is named, with what was perhaps meant, and nothing
// is done.
func TestHints(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	for _, tt := range []struct {
		args string
		want string
	}{
		{"srve", `"srve"; perhaps you mean serve`},
		{"serve --no-wroker", "no flag --no-wroker; perhaps you mean --no-worker"},
		{"serve --port 1", "no flag --port\n"},
		{"admin country --defalt", "perhaps you mean --default"},
		{"deadline --rule cpc-336 --serverd 1404-01-01", "perhaps you mean --served"},
		{"demo --lang", "the language is fa or en"},
		{"demo --lang de", "the language is fa or en"},
		{"help bakcup", `no help on "bakcup"`},
		{"--lang fa srve", say.unknown.fa},
	} {
		code, out, errOut := s.run(strings.Fields(tt.args)...)
		if code != exitUsage || out != "" || !strings.Contains(errOut, tt.want) {
			t.Errorf("%s: %d %s%s", tt.args, code, out, errOut)
		}
	}
	if left, err := os.ReadDir(s.dir); err != nil || len(left) != 0 {
		t.Errorf("something was made: %v, %v", left, err)
	}
	s.vars = append(s.vars, "TARAZU_LANG=fa")
	if out := s.ok("help"); !strings.Contains(out, say.about.fa) {
		t.Errorf("TARAZU_LANG is not heard: %s", out)
	}
	if out := s.ok("help", "exit-codes", "--lang", "en"); !strings.Contains(out, exitCodes[2].what.en) {
		t.Errorf("exit codes: %s", out)
	}
	if out := s.ok("deadline", "--rule", "cpc-336", "--served", "1404-06-31"); !strings.Contains(out, "مهلت") {
		t.Errorf("a command of a module speaks another language: %s", out)
	}
}

// TestCLIPage: docs/cli.md is what the program says of itself.
func TestCLIPage(t *testing.T) {
	t.Parallel()
	const path = "../../docs/cli.md"
	page := cliPage()
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(path); err != nil || string(kept) != page {
		t.Errorf("docs/cli.md is not up to date (%v): go test ./cmd/tarazu -run TestCLIPage -update", err)
	}
}

func cliPage() string {
	var b strings.Builder
	b.WriteString("# The command line\n\nWritten by `go test ./cmd/tarazu -run TestCLIPage -update` from what `tarazu help` prints. `--lang fa|en` stands anywhere, `TARAZU_LANG` sets it once.\n\n## Exit codes\n\n| code | means | معنا |\n|---|---|---|\n")
	for _, x := range exitCodes {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", x.code, x.what.en, x.what.fa)
	}
	for _, h := range helps() {
		fmt.Fprintf(&b, "\n## tarazu %s\n\n    %s\n\n%s.\n", h.path, h.line(), upperFirst(h.what.en))
		if h.more.en != "" {
			fmt.Fprintf(&b, "\n%s\n", h.more.en)
		}
		if len(h.flags) == 0 {
			continue
		}
		b.WriteString("\n| flag | does |\n|---|---|\n")
		for _, f := range h.flags {
			fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(strings.TrimSpace("--"+f.name+" "+f.arg), "|", `\|`), f.what.en)
		}
	}
	return b.String()
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// TestProgress: a line at each quarter where there is no terminal, a bar that is
// drawn again where there is one.
func TestProgress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := newProgress(env{out: &out, lang: i18n.EN})
	for i := range int64(100) {
		p.step(doingPeople, i+1, 100)
	}
	p.step(doingCases, 1, 2)
	p.step(doingCases, 1, 0)
	if want := "People: 25/100\nPeople: 50/100\nPeople: 75/100\nPeople: 100/100\nCases: 1/2\n"; out.String() != want {
		t.Errorf("lines:\n%s", out.String())
	}
	out.Reset()
	p = &progress{out: &out, bar: true, lang: i18n.FA}
	p.step(doingPeople, 50, 100)
	p.step(doingPeople, 100, 100)
	if text := out.String(); strings.Count(text, "\r") != 2 || !strings.HasSuffix(text, "] 100/100\n") || !strings.Contains(text, strings.Repeat("█", barWidth/2)+"·") {
		t.Errorf("bar: %q", text)
	}
}
