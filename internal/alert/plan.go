// SPDX-License-Identifier: Apache-2.0

package alert

import "time"

// target is one address of one channel.
type target struct {
	Channel Channel
	Device  string // tells the addresses of a channel apart
	To      string // number, address or chat
}

// step is what is to be done about an alert now.
type step struct {
	send  []target
	later time.Time // when to look again; zero: never
	state string    // of the alert, if nothing is sent now
}

// plan says what is to be done now: what was tried decides, together with who may
// be reached. It sends nothing to an address that has had its message.
func (r Rules) plan(now time.Time, targets []target, tries []tryRow) step {
	var s step
	dead := false
	for _, t := range targets {
		last, failures, found := lastOf(tries, t)
		switch {
		case !found:
			s.send = append(s.send, t)
		case last.State == Spent:
			dead = true
		case last.State == TempFailed:
			wait, _ := r.wait(failures)
			if due := last.At.Add(wait); due.After(now) {
				if s.later.IsZero() || due.Before(s.later) {
					s.later = due
				}
			} else {
				s.send = append(s.send, t)
			}
		}
	}
	switch {
	case len(s.send) > 0 || !s.later.IsZero():
		s.state = Queued
	case dead:
		s.state = Dead
	case len(tries) == 0:
		s.state = Dropped
	default:
		s.state = Done
	}
	return s
}

// lastOf is the newest try at an address, with how often it failed for a time.
func lastOf(tries []tryRow, t target) (last tryRow, failures int, found bool) {
	for _, r := range tries { // in the order of n
		if r.Channel != string(t.Channel) || r.Device != t.Device {
			continue
		}
		again := found && last.State == TempFailed && last.At.Equal(r.At.Time) // another provider was asked at once
		last, found = r, true
		if r.State == TempFailed && !again {
			failures++
		}
	}
	return last, failures, found
}
