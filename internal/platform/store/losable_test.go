// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"net/url"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// They note how each transaction that makes a thing is committed.
const (
	noteFunction = `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	UPDATE thing SET body = convert_to(current_setting('synchronous_commit'), 'UTF8') WHERE owner = NEW.owner AND id = NEW.id; RETURN NULL; END $$`
	noteTrigger = `CREATE CONSTRAINT TRIGGER noted AFTER INSERT ON thing DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note()`
)

// TestMayBeLost: only what may be lost is committed without the disk, whichever way it is
// written, and nothing of that is left on the connection.
func TestMayBeLost(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(storetest.Migrated(t, "postgres", mods...))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("synchronous_commit", "on") // the servers of tests have it off
	u.RawQuery = q.Encode()
	db := storetest.Open(t, u.String(), clock.NewFake(storetest.Start), mods...)
	ctx := t.Context()
	err = db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, noteFunction); err != nil {
			return err
		}
		return tx.Exec(ctx, noteTrigger)
	})
	if err != nil {
		t.Fatal(err)
	}
	type write = func(context.Context, func(*store.Tx) error) error
	bulk := func(ctx context.Context, fn func(*store.Tx) error) error {
		return db.WriteBulk(ctx, 1, func(tx *store.Tx, _ int) error { return fn(tx) })
	}
	cases := []struct {
		id    string
		write write
		do    func(tx *store.Tx, insert func() error) error
		want  string
	}{
		{"write", db.Write, func(_ *store.Tx, insert func() error) error { return insert() }, "on"},
		{"first", db.Write, func(tx *store.Tx, insert func() error) error { tx.MayBeLost(); return insert() }, "off"},
		{"after a read", db.Write, func(tx *store.Tx, insert func() error) error {
			tx.MayBeLost()
			if _, err := store.One[int64](ctx, tx, countAll); err != nil {
				return err
			}
			return insert()
		}, "off"},
		{"said late", db.Write, func(tx *store.Tx, insert func() error) error { defer tx.MayBeLost(); return insert() }, "off"},
		{"blind", db.WriteBlind, func(_ *store.Tx, insert func() error) error { return insert() }, "on"},
		{"blind, lost", db.WriteBlind, func(tx *store.Tx, insert func() error) error { tx.MayBeLost(); return insert() }, "off"},
		{"blind, counted", db.WriteBlind, func(tx *store.Tx, insert func() error) error {
			tx.MayBeLost()
			if err := insert(); err != nil {
				return err
			}
			return tx.ExecOne(ctx, addOne, "o", "blind, counted")
		}, "off"},
		{"bulk", bulk, func(_ *store.Tx, insert func() error) error { return insert() }, "on"},
		{"again", db.Write, func(_ *store.Tx, insert func() error) error { return insert() }, "on"},
	}
	for _, c := range cases {
		err := c.write(ctx, func(tx *store.Tx) error {
			return c.do(tx, func() error { return store.Insert(ctx, tx, "thing", thing{Owner: "o", ID: c.id}) })
		})
		if err != nil {
			t.Fatal(c.id, err)
		}
		if got, err := store.One[thing](ctx, db, selThing, "o", c.id); err != nil || string(got.Body) != c.want {
			t.Errorf("%s: committed with %q, %v; want %q", c.id, got.Body, err, c.want)
		}
	}

	// What may be lost in the company of what may not goes the safe way.
	var g errgroup.Group
	for i := range 40 {
		g.Go(func() error {
			return db.WriteBlind(ctx, func(tx *store.Tx) error {
				if i%2 == 0 {
					tx.MayBeLost()
				}
				return store.Insert(ctx, tx, "thing", thing{Owner: "many", ID: string(rune('0' + i)), N: int64(i % 2)})
			})
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	bad, err := store.One[int64](ctx, db, `SELECT count(*) FROM thing WHERE owner = 'many' AND n = 1 AND body IS DISTINCT FROM convert_to('on', 'UTF8')`)
	if err != nil || bad != 0 {
		t.Errorf("%d acts that must not be lost were committed without the disk, %v", bad, err)
	}
}
