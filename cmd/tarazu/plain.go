// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tarazu/tarazu/internal/app"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
)

// plain is one line that tells an operator what is wrong and what to do. What
// operators meet when they set up is named; anything else comes with its trail.
func plain(err error) string {
	if e, ok := errors.AsType[*ledger.KeyError](err); ok {
		return e.Error()
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "listen" {
		if errors.Is(e, syscall.EADDRINUSE) {
			return fmt.Sprintf("another program uses %s already: stop it, or set addr (TARAZU_ADDR) to another address", e.Addr)
		}
		return fmt.Sprintf("cannot listen on the address in addr (TARAZU_ADDR): %s", root(e))
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case "28P01", "28000": // invalid_password, invalid_authorization_specification
			return fmt.Sprintf("the database refuses the user or the password in the setting database (SQLSTATE %s)", e.Code)
		case "3D000": // invalid_catalog_name
			return "the database server has no database of the name in the setting database (SQLSTATE 3D000)"
		}
	}
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		if dial, ok := errors.AsType[*net.OpError](e); ok {
			return "the database in the setting database does not answer: " + line(dial.Error())
		}
		return "the database in the setting database does not answer: " + root(e)
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return before(err, e) + e.Path + ": " + root(e)
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return before(err, e) + e.New + ": " + root(e)
	}
	return line(err.Error())
}

// root is the innermost cause in one line.
func root(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return line(err.Error())
		}
		err = next
	}
}

// before is what stands before the cause in the text of err.
func before(err, cause error) string {
	words, _, _ := strings.Cut(line(err.Error()), line(cause.Error()))
	return words
}

// line puts a text on one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// readable puts the faults of a file into words, each on a line of its own.
func readable(a *app.App, file string, err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Invalid {
		return err
	}
	p := a.Words.Printer(i18n.EN)
	if len(e.Fields) == 0 && p.Has(e.Code) {
		words := p.T(e.Code, e.Args...)
		if e.Cause != nil {
			words += " (" + line(e.Cause.Error()) + ")"
		}
		return fmt.Errorf("%s: %s", file, words)
	}
	lines := make([]string, 0, len(e.Fields))
	for _, f := range e.Fields {
		words := f.Code
		if p.Has(f.Code) {
			words = p.T(f.Code, f.Args...)
		}
		lines = append(lines, fmt.Sprintf("%s: %s: %s", file, f.Name, words))
	}
	if len(lines) == 0 {
		return err
	}
	return faults(lines)
}

// faults are several things that are wrong, each in words for the operator.
type faults []string

func (f faults) Error() string { return strings.Join(f, "; ") }
