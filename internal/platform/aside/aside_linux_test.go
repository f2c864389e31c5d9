// SPDX-License-Identifier: Apache-2.0

package aside

import (
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// niceOf is the niceness of the thread that asks.
func niceOf(t *testing.T) int {
	t.Helper()
	reversed, err := unix.Getpriority(unix.PRIO_PROCESS, unix.Gettid())
	if err != nil {
		t.Fatal(err)
	}
	return 20 - reversed
}

// TestRun: what runs aside steps back, and its thread is nobody else's
// afterwards.
func TestRun(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := niceOf(t)
	thread := 0
	for range 20 {
		during := before
		Run(func() { during, thread = niceOf(t), unix.Gettid() })
		if want := min(before+niceness, 19); during != want {
			t.Errorf("aside the niceness is %d, want %d", during, want)
		}
		if thread == unix.Gettid() {
			t.Error("it ran on the thread of whoever waits")
		}
	}
	if after := niceOf(t); after != before {
		t.Errorf("the caller's niceness was %d and is %d", before, after)
	}
}
