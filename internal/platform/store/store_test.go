// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

const schema = `-- +goose Up
CREATE TABLE thing (
  owner TEXT NOT NULL,
  id TEXT NOT NULL,
  n BIGINT NOT NULL DEFAULT 0,
  ok BOOLEAN NOT NULL DEFAULT FALSE,
  body BYTEA,
  at_us BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (owner, id)
);
`

var mods = []store.Migrations{{Module: "thing", FS: fstest.MapFS{"migrations/00001_thing.sql": {Data: []byte(schema)}}}}

type thing struct {
	Owner string     `db:"owner"`
	ID    string     `db:"id"`
	N     int64      `db:"n"`
	OK    bool       `db:"ok"`
	Body  []byte     `db:"body"`
	At    store.Time `db:"at_us"`
}

const (
	selThing  = `SELECT owner, id, n, ok, body, at_us FROM thing WHERE owner = $1 AND id = $2`
	countAll  = `SELECT count(*) FROM thing`
	addOne    = `UPDATE thing SET n = n + 1 WHERE id = $2 AND owner = $1`
	selByIDs  = `SELECT id FROM thing WHERE id = ANY($1) ORDER BY id`
	selLocked = `SELECT id FROM thing ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := t.Context()
		want := thing{Owner: "o", ID: "a", N: 1 << 60, OK: true, Body: []byte{0, 1, 255}}
		err := db.Write(ctx, func(tx *store.Tx) error {
			want.At = store.At(tx.Now())
			return store.Insert(ctx, tx, "thing", want)
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := store.One[thing](ctx, db, selThing, "o", "a")
		if err != nil {
			t.Fatal(err)
		}
		if got.N != want.N || !got.OK || string(got.Body) != string(want.Body) || !got.At.Equal(clk.Now()) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if _, err := store.One[thing](ctx, db, selThing, "o", "nobody"); !errs.Is(err, errs.NotFound) {
			t.Errorf("missing row: %v, want not found", err)
		}
		ids, err := store.All[string](ctx, db, selByIDs, []string{"a", "z"})
		if err != nil || len(ids) != 1 {
			t.Errorf("= ANY: %v, %v", ids, err)
		}
		err = db.Write(ctx, func(tx *store.Tx) error {
			ids, err := store.All[string](ctx, tx, selLocked, 5)
			if err == nil && len(ids) != 1 {
				err = fmt.Errorf("%d rows locked", len(ids))
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestConflictIsNamed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		insert := func(tx *store.Tx) error {
			return store.Insert(ctx, tx, "thing", thing{Owner: "o", ID: "a"})
		}
		if err := db.Write(ctx, insert); err != nil {
			t.Fatal(err)
		}
		for name, write := range map[string]func(context.Context, func(*store.Tx) error) error{"Write": db.Write, "WriteBlind": db.WriteBlind} {
			if err := write(ctx, insert); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s of a second row with the same key: %v, want conflict", name, err)
			}
			err := write(ctx, func(tx *store.Tx) error { return tx.ExecOne(ctx, addOne, "o", "none") })
			if !errs.Is(err, errs.Conflict) {
				t.Errorf("%s touching no row: %v, want conflict", name, err)
			}
		}
	})
}

// TestInsertNew: of many that write the same row at once one does, and all can read it.
func TestInsertNew(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		var wrote atomic.Int64
		var g errgroup.Group
		for i := range 16 {
			g.Go(func() error {
				return db.Write(ctx, func(tx *store.Tx) error {
					first, err := store.InsertNew(ctx, tx, "thing", thing{Owner: "o", ID: "a", N: int64(i)})
					if first {
						tx.AfterCommit(func() { wrote.Add(1) })
					}
					if err == nil {
						_, err = store.One[thing](ctx, tx, selThing, "o", "a")
					}
					return err
				})
			})
		}
		if err := g.Wait(); err != nil || wrote.Load() != 1 {
			t.Errorf("%d wrote the row: %v", wrote.Load(), err)
		}
	})
}

// TestNeighboursSurvive runs many acts at once, a third of which fail: the
// failing ones must leave nothing, the others must all be there, and what was
// to run after the commit must have run once for each.
func TestNeighboursSurvive(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		refuse := errors.New("refused")
		var wg sync.WaitGroup
		var mu sync.Mutex
		after := 0
		for i := range 120 {
			wg.Go(func() {
				write := db.Write
				if i%2 == 0 {
					write = db.WriteBlind
				}
				err := write(ctx, func(tx *store.Tx) error {
					tx.AfterCommit(func() { mu.Lock(); after++; mu.Unlock() })
					if err := store.Insert(ctx, tx, "thing", thing{Owner: "o", ID: fmt.Sprint(i)}); err != nil {
						return err
					}
					switch i % 6 {
					case 0:
						return tx.ExecOne(ctx, addOne, "o", "none")
					case 1:
						return refuse
					}
					return nil
				})
				switch {
				case i%6 == 0 && !errs.Is(err, errs.Conflict):
					t.Errorf("act %d: %v, want conflict", i, err)
				case i%6 == 1 && !errors.Is(err, refuse):
					t.Errorf("act %d: %v, want refused", i, err)
				case i%6 > 1 && err != nil:
					t.Errorf("act %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		n, err := store.One[int64](ctx, db, countAll)
		if err != nil || n != 80 {
			t.Errorf("%d rows, %v; want 80", n, err)
		}
		if after != 80 {
			t.Errorf("AfterCommit ran %d times, want 80", after)
		}
	})
}

func TestPanicHurtsOnlyItsCaller(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		if err := db.Write(ctx, func(*store.Tx) error { panic("boom") }); err == nil {
			t.Error("a panic became a success")
		}
		if err := db.Write(ctx, func(tx *store.Tx) error { return store.Insert(ctx, tx, "thing", thing{ID: "b"}) }); err != nil {
			t.Error(err)
		}
	})
}

func TestBlindCannotRead(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.DSN(t, "postgres"), clock.NewFake(storetest.Start), mods...)
	err := db.WriteBlind(t.Context(), func(tx *store.Tx) error {
		_, err := store.All[string](t.Context(), tx, `SELECT id FROM thing`)
		return err
	})
	if err == nil {
		t.Error("a blind transaction could read")
	}
}

// TestNumberedParameters guards the one thing that only one SQLite driver of
// three gets right: $N binds by number, not by first appearance.
func TestNumberedParameters(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		type pair struct {
			A string `db:"a"`
			B string `db:"b"`
		}
		got, err := store.One[pair](t.Context(), db, `SELECT CAST($2 AS TEXT) AS a, CAST($1 AS TEXT) AS b`, "one", "two")
		if err != nil || got.A != "two" || got.B != "one" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

// TestStrictTypes: a text in a BIGINT column is refused on both engines.
func TestStrictTypes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		err := db.Write(ctx, func(tx *store.Tx) error {
			return tx.Exec(ctx, `INSERT INTO thing (owner, id, n) VALUES ('o', 'x', $1)`, "not a number")
		})
		if err == nil {
			t.Error("a text went into a BIGINT column")
		}
	})
}

func TestReadPoolCannotWrite(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t, storetest.DSN(t, "sqlite"), clock.NewFake(storetest.Start), mods...)
	if _, err := store.All[string](t.Context(), db, `INSERT INTO thing (owner, id) VALUES ('o', 'x') RETURNING id`); err == nil {
		t.Error("the read pool wrote")
	}
}

func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			dsn := storetest.DSN(t, engine)
			var wg sync.WaitGroup
			var mu sync.Mutex
			total := 0
			for range 3 {
				wg.Go(func() {
					n, err := store.Migrate(t.Context(), dsn, mods...)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					total += n
					mu.Unlock()
				})
			}
			wg.Wait()
			if total != 1 {
				t.Errorf("%d steps ran, want 1", total)
			}
		})
	}
}

func TestCancelledCallerIsToldNothingFalse(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		cancel()
		err := db.Write(ctx, func(tx *store.Tx) error { return store.Insert(ctx, tx, "thing", thing{ID: "c"}) })
		if err == nil {
			t.Fatal("a cancelled act was acknowledged")
		}
		n, err := store.One[int64](t.Context(), db, countAll)
		if err != nil || n != 0 {
			t.Errorf("%d rows, %v; want 0", n, err)
		}
	})
}

// TestStrangeFileNames: a name with characters that mean something in an
// address is a name all the same.
func TestStrangeFileNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a#1.db", "a?b.db", "a%20b.db", "پرونده ۱.db"} {
		path := filepath.Join(t.TempDir(), name)
		db := storetest.Open(t, "sqlite:"+path, clock.NewFake(storetest.Start), mods...)
		if err := db.Write(t.Context(), func(tx *store.Tx) error { return store.Insert(t.Context(), tx, "thing", thing{ID: "a"}) }); err != nil {
			t.Error(err)
		}
		if n, err := store.One[int64](t.Context(), db, countAll); err != nil || n != 1 {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s is not where it was asked for: %v", name, err)
		}
	}
}
