// SPDX-License-Identifier: Apache-2.0

package aside

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// resident is how much memory the process takes, in bytes.
func resident(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// TestSpareCollector: the collector waits for a quarter of a gigabyte more, and the
// spare takes none itself.
func TestSpareCollector(t *testing.T) {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		t.Setenv(name, "100")
		SpareCollector()
		if spare != nil {
			t.Errorf("there is a spare although %s is set", name)
		}
		t.Setenv(name, "")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // whatever the test was started with
	before := resident(t)
	SpareCollector()
	t.Cleanup(func() { spare = nil; runtime.GC() })
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.NextGC < 2*spareBytes {
		t.Errorf("the collector works at %d bytes", m.NextGC)
	}
	if took := resident(t) - before; took > spareBytes/4 {
		t.Errorf("the spare takes %d bytes", took)
	}
}
