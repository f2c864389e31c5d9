// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

func TestTrackingCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 500 {
		code := newTracking()
		if seen[code] {
			t.Fatalf("%s came twice", code)
		}
		seen[code] = true
		got, err := ParseTracking(code)
		if err != nil || got != code {
			t.Fatalf("ParseTracking(%s) = %s, %v", code, got, err)
		}
		for i := range code { // every single wrong digit is caught
			for d := byte('0'); d <= '9'; d++ {
				if d == code[i] {
					continue
				}
				if _, err := ParseTracking(code[:i] + string(d) + code[i+1:]); err == nil {
					t.Fatalf("%s with digit %d changed to %c is accepted", code, i, d)
				}
			}
			if i > 0 && code[i] != code[i-1] { // every swap of neighbours is caught
				swapped := code[:i-1] + string(code[i]) + string(code[i-1]) + code[i+1:]
				if _, err := ParseTracking(swapped); err == nil {
					t.Fatalf("%s with digits %d and %d swapped is accepted", code, i-1, i)
				}
			}
		}
	}
}

func TestParseTracking(t *testing.T) {
	t.Parallel()
	code := newTracking()
	fa := strings.NewReplacer("0", "۰", "1", "۱", "2", "۲", "3", "۳", "4", "۴", "5", "۵", "6", "۶", "7", "۷", "8", "۸", "9", "۹").Replace(code)
	for _, s := range []string{code, fa, code[:4] + "-" + code[4:8] + " " + code[8:], " " + code + "\u200c"} {
		if got, err := ParseTracking(s); err != nil || got != code {
			t.Errorf("ParseTracking(%q) = %q, %v; want %q", s, got, err, code)
		}
	}
	for s, want := range map[string]string{
		"": "filing.tracking.length", code[1:]: "filing.tracking.length", code + "0": "filing.tracking.length",
		"1234567890123x": "filing.tracking.digits", "12345678901234": "filing.tracking.check",
	} {
		_, err := ParseTracking(s)
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseTracking(%q): %v, want %s", s, err, want)
		}
	}
}

func FuzzParseTracking(f *testing.F) {
	f.Add(newTracking())
	f.Add("۱۲۳۴ ۵۶۷۸")
	f.Add("\xff\x00")
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseTracking(s)
		if err != nil {
			return
		}
		if again, err := ParseTracking(code); err != nil || again != code {
			t.Errorf("%q became %q, which became %q, %v", s, code, again, err)
		}
	})
}

// TestStates holds the whole table: what is not listed may not follow.
func TestStates(t *testing.T) {
	t.Parallel()
	all := []Status{Draft, Payable, Signable, Submitted, Discarded}
	may := map[[2]Status]bool{
		{Draft, Payable}: true, {Draft, Signable}: true, {Draft, Discarded}: true,
		{Payable, Draft}: true, {Payable, Signable}: true, {Payable, Discarded}: true,
		{Signable, Draft}: true, {Signable, Submitted}: true,
	}
	for _, from := range all {
		for _, to := range all {
			if got := from.mayFollow(to); got != may[[2]Status{from, to}] {
				t.Errorf("%s to %s: %v", from, to, got)
			}
		}
	}
}
