// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"cmp"
	"slices"
	"time"
)

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

	unwanted bool // nobody wanted it any more
}

// plan says what is to be done now: what was tried decides, together with who may
// be reached. It sends nothing to an address that has had its message. If spare, a
// text message goes only where nothing else took the message.
func (r Rules) plan(now time.Time, targets []target, tries []tryRow, spare bool) step {
	var s step
	dead := false
	targets = slices.Clone(targets)
	slices.SortStableFunc(targets, func(a, b target) int { return cmp.Compare(r.place(a.Channel), r.place(b.Channel)) })
	held, until := r.held(now, targets, tries)
	for _, t := range targets {
		last, failures, found := lastOf(tries, t)
		switch {
		case spare && held && !found && t.Channel == SMS:
			if !until.IsZero() && (s.later.IsZero() || until.Before(s.later)) {
				s.later = until
			}
		case !found:
			s.send = append(s.send, t)
		case last.State == Spent:
			dead = true
		case last.State == TempFailed:
			wait, _ := r.wait(failures)
			if due := latest(last.At.Add(wait), last.Later.Time); due.After(now) {
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

// held tells whether a spare text message is to wait: something else took the
// message, or may still, until when; zero: for good.
func (r Rules) held(now time.Time, targets []target, tries []tryRow) (held bool, until time.Time) {
	since := now
	for _, t := range targets {
		if t.Channel == SMS {
			continue
		}
		last, _, found := lastOf(tries, t)
		switch {
		case !found, last.State == TempFailed:
			held = true
		case last.State != Failed && last.State != Spent:
			return true, time.Time{}
		}
	}
	for _, row := range tries {
		if row.Channel != string(SMS) && row.At.Before(since) {
			since = row.At.Time
		}
	}
	until = since.Add(time.Duration(r.SpareMinutes) * time.Minute)
	return held && until.After(now), until
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
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
