// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// blindWriters is how many connections send grouped statements. Two were the
// best of one to four when measured: while one waits for its commit, the other
// collects.
const blindWriters = 2

// txTries is how often a transaction that the engine refused for
// serialisation or deadlock is run again.
const txTries = 6

func (db *DB) openPostgres(ctx context.Context, o Options) error {
	cfg, err := pgxpool.ParseConfig(db.dsn)
	if err != nil {
		return errors.New("the PostgreSQL address cannot be read") // err may show the password
	}
	cfg.MaxConns = int32(o.MaxConns) + blindWriters
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return err
	}
	db.pool, db.read = pool, stdlib.OpenDBFromPool(pool)
	if err := db.Ping(ctx); err != nil {
		pool.Close()
		return err
	}
	w := &pgWriter{db: db, pool: pool, ops: make(chan *blindOp, 4*groupMax), noGroup: o.NoGroup}
	for range blindWriters {
		w.wg.Add(1)
		go w.loop()
	}
	db.writer = w
	return nil
}

// pgWriter runs closures in transactions of their own and groups blind acts.
type pgWriter struct {
	db      *DB
	pool    *pgxpool.Pool
	ops     chan *blindOp
	noGroup bool

	mu     sync.RWMutex
	closed bool
	wg     sync.WaitGroup
}

// blindOp is one caller's collected statements.
type blindOp struct {
	tx   *Tx
	done chan error
}

func (w *pgWriter) write(ctx context.Context, fn func(*Tx) error) error {
	var err error
	for try := range txTries {
		var after []func()
		traceBegin(ctx)
		after, err = w.once(ctx, fn)
		if err == nil {
			traceCommit(ctx)
			for _, f := range after {
				f()
			}
			return nil
		}
		if !retryable(err) {
			break
		}
		select {
		case <-ctx.Done():
			return mapError(ctx.Err())
		case <-time.After(time.Duration(1<<try) * time.Millisecond):
		}
	}
	return mapError(err)
}

func (w *pgWriter) once(ctx context.Context, fn func(*Tx) error) ([]func(), error) {
	conn, err := w.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	on := &pgTx{conn: conn}
	tx := &Tx{ctx: ctx, db: w.db, now: w.db.Now(), conn: on}
	on.of = tx
	if err := runSafely(fn, tx); err != nil {
		return nil, errors.Join(err, on.rollback(ctx))
	}
	if err := on.commit(ctx); err != nil {
		return nil, unknown(err)
	}
	return tx.after, nil
}

// pgQuery asks on a connection or in a transaction.
func pgQuery(ctx context.Context, on interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}, query string, args []any) (rows, error) {
	r, err := on.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgRows{r}, nil
}

// pgRows are pgx's rows with the methods of database/sql's.
type pgRows struct{ pgx.Rows }

func (r pgRows) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	if len(fields) == 0 && r.Err() != nil { // nothing came back but the error
		return nil, r.Err()
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names, nil
}

func (r pgRows) Close() error {
	r.Rows.Close()
	return nil
}

func (w *pgWriter) writeBlind(ctx context.Context, fn func(*Tx) error) error {
	traceBegin(ctx)
	tx := &Tx{ctx: ctx, db: w.db, now: w.db.Now()}
	if err := runSafely(fn, tx); err != nil {
		return mapError(err)
	}
	o := &blindOp{tx: tx, done: make(chan error, 1)}
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
	return <-o.done // decided by the writer alone, see sqliteWriter.write
}

// writePlanned sends what was planned in one pipeline, on a connection of its own.
func (w *pgWriter) writePlanned(ctx context.Context, plan *Tx) error {
	_, err := w.commitRetrying(ctx, []*blindOp{{tx: plan}})
	if err == nil {
		for _, f := range plan.after {
			f()
		}
	}
	return mapError(err)
}

