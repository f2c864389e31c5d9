// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/notice/series"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// verb is a command below admin; it takes from min to max arguments.
type verb struct {
	min, max int
	run      func(ctx context.Context, cfg config.Config, args []string, e env) error
}

func verbs() map[string]verb {
	return map[string]verb{
		"country": {1, 1, loadCountry}, "administrator": {1, 1, administrator}, "publish": {2, 2, publish},
		"deaths": {1, 1, deaths}, "jobs": {0, 1000, deadJobs}, "backup": {1, 1, backup}, "restore": {1, 1, restore}, "introduce": {2, 3, introduce},
		"audit": {0, 0, audit}, "key": {0, 0, showKey}, "export-log": {1, 1, exportLog},
		"new-shard": {0, 0, newShard}, "rotate-key": {0, 1, rotateKey},
		"client": {1, 2, clients}, "signing-key": {1, 2, signingKeys},
	}
}

func admin(ctx context.Context, args []string, e env) int {
	if len(args) > 0 {
		if v, ok := verbs()[args[0]]; ok && len(args)-1 >= v.min && len(args)-1 <= v.max {
			cfg, err := load("", e)
			if err == nil {
				err = v.run(ctx, cfg, args[1:], e)
			}
			if !errors.Is(err, errUsage) {
				return fail(e, err)
			}
		}
	}
	h, _ := helpOf(append([]string{"admin"}, args...))
	h.print(e.errOut, e.lang)
	return exitUsage
}

// errUsage is returned for arguments that a verb does not understand.
var errUsage = errors.New("wrong usage")

// open opens a database that must be there: SQLite would make an empty one.
func open(ctx context.Context, cfg config.Config) (*store.DB, error) {
	if path, lite := strings.CutPrefix(cfg.Database, "sqlite:"); lite {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is no database yet: %w", err)
		}
	}
	return store.Open(ctx, cfg.Database, store.Options{Clock: clock.System{}})
}

// withApp runs fn with the whole program on a database that is brought up to
// date; nothing is served and no job is run.
func withApp(ctx context.Context, cfg config.Config, fn func(a *app.App) error) error {
	if _, err := prepare(ctx, cfg); err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Version: version})
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.Close(context.WithoutCancel(ctx)))
}

// backup writes to a new file beside the target and gives it that name when it
// is whole, so that a backup cut short never looks like one. It never writes over
// anything: not over yesterday's backup, and not over the database itself.
func backup(ctx context.Context, cfg config.Config, args []string, e env) error {
	db, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	f, err := os.CreateTemp(filepath.Dir(args[0]), filepath.Base(args[0])+".part*")
	if err != nil {
		return err
	}
	sum, err := db.Backup(ctx, f)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	err = os.Link(f.Name(), args[0])
	if err = errors.Join(err, os.Remove(f.Name())); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: a backup writes over nothing; name another file", args[0])
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%d rows of %d tables (%s) written to %s\nsha256 of the content: %s\n", sum.Rows, sum.Tables, sum.Engine, args[0], sum.SHA256)
	return nil
}

func restore(ctx context.Context, cfg config.Config, args []string, e env) error {
	f, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	p := newProgress(e)
	read := &counted{Reader: f, total: info.Size(), tell: func(done, total int64) { p.step(doingRestore, done>>10, max(total>>10, 1)) }}
	sum, err := store.Restore(ctx, cfg.Database, read, app.Migrations()...)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%d rows of %d tables restored (backup of %s)\n", sum.Rows, sum.Tables, sum.Engine)
	return nil
}

func audit(ctx context.Context, cfg config.Config, _ []string, e env) error {
	db, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	p := newProgress(e)
	l, err := openLog(ctx, cfg, db, ledger.Deps{CheckStamp: app.CheckStamp, Audited: func(done, total int64) { p.step(doingAudit, done, total) }})
	if err != nil {
		return err
	}
	found, err := l.AuditAll(ctx)
	if err != nil {
		return err
	}
	for _, f := range found {
		fmt.Fprintln(e.out, f)
	}
	if len(found) > 0 {
		return fmt.Errorf("%d findings", len(found))
	}
	fmt.Fprintln(e.out, "The evidence log is consistent with every record.")
	wrong, err := series.Audit(ctx, db, l)
	if err != nil {
		return err
	}
	for _, f := range wrong {
		fmt.Fprintln(e.out, f)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d findings in the series of notices", len(wrong))
	}
	fmt.Fprintln(e.out, "The numbers of the notices are those that the log gives.")
	s, stamped, err := l.LastStamp(ctx)
	if err != nil {
		return err
	}
	if !stamped {
		fmt.Fprintln(e.out, "No checkpoint has a time stamp.")
		return nil
	}
	fmt.Fprintf(e.out, "Last time stamp: %s, %d records, by %s, under the root certificate with SHA-256 %x.\n",
		s.Time.UTC().Format(time.RFC3339), s.Size, s.Authority, sha256.Sum256(s.Root))
	return nil
}

// exportLog writes the logs as static files for everybody.
func exportLog(ctx context.Context, cfg config.Config, args []string, e env) error {
	db, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	list, quorum := app.Witnesses(cfg)
	l, err := openLog(ctx, cfg, db, ledger.Deps{Witnesses: list, Quorum: quorum})
	if err != nil {
		return err
	}
	p := newProgress(e)
	n, err := l.Export(ctx, args[0], func(_ string, done, total int64) { p.step(doingExport, done, total) })
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%d files written to %s.\n", n, args[0])
	return nil
}

// showKey prints the key of the newest log; without a database, of the first.
func showKey(ctx context.Context, cfg config.Config, _ []string, e env) error {
	db, err := open(ctx, cfg)
	if err != nil {
		key, err := ledger.LoadKey(cfg.Ledger.KeyFile, cfg.Ledger.Origin)
		if err == nil {
			fmt.Fprintln(e.out, key.VKey())
		}
		return err
	}
	defer db.Close()
	o, err := ledger.ReadChain(ctx, db, cfg.Ledger.KeyFile, cfg.Ledger.Origin)
	if err == nil {
		fmt.Fprintln(e.out, o.Newest.VKey())
	}
	return err
}

// openLog is the ledger of a command that needs no more than it.
func openLog(ctx context.Context, cfg config.Config, db *store.DB, d ledger.Deps) (*ledger.Ledger, error) {
	o, err := ledger.ReadChain(ctx, db, cfg.Ledger.KeyFile, cfg.Ledger.Origin)
	if err != nil {
		return nil, err
	}
	return newLog(cfg, db, o, d)
}

func newLog(cfg config.Config, db *store.DB, o ledger.Opened, d ledger.Deps) (*ledger.Ledger, error) {
	d.DB, d.Clock, d.Signer, d.Verifier, d.Origin, d.Keys = db, clock.System{}, o.First.Signer(), o.First.VKey(), cfg.Ledger.Origin, o.Ring.Key
	return ledger.New(d)
}
