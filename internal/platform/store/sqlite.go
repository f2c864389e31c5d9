// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite": pure Go, binds $N by number
)

// groupMax bounds how many callers share one commit.
const groupMax = 256

// checkpointEvery is how often the write-ahead log is folded back while the
// database is in use; the writer itself does so only in an emergency
// (wal_autocheckpoint), because it would stall the callers waiting for it.
const checkpointEvery = 500 * time.Millisecond

const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"

// openSQLite opens one writing connection and a read-only pool on a file.
func (db *DB) openSQLite(ctx context.Context, path string, o Options) error {
	if path == "" {
		return errors.New("the database address names no file")
	}
	w, err := sql.Open("sqlite", fileURI(path)+pragmas+"&_txlock=immediate&_pragma=wal_autocheckpoint(16000)")
	if err != nil {
		return err
	}
	w.SetMaxOpenConns(1)
	conn, err := w.Conn(ctx)
	if err != nil {
		_ = w.Close()
		return fmt.Errorf("open %s: %w", path, err)
	}
	r, err := sql.Open("sqlite", fileURI(path)+pragmas+"&mode=ro")
	if err != nil {
		return errors.Join(err, conn.Close(), w.Close())
	}
	r.SetMaxOpenConns(4)
	r.SetMaxIdleConns(4)
	db.read = r
	fold, err := sql.Open("sqlite", fileURI(path)+pragmas)
	if err != nil {
		return errors.Join(err, conn.Close(), w.Close(), r.Close())
	}
	fold.SetMaxOpenConns(1)
	err = checkPragmas(ctx, conn)
	if err != nil {
		return errors.Join(err, fold.Close(), conn.Close(), w.Close(), r.Close())
	}
	sw := &sqliteWriter{db: db, pool: w, conn: conn, fold: fold, ops: make(chan *op, groupMax), stmts: map[string]*sql.Stmt{},
		stop: make(chan struct{}), noGroup: o.NoGroup}
	sw.wg.Add(2)
	go sw.loop()
	go sw.checkpoints()
	db.writer = sw
	return nil
}

// fileURI is SQLite's address of a file whose name may hold #, ? and %, which
// would end the name or be decoded in it.
func fileURI(path string) string {
	return "file:" + strings.NewReplacer("%", "%25", "#", "%23", "?", "%3f").Replace(path)
}

// checkPragmas asserts what durability stands on; pragmas are per connection.
func checkPragmas(ctx context.Context, c *sql.Conn) error {
	for _, p := range []struct{ name, want string }{
		{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"},
	} {
		var got string
		if err := c.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			return err
		}
		if got != p.want {
			return fmt.Errorf("SQLite: %s is %q, want %q", p.name, got, p.want)
		}
	}
	return nil
}

// op is one caller's act, waiting to be committed with others.
type op struct {
	ctx  context.Context
	fn   func(*Tx) error
	tx   *Tx
	err  error // why the act was refused
	done chan error
}

// sqliteWriter owns the one writing connection. Callers hand it closures; it
// runs those that wait in one transaction.
type sqliteWriter struct {
	db      *DB
	pool    *sql.DB
	conn    *sql.Conn
	fold    *sql.DB              // folds the write-ahead log back
	stmts   map[string]*sql.Stmt // prepared on conn; used by loop only
	ops     chan *op
	stop    chan struct{}
	noGroup bool

	mu     sync.RWMutex // guards ops against sends after close
	closed bool
	wg     sync.WaitGroup
}

var errClosed = errors.New("store: the database is closed")

func (w *sqliteWriter) write(ctx context.Context, fn func(*Tx) error) error {
	o := &op{ctx: ctx, fn: fn, done: make(chan error, 1)}
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return errClosed
	}
	select {
	case w.ops <- o:
		w.mu.RUnlock()
	case <-ctx.Done():
		w.mu.RUnlock()
		return mapError(ctx.Err())
	}
	// Once handed over, the act is decided by the writer alone: leaving here
	// on ctx would tell the caller "not done" of something that may be done.
	return <-o.done
}

// writeBlind lets the caller's own goroutine work out what is to be written;
// the writer, which everybody waits for, only runs the statements.
func (w *sqliteWriter) writeBlind(ctx context.Context, fn func(*Tx) error) error {
	traceBegin(ctx)
	plan := &Tx{ctx: ctx, db: w.db, now: w.db.Now()}
	if err := runSafely(fn, plan); err != nil {
		return mapError(err)
	}
	err := w.writePlanned(ctx, plan)
	if err == nil {
		traceCommit(ctx)
	}
	return err
}

