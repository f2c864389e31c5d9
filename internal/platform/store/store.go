// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/obs"
)

// Engine is the database program below.
type Engine uint8

// The engines.
const (
	SQLite Engine = iota
	Postgres
)

func (e Engine) String() string {
	if e == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// Options are what Open needs beside the address.
type Options struct {
	Clock clock.Clock
	Log   *slog.Logger
	// MaxConns is the size of the PostgreSQL pool; 0 means 16.
	MaxConns int
	// NoGroup switches group commit off: one transaction each. The benchmark
	// measures with it; nothing else should.
	NoGroup bool
}

// DB is an open database.
type DB struct {
	engine Engine
	dsn    string
	clock  clock.Clock
	log    *slog.Logger
	read   *sql.DB       // SQLite: read-only pool; PostgreSQL: pool, for a snapshot
	pool   *pgxpool.Pool // PostgreSQL only
	stmts  stmtCache
	writer writer

	closeOnce sync.Once
	closeErr  error
}

// writer is the engine's way to commit.
type writer interface {
	write(ctx context.Context, fn func(*Tx) error) error
	writeBlind(ctx context.Context, fn func(*Tx) error) error
	writePlanned(ctx context.Context, plan *Tx) error // an act worked out by the caller, by itself
	close() error
}

// Open opens the database at dsn: "sqlite:FILE" or "postgres://…".
// It does not migrate; see Migrate.
func Open(ctx context.Context, dsn string, o Options) (_ *DB, err error) {
	defer errs.Wrap(&err, "store.Open")
	if o.Clock == nil {
		return nil, errors.New("no clock given")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.MaxConns == 0 {
		o.MaxConns = 16
	}
	db := &DB{dsn: dsn, clock: o.Clock, log: o.Log}
	switch {
	case strings.HasPrefix(dsn, "sqlite:"):
		db.engine = SQLite
		err = db.openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"), o)
	case strings.HasPrefix(dsn, "postgres://"), strings.HasPrefix(dsn, "postgresql://"):
		db.engine = Postgres
		err = db.openPostgres(ctx, o)
	default:
		err = errors.New(`the database address must start with "sqlite:" or "postgres://"`)
	}
	if err != nil {
		return nil, err
	}
	return db, nil
}

// Engine tells which database program is below.
func (db *DB) Engine() Engine { return db.engine }

// Now is the store's clock, cut to what a column keeps.
func (db *DB) Now() time.Time { return db.clock.Now().UTC().Truncate(time.Microsecond) }

// Ping asks the database for a sign of life.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.read.QueryRowContext(ctx, `SELECT 1`).Scan(&one); err != nil {
		return mapError(err)
	}
	return nil
}

// Close waits for the writes under way and closes the database.
func (db *DB) Close() error {
	db.closeOnce.Do(func() {
		db.closeErr = db.writer.close()
		db.stmts.close()
		db.closeErr = errors.Join(db.closeErr, db.read.Close())
	})
	return db.closeErr
}

// Write runs fn in one transaction and returns when it is durable. fn may run
// more than once and must have no effect outside tx.
func (db *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	ctx, end := obs.Span(ctx, "store.write", obs.Fact("db.system", db.engine.String()))
	err := db.writer.write(ctx, fn)
	end(err)
	return err
}

// WriteBlind is Write for acts that only write: fn may call Exec, ExecOne and
// Insert, nothing that reads. Statements of many callers share one round trip
// and one commit on both engines.
func (db *DB) WriteBlind(ctx context.Context, fn func(tx *Tx) error) error {
	ctx, end := obs.Span(ctx, "store.write_blind", obs.Fact("db.system", db.engine.String()))
	err := db.writer.writeBlind(ctx, fn)
	end(err)
	return err
}

// Tx is a transaction. It is not safe for concurrent use and ends with the
// closure it was given to.
type Tx struct {
	ctx   context.Context
	db    *DB
	now   time.Time
	conn  execer // nil in a blind transaction: statements are collected
	blind []statement
	after []func()

	losable bool
}

// execer runs statements on the transaction's connection.
type execer interface {
	exec(ctx context.Context, query string, args []any) (int64, error)
	query(ctx context.Context, query string, args []any) (rows, error)
}

// statement is one collected write.
type statement struct {
	sql  string
	args []any
	one  bool // must touch exactly one row
}

// errBlind is a programmer's mistake, found by the first test that runs it.
var errBlind = errors.New("store: a blind transaction cannot read; use Write")

// Now is the instant of this transaction and the only clock inside it.
func (tx *Tx) Now() time.Time { return tx.now }

// AfterCommit lets f run once after this transaction is committed. f must be
// quick and must not fail.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// MayBeLost says that this transaction need not outlive a crash of the database's
// server or machine, as long as nothing that was committed after it does, either: so it
// is with leases, and with what at worst is done once more. It is atomic and seen by
// others as ever. PostgreSQL then does not wait for its disk; SQLite does all the same.
func (tx *Tx) MayBeLost() { tx.losable = true }

// Exec runs a statement whose count of rows does not matter.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) error {
	tx.db.traceExec(ctx, query, args)
	if tx.conn == nil {
		tx.blind = append(tx.blind, statement{sql: query, args: args})
		return nil
	}
	_, err := tx.conn.exec(ctx, query, args)
	return mapError(err)
}

// ExecOne runs a statement that must touch exactly one row; otherwise the
// transaction fails with a Conflict: somebody else was faster.
func (tx *Tx) ExecOne(ctx context.Context, query string, args ...any) error {
	tx.db.traceExec(ctx, query, args)
	if tx.conn == nil {
		tx.blind = append(tx.blind, statement{sql: query, args: args, one: true})
		return nil
	}
	n, err := tx.conn.exec(ctx, query, args)
	if err != nil {
		return mapError(err)
	}
	return oneRow(n)
}

// ExecN runs a statement and tells how many rows it touched.
func (tx *Tx) ExecN(ctx context.Context, query string, args ...any) (int64, error) {
	if tx.conn == nil {
		return 0, errBlind
	}
	tx.db.traceExec(ctx, query, args)
	n, err := tx.conn.exec(ctx, query, args)
	return n, mapError(err)
}

func (tx *Tx) queryRows(ctx context.Context, query string, args []any) (rows, error) {
	if tx.conn == nil {
		return nil, errBlind
	}
	tx.db.traceQuery(ctx, query, args)
	return tx.conn.query(ctx, query, args)
}

func (db *DB) queryRows(ctx context.Context, query string, args []any) (rows, error) {
	db.traceQuery(ctx, query, args)
	if db.pool != nil { // pgx caches prepared statements by itself
		return pgQuery(ctx, db.pool, query, args)
	}
	query, args, err := db.adapt(query, args)
	if err != nil {
		return nil, err
	}
	st, err := db.stmts.get(ctx, db.read, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func oneRow(n int64) error {
	if n != 1 {
		return errs.New(errs.Conflict, "").Because(fmt.Errorf("%d rows touched, want 1", n))
	}
	return nil
}

// stmtCache keeps prepared statements of the SQLite read pool by their text.
type stmtCache struct {
	mu sync.Mutex
	m  map[string]*sql.Stmt
}

func (c *stmtCache) get(ctx context.Context, db *sql.DB, query string) (*sql.Stmt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if st, ok := c.m[query]; ok {
		return st, nil
	}
	st, err := db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if c.m == nil {
		c.m = map[string]*sql.Stmt{}
	}
	c.m[query] = st
	return st, nil
}

func (c *stmtCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, st := range c.m {
		_ = st.Close()
	}
	c.m = nil
}
