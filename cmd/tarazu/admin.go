// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/config"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const adminUsage = `usage: tarazu admin backup FILE    every row, as it stands at one instant
       tarazu admin restore FILE   into an empty database, of either engine
       tarazu admin publish closure|threshold|fee|service FILE.json
                                   put a dated table entry into force
       tarazu admin audit          recompute the evidence log from its records
       tarazu admin key            print the log's public key, for verify --key

The keys in the data folder are not part of a backup: keep a copy of them apart.
`

func admin(ctx context.Context, args []string, e env) int {
	verbs := map[string]struct {
		args int
		run  func(ctx context.Context, cfg config.Config, args []string, e env) error
	}{
		"backup": {1, backup}, "restore": {1, restore}, "publish": {2, publish}, "audit": {0, audit}, "key": {0, showKey},
	}
	if len(args) > 0 {
		if v, ok := verbs[args[0]]; ok && len(args) == 1+v.args {
			cfg, _, ok := load("", e)
			if !ok {
				return exitFailed
			}
			return fail(e, v.run(ctx, cfg, args[1:], e))
		}
	}
	fmt.Fprint(e.errOut, adminUsage)
	return exitUsage
}

// backup writes to a new file beside the target and moves it there when it is
// whole, so that a backup cut short never looks like one.
func backup(ctx context.Context, cfg config.Config, args []string, e env) error {
	db, err := store.Open(ctx, cfg.Database, store.Options{Clock: clock.System{}})
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
	if err := os.Rename(f.Name(), args[0]); err != nil {
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
	db, err := store.Open(ctx, cfg.Database, store.Options{Clock: clock.System{}})
	if err != nil {
		return err
	}
	defer db.Close()
	key, err := ledger.LoadKey(cfg.Ledger.KeyFile, cfg.Ledger.Origin)
	if err != nil {
		return err
	}
	l, err := ledger.New(ledger.Deps{DB: db, Clock: clock.System{}, Signer: key.Signer(), Verifier: key.VKey(), Origin: cfg.Ledger.Origin})
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
