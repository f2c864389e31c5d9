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
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const adminUsage = `usage: tarazu admin country FILE.json|--default
                                   load courts; --default: the invented ones
       tarazu admin administrator FILE.json
                                   make the first administrator's account
       tarazu admin publish closure|threshold|fee|service FILE.json
                                   put a dated table entry into force
       tarazu admin jobs           list the jobs that were given up
       tarazu admin jobs retry ID...
                                   make them due again
       tarazu admin backup FILE    every row, as it stands at one instant
       tarazu admin restore FILE   into an empty database, of either engine
       tarazu admin audit          recompute the evidence log from its records
       tarazu admin key            print the log's public key, for verify --key

The configuration is that of the server: the file that TARAZU_CONFIG names, and
variables of the environment. docs/runbooks says when to use what.
The keys in the data folder are not part of a backup: keep a copy of them apart.
`

// verb is a command below admin; it takes from min to max arguments.
type verb struct {
	min, max int
	run      func(ctx context.Context, cfg config.Config, args []string, e env) error
}

func verbs() map[string]verb {
	return map[string]verb{
		"country": {1, 1, loadCountry}, "administrator": {1, 1, administrator}, "publish": {2, 2, publish},
		"jobs": {0, 1000, deadJobs}, "backup": {1, 1, backup}, "restore": {1, 1, restore}, "audit": {0, 0, audit}, "key": {0, 0, showKey},
	}
}

func admin(ctx context.Context, args []string, e env) int {
	if len(args) == 1 && (args[0] == "-h" || args[0] == "--help" || args[0] == "help") {
		fmt.Fprint(e.out, adminUsage)
		return exitOK
	}
	if len(args) > 0 {
		if v, ok := verbs()[args[0]]; ok && len(args)-1 >= v.min && len(args)-1 <= v.max {
			cfg, err := load("", e)
			if err == nil {
				err = v.run(ctx, cfg, args[1:], e)
			}
			if errors.Is(err, errUsage) {
				fmt.Fprint(e.errOut, adminUsage)
				return exitUsage
			}
			return fail(e, err)
		}
	}
	fmt.Fprint(e.errOut, adminUsage)
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
	sum, err := store.Restore(ctx, cfg.Database, f, app.Migrations()...)
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
	key, err := ledger.LoadKey(cfg.Ledger.KeyFile, cfg.Ledger.Origin)
	if err != nil {
		return err
	}
	l, err := ledger.New(ledger.Deps{DB: db, Clock: clock.System{}, Signer: key.Signer(), Verifier: key.VKey(), Origin: cfg.Ledger.Origin, CheckStamp: app.CheckStamp})
	if err != nil {
		return err
	}
	found, err := l.Audit(ctx)
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

func showKey(_ context.Context, cfg config.Config, _ []string, e env) error {
	key, err := ledger.LoadKey(cfg.Ledger.KeyFile, cfg.Ledger.Origin)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.out, key.VKey())
	return nil
}
