// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// words is a text in both languages.
type words struct{ fa, en string }

func (w words) in(l i18n.Lang) string {
	if l == i18n.FA {
		return w.fa
	}
	return w.en
}

// flagHelp is a flag: its name, what stands behind it ("" for a switch), and
// what it does.
type flagHelp struct {
	name, arg string
	what      words
}

// help is what is said about a command or a subcommand. It is the only place:
// what is printed, what is in docs/cli.md and which flags there are.
type help struct {
	path  string // "admin jobs retry"
	args  string
	what  words // one line
	more  words // what else is good to know
	flags []flagHelp
}

// helpOf finds the help of what args name, the longest path first.
func helpOf(args []string) (help, bool) {
	var best help
	for _, h := range helps() {
		path := strings.Fields(h.path)
		if len(path) <= len(args) && slices.Equal(path, args[:len(path)]) && len(h.path) > len(best.path) {
			best = h
		}
	}
	return best, best.path != ""
}

// below are the subcommands of a path.
func below(path string) []help {
	var out []help
	for _, h := range helps() {
		if rest, ok := strings.CutPrefix(h.path, path+" "); ok && !strings.Contains(rest, " ") {
			out = append(out, h)
		}
	}
	return out
}

// say are the words of the help itself.
var say = struct{ about, usage, commands, flags, more, lang, langValue, unknown, unknownFlag, meant, noTopic words }{
	about:       words{"ترازو: خدمات الکترونیک یک دستگاه قضایی.", "Tarazu: the electronic services of a judiciary."},
	usage:       words{"شیوهٔ کار:", "Usage:"},
	commands:    words{"دستورها:", "Commands:"},
	flags:       words{"گزینه‌ها:", "Flags:"},
	more:        words{"«tarazu help COMMAND» بیشتر می‌گوید و «tarazu help exit-codes» کدهای پایان را.", "`tarazu help COMMAND` says more, `tarazu help exit-codes` what the exit codes mean."},
	lang:        words{"زبان متن‌ها؛ پیش‌فرض: TARAZU_LANG، وگرنه en", "language of the texts; default: TARAZU_LANG, else en"},
	langValue:   words{"زبان باید fa یا en باشد", "the language is fa or en"},
	unknown:     words{"چنین دستوری نیست:", "there is no command"},
	unknownFlag: words{"این دستور چنین گزینه‌ای ندارد:", "this command has no flag"},
	meant:       words{"شاید منظور این است:", "perhaps you mean"},
	noTopic:     words{"دربارهٔ این چیزی نوشته نشده است:", "there is no help on"},
}

// usage prints all commands.
func usage(w io.Writer, l i18n.Lang) {
	fmt.Fprintf(w, "%s\n\n%s tarazu COMMAND [--lang fa|en] …\n\n%s\n", say.about.in(l), say.usage.in(l), say.commands.in(l))
	for _, h := range helps() {
		if !strings.Contains(h.path, " ") {
			fmt.Fprintf(w, "  %-10s %s\n", h.path, h.what.in(l))
		}
	}
	fmt.Fprintf(w, "\n%s\n", say.more.in(l))
}

// print prints the help of one command.
func (h help) print(w io.Writer, l i18n.Lang) {
	fmt.Fprintf(w, "%s %s\n\n%s\n", say.usage.in(l), h.line(), h.what.in(l))
	if more := h.more.in(l); more != "" {
		fmt.Fprintf(w, "\n%s\n", more)
	}
	if subs := below(h.path); len(subs) > 0 {
		fmt.Fprintf(w, "\n%s\n", say.commands.in(l))
		for _, s := range subs {
			fmt.Fprintf(w, "  %-34s %s\n", strings.TrimSpace(s.path+" "+s.args), s.what.in(l))
		}
	}
	fmt.Fprintf(w, "\n%s\n", say.flags.in(l))
	for _, f := range h.allFlags() {
		fmt.Fprintf(w, "  %-26s %s\n", strings.TrimSpace("--"+f.name+" "+f.arg), f.what.in(l))
	}
}

// line is how the command is written.
func (h help) line() string {
	parts := []string{"tarazu", h.path}
	for _, f := range h.flags {
		parts = append(parts, "["+strings.TrimSpace("--"+f.name+" "+f.arg)+"]")
	}
	if h.args != "" {
		parts = append(parts, h.args)
	}
	return strings.Join(parts, " ")
}

// allFlags are the command's own and the one that all have.
func (h help) allFlags() []flagHelp {
	return append(slices.Clone(h.flags), flagHelp{"lang", "fa|en", say.lang})
}

// unknownFlag is the first flag of args that the command does not have.
func (h help) unknownFlag(args []string) (name string, found bool) {
	for i := 0; i < len(args) && args[i] != "--"; i++ {
		if len(args[i]) < 2 || args[i][0] != '-' {
			continue
		}
		name, _, valued := strings.Cut(strings.TrimLeft(args[i], "-"), "=")
		at := slices.IndexFunc(h.flags, func(f flagHelp) bool { return f.name == name })
		if at < 0 {
			return name, true
		}
		if h.flags[at].arg != "" && !valued {
			i++ // its value
		}
	}
	return "", false
}

// nearest is the candidate that is most like a word, "" if none is.
func nearest(word string, candidates []string) string {
	best, least := "", 1+len(word)/3
	for _, c := range candidates {
		if d := distance(word, c); d <= least && (best == "" || d < distance(word, best)) {
			best = c
		}
	}
	return best
}

// distance counts the letters to insert, remove or change (Levenshtein); two
// neighbours that have changed places are one change.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
