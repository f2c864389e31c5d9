// SPDX-License-Identifier: Apache-2.0

package aside

import "os"

// spareBytes is how much more than twice what the program keeps may be filled before
// the collector works.
const spareBytes = 256 << 20

// spare is never touched, so that it takes no memory itself; to the collector it is
// kept, and he lets as much again be filled.
var spare []byte

// SpareCollector lets the collector work seldom. A small program that keeps 30 MB and
// makes 25 MB of garbage a second is collected every second, each time for 10 to 20 ms
// on most processors: who came then were four in a hundred, the tail of every page.
// With a quarter of a gigabyte to fill it is every eight seconds (ADR 32). Whoever sets
// GOGC or GOMEMLIMIT has decided for himself. To be called once, at the start of a
// program that serves.
func SpareCollector() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		spare = make([]byte, spareBytes)
	}
}
