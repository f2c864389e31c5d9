// SPDX-License-Identifier: Apache-2.0

// Package pgtemp starts a throw-away PostgreSQL cluster from the installed
// server programs: for tests and for the benchmark. The cluster listens on a
// Unix socket only and disappears with the process that started it, however
// that process ends.
package pgtemp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNotInstalled says that no PostgreSQL server programs were found.
var ErrNotInstalled = errors.New("no PostgreSQL server programs found (Debian: apt-get install postgresql); `make setup` installs them")

// Options are how the cluster runs.
type Options struct {
	// Durable leaves fsync and synchronous_commit on, for benchmarks and crash
	// tests. Without it the cluster is quicker and only as safe as a test needs.
	Durable bool
	// LogFiles is how many files for its log, of 16 MB each, the server has used before,
	// as one has that has been at work for some time. A new one has to make each first,
	// and everybody who commits waits: 20 to 60 ms, more often the more is written.
	LogFiles int
}

// Cluster is a running server.
type Cluster struct {
	dir   string
	guard io.Closer // closing it ends the server
	wait  func() error
}

// supervise starts the server in the folder $1 and ends it when its standard
// input does: when the parent closes it or dies.
const supervise = `"$0" -D "$1" -k "$1" $2 >"$1/log" 2>&1 & pid=$!
cat >/dev/null
kill -INT $pid 2>/dev/null; wait $pid; rm -rf "$1"`

// roomy is how much must be free in memory for a cluster to stand there, in bytes:
// twice what its journal may grow to.
const roomy = 4 << 30

// place is the folder for a cluster. One that need not last stands in memory where
// there is room: making and dropping the databases of the tests, of a thousand
// small files each, took most of the system's time on a disk.
func place(o Options) string {
	const memory = "/dev/shm"
	var s syscall.Statfs_t
	if o.Durable || syscall.Statfs(memory, &s) != nil || s.Bavail*uint64(s.Bsize) < roomy {
		return "/tmp"
	}
	return memory
}

// Start makes and starts a cluster and waits until it answers.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(place(o), "tzpg") // short: a socket path has at most 107 bytes
	if err != nil {
		return nil, err
	}
	cred, err := credential()
	if err != nil {
		return nil, err
	}
	if cred != nil {
		if err := os.Chown(dir, int(cred.Uid), int(cred.Gid)); err != nil {
			return nil, err
		}
	}
	attr := &syscall.SysProcAttr{Credential: cred, Setpgid: true}
	init := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", dir, "-U", "tarazu", "-A", "trust",
		"--locale=C.UTF-8", "-E", "UTF8", "-N")
	init.SysProcAttr, init.Dir = attr, "/"
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	settings := "-c listen_addresses= -c max_connections=200 -c shared_buffers=128MB -c max_wal_size=2GB -c autovacuum_naptime=10s"
	if o.LogFiles > 0 { // what was used is kept
		settings += fmt.Sprintf(" -c min_wal_size=%dMB", 16*(o.LogFiles+8))
	}
	if !o.Durable {
		settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
	}
	cmd := exec.Command("sh", "-c", supervise, filepath.Join(bin, "postgres"), dir, settings)
	cmd.SysProcAttr, cmd.Dir = attr, "/"
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, guard: in, wait: cmd.Wait}
	err = c.ready(ctx)
	if err == nil && o.LogFiles > 0 {
		err = c.useLogFiles(ctx, o.LogFiles)
	}
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, errors.Join(fmt.Errorf("PostgreSQL did not start: %w: %s", err, log), c.Stop())
	}
	return c, nil
}

// ready polls until the server answers.
func (c *Cluster) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.DSN("postgres", ""))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// useLogFiles has the server use so many files for its log, and then leave them.
func (c *Cluster) useLogFiles(ctx context.Context, n int) error {
	conn, err := pgx.Connect(ctx, c.DSN("postgres", ""))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for range n {
		if _, err := conn.Exec(ctx, "SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal()"); err != nil {
			return err
		}
	}
	_, err = conn.Exec(ctx, "CHECKPOINT")
	return err
}

// DSN is the address of a database, with a schema as search path if one is
// given.
func (c *Cluster) DSN(database, schema string) string {
	dsn := "postgres:///" + database + "?host=" + c.dir + "&user=tarazu"
	if schema != "" {
		dsn += "&search_path=" + schema
	}
	return dsn
}

// Stop ends the server and removes its folder.
func (c *Cluster) Stop() error {
	_ = c.guard.Close()
	return c.wait()
}

// Program is the path of one of the server's programs, such as "pgbench".
// ErrNotInstalled: there is none.
func Program(name string) (string, error) {
	bin, err := programs()
	if err != nil {
		return "", err
	}
	path := filepath.Join(bin, name)
	if _, err := os.Stat(path); err != nil {
		return "", ErrNotInstalled
	}
	return path, nil
}

// programs finds the newest installed server.
func programs() (string, error) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Slice(dirs, func(i, j int) bool { return major(dirs[i]) > major(dirs[j]) })
	dirs = append(dirs, filepath.SplitList(os.Getenv("PATH"))...)
	for _, d := range dirs {
		if _, err := os.Stat(filepath.Join(d, "initdb")); err != nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(d, "postgres")); err == nil {
			return d, nil
		}
	}
	return "", ErrNotInstalled
}

func major(dir string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
	return n
}

// credential is whom the server runs as: PostgreSQL refuses to run as root.
func credential() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(uerr, gerr)
	}
	return nil, errors.New("PostgreSQL cannot run as root, and there is no user postgres or nobody")
}
