// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Mode is how a double behaves.
type Mode string

// The modes.
const (
	OK       Mode = "ok"
	Slow     Mode = "slow"     // answers rightly, after Delay
	Wrong    Mode = "wrong"    // answers, but wrongly: see How
	Down     Mode = "down"     // does not answer: see How
	Flapping Mode = "flapping" // up and down as Pattern says, request by request
)

// The ways of Wrong and Down.
const (
	Other   = "other"   // Wrong: the answer to somebody else's request
	Garbage = "garbage" // Wrong: not the agreed form at all
	Amount  = "amount"  // Wrong: right in form, another amount (payments)
	Closed  = "closed"  // Down: the connection is closed without an answer
	Busy    = "503"     // Down: 503 Service Unavailable
)

// Fault is one setting of the switch.
type Fault struct {
	Mode    Mode   `json:"mode"`
	How     string `json:"how,omitempty"`
	DelayMS int64  `json:"delay_ms,omitempty"` // Slow: milliseconds
	Pattern string `json:"pattern,omitempty"`  // Flapping: u and d, repeated
}

// Delay is how late a slow double answers.
func (f Fault) Delay() time.Duration { return time.Duration(f.DelayMS) * time.Millisecond }

// SlowBy makes a slow fault of d.
func SlowBy(d time.Duration) Fault { return Fault{Mode: Slow, DelayMS: d.Milliseconds()} }

func (f *Fault) check() error {
	hows := map[Mode]string{OK: " ", Slow: " ", Wrong: " other garbage amount ", Down: " closed 503 ", Flapping: " closed 503 "}
	allowed, ok := hows[f.Mode]
	if !ok {
		return fmt.Errorf("sandbox: no mode %q", f.Mode)
	}
	switch {
	case f.How == "" && f.Mode == Wrong:
		f.How = Other
	case f.How == "" && (f.Mode == Down || f.Mode == Flapping):
		f.How = Closed
	case f.How != "" && !strings.Contains(allowed, " "+f.How+" "):
		return fmt.Errorf("sandbox: mode %q has no %q", f.Mode, f.How)
	}
	if f.DelayMS < 0 || (f.DelayMS > 0) != (f.Mode == Slow) {
		return fmt.Errorf("sandbox: a delay belongs to mode slow, and only there")
	}
	if (f.Mode == Flapping) != (f.Pattern != "") || strings.Trim(f.Pattern, "ud") != "" {
		return fmt.Errorf("sandbox: a pattern of u and d belongs to mode flapping, and only there")
	}
	return nil
}

// Faults is the switch of one double. The zero value answers rightly. It is
// safe for concurrent use.
type Faults struct {
	mu    sync.Mutex
	fault Fault // guarded by mu, with the fields below
	step  int   // position in Pattern
	calls int
}

// Set changes how the double behaves from the next request on; a pattern
// starts at its beginning.
func (f *Faults) Set(x Fault) error {
	if err := x.check(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.step = x, 0
	return nil
}

// Get tells how the switch is set.
func (f *Faults) Get() Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fault.Mode == "" {
		return Fault{Mode: OK}
	}
	return f.fault
}

// Calls is the number of machine requests that have reached the double, those
// it did not answer included.
func (f *Faults) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Next decides about one machine request: the fault it meets, with Flapping
// resolved to OK or Down. Only a double that does not speak HTTP asks itself.
func (f *Faults) Next() Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	x := f.fault
	if x.Mode != Flapping {
		return x
	}
	up := x.Pattern[f.step%len(x.Pattern)] == 'u'
	f.step++
	if up {
		return Fault{Mode: OK}
	}
	return Fault{Mode: Down, How: x.How}
}
