// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"sort"
	"strings"
	"syscall"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// versionTable remembers which migrations ran.
const versionTable = "store_migration"

// lockTable lets one of several starting processes migrate.
const lockTable = "store_migration_lock"

// Migrations are the schema steps of one module: goose files under migrations/,
// written once for both engines. Their numbers are unique over all modules
// (each has its range), and every step is additive: old code runs on the new
// schema. The two that hand rows over to platform/program are not (ADR 52).
type Migrations struct {
	Module string
	FS     fs.FS
}

// Migrate brings the database at dsn to the newest schema. Several processes
// may call it at once; one does the work. It returns how many steps ran.
func Migrate(ctx context.Context, dsn string, mods ...Migrations) (n int, err error) {
	defer errs.Wrap(&err, "store.Migrate")
	files, err := joinMigrations(dsn, mods)
	if err != nil {
		return 0, err
	}
	db, dialect, opts, err := openMigrate(dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	unlock, err := lockFile(dsn)
	if err != nil {
		return 0, err
	}
	defer unlock()
	opts = append(opts, goose.WithTableName(versionTable), goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
	p, err := goose.NewProvider(dialect, db, files, opts...)
	if err != nil {
		return 0, err
	}
	done, err := p.Up(ctx)
	return len(done), err
}

func openMigrate(dsn string) (*sql.DB, goose.Dialect, []goose.ProviderOption, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		db, err := sql.Open("sqlite", fileURI(path)+pragmas+"&_txlock=immediate")
		if err == nil {
			db.SetMaxOpenConns(1)
		}
		return db, goose.DialectSQLite3, nil, err
	}
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, "", nil, errors.New("the PostgreSQL address cannot be read")
	}
	locker, err := lock.NewPostgresTableLocker(lock.WithTableName(lockTable))
	if err != nil {
		return nil, "", nil, err
	}
	return stdlib.OpenDB(*cfg), goose.DialectPostgres, []goose.ProviderOption{goose.WithLocker(locker)}, nil
}

// lockFile lets one process at a time migrate a SQLite file; goose has a lock
// for PostgreSQL only. The lock falls with the process that holds it.
func lockFile(dsn string) (unlock func(), err error) {
	path, ok := strings.CutPrefix(dsn, "sqlite:")
	if !ok {
		return func() {}, nil
	}
	f, err := os.OpenFile(path+".migrate", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil
}

// only leaves of all migrations those with these numbers. A number that nobody has is
// of a newer program.
func only(mods []Migrations, versions []int64) (out []Migrations, err error) {
	left := map[int64]bool{}
	for _, v := range versions {
		left[v] = true
	}
	for _, m := range mods {
		names, err := fs.Glob(m.FS, "migrations/*.sql")
		if err != nil {
			return nil, err
		}
		some := fstest.MapFS{}
		for _, name := range names {
			v, err := goose.NumericComponent(name)
			if err != nil {
				return nil, err
			}
			if !left[v] {
				continue
			}
			delete(left, v)
			text, err := fs.ReadFile(m.FS, name)
			if err != nil {
				return nil, err
			}
			some[name] = &fstest.MapFile{Data: text, Mode: 0o444}
		}
		out = append(out, Migrations{Module: m.Module, FS: some})
	}
	for v := range left {
		return nil, fmt.Errorf("the backup has schema step %d, which this program does not know: use a newer one", v)
	}
	return out, nil
}

// joinMigrations lays the files of all modules side by side and, for SQLite,
// translates their types.
func joinMigrations(dsn string, mods []Migrations) (fs.FS, error) {
	out := fstest.MapFS{}
	for _, m := range mods {
		names, err := fs.Glob(m.FS, "migrations/*.sql")
		if err != nil {
			return nil, err
		}
		sort.Strings(names)
		for _, name := range names {
			text, err := fs.ReadFile(m.FS, name)
			if err != nil {
				return nil, err
			}
			base := strings.TrimPrefix(name, "migrations/")
			if _, twice := out[base]; twice {
				return nil, fmt.Errorf("migration %s of module %s exists already", base, m.Module)
			}
			if strings.HasPrefix(dsn, "sqlite:") {
				text = []byte(sqliteDDL(string(text)))
			}
			out[base] = &fstest.MapFile{Data: text, Mode: 0o444}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no migrations given")
	}
	return out, nil
}

var (
	reType  = regexp.MustCompile(`\b(BIGINT|BOOLEAN|BYTEA|DOUBLE PRECISION)\b`)
	reTable = regexp.MustCompile(`(?s)(CREATE TABLE[^;]*\))\s*;`)
	ddlType = map[string]string{"BIGINT": "INTEGER", "BOOLEAN": "INTEGER", "BYTEA": "BLOB", "DOUBLE PRECISION": "REAL"}
)

// sqliteDDL spells the portable types as SQLite's STRICT tables want them.
func sqliteDDL(text string) string {
	text = reType.ReplaceAllStringFunc(text, func(t string) string { return ddlType[t] })
	return reTable.ReplaceAllString(text, "$1 STRICT;")
}
