// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "modernc.org/sqlite" // the driver that the store uses
)

// raw is the bare driver.
type raw interface {
	// run sends the statements of an act: what it read before and after its
	// transaction outside of one, the rest as one transaction.
	run(ctx context.Context, a act) error
	// read sends one query and tells how many rows came.
	read(ctx context.Context, query string, args ...any) (rows int, err error)
	// number reads one number.
	number(ctx context.Context, query string, args ...any) (int64, error)
	text(ctx context.Context, query string, args ...any) (string, error)
	close() error
}

func openRaw(ctx context.Context, dsn string, clients int) (raw, error) {
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		return openRawSQLite(ctx, path)
	}
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the PostgreSQL address cannot be read")
	}
	cfg.MaxConns = int32(clients)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return rawPostgres{pool}, nil
}

// rawPostgres is pgx, one connection for each client.
type rawPostgres struct{ pool *pgxpool.Pool }

func (r rawPostgres) run(ctx context.Context, a act) error {
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if err := sendAll(ctx, conn, a.before); err != nil {
		return err
	}
	if len(a.tx) > 0 {
		tx, err := conn.Begin(ctx)
		if err != nil {
			return err
		}
		if err := sendAll(ctx, tx, a.tx); err != nil {
			return errors.Join(err, tx.Rollback(ctx))
		}
		if err := tx.Commit(ctx); err != nil {
			return err
		}
	}
	return sendAll(ctx, conn, a.after)
}

// pgxSender is a connection or a transaction.
type pgxSender interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func sendAll(ctx context.Context, on pgxSender, list []statement) error {
	for _, s := range list {
		if _, err := readPgx(ctx, on, s.sql, s.args); err != nil {
			return err
		}
	}
	return nil
}

func readPgx(ctx context.Context, on pgxSender, query string, args []any) (n int, err error) {
	rows, err := on.Query(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

func (r rawPostgres) read(ctx context.Context, query string, args ...any) (int, error) {
	return readPgx(ctx, r.pool, query, args)
}

func (r rawPostgres) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = r.pool.QueryRow(ctx, query, args...).Scan(&n)
	return n, err
}

func (r rawPostgres) text(ctx context.Context, query string, args ...any) (s string, err error) {
	err = r.pool.QueryRow(ctx, query, args...).Scan(&s)
	return s, err
}

func (r rawPostgres) close() error { r.pool.Close(); return nil }

// rawSQLite is modernc's driver with one writing connection, a pool of
// readers, prepared statements, and a goroutine that folds the write-ahead log
// back: all that the store does but share commits.
type rawSQLite struct {
	w       *sql.DB
	mu      sync.Mutex // one transaction at a time
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt // on conn
	r       *sql.DB
	rmu     sync.Mutex
	readers map[string]*sql.Stmt // on r
	stop    chan struct{}
	done    chan struct{}
}

const rawPragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"

func openRawSQLite(ctx context.Context, path string) (*rawSQLite, error) {
	w, err := sql.Open("sqlite", "file:"+path+rawPragmas+"&_pragma=wal_autocheckpoint(16000)")
	if err != nil {
		return nil, err
	}
	w.SetMaxOpenConns(1)
	conn, err := w.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	r, err := sql.Open("sqlite", "file:"+path+rawPragmas+"&mode=ro")
	if err != nil {
		return nil, errors.Join(err, conn.Close(), w.Close())
	}
	r.SetMaxOpenConns(4)
	r.SetMaxIdleConns(4)
	s := &rawSQLite{w: w, conn: conn, r: r, stmts: map[string]*sql.Stmt{}, readers: map[string]*sql.Stmt{},
		stop: make(chan struct{}), done: make(chan struct{})}
	fold, err := sql.Open("sqlite", "file:"+path+rawPragmas)
	if err != nil {
		close(s.done)
		return nil, errors.Join(err, s.close())
	}
	go s.checkpoints(fold)
	return s, nil
}

func (s *rawSQLite) checkpoints(fold *sql.DB) {
	defer close(s.done)
	defer fold.Close()
	t := time.NewTicker(500 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-t.C:
			_, _ = fold.Exec("PRAGMA wal_checkpoint(PASSIVE)") // a busy one is tried again
		}
	}
}

func (s *rawSQLite) run(ctx context.Context, a act) error {
	if err := s.readAll(ctx, a.before); err != nil {
		return err
	}
	if err := s.transact(ctx, a.tx); err != nil {
		return err
	}
	return s.readAll(ctx, a.after)
}

func (s *rawSQLite) readAll(ctx context.Context, list []statement) error {
	for _, q := range list {
		if _, err := s.read(ctx, q.sql, q.args...); err != nil {
			return err
		}
	}
	return nil
}

func (s *rawSQLite) transact(ctx context.Context, list []statement) error {
	if len(list) == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.send(ctx, statement{sql: "BEGIN IMMEDIATE"})
	for _, st := range list {
		if err == nil {
			err = s.send(ctx, st)
		}
	}
	if err != nil {
		return errors.Join(err, s.send(ctx, statement{sql: "ROLLBACK"}))
	}
	return s.send(ctx, statement{sql: "COMMIT"})
}

// send needs s.mu.
func (s *rawSQLite) send(ctx context.Context, q statement) error {
	st, ok := s.stmts[q.sql]
	if !ok {
		var err error
		if st, err = s.conn.PrepareContext(ctx, q.sql); err != nil {
			return err
		}
		s.stmts[q.sql] = st
	}
	if !q.read {
		_, err := st.ExecContext(ctx, q.args...)
		return err
	}
	_, err := readSQL(ctx, st, q.args)
	return err
}

func readSQL(ctx context.Context, st *sql.Stmt, args []any) (n int, err error) {
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	dest := make([]any, len(cols))
	for i := range dest {
		dest[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

func (s *rawSQLite) reader(ctx context.Context, query string) (*sql.Stmt, error) {
	s.rmu.Lock()
	defer s.rmu.Unlock()
	if st, ok := s.readers[query]; ok {
		return st, nil
	}
	st, err := s.r.PrepareContext(ctx, query)
	if err == nil {
		s.readers[query] = st
	}
	return st, err
}

func (s *rawSQLite) read(ctx context.Context, query string, args ...any) (int, error) {
	st, err := s.reader(ctx, query)
	if err != nil {
		return 0, err
	}
	return readSQL(ctx, st, args)
}

func (s *rawSQLite) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	st, err := s.reader(ctx, query)
	if err != nil {
		return 0, err
	}
	return n, st.QueryRowContext(ctx, args...).Scan(&n)
}

func (s *rawSQLite) text(ctx context.Context, query string, args ...any) (v string, err error) {
	st, err := s.reader(ctx, query)
	if err != nil {
		return "", err
	}
	return v, st.QueryRowContext(ctx, args...).Scan(&v)
}

func (s *rawSQLite) close() error {
	close(s.stop)
	<-s.done
	for _, st := range s.stmts {
		_ = st.Close()
	}
	for _, st := range s.readers {
		_ = st.Close()
	}
	return errors.Join(s.conn.Close(), s.w.Close(), s.r.Close())
}
