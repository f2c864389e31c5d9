// SPDX-License-Identifier: Apache-2.0

package witness

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/clock"
)

// TestKilledServer is no test: it is the server that TestKill kills.
func TestKilledServer(t *testing.T) {
	dir := os.Getenv("TARAZU_TEST_WITNESS")
	if dir == "" {
		return
	}
	k, err := OpenKey(filepath.Join(dir, "witness.key"), "w.example")
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Deps{DB: openDB(t, dir, clock.System{}), Clock: clock.System{}, Key: k, Logs: []string{os.Getenv("TARAZU_TEST_LOG")}})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("at " + listener.Addr().String())
	t.Error(http.Serve(listener, s)) //nolint:gosec // until it is killed
}

// TestKill kills the server with -9 while it is asked, again and again. What it
// has answered it must still know, so that it can never cosign a smaller tree.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := newLog(t, "log.example/1")
	l.grow(t, 3000, "x")
	at := int64(0)
	for life := range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledServer$") //nolint:gosec // this test itself
		cmd.Env = append(os.Environ(), "TARAZU_TEST_WITNESS="+dir, "TARAZU_TEST_LOG="+l.vkey)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		url := "http://" + strings.TrimSpace(strings.TrimPrefix(line, "at ")) + "/add-checkpoint"
		ask := func(old, size int64) (*http.Response, error) {
			return http.Post(url, "text/plain", strings.NewReader(l.request(t, old, size))) //nolint:gosec // loopback
		}
		// It knows at least what was answered before it was killed; it may know
		// one more, whose answer was lost.
		r, err := ask(0, 1)
		if err != nil {
			t.Fatal(err)
		}
		var kept int64
		if life > 0 {
			if _, err := fmt.Sscanf(drain(t, r), "%d\n", &kept); err != nil || r.StatusCode != http.StatusConflict {
				t.Fatalf("life %d: %d, %v", life, r.StatusCode, err)
			}
			if kept < at || kept > at+1 {
				t.Fatalf("life %d: it answered for %d and knows %d", life, at, kept)
			}
			at = kept
		} else if drain(t, r); r.StatusCode == http.StatusOK {
			at = 1
		}
		for asked := 0; ; asked++ {
			if asked == 20+17*life { // in the middle of the work
				go func() { _ = cmd.Process.Kill() }()
			}
			r, err := ask(at, at+1)
			if err != nil {
				break // killed
			}
			drain(t, r)
			if r.StatusCode != http.StatusOK {
				t.Fatalf("life %d: from %d: %d", life, at, r.StatusCode)
			}
			at++
		}
		if err := cmd.Wait(); err == nil || errors.Is(err, exec.ErrNotFound) {
			t.Errorf("it was not killed: %v", err)
		}
	}
	if at < 60 {
		t.Errorf("only %d answers", at)
	}
}
