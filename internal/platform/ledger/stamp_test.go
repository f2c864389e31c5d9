// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// authority is a stamper whose token is the digest itself.
type authority struct {
	clk   clock.Clock
	down  bool
	calls int
	wait  chan struct{} // if set, an answer waits for it
	given map[string]Stamp
}

func (a *authority) Stamp(ctx context.Context, digest [32]byte) (Stamp, error) {
	a.calls++
	if a.wait != nil {
		<-a.wait
	}
	if a.down {
		return Stamp{}, errors.New("down")
	}
	s := Stamp{Token: digest[:], Root: []byte("root"), Authority: "TSA", Time: a.clk.Now()}
	a.given[string(s.Token)] = s
	return s, nil
}

func withStamps(l *Ledger, clk clock.Clock) *authority {
	a := &authority{clk: clk, given: map[string]Stamp{}}
	l.stamper, l.checkStamp = a, func(s Stamp, digest [32]byte) (Stamp, error) {
		if !bytes.Equal(s.Token, digest[:]) {
			return s, errors.New("another digest")
		}
		return a.given[string(s.Token)], nil
	}
	return a
}

func mustStamp(t *testing.T, l *Ledger, want bool) {
	t.Helper()
	if got, err := l.StampNow(t.Context()); err != nil || got != want {
		t.Fatalf("stamped %v, %v; want %v", got, err, want)
	}
}

func TestCheckpointsAreStampedNowAndThen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		mustStamp(t, l, false) // no authority
		a := withStamps(l, clk)
		mustStamp(t, l, false) // an empty log
		acts := stage(t, l, "anna", 3)
		sequence(t, l, 3)
		mustStamp(t, l, true)
		mustStamp(t, l, false) // this checkpoint has one
		first, err := l.Receipt(t.Context(), "anna", acts[0].id)
		if err != nil {
			t.Fatal(err)
		}
		acts = append(acts, stage(t, l, "anna", 2)...)
		sequence(t, l, 2)
		mustStamp(t, l, false) // too soon
		clk.Advance(10 * time.Minute)
		a.down = true
		if _, err := l.StampNow(t.Context()); err == nil {
			t.Error("no error although the authority is down")
		}
		a.down = false
		mustStamp(t, l, true)
		if a.calls != 3 {
			t.Errorf("asked %d times, want 3", a.calls)
		}

		// A receipt is proved under the first stamped checkpoint that covers it,
		// and is the same bytes ever after.
		sizes := []int64{}
		for _, act := range acts {
			file, err := l.Receipt(t.Context(), act.owner, act.id)
			if err != nil {
				t.Fatal(err)
			}
			r, err := receipt.Verify(file, receipt.Options{Keys: []string{l.VKey()}})
			if err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, r.TreeSize)
			s, note, err := l.StampOf(t.Context(), r.Origin, r.TreeSize)
			if err != nil || !bytes.HasSuffix(file, note) {
				t.Errorf("the stamp of size %d is not over the end of the receipt: %v", r.TreeSize, err)
			}
			if sum := sha256.Sum256(note); !bytes.Equal(s.Token, sum[:]) {
				t.Error("the stamp is over something else")
			}
		}
		if !slices.Equal(sizes, []int64{3, 3, 3, 5, 5}) {
			t.Errorf("proved under %v", sizes)
		}
		again, err := l.Receipt(t.Context(), "anna", acts[0].id)
		if err != nil || !bytes.Equal(again, first) {
			t.Errorf("a stamped receipt has changed: %v", err)
		}
		if s, found, err := l.LastStamp(t.Context()); err != nil || !found || s.Size != 5 || !s.Time.Equal(clk.Now()) {
			t.Errorf("last stamp %+v %v %v", s, found, err)
		}
		clean(t, l)
	})
}

func TestAuditHoldsStampsToTheirCheckpoints(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		withStamps(l, clk)
		stage(t, l, "anna", 2)
		sequence(t, l, 2)
		mustStamp(t, l, true)
		clean(t, l)
		for _, c := range []struct{ change, back string }{
			{`UPDATE ledger_stamp SET at_us = at_us + 1`, `UPDATE ledger_stamp SET at_us = at_us - 1`},
			{`UPDATE ledger_stamp SET authority = 'X'`, `UPDATE ledger_stamp SET authority = 'TSA'`},
			{`UPDATE ledger_stamp SET size = 7`, `UPDATE ledger_stamp SET size = 2`},
		} {
			exec(t, l, c.change)
			found, err := l.Audit(t.Context())
			if err != nil || len(found) != 1 || found[0].Code != FoundStamp {
				t.Errorf("%s: %v, %v", c.change, found, err)
			}
			exec(t, l, c.back)
		}
		exec(t, l, `UPDATE ledger_stamp SET token = root`)
		if found, err := l.Audit(t.Context()); err != nil || len(found) != 1 || found[0].Code != FoundStamp {
			t.Errorf("another token: %v, %v", found, err)
		}
	})
}

// TestSequencingDoesNotWaitForAStamp: while the authority takes its time,
// records get their places and receipts.
func TestSequencingDoesNotWaitForAStamp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l *Ledger, clk *clock.Fake) {
		a := withStamps(l, clk)
		a.wait = make(chan struct{})
		stage(t, l, "anna", 1)
		le := &lease{holder: "me"}
		l.tick(t.Context(), le)
		acts := stage(t, l, "anna", 1)
		l.tick(t.Context(), le)
		if _, err := l.Receipt(t.Context(), "anna", acts[0].id); err != nil {
			t.Errorf("no receipt while the authority is slow: %v", err)
		}
		close(a.wait)
		l.stamping.wg.Wait()
		if a.calls != 1 {
			t.Errorf("asked %d times at once", a.calls)
		}
		if s, found, err := l.LastStamp(t.Context()); err != nil || !found || s.Size < 1 {
			t.Errorf("%+v %v %v", s, found, err)
		}
	})
}
