// SPDX-License-Identifier: Apache-2.0

package aside

import (
	"runtime/debug"
	"testing"
)

// TestSlowCollector: the collector waits for more garbage, unless an operator has said
// for how much.
func TestSlowCollector(t *testing.T) {
	before := debug.SetGCPercent(100) // whatever the test was started with
	t.Cleanup(func() { debug.SetGCPercent(before) })
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		t.Setenv("GOGC", "")
		t.Setenv("GOMEMLIMIT", "")
		t.Setenv(name, "100")
		SlowCollector()
		if got := debug.SetGCPercent(100); got != 100 {
			t.Errorf("with %s set it is %d", name, got)
		}
	}
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	SlowCollector()
	if got := debug.SetGCPercent(100); got != garbagePercent {
		t.Errorf("it is %d", got)
	}
}
