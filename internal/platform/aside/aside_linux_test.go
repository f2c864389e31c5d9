// SPDX-License-Identifier: Apache-2.0

package aside

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// niceOf is the niceness of a thread.
func niceOf(t *testing.T, thread int) int {
	t.Helper()
	reversed, err := unix.Getpriority(unix.PRIO_PROCESS, thread)
	if err != nil {
		t.Fatal(err)
	}
	return 20 - reversed
}

// TestRun: what runs aside steps back, and nothing else does: not whoever waits,
// and no thread that Go starts meanwhile.
func TestRun(t *testing.T) {
	const most = 4
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	me := unix.Gettid()
	before := niceOf(t, me)
	want := min(before+niceness, 19)
	for range 50 {
		var wg sync.WaitGroup
		for range most {
			wg.Go(func() {
				Run(func() {
					if got := niceOf(t, unix.Gettid()); got != want {
						t.Errorf("aside the niceness is %d, want %d", got, want)
					}
				})
			})
		}
		wg.Wait()
	}
	if after := niceOf(t, me); after != before {
		t.Errorf("the caller's niceness was %d and is %d", before, after)
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	back := 0
	for _, entry := range threads {
		if thread, err := strconv.Atoi(entry.Name()); err == nil && niceOf(t, thread) == want {
			back++
		}
	}
	if back == 0 || back > most {
		t.Errorf("%d threads of %d have stepped back, want 1 to %d", back, len(threads), most)
	}
}
