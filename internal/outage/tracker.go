// SPDX-License-Identifier: Apache-2.0

package outage

import "time"

// span is a time in which the probes say that a part was out of use. To zero: it
// lasts.
type span struct {
	from, to time.Time
	found    bool // nobody saw it: no process was running
}

// tracker turns the readings of one part into spans. It reads no clock and
// writes nothing.
type tracker struct {
	need struct{ failures, successes int }

	failures, successes int       // in a row, so far
	failFrom, okFrom    time.Time // the first of these
	now                 *span     // the part is out of use
	over                []span    // what ended and was not taken yet
}

func newTracker(p Probing) *tracker {
	t := &tracker{}
	t.need.failures, t.need.successes = p.Failures, p.Successes
	return t
}

// seed says that the part has been out of use since from, unseen.
func (t *tracker) seed(from time.Time) {
	t.now = &span{from: from, found: true}
	t.failures, t.successes = 0, 0
}

// observe takes one reading; readings come in the order of time.
func (t *tracker) observe(at time.Time, ok bool) {
	if !ok {
		if t.failures == 0 {
			t.failFrom = at
		}
		t.failures, t.successes = t.failures+1, 0
		if t.now == nil && t.failures >= t.need.failures {
			t.now = &span{from: t.failFrom}
		}
		return
	}
	if t.successes == 0 {
		t.okFrom = at
	}
	t.failures, t.successes = 0, t.successes+1
	if t.now != nil && t.successes >= t.need.successes {
		done := *t.now
		done.to = t.okFrom
		t.over, t.now = append(t.over, done), nil
	}
}

// up tells since when the part is known to work.
func (t *tracker) up() (since time.Time, ok bool) {
	return t.okFrom, t.now == nil && t.successes >= t.need.successes
}
