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
	"syscall"

	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/platform/config"
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
	vars   []string
	in     io.Reader
	out    io.Writer
	errOut io.Writer
}

// command is one verb of the program.
type command struct {
	name, what string
	run        func(ctx context.Context, args []string, e env) int
}

func commands() []command {
	return []command{
		{"serve", "answer HTTP and run jobs (TARAZU_ADDR, 127.0.0.1:8080 by default)", serve},
		{"worker", "run jobs and sequence the evidence log, without HTTP", worker},
		{"migrate", "bring the database to the newest schema", migrate},
		{"demo", "make a small demo country in the data folder", demo},
		{"config", "check the configuration, or print an example", func(_ context.Context, args []string, e env) int {
			return config.Command(args, e.vars, e.out, e.errOut)
		}},
		{"catalogue", "check definitions of services", func(_ context.Context, args []string, e env) int {
			return catalogue.Command(args, e.out, e.errOut)
		}},
		{"verify", "check receipts, without network and database", func(_ context.Context, args []string, e env) int {
			return receipt.Command(args, e.out, e.errOut)
		}},
		{"deadline", "count a statutory term, without database", func(_ context.Context, args []string, e env) int {
			return calendar.Command(args, e.out, e.errOut)
		}},
		{"admin", "set up, publish, look at dead jobs, back up, restore, audit", admin},
		{"bench", "measure beside the raw engine", benchmark},
		{"version", "print the version", func(_ context.Context, _ []string, e env) int {
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
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				return c.run(ctx, args[1:], e)
			}
		}
		if args[0] != "help" && args[0] != "-h" && args[0] != "--help" {
			fmt.Fprintf(e.errOut, "tarazu: there is no command %q\n\n", args[0])
			usage(e.errOut)
			return exitUsage
		}
		usage(e.out)
		return exitOK
	}
	usage(e.errOut)
	return exitUsage
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Tarazu: the electronic services of a judiciary.\n\nusage: tarazu COMMAND [arguments]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.what)
	}
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
