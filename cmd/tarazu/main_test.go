// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/tarazu/tarazu/internal/platform/store/storetest"
)

// site is an installation of its own: its settings, as variables.
type site struct {
	t    *testing.T
	dir  string
	vars []string
}

func newSite(t *testing.T, engine string, vars ...string) site {
	t.Helper()
	dir := t.TempDir()
	base := []string{
		"TARAZU_DATA_DIR=" + dir, "TARAZU_ADDR=127.0.0.1:0", "TARAZU_LEDGER_ORIGIN=example.test/tarazu",
		"TARAZU_SECURITY_ARGON2_MEMORY_KIB=7168", "TARAZU_LOG_LEVEL=error",
	}
	if engine != "sqlite" {
		base = append(base, "TARAZU_DATABASE="+storetest.DSN(t, engine))
	}
	return site{t, dir, append(base, vars...)}
}

// run runs the program as from a shell, at most a minute.
func (s site) run(args ...string) (code int, out, errOut string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	var o, e bytes.Buffer
	code = run(ctx, args, env{vars: s.vars, out: &o, errOut: &e})
	return code, o.String(), e.String()
}

// ok is run for what must succeed.
func (s site) ok(args ...string) string {
	s.t.Helper()
	code, out, errOut := s.run(args...)
	if code != exitOK || errOut != "" {
		s.t.Fatalf("tarazu %s: %d\n%s%s", strings.Join(args, " "), code, out, errOut)
	}
	return out
}

// oneLine is run for what must fail with one line that says words.
func (s site) oneLine(words string, args ...string) {
	s.t.Helper()
	code, out, errOut := s.run(args...)
	if code != exitFailed || strings.Count(errOut, "\n") != 1 || !strings.HasPrefix(errOut, "tarazu: ") || !strings.Contains(errOut, words) {
		s.t.Errorf("tarazu %s: %d\n%s%swant one line with %q", strings.Join(args, " "), code, out, errOut, words)
	}
}

// file writes a file of the installation's operator.
func (s site) file(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

func TestUsage(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	for _, args := range [][]string{
		{}, {"srve"}, {"serve", "--port", "1"}, {"serve", "now"}, {"admin"}, {"admin", "jbos"}, {"admin", "jobs", "retry"}, {"admin", "jobs", "x"},
		{"admin", "country"}, {"admin", "country", "--defalt"}, {"admin", "administrator"}, {"admin", "publish", "fee"}, {"admin", "key", "x"},
	} {
		if code, _, errOut := s.run(args...); code != exitUsage || errOut == "" {
			t.Errorf("%q: %d %s", args, code, errOut)
		}
	}
	for _, args := range [][]string{{"help"}, {"admin", "--help"}, {"version"}} {
		if out := s.ok(args...); out == "" {
			t.Errorf("%q says nothing", args)
		}
	}
	if left, err := os.ReadDir(s.dir); err != nil || len(left) != 0 {
		t.Errorf("something was made: %v, %v", left, err)
	}
}

// TestServeSaysWhatIsWrong: one line, exit code 1, and soon.
func TestServeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // after the parallel subtests
	blocked := newSite(t, "sqlite").file("blocked", "")
	closed := "postgres://u:hunter2@" + closedPort(t) + "/x?sslmode=disable"
	tests := map[string]struct {
		vars  []string
		args  []string
		words string
	}{
		"address in use":   {[]string{"TARAZU_ADDR=" + l.Addr().String()}, nil, "another program uses " + l.Addr().String() + " already"},
		"no such address":  {[]string{"TARAZU_ADDR=192.0.2.1:0", "TARAZU_BASE_URL=https://adl.example"}, nil, "cannot listen on the address in addr"},
		"no configuration": {nil, []string{"--config", filepath.Join(t.TempDir(), "none.toml")}, "none.toml: (file): cannot be read: no such file"},
		"unreadable":       {nil, []string{"--config", t.TempDir()}, "cannot be read: is a directory"},
		"wrong setting":    {[]string{"TARAZU_DEMO=perhaps"}, nil, "TARAZU_DEMO: demo: write true or false"},
		"folder is a file": {[]string{"TARAZU_DATA_DIR=" + blocked}, nil, "the folder of data_dir cannot be made: " + blocked},
		"folder in a file": {[]string{"TARAZU_DATA_DIR=" + filepath.Join(blocked, "x")}, nil, "the folder of data_dir cannot be made"},
		"not writable":     {[]string{"TARAZU_DATA_DIR=/proc/self"}, nil, "the folder of the database cannot be written to: /proc/self"}, // for root too
		"no folder":        {[]string{"TARAZU_DATABASE=sqlite:" + filepath.Join(t.TempDir(), "no", "x.db")}, nil, "the folder of the database cannot be written to"},
		"no database":      {[]string{"TARAZU_DATABASE=" + closed}, nil, "does not answer: dial tcp"},
		"wrong password":   {[]string{"TARAZU_DATABASE=" + refusing(t, "28P01")}, nil, "refuses the user or the password"},
		"unknown database": {[]string{"TARAZU_DATABASE=" + refusing(t, "3D000")}, nil, "has no database of the name"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, command := range []string{"serve", "migrate"} {
				if command == "migrate" && strings.Contains(tt.words, "addr") || command == "migrate" && name == "address in use" {
					continue
				}
				s := newSite(t, "sqlite", tt.vars...)
				s.oneLine(tt.words, append([]string{command}, tt.args...)...)
				if _, _, errOut := s.run(append([]string{command}, tt.args...)...); strings.Contains(errOut, "hunter2") {
					t.Errorf("the password is shown: %s", errOut)
				}
			}
		})
	}
}

// closedPort is an address on which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// refusing is a PostgreSQL server that asks for the password and then refuses
// with an SQLSTATE.
func refusing(t *testing.T, state string) (dsn string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go refuse(c, state)
		}
	}()
	return "postgres://app:hunter2@" + l.Addr().String() + "/tarazu?sslmode=disable"
}

func refuse(c net.Conn, state string) {
	defer c.Close()
	b := pgproto3.NewBackend(c, c)
	if _, err := b.ReceiveStartupMessage(); err != nil {
		return
	}
	b.Send(&pgproto3.AuthenticationCleartextPassword{})
	if b.Flush() != nil {
		return
	}
	if _, err := b.Receive(); err != nil {
		return
	}
	b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: state, Message: "no"})
	_ = b.Flush()
}
