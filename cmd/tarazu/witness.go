// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/ledger/witness"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// witnessFlags are what `tarazu witness` is told.
type witnessFlags struct {
	name, dir, addr string
	logs, logFiles  []string
	keyOnly         bool
}

// runWitness is an independent body's server, which cosigns the checkpoints of
// logs. It uses no configuration of a court's and no database but its own.
func runWitness(ctx context.Context, args []string, e env) int {
	fs := flag.NewFlagSet("witness", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	var f witnessFlags
	fs.StringVar(&f.name, "name", "", "")
	fs.StringVar(&f.dir, "dir", "witness", "")
	fs.StringVar(&f.addr, "addr", "127.0.0.1:8099", "")
	fs.BoolVar(&f.keyOnly, "show-key", false, "")
	fs.Func("log", "", func(s string) error { f.logs = append(f.logs, s); return nil })
	fs.Func("log-file", "", func(s string) error { f.logFiles = append(f.logFiles, s); return nil })
	if err := fs.Parse(args); err != nil || fs.NArg() > 0 || f.name == "" {
		h, _ := helpOf([]string{"witness"})
		h.print(e.errOut, e.lang)
		return exitUsage
	}
	for _, file := range f.logFiles {
		text, err := os.ReadFile(file)
		if err != nil {
			return fail(e, err)
		}
		more, err := receipt.ParseKeys(string(text))
		if err != nil {
			return fail(e, fmt.Errorf("%s: %w", file, err))
		}
		f.logs = append(f.logs, more...)
	}
	return fail(e, f.run(ctx, e))
}

func (f witnessFlags) run(ctx context.Context, e env) error {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	key, err := witness.OpenKey(filepath.Join(f.dir, "witness.key"), f.name)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.out, key.VKey())
	if f.keyOnly {
		return nil
	}
	if len(f.logs) == 0 {
		return errors.New("name the logs to watch, with --log or --log-file")
	}
	dsn := "sqlite:" + filepath.Join(f.dir, "witness.db")
	if _, err := store.Migrate(ctx, dsn, witness.Migrations); err != nil {
		return err
	}
	db, err := store.Open(ctx, dsn, store.Options{Clock: clock.System{}})
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(e.errOut, nil))
	s, err := witness.New(witness.Deps{DB: db, Clock: clock.System{}, Log: log, Key: key, Logs: f.logs, Mark: filepath.Join(f.dir, "witness.mark")})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	return errors.Join(serveWitness(ctx, f.addr, s, log, e), db.Close())
}

// serveWitness answers until ctx ends.
func serveWitness(ctx context.Context, addr string, s *witness.Server, log *slog.Logger, e env) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	srv := &http.Server{
		Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	stop := context.AfterFunc(ctx, func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = srv.Shutdown(end) // what is under way was persisted or not answered
	})
	defer stop()
	fmt.Fprintf(e.out, "The witness answers at http://%s/add-checkpoint\n", l.Addr())
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
