// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// TestItemsEscape reads the list back as a browser does: whatever a value
// holds, it stays a value.
func TestItemsEscape(t *testing.T) {
	t.Parallel()
	const bad = `"'><script>x()</script><a href="//x">&amp;`
	catalog, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	items := []Item{
		{Title: bad, Href: "/x?" + bad, Meta: []string{bad, bad}, Side: bad, Tag: bad, Tone: Tone(bad), Unread: true},
		{Title: "t", Href: "javascript:alert(1)"},
	}
	if err := Items(catalog.Printer(i18n.EN), items).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for n := range root.Descendants() {
		if n.Type == html.TextNode && strings.Contains(n.Data, bad) {
			found["text"]++
		}
		for _, a := range n.Attr {
			if strings.Contains(a.Val, bad) {
				found[a.Key]++
			}
			if a.Key == "href" && strings.HasPrefix(a.Val, "javascript:") {
				t.Errorf("an address may run: %s", a.Val)
			}
		}
		if n.Type == html.ElementNode {
			found["<"+n.Data]++
		}
	}
	for what, want := range map[string]int{"text": 5, "href": 1, "data-tone": 2, "<script": 0, "<a": 2, "<li": 2} {
		if found[what] != want {
			t.Errorf("%s: %d, want %d in:\n%s", what, found[what], want, b.String())
		}
	}
}

type broken struct{ writes int }

var errBroken = errors.New("broken")

func (b *broken) Write([]byte) (int, error) {
	if b.writes++; b.writes > 3 {
		return 0, errBroken
	}
	return 1, nil
}

func TestItemsStopAtAnError(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	w := new(broken)
	if err := Items(catalog.Printer(i18n.FA), make([]Item, 50)).Render(t.Context(), w); !errors.Is(err, errBroken) || w.writes != 4 {
		t.Errorf("%v after %d writes", err, w.writes)
	}
}