func (w *pgWriter) loop() {
	defer w.wg.Done()
	for first := range w.ops {
		batch := append(make([]*blindOp, 0, 16), first)
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

// runBatch sends the batch as one transaction; when an act fails, each goes in
// one of its own, so that any number of failing acts costs one run each. Who is
// refused is told last, see sqliteWriter.runBatch.
func (w *pgWriter) runBatch(batch []*blindOp) {
	bad, err := w.commitRetrying(context.Background(), batch)
	if err == nil || bad < 0 {
		for _, o := range batch {
			o.tell(err)
		}
		return
	}
	var refused []func()
	for _, o := range batch {
		if _, err := w.commitRetrying(context.Background(), []*blindOp{o}); err != nil {
			refused = append(refused, func() { o.tell(err) })
			continue
		}
		o.tell(nil)
	}
	for _, tell := range refused {
		tell()
	}
}

// tell ends an act for its caller.
func (o *blindOp) tell(err error) {
	if err == nil {
		for _, f := range o.tx.after {
			f()
		}
		traceCommit(o.tx.ctx)
	}
	o.done <- mapError(err)
}

// commitRetrying is commit, run again while the engine asks for it.
func (w *pgWriter) commitRetrying(ctx context.Context, batch []*blindOp) (bad int, err error) {
	for range txTries {
		if bad, err = w.commit(ctx, batch); !retryable(err) {
			return bad, err
		}
	}
	return -1, err
}

// commit sends all statements of the batch in one pipeline. A pipeline with one
// Sync is one transaction; only when a statement's count of rows decides is an
// explicit one opened, so that the counts can be looked at before the commit.
func (w *pgWriter) commit(ctx context.Context, batch []*blindOp) (bad int, err error) {
	list := sent(batch)
	if len(list) == 0 {
		return -1, nil
	}
	conn, err := w.pool.Acquire(ctx)
	if err != nil {
		return -1, err
	}
	defer conn.Release()
	lost := losable(batch)
	if !slices.ContainsFunc(list, func(s sentStatement) bool { return s.one }) {
		b := &pgx.Batch{}
		if lost {
			list = slices.Insert(list, 0, sentStatement{statement{sql: sqlLosable}, list[0].act})
		}
		for _, s := range list {
			b.Queue(s.sql, s.args...)
		}
		return readResults(conn.SendBatch(ctx, b), list)
	}
	tx := &pgTx{conn: conn, of: &Tx{losable: lost}}
	first := make([]statement, len(list))
	for i, s := range list {
		first[i] = s.statement
	}
	res, err := tx.pipeline(ctx, first)
	bad = -1
	if err == nil {
		bad, err = readResults(res, list)
	} else if blames(err) { // one of them cannot be sent, and none was
		bad = list[0].act
	}
	if err != nil {
		if rerr := tx.rollback(ctx); rerr != nil {
			return -1, errors.Join(err, rerr)
		}
		return bad, err
	}
	if err := tx.commit(ctx); err != nil {
		return -1, unknown(err)
	}
	return -1, nil
}

// losable tells whether all acts of a batch may be lost.
func losable(batch []*blindOp) bool {
	return !slices.ContainsFunc(batch, func(o *blindOp) bool { return !o.tx.losable })
}

// blames tells whether an error is an act's own: the engine's answer to one of
// its statements, a count of rows, or an argument that cannot be sent. Of
// anything else, a lost connection above all, nobody knows whether the commit
// went through, and nothing may be sent again.
func blames(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgKind(e.Code) != errs.Unavailable || retryable(err)
	}
	_, ok := errors.AsType[pgx.ErrPreprocessingBatch](err)
	return ok || errs.Is(err, errs.Conflict)
}

// sentStatement is a statement with the place of its act in the batch; one that
// carries the rows of several acts has the place of any of them.
type sentStatement struct {
	statement
	act int
}

// sent is what a batch is sent as. Of acts that are nothing but plain inserts,
// rows with the same text travel together: a third of the work of the engine,
// and of ours. Where an act does more, its statements keep their order.
func sent(batch []*blindOp) (out []sentStatement) {
	var plain []*Tx
	for i, o := range batch {
		if len(batch) > 1 && o.tx.onlyInserts() {
			plain = append(plain, o.tx)
			continue
		}
		for _, s := range o.tx.blind {
			out = append(out, sentStatement{s, i})
		}
	}
	groups, _ := gather(plain)
	for _, g := range groups {
		for _, s := range g.statements() {
			out = append(out, sentStatement{statement: s})
		}
	}
	return out
}

// readResults reads the pipeline's answers and names the act that failed; -1
// when it was none of them.
func readResults(res pgx.BatchResults, list []sentStatement) (bad int, err error) {
	bad = -1
	for _, s := range list {
		tag, rerr := res.Exec()
		if rerr == nil && s.one {
			rerr = oneRow(tag.RowsAffected())
		}
		if rerr != nil {
			if err = rerr; blames(rerr) {
				bad = s.act
			}
			break
		}
	}
	cerr := res.Close()
	if err != nil && bad < 0 {
		return bad, unknown(err)
	}
	if err != nil {
		return bad, err
	}
	if cerr != nil {
		return -1, unknown(fmt.Errorf("commit: %w", cerr))
	}
	return -1, nil
}

// unknown is an error after which nobody knows whether the act was done: the
// caller is told that we do not answer, and finds out by its idempotency key.
func unknown(err error) error {
	if _, ok := errors.AsType[*pgconn.PgError](err); ok {
		return err
	}
	return errs.New(errs.Unavailable, "").Because(err)
}

func (w *pgWriter) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	close(w.ops)
	w.mu.Unlock()
	w.wg.Wait()
	w.db.stmts.close()
	err := w.db.read.Close()
	w.pool.Close()
	return err
}
