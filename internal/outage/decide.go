// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"cmp"
	"slices"
	"time"
)

// known is an interval that probes once opened, and whether a person changed it
// since.
type known struct {
	Interval
	byHand bool
}

// step is what is to be done about a span.
type step struct {
	do Act // Opened, Closed, Reopened; "": nothing
	at *known
	to time.Time // the end, zero while it lasts
}

// decide holds one span against what is known of the part. What a person has
// decided about the same time stands: a withdrawn interval is not opened again,
// and one that was ended by hand not lengthened, while the failures go on of which
// the person knew.
func decide(list []known, s span, join time.Duration) step {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b known) int { return cmp.Or(b.From.Compare(a.From), cmp.Compare(b.ID, a.ID)) })
	for i := range list {
		k := &list[i]
		if !s.to.IsZero() && k.From.After(s.to) {
			continue // later than this span
		}
		switch {
		case k.Withdrawn:
			if !s.from.After(k.Changed) && (k.To.IsZero() || !s.from.After(k.To)) {
				return step{}
			}
		case k.To.IsZero():
			if s.to.IsZero() {
				return step{}
			}
			return step{do: Closed, at: k, to: later(s.to, k.From)}
		case !s.from.After(k.To) && k.byHand:
			return step{}
		case k.byHand:
		case !s.from.After(k.To.Add(join)):
			if !s.to.IsZero() && !s.to.After(k.To) {
				return step{} // already written
			}
			return step{do: Reopened, at: k, to: s.to}
		}
	}
	return step{do: Opened, to: s.to}
}

// later is to, or just after from if to does not lie after it: no interval is
// empty.
func later(to, from time.Time) time.Time {
	if to.After(from) {
		return to
	}
	return from.Add(time.Microsecond)
}
