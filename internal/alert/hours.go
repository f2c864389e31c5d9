// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"strings"
	"time"
)

// Hours is a part of the day, from its first minute to the one before its last;
// it may go over midnight. If both are the same it is empty.
type Hours struct{ From, To Clock }

// ParseHours reads "22:00-07:00"; "off" is none.
func ParseHours(s string) (h Hours, err error) {
	if s == "off" {
		return Hours{}, nil
	}
	from, to, _ := strings.Cut(s, "-")
	if h.From, err = ParseClock(from); err != nil {
		return Hours{}, err
	}
	h.To, err = ParseClock(to)
	return h, err
}

// Empty tells that there are none.
func (h Hours) Empty() bool { return h.From == h.To }

// has tells whether a minute of the day is in h.
func (h Hours) has(m Clock) bool {
	if h.From <= h.To {
		return h.From <= m && m < h.To
	}
	return m >= h.From || m < h.To
}

// mayAt tells whether something may be sent at t to somebody who lives in place.
// Where safe hours are named, they alone decide.
func mayAt(t time.Time, place *time.Location, quiet, safe Hours) bool {
	local := t.In(place)
	m := Clock(local.Hour()*60 + local.Minute())
	if !safe.Empty() {
		return safe.has(m)
	}
	return !quiet.has(m)
}

// next is the first time, not before t, at which something may be sent. Hours
// are those on the clocks at place, also on a day on which they are changed: so
// every quarter of an hour is looked at, and the minutes before the one found.
func next(t time.Time, place *time.Location, quiet, safe Hours) time.Time {
	if mayAt(t, place, quiet, safe) {
		return t
	}
	const step = 15
	at := t.Truncate(time.Minute)
	for range 2 * dayMinutes / step {
		if at = at.Add(step * time.Minute); !mayAt(at, place, quiet, safe) {
			continue
		}
		for mayAt(at.Add(-time.Minute), place, quiet, safe) {
			at = at.Add(-time.Minute)
		}
		return at
	}
	return t // hours shorter than a quarter of an hour, which nobody can set
}
