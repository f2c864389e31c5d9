// SPDX-License-Identifier: Apache-2.0

// Package storetest runs a test on every engine: SQLite in a file of its own,
// and PostgreSQL in a schema of its own on a throw-away cluster. A missing
// PostgreSQL fails the test; it is never skipped silently.
package storetest

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/pgtemp"
)

// Start is when every test's clock begins: Saturday 20 Ordibehesht 1404, 10:00
// in Tehran, an ordinary working day.
var Start = time.Date(2025, 5, 10, 6, 30, 0, 0, time.UTC)

// Engines are the names of the subtests that Each runs.
var Engines = []string{"sqlite", "postgres"}

// Each runs fn on both engines, in parallel, each on an empty migrated
// database.
func Each(t *testing.T, mods []store.Migrations, fn func(t *testing.T, db *store.DB, clk *clock.Fake)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			clk := clock.NewFake(Start)
			fn(t, open(t, Migrated(t, engine, mods...), clk), clk)
		})
	}
}

// Open migrates and opens the database at dsn and closes it with the test.
func Open(t *testing.T, dsn string, clk clock.Clock, mods ...store.Migrations) *store.DB {
	t.Helper()
	if _, err := store.Migrate(context.Background(), dsn, mods...); err != nil {
		t.Fatal(err)
	}
	return open(t, dsn, clk)
}

func open(t *testing.T, dsn string, clk clock.Clock) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), dsn, store.Options{Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// DSN is the address of a new empty database of an engine, gone with the test.
func DSN(t testing.TB, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	}
	c, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, c.DSN("postgres", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	schema := fmt.Sprintf("t%d", schemas.Add(1))
	if _, err := conn.Exec(ctx, "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	return c.DSN("postgres", schema)
}

var schemas atomic.Int64

// cluster is one server for all tests of this process; it ends with it.
var cluster = sync.OnceValues(func() (*pgtemp.Cluster, error) {
	return pgtemp.Start(context.Background(), pgtemp.Options{})
})
