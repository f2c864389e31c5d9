// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// TestBackupGoesEverywhere takes a backup of each engine, restores it into
// each, and compares the rows.
func TestBackupGoesEverywhere(t *testing.T) {
	t.Parallel()
	const all = `SELECT owner, id, n, ok, body, at_us FROM thing ORDER BY owner, id`
	for _, from := range storetest.Engines {
		for _, to := range storetest.Engines {
			t.Run(from+"_to_"+to, func(t *testing.T) {
				t.Parallel()
				ctx := t.Context()
				clk := clock.NewFake(storetest.Start)
				src := storetest.Open(t, storetest.DSN(t, from), clk, mods...)
				err := src.Write(ctx, func(tx *store.Tx) error {
					for i := range 300 {
						row := thing{Owner: "مالک", ID: fmt.Sprint(i), N: 1<<62 + int64(i), OK: i%2 == 0, Body: bytes.Repeat([]byte{byte(i), '\n'}, i), At: store.At(tx.Now().Add(time.Duration(i)))}
						switch i {
						case 7:
							row.Body = nil
						case 8:
							row.Body = []byte{}
						}
						if err := store.Insert(ctx, tx, "thing", row); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				var buf bytes.Buffer
				wrote, err := src.Backup(ctx, &buf)
				if err != nil {
					t.Fatal(err)
				}
				dsn := storetest.DSN(t, to)
				read, err := store.Restore(ctx, dsn, &buf, mods...)
				if err != nil {
					t.Fatal(err)
				}
				if read.Rows != 300 || read.SHA256 != wrote.SHA256 || read.Tables != wrote.Tables {
					t.Errorf("wrote %+v, read %+v", wrote, read)
				}
				dst := storetest.Open(t, dsn, clk, mods...)
				want, err := store.All[thing](ctx, src, all)
				if err != nil {
					t.Fatal(err)
				}
				got, err := store.All[thing](ctx, dst, all)
				if err != nil {
					t.Fatal(err)
				}
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Error("the rows differ")
				}
				nulls, err := store.All[string](ctx, dst, `SELECT id FROM thing WHERE body IS NULL`)
				if err != nil || len(nulls) != 1 || nulls[0] != "7" {
					t.Errorf("NULL bodies after the restore: %v, %v; want that of 7 only", nulls, err)
				}
			})
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, _ *clock.Fake) {
		ctx := t.Context()
		if err := db.Write(ctx, func(tx *store.Tx) error { return store.Insert(ctx, tx, "thing", thing{ID: "a", N: 5}) }); err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if _, err := db.Backup(ctx, &buf); err != nil {
			t.Fatal(err)
		}
		plain := unzip(t, buf.Bytes())
		engine := db.Engine().String()
		full := storetest.DSN(t, engine)
		if _, err := store.Restore(ctx, full, bytes.NewReader(buf.Bytes()), mods...); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct{ dsn, text, want string }{
			"not empty":    {full, plain, "not empty"},
			"cut short":    {storetest.DSN(t, engine), plain[:strings.LastIndex(plain, `{"end"`)], "cut short"},
			"altered":      {storetest.DSN(t, engine), strings.Replace(plain, `"a",5`, `"a",6`, 1), "altered"},
			"no backup":    {storetest.DSN(t, engine), "{}\n", "no backup"},
			"newer schema": {storetest.DSN(t, engine), strings.Replace(plain, `"versions":[1]`, `"versions":[1,99]`, 1), "newer"},
			"strange":      {storetest.DSN(t, engine), strings.Replace(plain, `"table":"thing"`, `"table":"pg_user"`, 1), "unknown table"},
		} {
			_, err := store.Restore(ctx, c.dsn, bytes.NewReader(zip(t, c.text)), mods...)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
		}
	})
}

// TestRestoreOlder: a backup from before a step that moves rows is restored, and its
// rows are moved too.
func TestRestoreOlder(t *testing.T) {
	t.Parallel()
	const move = `-- +goose Up
CREATE TABLE other (id TEXT PRIMARY KEY, n BIGINT NOT NULL);
INSERT INTO other (id, n) SELECT id, n FROM thing;
DROP TABLE thing;
`
	next := append(slices.Clone(mods), store.Migrations{Module: "other", FS: fstest.MapFS{"migrations/00002_other.sql": {Data: []byte(move)}}})
	storetest.Each(t, mods, func(t *testing.T, db *store.DB, clk *clock.Fake) {
		ctx := t.Context()
		if err := db.Write(ctx, func(tx *store.Tx) error { return store.Insert(ctx, tx, "thing", thing{ID: "a", N: 5}) }); err != nil {
			t.Fatal(err)
		}
		var buf bytes.Buffer
		if _, err := db.Backup(ctx, &buf); err != nil {
			t.Fatal(err)
		}
		dsn := storetest.DSN(t, db.Engine().String())
		if sum, err := store.Restore(ctx, dsn, bytes.NewReader(buf.Bytes()), next...); err != nil || sum.Rows != 1 {
			t.Fatalf("%+v %v", sum, err)
		}
		restored := storetest.Open(t, dsn, clk, next...)
		if n, err := store.One[int64](ctx, restored, `SELECT n FROM other WHERE id = $1`, "a"); err != nil || n != 5 {
			t.Errorf("%d %v", n, err)
		}
		late := storetest.DSN(t, db.Engine().String())
		storetest.Open(t, late, clk, next...)
		if _, err := store.Restore(ctx, late, bytes.NewReader(buf.Bytes()), next...); err == nil || !strings.Contains(err.Error(), "nobody has migrated") {
			t.Errorf("into a newer schema: %v", err)
		}
	})
}

func unzip(t *testing.T, b []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func zip(t *testing.T, s string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
