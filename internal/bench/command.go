// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/pprof"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/store/pgtemp"
)

const usage = `usage: tarazu bench [--rounds N] [--seconds S] [--engine sqlite|postgres] [--only NAMES]
                    [--notices N] [--few N] [--postgres URL] [--json] [--profile FILE]

Measures the program beside the raw engine in one run, on databases of its own,
and prints a table. It needs the PostgreSQL server programs, or the address of a
server on which it may make databases, unless --engine is sqlite. Progress goes
to standard error.

`

// Command is `tarazu bench`. It returns 0; 1 if measuring failed; 2 if args are
// not understood.
func Command(ctx context.Context, args []string, out, errOut io.Writer) int {
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.Usage = func() { fmt.Fprint(errOut, usage); fs.PrintDefaults() }
	o := Options{Progress: errOut}
	var engine, only, profile string
	var asJSON bool
	fs.IntVar(&o.Rounds, "rounds", 5, "how often everything is measured; the table has the medians")
	fs.Float64Var(&o.Seconds, "seconds", 0.5, "length of one measurement")
	fs.StringVar(&engine, "engine", "", "only this engine")
	fs.StringVar(&only, "only", "", "only these measurements, with commas: "+strings.Join(Names(), ","))
	fs.IntVar(&o.Notices, "notices", 0, "compare the inbox and deliveries with so many notices in PostgreSQL with the same at --few; 0: do not")
	fs.IntVar(&o.Few, "few", 50_000, "with how many notices --notices is compared")
	fs.StringVar(&o.Postgres, "postgres", "", "address of a PostgreSQL server; default: a throw-away one with fsync on")
	fs.BoolVar(&asJSON, "json", false, "write JSON instead of a table")
	fs.StringVar(&profile, "profile", "", "write a processor profile to this file")
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	o.Engines = []string{"sqlite", "postgres"}
	if engine != "" {
		o.Engines = []string{engine}
	}
	if only != "" {
		o.Only = strings.Split(only, ",")
	}
	err := o.check()
	if err == nil && fs.NArg() > 0 {
		err = fmt.Errorf("%q is not understood", fs.Arg(0))
	}
	if err != nil {
		fmt.Fprintln(errOut, "tarazu bench:", err)
		return 2
	}
	if err := profiled(profile, func() error { return measure(ctx, o, asJSON, out) }); err != nil {
		fmt.Fprintln(errOut, "tarazu bench:", err)
		if errors.Is(err, pgtemp.ErrNotInstalled) {
			fmt.Fprintln(errOut, "tarazu bench: --engine sqlite measures without it")
		}
		return 1
	}
	return 0
}

func measure(ctx context.Context, o Options, asJSON bool, out io.Writer) error {
	rep, err := Run(ctx, o)
	switch {
	case err != nil:
		return err
	case asJSON:
		return rep.WriteJSON(out)
	}
	return rep.WriteText(out)
}

// profiled runs fn and writes a processor profile of it, if a file is named.
func profiled(file string, fn func() error) error {
	if file == "" {
		return fn()
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	err = fn()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}
