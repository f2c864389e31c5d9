// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"testing"
	"time"
)

// What a register takes is judged with what it took before: in the batch, in the
// hour and in the day. What was doubted was not taken and does not count.
func TestBelieves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		say := func(kind DoubtKind, taken, asked int, want bool) {
			t.Helper()
			if got, err := w.s.Believes(t.Context(), kind, taken, asked); err != nil || got != want {
				t.Errorf("%d of %d: %v, %v", taken, asked, got, err)
			}
		}
		say(DoubtNumbers, 0, 0, true)
		say(DoubtNumbers, 3, 3, true)
		say(DoubtNumbers, 1, 1, false) // the fourth of four
		say(DoubtNumbers, 0, 5, true)
		say(DoubtLicences, 3, 3, true) // another register
		say(DoubtNumbers, 1, 32, true) // the fourth of forty
		say(DoubtNumbers, 1, 1, false)
		say(DoubtNumbers, 21, 200, false) // alone
		// An honest day does not pay for a dishonest hour.
		w.clk.Advance(2 * time.Hour)
		say(DoubtNumbers, 0, 1000, true)
		w.clk.Advance(2 * time.Hour)
		for range 3 {
			say(DoubtNumbers, 1, 1, true)
		}
		say(DoubtNumbers, 1, 1, false)
		w.clk.Advance(25 * time.Hour)
		say(DoubtNumbers, 3, 3, true)
		w.clk.Advance(3 * time.Hour)
		say(DoubtNumbers, 1, 1, false) // of the day
		w.clk.Advance(25 * time.Hour)
		say(DoubtNumbers, 3, 3, true)
	})
}
