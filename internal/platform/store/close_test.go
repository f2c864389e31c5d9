// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestCloseLeavesOneFile: a copy of the file alone, made after the end, is
// whole.
func TestCloseLeavesOneFile(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dsn := storetest.DSN(t, "sqlite")
	if _, err := store.Migrate(ctx, dsn, mods...); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(ctx, dsn, store.Options{Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(ctx, func(tx *store.Tx) error { return tx.Exec(ctx, `CREATE TABLE one (id TEXT)`) })
	if err == nil {
		_, err = store.All[string](ctx, db, `SELECT id FROM one`)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(dsn, "sqlite:")
	left, err := filepath.Glob(path + "-*") // -wal and -shm
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
