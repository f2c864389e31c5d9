// SPDX-License-Identifier: Apache-2.0

// Command tarazu is the whole of Tarazu: the web server, the workers, and the
// tools of operators, auditors and of anyone who holds a receipt.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/notice/series"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// Exit codes, the same for every command.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// env is what a command gets from its surroundings.
type env struct {
	lang   i18n.Lang
	vars   []string
	in     io.Reader
	out    io.Writer
	errOut io.Writer
}

// command is one verb of the program. What is said about it stands in helps.
type command struct {
	name string
	run  func(ctx context.Context, args []string, e env) int
}

func commands() []command {
	return []command{
		{"serve", serve}, {"worker", worker}, {"migrate", migrate}, {"demo", demo}, {"admin", admin}, {"audit", auditCommand}, {"bench", benchmark},
		{"config", func(_ context.Context, args []string, e env) int {
			return config.Command(args, e.vars, e.out, e.errOut)
		}},
		{"catalogue", func(_ context.Context, args []string, e env) int {
			if len(args) > 0 {
				args = slices.Insert(slices.Clone(args), 1, "--lang", string(e.lang))
			}
			return catalogue.Command(args, e.out, e.errOut)
		}},
		{"verify", func(_ context.Context, args []string, e env) int {
			return receipt.Command(append([]string{"--lang", string(e.lang)}, args...), e.out, e.errOut, series.Kind())
		}},
		{"witness", runWitness},
		{"deadline", func(_ context.Context, args []string, e env) int {
			return calendar.Command(append([]string{"--lang", string(e.lang)}, args...), e.out, e.errOut)
		}},
		{"version", func(_ context.Context, _ []string, e env) int {
			fmt.Fprintln(e.out, "tarazu", version)
			return exitOK
		}},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], env{vars: os.Environ(), in: os.Stdin, out: os.Stdout, errOut: os.Stderr}))
}

// run finds the command and runs it.
func run(ctx context.Context, args []string, e env) int {
	args, l, ok := takeLang(args, e.vars)
	if e.lang = l; !ok {
		fmt.Fprintf(e.errOut, "tarazu: --lang: %s\n", say.langValue.in(l))
		return exitUsage
	}
	if len(args) == 0 {
		usage(e.errOut, l)
		return exitUsage
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return showHelp(args[1:], e)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return runCommand(ctx, c, args, e)
		}
	}
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	fmt.Fprintf(e.errOut, "tarazu: %s %q%s\n\n", say.unknown.in(l), args[0], hint(l, nearest(args[0], names)))
	usage(e.errOut, l)
	return exitUsage
}

// runCommand refuses flags that the command does not have, and answers those
// that ask for help.
func runCommand(ctx context.Context, c command, args []string, e env) int {
	h, _ := helpOf(args)
	rest := args[len(strings.Fields(h.path)):]
	for _, a := range rest {
		if a == "--" {
			break
		}
		if a == "-h" || a == "--help" || a == "-help" {
			h.print(e.out, e.lang)
			return exitOK
		}
	}
	if name, unknown := h.unknownFlag(rest); unknown {
		var have []string
		for _, f := range h.allFlags() {
			have = append(have, f.name)
		}
		near := nearest(name, have)
		if near != "" {
			near = "--" + near
		}
		fmt.Fprintf(e.errOut, "tarazu %s: %s --%s%s\n", h.path, say.unknownFlag.in(e.lang), name, hint(e.lang, near))
		return exitUsage
	}
	return c.run(ctx, args[1:], e)
}

// hint names what was perhaps meant.
func hint(l i18n.Lang, near string) string {
	if near == "" {
		return ""
	}
	return "; " + say.meant.in(l) + " " + near
}

// showHelp answers `tarazu help`.
func showHelp(args []string, e env) int {
	switch {
	case len(args) == 0:
		usage(e.out, e.lang)
		return exitOK
	case len(args) == 1 && args[0] == "exit-codes":
		for _, x := range exitCodes {
			fmt.Fprintf(e.out, "%d  %s\n", x.code, x.what.in(e.lang))
		}
		return exitOK
	}
	if h, ok := helpOf(args); ok && len(strings.Fields(h.path)) == len(args) {
		h.print(e.out, e.lang)
		return exitOK
	}
	fmt.Fprintf(e.errOut, "tarazu: %s %q\n", say.noTopic.in(e.lang), strings.Join(args, " "))
	return exitUsage
}

// takeLang takes --lang out of the arguments; it may stand anywhere. Else
// TARAZU_LANG says the language, else it is English.
func takeLang(args, vars []string) (rest []string, l i18n.Lang, ok bool) {
	l, ok = i18n.EN, true
	set := func(s string) {
		got, known := i18n.Parse(s)
		if ok = known; known {
			l = got
		}
	}
	for _, v := range vars {
		if s, found := strings.CutPrefix(v, "TARAZU_LANG="); found && s != "" {
			set(s)
		}
	}
	for i := 0; i < len(args); i++ {
		name, value, valued := strings.Cut(args[i], "=")
		switch {
		case args[i] == "--":
			return append(rest, args[i:]...), l, ok
		case name != "--lang" && name != "-lang":
			rest = append(rest, args[i])
		case valued:
			set(value)
		case i+1 < len(args):
			i++
			set(args[i])
		default:
			ok = false
		}
	}
	return rest, l, ok
}

// errTold is returned when the operator was told already.
var errTold = errors.New("told")

// load reads the configuration; its faults are printed, all at once, each on a
// line of its own.
func load(file string, e env) (config.Config, error) {
	cfg, err := config.Load(file, e.vars)
	if err == nil {
		return cfg, nil
	}
	for _, f := range config.Faults(err) {
		fmt.Fprintln(e.errOut, "tarazu: configuration:", f)
	}
	return cfg, errTold
}

// fail prints an error for the operator.
func fail(e env, err error) int {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return exitOK
	case errors.Is(err, errTold):
		return exitFailed
	}
	if all, ok := errors.AsType[faults](err); ok {
		for _, f := range all {
			fmt.Fprintln(e.errOut, "tarazu:", f)
		}
		return exitFailed
	}
	fmt.Fprintln(e.errOut, "tarazu:", plain(err))
	return exitFailed
}

// version is what the program was built from; the Makefile sets it.
var version = "dev"
