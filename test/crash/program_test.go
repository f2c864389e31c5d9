// SPDX-License-Identifier: Apache-2.0

package crash_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/store/pgtemp"
)

// program is the program as a process of its own.
type program struct {
	cmd  *exec.Cmd
	addr string
	http *http.Client

	mu     sync.Mutex
	stderr bytes.Buffer
}

// Write keeps what the program says on standard error.
func (p *program) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

func (p *program) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// start starts the program and waits until it says where it listens.
func start(t *testing.T, vars []string) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	p.cmd = exec.Command(self)
	p.cmd.Env = append(append(os.Environ(), vars...), serverEnv+"=1")
	p.cmd.Stderr = p
	stdin, err := p.cmd.StdinPipe() // held open: its end ends the program
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stdin.Close() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		t.Fatalf("the program did not start: %v\n%s", err, p.said())
	}
	p.addr = strings.TrimSpace(line)
	return p
}

// kill ends the program with SIGKILL, and nothing but that may have ended it.
func (p *program) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Errorf("the program was not there to be killed: %v\n%s", err, p.said())
	}
	err := p.cmd.Wait()
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		t.Errorf("the program ended by itself: %v\n%s", err, p.said())
	}
	p.http.CloseIdleConnections()
}

// stacks ends a program that hangs and returns what its goroutines were at.
func (p *program) stacks() string {
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	_ = p.cmd.Wait()
	return p.said()
}

// call asks for an act. Only a nil error is an acknowledgement.
func call[A any](p *program, path string, q any) (a A, err error) {
	body, err := json.Marshal(q)
	if err != nil {
		return a, err
	}
	res, err := p.http.Post("http://"+p.addr+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return a, err
	}
	if res.StatusCode != http.StatusOK {
		return a, refusedError{string(text)}
	}
	return a, json.Unmarshal(text, &a)
}

// refusedError is an answer of the program that says no, in contrast to none.
type refusedError struct{ text string }

func (e refusedError) Error() string { return "refused: " + strings.TrimSpace(e.text) }

// server is the PostgreSQL server, to be stopped as a failure would.
type server struct {
	dir, bin string
	owner    *syscall.Credential
	cluster  *pgtemp.Cluster
}

func newServer(t *testing.T, c *pgtemp.Cluster, dsn string) *server {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{dir: u.Query().Get("host"), cluster: c}
	exe, err := os.Readlink("/proc/" + strconv.Itoa(s.pid(t)) + "/exe")
	if err != nil {
		t.Fatal(err)
	}
	s.bin = filepath.Dir(exe)
	if info, err := os.Stat(s.dir); err == nil && os.Geteuid() == 0 {
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			s.owner = &syscall.Credential{Uid: st.Uid, Gid: st.Gid}
		}
	}
	t.Cleanup(func() {
		_ = s.control(context.Background(), "stop") // ours, if it was started again
		_ = c.Stop()
	})
	return s
}

func (s *server) pid(t *testing.T) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(b), "\n")
	n, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// control has pg_ctl act in immediate mode: no shutdown checkpoint, connections
// cut, recovery from the write-ahead log at the next start.
func (s *server) control(ctx context.Context, verb string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "pg_ctl"), verb, "-D", s.dir, "-m", "immediate", "-w", "-s", "-l", filepath.Join(s.dir, "log2"))
	cmd.SysProcAttr, cmd.Dir = &syscall.SysProcAttr{Credential: s.owner}, "/"
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pg_ctl %s: %w: %s", verb, err, out)
	}
	return nil
}

// restart stops the server at once and waits until it answers again.
func (s *server) restart() error { return s.control(context.Background(), "restart") }
