// SPDX-License-Identifier: Apache-2.0

package catalogue

import "testing"

func TestMentions(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		expr, name string
		want       bool
	}{
		{"answers.kind == 'a'", "kind", true},
		{"!answers.kind", "kind", true},
		{"answers.kind_2 == 'a'", "kind", false},
		{"answers.kind_2 == 'a' && answers.kind", "kind", true},
		{"answers.mankind", "kind", false},
		{"", "kind", false},
	} {
		if got := mentions(x.expr, x.name); got != x.want {
			t.Errorf("%q speaks of %q: %v", x.expr, x.name, got)
		}
	}
}

func TestDecides(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	for name, want := range map[string]bool{
		"plaintiff_province": true, "plaintiff_county": false, "defendant_abroad": true, "narrative": false, "no_such": false,
	} {
		if d.Decides(name) != want {
			t.Errorf("%s decides: %v", name, !want)
		}
	}
}
