// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

const (
	bulkInsert = `INSERT INTO thing (owner, id) VALUES ($1, $2)`
	bulkKeep   = `INSERT INTO thing (owner, id, n)
		VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	bulkNumber = `UPDATE thing SET n = $3 WHERE owner = $1 AND id = $2`
)

// TestInsertAll: all rows are there, in a blind transaction too.
func TestInsertAll(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		want := int64(0)
		for _, n := range []int{0, 1, 3, 300} {
			for how, write := range map[string]func(context.Context, func(*store.Tx) error) error{"w": db.Write, "b": db.WriteBlind} {
				list := make([]thing, n)
				for i := range list {
					list[i] = thing{Owner: fmt.Sprint(how, n), ID: fmt.Sprint(i), N: int64(i)}
				}
				if err := write(ctx, func(tx *store.Tx) error { return store.InsertAll(ctx, tx, "thing", list) }); err != nil {
					t.Fatal(err)
				}
				want += int64(n)
			}
		}
		if n, err := store.One[int64](ctx, db, countAll); err != nil || n != want {
			t.Fatalf("%d rows, %v; want %d", n, err, want)
		}
		for i := range 300 {
			if got, err := store.One[thing](ctx, db, selThing, "b300", fmt.Sprint(i)); err != nil || got.N != int64(i) {
				t.Fatalf("row %d has %d, %v", i, got.N, err)
			}
		}
	})
}

// TestExecRows: each row gets what is its own, whatever their number, and bytes stay bytes.
func TestExecRows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		const n = 300
		list := make([]thing, n)
		rows := make([][]any, 0, n+1)
		for i := range list {
			list[i] = thing{Owner: "o", ID: fmt.Sprint(i), N: int64(i)}
			rows = append(rows, []any{fmt.Sprint(i), int64(i), int64(1000 + i), []byte{0xff, byte(i)}, i%2 == 0, store.At(storetest.Start.Add(time.Duration(i) * time.Second))})
		}
		rows = append(rows, []any{"nobody", int64(1), int64(2), []byte{0}, true, store.Time{}})
		var touched int64
		err := db.Write(ctx, func(tx *store.Tx) (err error) {
			if err := store.InsertAll(ctx, tx, "thing", list); err != nil {
				return err
			}
			touched, err = store.ExecRows(ctx, tx, `UPDATE thing SET n = $3, body = $4, ok = $5, at_us = $6 WHERE id = $1 AND n = $2`, rows)
			return err
		})
		if err != nil || touched != n {
			t.Fatalf("%d rows, %v", touched, err)
		}
		for i := range list {
			got, err := store.One[thing](ctx, db, selThing, "o", fmt.Sprint(i))
			if err != nil || got.N != int64(1000+i) || !bytes.Equal(got.Body, []byte{0xff, byte(i)}) || got.OK != (i%2 == 0) || !got.At.Equal(storetest.Start.Add(time.Duration(i)*time.Second)) {
				t.Fatalf("row %d is %+v, %v", i, got, err)
			}
		}
		err = db.Write(ctx, func(tx *store.Tx) (err error) {
			touched, err = store.ExecRows(ctx, tx, "UPDATE thing SET n = 0 WHERE id = $1", nil)
			return err
		})
		if err != nil || touched != 0 {
			t.Errorf("no rows: %d, %v", touched, err)
		}
	})
}

func TestWriteBulk(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		count := func(want int64) {
			t.Helper()
			if n, err := store.One[int64](ctx, db, countAll); err != nil || n != want {
				t.Fatalf("%d rows, %v; want %d", n, err, want)
			}
		}
		var after atomic.Int64
		const n = 1000 // no multiple of any power of two above 8
		err := db.WriteBulk(ctx, n, func(tx *store.Tx, i int) error {
			tx.AfterCommit(func() { after.Add(1) })
			if i%3 == 0 {
				if err := tx.ExecOne(ctx, bulkNumber, "o", fmt.Sprint(i), 3); err != nil {
					return err
				}
			}
			if i%2 == 0 {
				return tx.Exec(ctx, bulkKeep, "o", fmt.Sprint(i), 2)
			}
			return store.Insert(ctx, tx, "thing", thing{Owner: "o", ID: fmt.Sprint(i), N: 1})
		})
		if err != nil {
			t.Fatal(err)
		}
		count(n)
		if after.Load() != n {
			t.Errorf("%d of %d were told of the commit", after.Load(), n)
		}
		for i, want := range map[int]int64{2: 2, 7: 1, 999: 3, 6: 3} {
			got, err := store.One[thing](ctx, db, selThing, "o", fmt.Sprint(i))
			if err != nil || got.N != want {
				t.Errorf("%d has %d, %v; want %d", i, got.N, err, want)
			}
		}

		broken := errors.New("broken")
		for name, fn := range map[string]func(tx *store.Tx, i int) error{
			"a part fails": func(tx *store.Tx, i int) error {
				if i == 700 {
					return broken
				}
				return tx.Exec(ctx, bulkInsert, "x", fmt.Sprint(i))
			},
			"a part panics": func(tx *store.Tx, i int) error {
				if i == 701 {
					panic("no")
				}
				return tx.Exec(ctx, bulkInsert, "x", fmt.Sprint(i))
			},
			"a row is there": func(tx *store.Tx, i int) error {
				return tx.Exec(ctx, bulkInsert, "x", fmt.Sprint(i%999))
			},
			"a count is wrong": func(tx *store.Tx, i int) error {
				if err := tx.Exec(ctx, bulkInsert, "x", fmt.Sprint(i)); err != nil || i != 5 {
					return err
				}
				return tx.ExecOne(ctx, bulkNumber, "x", "nobody", 1)
			},
			"a part reads": func(tx *store.Tx, _ int) error {
				_, err := store.One[int64](ctx, tx, countAll)
				return err
			},
		} {
			if err := db.WriteBulk(ctx, n, fn); err == nil {
				t.Errorf("%s: no error", name)
			}
			count(n)
		}
		if err := db.WriteBulk(ctx, 2, func(tx *store.Tx, _ int) error { return tx.Exec(ctx, bulkInsert, "o", "1") }); !errs.Is(err, errs.Conflict) {
			t.Errorf("a row that is there: %v; want a Conflict", err)
		}
		if err := db.WriteBulk(ctx, 0, nil); err != nil {
			t.Errorf("nothing to do: %v", err)
		}
	})
}
