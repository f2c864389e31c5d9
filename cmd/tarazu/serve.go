// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// parse reads the flags that serve, worker, migrate and demo share.
func parse(name string, args []string, e env, more func(fs *flag.FlagSet)) (file string, demo bool, code int, ok bool) {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(e.errOut)
	fs.StringVar(&file, "config", "", "the configuration file; default: what TARAZU_CONFIG names")
	fs.BoolVar(&demo, "demo", false, "a demo country, whatever the configuration says")
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
	cfg, log, ok := load(file, e)
	if !ok {
		return cfg, nil, errors.New("the configuration is not valid")
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return cfg, nil, err
	}
	n, err := store.Migrate(ctx, cfg.Database, app.Migrations()...)
	if err == nil && n > 0 {
		log.Info("schema brought up to date", "steps", n)
	}
	return cfg, log, err
}

func serve(ctx context.Context, args []string, e env) int {
	noWork := false
	file, demo, code, ok := parse("serve", args, e, func(fs *flag.FlagSet) {
		fs.BoolVar(&noWork, "no-worker", false, "leave jobs and the evidence log to `tarazu worker`")
	})
	if !ok {
		return code
	}
	cfg, log, err := ready(ctx, file, demo, e)
	if err != nil {
		return fail(e, err)
	}
	l, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return fail(e, err)
	}
	a, err := app.New(ctx, cfg, app.Options{Log: log, Version: version})
	if err != nil {
		return fail(e, errors.Join(err, l.Close()))
	}
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
	a, err := app.New(ctx, cfg, app.Options{Log: log, Version: version})
	if err != nil {
		return fail(e, err)
	}
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
	file, _, code, ok := parse("demo", args, e, nil)
	if !ok {
		return code
	}
	cfg, log, err := ready(ctx, file, true, e)
	if err != nil {
		return fail(e, err)
	}
	a, err := app.New(ctx, cfg, app.Options{Log: log, Version: version})
	if err != nil {
		return fail(e, err)
	}
	err = errors.Join(a.Demo(ctx), a.Close(context.WithoutCancel(ctx)))
	if err == nil {
		fmt.Fprintln(e.out, "The demo country is ready. Start it with: tarazu serve --demo")
	}
	return fail(e, err)
}
