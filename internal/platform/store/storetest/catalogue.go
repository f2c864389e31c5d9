// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Statement is one SQL text found in the source.
type Statement struct {
	Text string
	Pos  string // file:line
	File string
}

var (
	reStatement = regexp.MustCompile(`(?s)^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s`)
	// A statement of the portable subset has no word of one engine only.
	reForeign = regexp.MustCompile(`(?i)::|\bnow\(\)|\bILIKE\b|->>|\bDISTINCT ON\b|\bLATERAL\b`)
)

// RunStatements prepares and runs every statement on both engines with
// arguments of the types that PostgreSQL infers. A number is given too large
// for 32 bits, because `$1 + 1000` would quietly make the parameter an int4. A
// violated constraint counts as run: the text is what is tested here.
func RunStatements(t *testing.T, list []Statement, mods []store.Migrations) {
	t.Helper()
	if len(list) == 0 {
		t.Fatal("no statements found: the catalogue test sees nothing")
	}
	ctx := context.Background()
	clk := clock.NewFake(Start)
	pgDSN := DSN(t, "postgres")
	pg := Open(t, pgDSN, clk, mods...)
	lite := Open(t, DSN(t, "sqlite"), clk, mods...)
	conn, err := pgx.Connect(ctx, pgDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, s := range list {
		if w := reForeign.FindString(s.Text); w != "" {
			t.Errorf("%s: %q is outside the portable subset", s.Pos, w)
		}
		desc, err := conn.Prepare(ctx, "", s.Text)
		if err != nil {
			t.Errorf("%s: PostgreSQL: %v\n%s", s.Pos, err, s.Text)
			continue
		}
		args := make([]any, len(desc.ParamOIDs))
		for i, oid := range desc.ParamOIDs {
			if args[i] = sample(oid); args[i] == nil {
				t.Errorf("%s: parameter $%d has type oid %d, outside the portable subset", s.Pos, i+1, oid)
			}
		}
		for _, db := range []*store.DB{pg, lite} {
			if err := runOnce(ctx, db, s.Text, args); err != nil {
				t.Errorf("%s: %s: %v\n%s", s.Pos, db.Engine(), err, s.Text)
			}
		}
	}
}

var errRollback = errors.New("roll back")

func runOnce(ctx context.Context, db *store.DB, text string, args []any) error {
	err := db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, text, args...); err != nil {
			return err
		}
		return errRollback
	})
	if errors.Is(err, errRollback) || errs.Is(err, errs.Conflict) {
		return nil
	}
	if pe, ok := errors.AsType[*pgconn.PgError](err); ok && strings.HasPrefix(pe.Code, "23") {
		return nil // an integrity constraint
	}
	if err != nil && strings.Contains(err.Error(), "constraint failed") {
		return nil
	}
	return err
}

// sample is a value of a PostgreSQL type; nil for a type nobody may use.
func sample(oid uint32) any {
	switch oid {
	case 16: // bool
		return true
	case 17: // bytea
		return []byte("x")
	case 20: // int8
		return int64(1) << 40
	case 25, 1043: // text, varchar
		return "x"
	case 701: // float8
		return 1.5
	case 1009: // text[]
		return []string{"x"}
	case 1016: // int8[]
		return []int64{1 << 40}
	}
	return nil
}
