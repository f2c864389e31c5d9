// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// machine says what the figures depend on: processor, cores, and how long the
// disk below dir takes to make a small write durable.
func machine(dir string) string {
	s := fmt.Sprintf("%d cores", runtime.NumCPU())
	if name := processor(); name != "" {
		s = name + ", " + s
	}
	if d := syncTime(dir); d > 0 {
		s += fmt.Sprintf(", fsync %s", brief(d))
	}
	return s + ", " + strings.TrimPrefix(runtime.Version(), "go") + " " + runtime.GOOS + "/" + runtime.GOARCH
}

func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if name, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// syncTime is the median of some fsyncs of 4 KiB.
func syncTime(dir string) time.Duration {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return 0
	}
	defer f.Close()
	var took []time.Duration
	for range 51 {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0
		}
		start := time.Now()
		if f.Sync() != nil {
			return 0
		}
		took = append(took, time.Since(start))
	}
	return median(took)
}
