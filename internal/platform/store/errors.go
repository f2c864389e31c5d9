// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// mapError gives an engine's error its kind. An error that has one already
// keeps it.
func mapError(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return err
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errs.New(errs.NotFound, "").Because(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, sql.ErrConnDone), errors.Is(err, driver.ErrBadConn):
		return errs.New(errs.Unavailable, "").Because(err)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return errs.New(pgKind(e.Code), "").Because(err)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return errs.New(sqliteKind(e.Code()), "").Because(err)
	}
	if pgconn.SafeToRetry(err) { // nothing was sent: the connection was lost before
		return errs.New(errs.Unavailable, "").Because(err)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return errs.New(errs.Unavailable, "").Because(err)
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return errs.New(errs.Unavailable, "").Because(err)
	}
	return err
}

// pgKind reads an SQLSTATE.
func pgKind(code string) errs.Kind {
	switch {
	case code == "23505": // unique_violation
		return errs.Conflict
	case code == "40001", code == "40P01": // serialization_failure, deadlock_detected
		return errs.Unavailable
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57P"):
		return errs.Unavailable // connection, resources, shutdown
	}
	return errs.Internal
}

func sqliteKind(code int) errs.Kind {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return errs.Conflict
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return errs.Unavailable
	}
	return errs.Internal
}

// retryable tells whether a transaction may succeed when it is run again.
func retryable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}
