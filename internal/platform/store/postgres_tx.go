// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// sqlLosable has the commit of a transaction not wait for the disk.
const sqlLosable = `SELECT set_config('synchronous_commit', 'off', true)`

// pgTx is a transaction. It begins with its first statement, in the same round trip.
type pgTx struct {
	conn *pgxpool.Conn
	of   *Tx
	tx   pgx.Tx // nil before the first statement

	losable bool // PostgreSQL knows
}

func (t *pgTx) exec(ctx context.Context, query string, args []any) (int64, error) {
	if t.tx != nil {
		tag, err := t.tx.Exec(ctx, query, args...)
		return tag.RowsAffected(), err
	}
	res, err := t.begin(ctx, query, args)
	if err != nil {
		return 0, err
	}
	tag, err := res.Exec()
	if cerr := res.Close(); err == nil {
		err = cerr
	}
	return tag.RowsAffected(), err
}

func (t *pgTx) query(ctx context.Context, query string, args []any) (rows, error) {
	if t.tx != nil {
		return pgQuery(ctx, t.tx, query, args)
	}
	res, err := t.begin(ctx, query, args)
	if err != nil {
		return nil, err
	}
	r, err := res.Query()
	if err != nil {
		_ = res.Close() // says the same
		return nil, err
	}
	return pgFirst{pgRows{r}, res}, nil
}

// begin sends the transaction's first statement; its result is the next one.
func (t *pgTx) begin(ctx context.Context, query string, args []any) (pgx.BatchResults, error) {
	return t.pipeline(ctx, []statement{{sql: query, args: args}})
}

// pipeline sends the transaction's first statements; their results are the next ones.
func (t *pgTx) pipeline(ctx context.Context, first []statement) (pgx.BatchResults, error) {
	b := &pgx.Batch{}
	b.BeginTx(pgx.TxOptions{})
	if t.losable = t.of.losable; t.losable {
		b.Queue(sqlLosable)
	}
	own := b.Len()
	for _, s := range first {
		b.Queue(s.sql, s.args...)
	}
	res := t.conn.SendBatch(ctx, b)
	t.tx = res.Tx()
	for range own {
		if _, err := res.Exec(); err != nil {
			_ = res.Close() // says the same
			return nil, err
		}
	}
	return res, nil
}

// pgFirst are the rows of a transaction's first statement.
type pgFirst struct {
	pgRows
	res pgx.BatchResults
}

func (r pgFirst) Close() error { return errors.Join(r.pgRows.Close(), r.res.Close()) }

// commit ends the transaction; an error leaves it open whether it was done.
func (t *pgTx) commit(ctx context.Context) error {
	if t.tx == nil { // nothing was said
		return nil
	}
	if t.of.losable && !t.losable {
		if _, err := t.tx.Exec(ctx, sqlLosable); err != nil {
			return errors.Join(err, t.rollback(ctx))
		}
	}
	return t.tx.Commit(ctx)
}

// rollback ends a transaction, also one whose caller has gone. A connection
// that was lost has rolled back by itself.
func (t *pgTx) rollback(ctx context.Context) error {
	if t.tx == nil || t.conn.Conn().IsClosed() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackWait)
	defer cancel()
	if err := t.tx.Rollback(ctx); err != nil && !errors.Is(err, pgx.ErrTxClosed) {
		return err
	}
	return nil
}

// rollbackWait is how long an engine may take to say that it dropped a
// transaction; after it the connection is closed, which drops it too.
const rollbackWait = 5 * time.Second
