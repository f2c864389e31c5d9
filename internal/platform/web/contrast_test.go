// SPDX-License-Identifier: Apache-2.0

package web

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Words need 4.5:1 against their ground, frames of controls 3:1 (WCAG 1.4.3,
// 1.4.11), in each of the themes.
func TestColoursHaveContrast(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../../../web/css/_tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(b), ":root")
	if len(blocks) != 4 {
		t.Fatalf("%d themes, want light, dark by device, dark by hand", len(blocks)-1)
	}
	token := regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)
	var themes []map[string]string
	for _, block := range blocks[1:] {
		theme := map[string]string{}
		for _, m := range token.FindAllStringSubmatch(block, -1) {
			theme[m[1]] = m[2]
		}
		themes = append(themes, theme)
	}
	for name, colour := range themes[1] {
		if themes[2][name] != colour {
			t.Errorf("--%s differs between the two dark themes", name)
		}
	}
	words := map[string][]string{
		"ink": {"paper", "sheet", "action-wash", "ochre-wash", "red-wash", "green-wash", "line"}, "ink-soft": {"paper", "sheet", "action-wash"},
		"action": {"paper", "sheet", "action-wash"}, "action-deep": {"paper", "sheet", "action-wash"}, "ochre": {"paper", "sheet", "ochre-wash"},
		"red": {"paper", "sheet", "red-wash"}, "green": {"sheet", "green-wash"}, "on-action": {"action-solid", "band-deep"},
		"on-band": {"band", "band-deep"}, "on-band-soft": {"band", "band-deep"},
	}
	frames := map[string][]string{"line-strong": {"paper", "sheet"}, "focus": {"paper", "sheet"}, "action-solid": {"sheet"}}
	for i, theme := range themes {
		check := func(pairs map[string][]string, least float64) {
			for front, backs := range pairs {
				for _, back := range backs {
					if got := contrast(t, theme[front], theme[back]); got < least {
						t.Errorf("theme %d: --%s on --%s is %.2f, needs %.1f", i, front, back, got, least)
					}
				}
			}
		}
		check(words, 4.5)
		check(frames, 3)
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour, 16, 32)
	if err != nil {
		t.Fatalf("colour %q", colour)
	}
	part := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n>>16) + 0.7152*part(n>>8) + 0.0722*part(n)
}
