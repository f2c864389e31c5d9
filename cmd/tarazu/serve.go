// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/aside"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/obs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// parse reads the flags that serve, worker, migrate and demo share.
func parse(name string, args []string, e env, more func(fs *flag.FlagSet)) (file string, demo bool, code int, ok bool) {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(e.errOut)
	fs.Usage = func() {
		h, _ := helpOf([]string{name})
		h.print(e.errOut, e.lang)
	}
	fs.StringVar(&file, "config", "", "")
	fs.BoolVar(&demo, "demo", false, "")
	if more != nil {
		more(fs)
	}
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return "", false, exitOK, false
		}
		return "", false, exitUsage, false
	}
	if fs.NArg() > 0 {
		fmt.Fprintf(e.errOut, "tarazu %s: %q is not understood\n", name, fs.Arg(0))
		return "", false, exitUsage, false
	}
	return file, demo, exitOK, true
}

// ready loads the configuration, makes the data folder and migrates.
func ready(ctx context.Context, file string, demo bool, e env) (config.Config, *slog.Logger, error) {
	vars := e.vars
	if demo {
		vars = append(append([]string(nil), vars...), "TARAZU_DEMO=true")
	}
	e.vars = vars
	cfg, err := load(file, e)
	if err != nil {
		return cfg, nil, err
	}
	log := obs.NewLogger(e.errOut, cfg.Log.Level, cfg.Log.Format)
	n, err := prepare(ctx, cfg)
	if err == nil && n > 0 {
		log.Info("schema brought up to date", "steps", n)
	}
	return cfg, log, err
}

// prepare makes the data folder and brings the schema up to date; it tells how
// many steps that took.
func prepare(ctx context.Context, cfg config.Config) (n int, err error) {
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return 0, fmt.Errorf("the folder of data_dir cannot be made: %w", err)
	}
	path, lite := strings.CutPrefix(cfg.Database, "sqlite:")
	if !lite { // goose asks again and again for minutes before it gives up
		db, err := store.Open(ctx, cfg.Database, store.Options{Clock: clock.System{}, MaxConns: 1})
		if err != nil {
			return 0, err
		}
		if err := db.Close(); err != nil {
			return 0, err
		}
	} else if err := writable(filepath.Dir(path)); err != nil {
		return 0, fmt.Errorf("the folder of the database cannot be written to: %w", err)
	}
	return store.Migrate(ctx, cfg.Database, app.Migrations()...)
}

// writable tries to make a file in a folder.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".write-*")
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", dir, e.Err)
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// warn logs what is odd about the configuration of a program that has started.
func warn(log *slog.Logger, cfg config.Config) {
	for _, w := range cfg.Warnings {
		log.Warn(w)
	}
}

func serve(ctx context.Context, args []string, e env) int {
	noWork := false
	file, demo, code, ok := parse("serve", args, e, func(fs *flag.FlagSet) {
		fs.BoolVar(&noWork, "no-worker", false, "")
	})
	if !ok {
		return code
	}
	cfg, log, err := ready(ctx, file, demo, e)
	if err != nil {
		return fail(e, err)
	}
	aside.MakeRoom(cfg.Security.Passwords())
	aside.SlowCollector()
	l, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return fail(e, err)
	}
	a, err := app.New(ctx, cfg, app.Options{Log: log, Version: version, Witnesses: true})
	if err != nil {
		return fail(e, errors.Join(err, l.Close()))
	}
	warn(log, cfg)
	fmt.Fprintf(e.out, "Tarazu answers at %s\n", cfg.BaseURL)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.Serve(gctx, l) })
	if !noWork {
		g.Go(func() error { return a.Work(gctx) })
	}
	err = g.Wait()
	return fail(e, errors.Join(err, a.Close(context.WithoutCancel(ctx))))
}

func worker(ctx context.Context, args []string, e env) int {
	file, demo, code, ok := parse("worker", args, e, nil)
	if !ok {
		return code
	}
	cfg, log, err := ready(ctx, file, demo, e)
	if err != nil {
		return fail(e, err)
	}
	aside.SlowCollector()
	a, err := app.New(ctx, cfg, app.Options{Log: log, Version: version, Witnesses: true})
	if err != nil {
		return fail(e, err)
	}
	warn(log, cfg)
	return fail(e, errors.Join(a.Work(ctx), a.Close(context.WithoutCancel(ctx))))
}

func migrate(ctx context.Context, args []string, e env) int {
	file, demo, code, ok := parse("migrate", args, e, nil)
	if !ok {
		return code
	}
	if _, _, err := ready(ctx, file, demo, e); err != nil {
		return fail(e, err)
	}
	fmt.Fprintln(e.out, "The schema is up to date.")
	return exitOK
}

func demo(ctx context.Context, args []string, e env) int {
	var seed uint64
	file, _, code, ok := parse("demo", args, e, func(fs *flag.FlagSet) {
		fs.Uint64Var(&seed, "seed", 0, "")
	})
	if !ok {
		return code
	}
	cfg, log, err := ready(ctx, file, true, e)
	if err != nil {
		return fail(e, err)
	}
	a, err := app.New(ctx, cfg, app.Options{Log: log, Version: version, Witnesses: true})
	if err != nil {
		return fail(e, err)
	}
	bar := newProgress(e)
	err = errors.Join(a.Demo(ctx, app.DemoOptions{Seed: seed, Progress: func(p app.DemoProgress) {
		bar.step(map[string]words{app.DemoPeople: doingPeople, app.DemoCases: doingCases}[p.Phase], int64(p.Done), int64(p.Total))
	}}), a.Close(context.WithoutCancel(ctx)))
	if err == nil {
		fmt.Fprintln(e.out, words{"کشور نمایشی آماده است. آغاز با: tarazu serve --demo", "The demo country is ready. Start it with: tarazu serve --demo"}.in(e.lang))
	}
	return fail(e, err)
}
