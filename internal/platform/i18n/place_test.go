// SPDX-License-Identifier: Apache-2.0

package i18n_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, l := range []i18n.Lang{i18n.FA, i18n.EN} {
		if n := len(i18n.Countries(l)); n < 230 || n > 260 {
			t.Errorf("%s: %d countries", l, n)
		}
		for _, z := range i18n.Zones(l) {
			if _, err := time.LoadLocation(z.Name); err != nil || z.Words == "" {
				t.Errorf("%s: %s: %v", l, z.Name, err)
			}
		}
	}
	names := map[string]string{}
	for _, c := range i18n.Countries(i18n.FA) {
		names[c.Code] = c.Name
	}
	for code, want := range map[string]string{"IR": "ایران", "DE": "آلمان", "AF": "افغانستان"} {
		if names[code] != want {
			t.Errorf("%s: %q, want %q", code, names[code], want)
		}
	}
}

// TestTimeOfAnotherZone: Iran's time first, and the reader's own beside it, with
// its day where that is another.
func TestTimeOfAnotherZone(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(i18n.Locale)
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2025, 4, 21, 8, 30, 0, 0, time.UTC) // 12:00 in Tehran
	fa, en := c.Printer(i18n.FA), c.Printer(i18n.EN)
	if got := en.In("Europe/Berlin").Time(noon); !strings.HasPrefix(got, en.Time(noon)) || !strings.Contains(got, "10:30 where you are") {
		t.Errorf("in Berlin: %q", got)
	}
	if got := en.In("Pacific/Honolulu").Time(noon); !strings.Contains(got, "Sunday 20 April 2025") || !strings.Contains(got, "22:30") {
		t.Errorf("in Hawaii: %q", got)
	}
	if got := fa.In("Europe/Berlin").Time(noon); !strings.Contains(got, "۱۰:۳۰") {
		t.Errorf("in Berlin, Persian: %q", got)
	}
	for _, zone := range []string{"", "Asia/Tehran", "Nowhere/None"} {
		if got := fa.In(zone).Time(noon); got != fa.Time(noon) {
			t.Errorf("%q: %q", zone, got)
		}
	}
}
