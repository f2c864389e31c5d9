// SPDX-License-Identifier: Apache-2.0

package storetest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tarazu/tarazu/internal/platform/store"
)

// Template is a database that is filled once in a process and then copied for
// each test: on PostgreSQL a copy takes a twentieth of the migrations' time.
type Template struct {
	fill func(ctx context.Context, engine, dsn string) error

	lite     func() ([]byte, error)
	postgres func() (string, error)
}

// NewTemplate makes a template of what fill puts into an empty database. When
// fill returns, nobody may be connected to it any more.
func NewTemplate(fill func(ctx context.Context, engine, dsn string) error) *Template {
	t := &Template{fill: fill}
	t.lite, t.postgres = sync.OnceValues(t.fillSQLite), sync.OnceValues(t.fillPostgres)
	return t
}

func (t *Template) fillSQLite() (content []byte, err error) {
	dir, err := os.MkdirTemp("", "tarazu-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "template.db")
	if err := t.fill(context.Background(), "sqlite", "sqlite:"+file); err != nil {
		return nil, err
	}
	if info, err := os.Stat(file + "-wal"); err == nil && info.Size() > 0 {
		return nil, fmt.Errorf("the template's last steps stand in its journal: somebody is still connected")
	}
	return os.ReadFile(file)
}

func (t *Template) fillPostgres() (name string, err error) {
	c, err := cluster()
	if err != nil {
		return "", err
	}
	name = fmt.Sprintf("filled%d", databases.Add(1))
	if err := onServer("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	return name, t.fill(context.Background(), "postgres", c.DSN(name, ""))
}

var databases atomic.Int64

// onServer runs a statement that belongs to no database of a test.
func onServer(statement string) error {
	c, err := cluster()
	if err != nil {
		return err
	}
	ctx := context.Background() // also when the test is over
	conn, err := pgx.Connect(ctx, c.DSN("postgres", ""))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// Copy is the address of a copy of the template, gone with the test.
func (t *Template) Copy(tb testing.TB, engine string) string {
	tb.Helper()
	if engine == "sqlite" {
		content, err := t.lite()
		if err != nil {
			tb.Fatal(err)
		}
		file := filepath.Join(tb.TempDir(), "test.db")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			tb.Fatal(err)
		}
		return "sqlite:" + file
	}
	template, err := t.postgres()
	if err != nil {
		tb.Fatal(err)
	}
	name := fmt.Sprintf("copy%d", databases.Add(1))
	if err := onServer("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := onServer("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			tb.Error(err)
		}
	})
	c, err := cluster()
	if err != nil {
		tb.Fatal(err)
	}
	return c.DSN(name, "")
}

// templates are the templates of Migrated, by a hash of what is migrated.
var templates sync.Map

// Migrated is the address of a new database of an engine with the schema of
// mods, gone with the test.
func Migrated(t testing.TB, engine string, mods ...store.Migrations) string {
	t.Helper()
	key, err := hash(mods)
	if err != nil {
		t.Fatal(err)
	}
	made, _ := templates.LoadOrStore(key, NewTemplate(func(ctx context.Context, _, dsn string) error {
		_, err := store.Migrate(ctx, dsn, mods...)
		return err
	}))
	return made.(*Template).Copy(t, engine)
}

// hash tells sets of migrations apart by their text.
func hash(mods []store.Migrations) (string, error) {
	h := sha256.New()
	for _, m := range mods {
		err := fs.WalkDir(m.FS, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".sql") {
				return err
			}
			b, err := fs.ReadFile(m.FS, path)
			fmt.Fprintf(h, "%s %s %d\n%s", m.Module, path, len(b), b)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return string(h.Sum(nil)), nil
}
