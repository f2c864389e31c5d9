// SPDX-License-Identifier: Apache-2.0

package web

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

func catalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWordsAreCompleteAndClean(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	for _, flaw := range c.Check() {
		t.Error(flaw)
	}
	for _, l := range i18n.Langs() {
		p := c.Printer(l)
		for _, role := range policy.Roles() {
			if !p.Has("web.role." + string(role)) {
				t.Errorf("%s: no words for role %s", l, role)
			}
		}
		for kind, f := range failures {
			for _, part := range []string{".title", ".words", ".next"} {
				if !p.Has("web.error." + f.key + part) {
					t.Errorf("%s: no %s words for kind %s", l, part, kind)
				}
			}
		}
	}
}

// Every key that the sources name must have words.
func TestEveryNamedKeyHasWords(t *testing.T) {
	t.Parallel()
	p := catalog(t).Printer(i18n.FA)
	named := regexp.MustCompile(`"((?:web|form)\.[a-z_]+(?:\.[a-z0-9_]+)*)"`)
	session := map[string]bool{keyPerson: true, keyCapacity: true, keySession: true, keyAgent: true, keyFlash: true, keyZone: true, keyLevel: true}
	seen := 0
	for _, dir := range []string{".", "../form"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			name := f.Name()
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") ||
				(!strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, ".templ")) {
				continue
			}
			b, err := os.ReadFile(dir + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllStringSubmatch(string(b), -1) {
				if key := m[1]; !session[key] && !p.Has(key) {
					t.Errorf("%s names %s, which has no words", name, key)
				}
				seen++
			}
		}
	}
	if seen < 50 {
		t.Fatalf("only %d keys found: the search is broken", seen)
	}
}
