// SPDX-License-Identifier: Apache-2.0

package level_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var start = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)

func TestRules(t *testing.T) {
	t.Parallel()
	rules, err := level.Default()
	if err != nil {
		t.Fatal(err)
	}
	day := civil.Of(start)
	for s, want := range map[level.Service]int{level.OpenNotice: 1, level.GiveMandate: 1, level.SignFiling: 1, level.Site: 0, level.UseCapacity: 0} {
		if got := rules.Of(s, day); got != want {
			t.Errorf("%s asks for %d, want %d", s, got, want)
		}
	}
	later := append(rules, level.Rule{Service: level.OpenNotice, Level: 2, From: day + 1})
	if later.Of(level.OpenNotice, day) != 1 || later.Of(level.OpenNotice, day+1) != 2 || later.Of(level.OpenNotice, 0) != 0 {
		t.Error("a rule does not begin on its day")
	}
	err = rules.Check(policy.Actor{Person: "p"}, level.OpenNotice, day)
	m, ok := errors.AsType[*level.Missing](err)
	if !errs.Is(err, errs.Forbidden) || !ok || *m != (level.Missing{Service: level.OpenNotice, Need: 1}) {
		t.Errorf("level 0 opens a notice: %v", err)
	}
	if err := rules.Check(policy.Actor{Person: "p", Assurance: 1}, level.OpenNotice, day); err != nil {
		t.Error(err)
	}
}

// A service that nobody asks for the level of has a rule in vain.
func TestEveryServiceIsChecked(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{}
	call := regexp.MustCompile(`(?:Check|Need|KnownTx|Address)\([^\n]*\blevel\.(\w+)\b`)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range call.FindAllSubmatch(text, -1) {
			asked[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for s, name := range map[level.Service]string{
		level.SignFiling: "SignFiling", level.OpenNotice: "OpenNotice", level.GiveMandate: "GiveMandate", level.ExportData: "ExportData", level.Site: "Site",
		level.UseCapacity: "UseCapacity",
	} {
		if !asked[name] {
			t.Errorf("nobody checks the level of %s", s)
		}
	}
	if n := len(level.Services()); n != 6 {
		t.Errorf("%d services; add the new one above", n)
	}
}

func TestReturns(t *testing.T) {
	t.Parallel()
	clk := clock.NewFake(start)
	r, err := level.NewReturns(bytes.Repeat([]byte{7}, 32), clk)
	if err != nil {
		t.Fatal(err)
	}
	me, want := policy.Actor{Person: "me"}, level.Back{Service: level.SignFiling, Need: 2, Next: "/filings/1/sign"}
	text := r.Seal(me, want)
	if got, ok := r.Open(me, text); !ok || got != want {
		t.Fatalf("got %+v, %v", got, ok)
	}
	if strings.Contains(text, "filings") {
		t.Error("it can be read")
	}
	other, err := level.NewReturns(bytes.Repeat([]byte{8}, 32), clk)
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		r    *level.Returns
		a    policy.Actor
		text string
	}{
		"somebody else":        {r, policy.Actor{Person: "you"}, text},
		"another key":          {other, me, text},
		"changed":              {r, me, flip(text)},
		"cut":                  {r, me, text[:10]},
		"nothing":              {r, me, ""},
		"an address":           {r, me, "https://example.com"},
		"with something on it": {r, me, text + "A"},
	} {
		if got, ok := x.r.Open(x.a, x.text); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
	clk.Advance(14 * 24 * time.Hour)
	if _, ok := r.Open(me, text); ok {
		t.Error("it leads back for ever")
	}
}

// flip changes one letter in the middle.
func flip(s string) string {
	b := []byte(s)
	b[len(b)/2] ^= 1
	return string(b)
}

func FuzzOpen(f *testing.F) {
	r, err := level.NewReturns(bytes.Repeat([]byte{7}, 32), clock.NewFake(start))
	if err != nil {
		f.Fatal(err)
	}
	me := policy.Actor{Person: "me"}
	good := r.Seal(me, level.Back{Need: 2, Next: "/home"})
	f.Add(good)
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		if _, ok := r.Open(me, s); ok && s != good {
			t.Errorf("%q was not sealed by us", s)
		}
	})
}
