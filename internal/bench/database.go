// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store/pgtemp"
)

// databases makes empty databases of one engine and copies of them.
type databases interface {
	// empty makes a new one.
	empty(ctx context.Context) (dsn string, err error)
	// copy makes another of a database that nobody has open.
	copy(ctx context.Context, dsn string) (string, error)
	drop(ctx context.Context, dsn string) error
	// words names the engine and its version.
	words(ctx context.Context) (string, error)
	// process is that of the server; 0 if there is none here.
	process() int
	close() error
}

// sqliteFiles are SQLite databases in a folder.
type sqliteFiles struct {
	dir string
	n   int
}

func (s *sqliteFiles) empty(context.Context) (string, error) {
	s.n++
	return fmt.Sprintf("sqlite:%s", filepath.Join(s.dir, fmt.Sprintf("bench%d.db", s.n))), nil
}

func (s *sqliteFiles) copy(ctx context.Context, dsn string) (_ string, err error) {
	to, err := s.empty(ctx)
	if err != nil {
		return "", err
	}
	from := strings.TrimPrefix(dsn, "sqlite:")
	if info, err := os.Stat(from + "-wal"); err == nil && info.Size() > 0 {
		return "", errors.New("the database to be copied has an open write-ahead log")
	}
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.Create(strings.TrimPrefix(to, "sqlite:"))
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, in)
	return to, errors.Join(err, out.Sync(), out.Close())
}

func (s *sqliteFiles) drop(_ context.Context, dsn string) error {
	path := strings.TrimPrefix(dsn, "sqlite:")
	err := os.Remove(path)
	for _, more := range []string{"-wal", "-shm"} {
		if rerr := os.Remove(path + more); !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}

func (s *sqliteFiles) words(ctx context.Context) (string, error) {
	r, err := openRawSQLite(ctx, filepath.Join(s.dir, "version.db"))
	if err != nil {
		return "", err
	}
	v, err := r.text(ctx, "SELECT sqlite_version()")
	return "SQLite " + v + ", synchronous=FULL", errors.Join(err, r.close())
}

func (s *sqliteFiles) process() int { return 0 }

func (s *sqliteFiles) close() error { return nil }

// pgDatabases are databases of a PostgreSQL server: a throw-away one with
// fsync on, or the operator's.
type pgDatabases struct {
	base    *url.URL
	cluster *pgtemp.Cluster // nil: the operator's
	server  int             // its process, if it is on this machine
}

// logFiles are enough for two runs between two checkpoints.
const logFiles = 24

func openPostgres(ctx context.Context, dsn string, short bool) (*pgDatabases, error) {
	p := &pgDatabases{}
	if dsn == "" {
		o := pgtemp.Options{Durable: true, LogFiles: logFiles}
		if short {
			o.LogFiles = 1
		}
		c, err := pgtemp.Start(ctx, o)
		if err != nil {
			return nil, err
		}
		p.cluster, dsn = c, c.DSN("postgres", "")
	}
	u, err := url.Parse(dsn)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return nil, errors.Join(errors.New("the PostgreSQL address must be a postgres:// URL"), p.close())
	}
	p.base = u
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, errors.Join(errors.New("the PostgreSQL server does not answer"), p.close())
	}
	p.server = serverOf(int(conn.PgConn().PID()))
	return p, conn.Close(ctx)
}

func (p *pgDatabases) dsn(name string) string {
	u := *p.base
	u.Path = "/" + name
	return u.String()
}

func (p *pgDatabases) exec(ctx context.Context, text string) error {
	return p.execIn(ctx, p.base.String(), text)
}

func (p *pgDatabases) execIn(ctx context.Context, dsn, text string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return errors.New("the PostgreSQL server does not answer") // err may show the password
	}
	_, err = conn.Exec(ctx, text)
	return errors.Join(err, conn.Close(ctx))
}

func newName() string { return "tarazu_bench_" + strings.ReplaceAll(id.New(), "-", "") }

func (p *pgDatabases) empty(ctx context.Context) (string, error) {
	name := newName()
	return p.dsn(name), p.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
}

func (p *pgDatabases) copy(ctx context.Context, dsn string) (string, error) {
	name := newName()
	if p.cluster != nil { // a run begins with files for the log, not in the midst of a checkpoint
		if err := p.exec(ctx, "CHECKPOINT"); err != nil {
			return p.dsn(name), err
		}
	}
	if err := p.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+nameOf(dsn)); err != nil {
		return p.dsn(name), err
	}
	// The server would do it by itself within a minute. Without it the plans are
	// those of empty tables: a page took three times as long, or not, as it fell out.
	return p.dsn(name), p.execIn(ctx, p.dsn(name), "VACUUM (ANALYZE)")
}

func nameOf(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Path, "/")
}

func (p *pgDatabases) drop(ctx context.Context, dsn string) error {
	return p.exec(ctx, "DROP DATABASE "+nameOf(dsn)+" WITH (FORCE)")
}

func (p *pgDatabases) words(ctx context.Context) (string, error) {
	conn, err := pgx.Connect(ctx, p.base.String())
	if err != nil {
		return "", errors.New("the PostgreSQL server does not answer")
	}
	defer conn.Close(ctx)
	var version, fsync, commit string
	err = conn.QueryRow(ctx, "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')").
		Scan(&version, &fsync, &commit)
	return "PostgreSQL " + strings.Fields(version + " ")[0] + ", fsync=" + fsync + ", synchronous_commit=" + commit, err
}

func (p *pgDatabases) process() int { return p.server }

func (p *pgDatabases) close() error {
	if p.cluster == nil {
		return nil
	}
	return p.cluster.Stop()
}
