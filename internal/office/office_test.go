// SPDX-License-Identifier: Apache-2.0

package office

import (
	"testing"
	"testing/quick"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

func TestParsePoint(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Point{
		"35.6892, 51.3890":    {35689200, 51389000},
		"۳۵٫۶۸۹۲، ۵۱٫۳۸۹۰":    {35689200, 51389000},
		" -35.5   51 ":        {-35500000, 51000000},
		"":                    {},
		"35.6892":             {},
		"95, 51":              {},
		"35, 181":             {},
		"NaN, 1":              {},
		"35.6892, 51.389, 12": {},
		"north, east":         {},
	} {
		got, err := ParsePoint(in)
		if got != want || errs.Is(err, errs.Invalid) != (want == Point{}) {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	same := func(lat, lon int32) bool {
		p := Point{int64(lat) % 90e6, int64(lon) % 180e6}
		q, err := ParsePoint(p.String())
		return err == nil && p == q
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

// TestStates: whoever is closed stays closed, and from everywhere else it can be
// closed.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, st := range []State{Licensed, Active, Suspended} {
		if !st.may(Closed) || st.may(st) || st.may(Licensed) {
			t.Errorf("%s leads to %v", st, st.next())
		}
	}
	if len(Closed.next()) != 0 {
		t.Errorf("closed leads to %v", Closed.next())
	}
}
