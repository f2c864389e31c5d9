// SPDX-License-Identifier: Apache-2.0

package bench

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// meter measures the processor time that neither we nor our PostgreSQL server
// used meanwhile: what disturbs a measurement. Where /proc does not tell, it
// is 0.
type meter struct {
	server    int // process of the PostgreSQL server, if it is on this machine
	start     time.Time
	busy, own time.Duration
}

func startMeter(server int) meter {
	return meter{server: server, start: time.Now(), busy: busyTime(), own: ownTime(server)}
}

// foreign is in cores.
func (m meter) foreign() float64 {
	elapsed := time.Since(m.start)
	f := (busyTime() - m.busy) - (ownTime(m.server) - m.own)
	if elapsed <= 0 || f <= 0 {
		return 0
	}
	return f.Seconds() / elapsed.Seconds()
}

// used is the processor time that we and our server took.
func (m meter) used() time.Duration { return ownTime(m.server) - m.own }

// hertz is USER_HZ, the unit of /proc; it is 100 on every Linux.
const hertz = 100

func ticks(b []byte) time.Duration {
	n, _ := strconv.ParseInt(string(b), 10, 64)
	return time.Duration(n) * time.Second / hertz
}

// busyTime is what all processors have worked so far.
func busyTime() time.Duration {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	f := bytes.Fields(line)
	var sum time.Duration
	for i, v := range f {
		switch i {
		case 1, 2, 3, 6, 7: // user, nice, system, irq, softirq
			sum += ticks(v)
		}
	}
	return sum
}

// ownTime is ours and that of the server's processes.
func ownTime(server int) time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	sum := time.Duration(u.Utime.Nano() + u.Stime.Nano())
	if server == 0 {
		return sum
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		if f := stat(path); len(f) > 12 && (string(f[1]) == strconv.Itoa(server) || path == statOf(server)) {
			sum += ticks(f[11]) + ticks(f[12])
		}
	}
	return sum
}

func statOf(pid int) string { return filepath.Join("/proc", strconv.Itoa(pid), "stat") }

// stat is what /proc says of a process, from its state on: the parent follows.
func stat(path string) [][]byte {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
}

// serverOf is the parent of one of the server's processes, if that is on this
// machine and PostgreSQL's.
func serverOf(backend int) int {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(backend), "comm"))
	f := stat(statOf(backend))
	if err != nil || !bytes.HasPrefix(b, []byte("postgres")) || len(f) < 2 {
		return 0
	}
	n, _ := strconv.Atoi(string(f[1]))
	return n
}
