// SPDX-License-Identifier: Apache-2.0

package web

import (
	"compress/gzip"
	"io"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func freshJar() (*cookiejar.Jar, error) { return cookiejar.New(nil) }

var demoPages = []string{"", "?show=case", "?show=list", "?show=done", "?show=waiting"}

// Every component, in both languages: no inline script or style, no text left
// without words, every label has its field, ids are unique, under 50 KB.
func TestComponents(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	for _, lang := range []string{"fa", "en"} {
		for _, page := range demoPages {
			a := st.get("/demo/components"+page, "Cookie", "lang="+lang)
			st.expect(a, 200)
			if len(a.body) > 50<<10 {
				t.Errorf("%s %s: %d bytes", lang, page, len(a.body))
			}
			if i := strings.Index(a.body, "⟦"); i >= 0 {
				t.Errorf("%s %s: no words: %s", lang, page, a.body[i:min(i+60, len(a.body))])
			}
			checkDocument(t, lang+" "+page, a.body)
		}
	}
}

func checkDocument(t *testing.T, name, body string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ids, refs, h1 := map[string]bool{}, map[string]string{}, 0
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			switch {
			case n.Data == "style":
				t.Errorf("%s: a style element", name)
			case n.Data == "script" && n.FirstChild != nil:
				t.Errorf("%s: an inline script", name)
			case n.Data == "h1":
				h1++
			}
			for _, a := range n.Attr {
				switch {
				case a.Key == "style", strings.HasPrefix(a.Key, "on"):
					t.Errorf("%s: <%s %s>", name, n.Data, a.Key)
				case a.Key == "id":
					if ids[a.Val] {
						t.Errorf("%s: id %s twice", name, a.Val)
					}
					ids[a.Val] = true
				case a.Key == "for", a.Key == "aria-describedby", a.Key == "aria-labelledby":
					for ref := range strings.FieldsSeq(a.Val) {
						refs[ref] = a.Key
					}
				case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
					refs[a.Val[1:]] = "href"
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	for ref, by := range refs {
		if !ids[ref] {
			t.Errorf("%s: %s names %s, which is not there", name, by, ref)
		}
	}
	if h1 != 1 {
		t.Errorf("%s: %d first headings", name, h1)
	}
}

func TestComponentsOnlyInADemo(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, func(d *Deps) { d.Demo = false })
	st.expect(st.get("/demo/components"), 404)
}

func TestPagesAreCompressed(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	a := st.get("/demo/components", "Accept-Encoding", "gzip")
	st.expect(a, 200)
	if a.header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not compressed")
	}
	z, err := gzip.NewReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(b)), "</html>") {
		t.Errorf("broken page, %v", err)
	}
	if a := st.get("/demo/components", "Accept-Encoding", "gzip;q=0"); a.header.Get("Content-Encoding") != "" {
		t.Error("compressed against the browser's will")
	}
}

func TestWaitingPageIsARefreshLinkToo(t *testing.T) {
	t.Parallel()
	st := sqliteSite(t, nil)
	st.expect(st.get("/demo/components?show=waiting"), 200, `data-refresh="/demo/components?show=done"`, `<a href="/demo/components?show=done">`)
	if a := st.get("/demo/components?show=done"); strings.Contains(a.body, "data-refresh") {
		t.Error("a page that is ready still waits")
	}
}

// What the oldest browser in use (Chrome 80) lacks, or what is not logical.
func TestStylesheetKeepsToItsLimits(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../web/css/*.css")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d stylesheets, %v", len(files), err)
	}
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	bad := regexp.MustCompile(`light-dark\(|@layer|@container|:is\(|:where\(|:has\(|color-mix|oklch|\binset:|\binset-|(margin|padding|border)-(left|right)|` +
		`(margin|padding)-(inline|block):|[^-]gap:|\bd?[sl]?v[hw]\b.*dvh|aspect-ratio|text-align: (left|right)|float:|(^|\s)(left|right):|accent-color|@import "http`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text := comment.ReplaceAllString(string(b), "")
		for line := range strings.SplitSeq(text, "\n") {
			if m := bad.FindString(line); m != "" {
				t.Errorf("%s: %s", filepath.Base(f), strings.TrimSpace(line))
			}
			if strings.Contains(line, "&") {
				t.Errorf("%s: nesting: %s", filepath.Base(f), line)
			}
		}
	}
}

func TestLineDir(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"Name: بهمن موسوی":                      "ltr",
		"نام: John Smith, London":               "rtl",
		"بهمن موسوی signs this electronically.": "ltr",
		"این دادخواست را John امضا می‌کند.":     "rtl",
		"": "ltr",
	} {
		if got := lineDir(line); got != want {
			t.Errorf("%q runs %s", line, got)
		}
	}
}
