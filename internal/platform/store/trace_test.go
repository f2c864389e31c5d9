// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// script writes down what a trace is told.
type script struct{ lines []string }

func (s *script) Begin()                  { s.lines = append(s.lines, "begin") }
func (s *script) Commit()                 { s.lines = append(s.lines, "commit") }
func (s *script) Query(q string, _ []any) { s.lines = append(s.lines, "query "+q[:6]) }
func (s *script) Exec(q string, a []any) {
	s.lines = append(s.lines, "exec "+q[:6])
	if strings.Contains(q, "ANY") && strings.Contains(q, "json_each") || len(a) == 0 {
		s.lines = append(s.lines, "neither engine's spelling")
	}
}

func TestTraceTellsWhatIsSent(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := context.Background()
		if err := db.Write(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, `CREATE TABLE traced (id TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL)`)
		}); err != nil {
			t.Fatal(err)
		}
		s := &script{}
		ctx = store.WithTrace(ctx, s)
		if err := db.Write(ctx, func(tx *store.Tx) error {
			if err := tx.Exec(ctx, `INSERT INTO traced (id, n) VALUES ($1, $2)`, "a", 1); err != nil {
				return err
			}
			n, err := store.One[int64](ctx, tx, `SELECT n FROM traced WHERE id = $1`, "a")
			if err != nil {
				return err
			}
			_, err = tx.ExecN(ctx, `UPDATE traced SET n = $1 WHERE id = ANY($2)`, n+1, []string{"a"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.WriteBlind(ctx, func(tx *store.Tx) error {
			return tx.ExecOne(ctx, `DELETE FROM traced WHERE id = $1`, "a")
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := store.All[string](ctx, db, `SELECT id FROM traced WHERE id = $1`, "a"); err != nil {
			t.Fatal(err)
		}
		want := "begin|exec INSERT|query SELECT|exec UPDATE|commit|begin|exec DELETE|commit|query SELECT"
		if got := strings.Join(s.lines, "|"); got != want {
			t.Errorf("told %s\nwant %s", got, want)
		}
	})
}
