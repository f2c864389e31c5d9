// SPDX-License-Identifier: Apache-2.0

package aside

import (
	"os"
	"runtime/debug"
)

// garbagePercent is how much garbage may gather before the collector works, as GOGC
// counts it: a hundredth of what the program keeps. Go's own choice is 100.
const garbagePercent = 400

// SlowCollector lets the collector work a quarter as often. It is the other long
// computation that stands in the way of whoever comes (ADR 32): on two processors it
// takes both for 10 to 20 ms. Whoever sets GOGC or GOMEMLIMIT has decided for himself.
// To be called once, at the start of a program that serves.
func SlowCollector() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(garbagePercent)
	}
}