// writePlanned runs what was planned.
func (w *sqliteWriter) writePlanned(ctx context.Context, plan *Tx) error {
	return w.write(WithTrace(ctx, nil), func(tx *Tx) error { // traced as planned
		tx.after = plan.after
		for _, s := range plan.blind {
			n, err := w.exec(ctx, s.sql, s.args)
			if err == nil && s.one {
				err = oneRow(n)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *sqliteWriter) loop() {
	defer w.wg.Done()
	for first := range w.ops {
		batch := append(make([]*op, 0, 16), first)
	drain:
		for len(batch) < groupMax && !w.noGroup {
			select {
			case o, ok := <-w.ops:
				if !ok {
					break drain
				}
				batch = append(batch, o)
			default:
				break drain
			}
		}
		w.runBatch(batch)
	}
}

// runBatch commits the batch in one transaction. At first without savepoints,
// which cost a quarter of the speed and are rarely needed; when an act fails,
// once more with a savepoint for each, so that any number of failing acts costs
// one more run and not one each. A caller who is refused is told only when the
// others are through: the refusal may be because of what one of them does (the
// other half of a double click), and he must find that done when he looks.
func (w *sqliteWriter) runBatch(batch []*op) {
	err := w.commit(batch, false)
	switch {
	case errors.Is(err, errAgain) && len(batch) == 1:
		err = nil // rolled back with its transaction; its own error says why
	case errors.Is(err, errAgain):
		err = w.commit(batch, true)
	}
	for _, o := range batch { // first those whose act is done
		if err == nil && o.err == nil {
			for _, f := range o.tx.after {
				f()
			}
			traceCommit(o.ctx)
			o.done <- nil
		}
	}
	for _, o := range batch {
		switch {
		case o.err != nil:
			o.done <- mapError(o.err)
		case err != nil: // the transaction itself failed: nobody's act is done
			o.done <- mapError(err)
		}
	}
}

// errAgain says that an act failed and took its neighbours' work with it.
var errAgain = errors.New("run again with savepoints")

// commit runs the acts one after another and commits. With savepoints an act
// that fails is undone alone and noted in its op; without, the first failure
// rolls everything back and answers errAgain.
func (w *sqliteWriter) commit(batch []*op, savepoints bool) (err error) {
	ctx := context.Background()
	if err := w.begin(ctx); err != nil {
		return err
	}
	now := w.db.Now()
	for _, o := range batch {
		if savepoints {
			if _, err := w.exec(ctx, "SAVEPOINT act", nil); err != nil {
				return errors.Join(err, w.rollback(ctx))
			}
		}
		o.err = o.ctx.Err()
		if o.err == nil {
			traceBegin(o.ctx)
			o.tx = &Tx{ctx: o.ctx, db: w.db, now: now, conn: w}
			o.err = runSafely(o.fn, o.tx)
		}
		switch {
		case o.err != nil && !savepoints:
			if err := w.rollback(ctx); err != nil {
				return errors.Join(o.err, err)
			}
			return errAgain
		case o.err != nil: // a full disk has rolled everything back already, and there is no savepoint
			if _, err := w.exec(ctx, "ROLLBACK TO act", nil); err != nil {
				return errors.Join(o.err, err, w.rollback(ctx))
			}
		}
		if savepoints {
			if _, err := w.exec(ctx, "RELEASE act", nil); err != nil {
				return errors.Join(err, w.rollback(ctx))
			}
		}
	}
	if _, err := w.exec(ctx, "COMMIT", nil); err != nil {
		return errors.Join(err, w.rollback(ctx))
	}
	return nil
}

// begin opens the transaction, also after one that could not be ended.
func (w *sqliteWriter) begin(ctx context.Context) error {
	_, err := w.exec(ctx, "BEGIN IMMEDIATE", nil)
	if err == nil || !strings.Contains(err.Error(), "within a transaction") {
		return err
	}
	if err := w.rollback(ctx); err != nil {
		return err
	}
	_, err = w.exec(ctx, "BEGIN IMMEDIATE", nil)
	return err
}

// rollback ends the transaction; that SQLite ended it by itself (a full disk)
// is no second failure.
func (w *sqliteWriter) rollback(ctx context.Context) error {
	_, err := w.exec(ctx, "ROLLBACK", nil)
	if err != nil && strings.Contains(err.Error(), "no transaction is active") {
		return nil
	}
	return err
}

// runSafely turns a panic in a caller's closure into that caller's error, so
// that it cannot take the writer, and everybody behind it, down.
func runSafely(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v", p)
		}
	}()
	return fn(tx)
}

func (w *sqliteWriter) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := w.stmts[query]; ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = st
	return st, nil
}

// exec ignores the caller's deadline: interrupting a write inside a
// transaction makes SQLite roll the whole of it back, with everybody's acts.
func (w *sqliteWriter) exec(ctx context.Context, query string, args []any) (int64, error) {
	ctx = context.WithoutCancel(ctx)
	query, args, err := w.db.adapt(query, args)
	if err != nil {
		return 0, err
	}
	st, err := w.prepared(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (w *sqliteWriter) query(ctx context.Context, query string, args []any) (rows, error) {
	ctx = context.WithoutCancel(ctx)
	query, args, err := w.db.adapt(query, args)
	if err != nil {
		return nil, err
	}
	st, err := w.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// checkpoints folds the write-ahead log back from a connection of its own.
func (w *sqliteWriter) checkpoints() {
	defer w.wg.Done()
	t := time.NewTicker(checkpointEvery)
	defer t.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-t.C:
			if err := w.checkpoint(context.Background()); err != nil {
				w.db.log.Warn("sqlite checkpoint", "err", err)
			}
		}
	}
}

func (w *sqliteWriter) checkpoint(ctx context.Context) error {
	var busy, logged, done int
	return w.fold.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &logged, &done)
}

func (w *sqliteWriter) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	close(w.ops)
	w.mu.Unlock()
	close(w.stop)
	w.wg.Wait()
	for _, st := range w.stmts {
		_ = st.Close()
	}
	// The last connection to close folds the write-ahead log back and removes
	// it; the readers may not write, so they must not be the last.
	w.db.stmts.close()
	return errors.Join(w.fold.Close(), w.db.read.Close(), w.conn.Close(), w.pool.Close())
}
