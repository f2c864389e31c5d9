// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// TestSameBytes: a paper is the same file whoever renders it, when and beside
// what.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	want := render(t, newWriter(t), petition(t, i18n.FA))
	w := newWriter(t)
	render(t, w, petition(t, i18n.EN)) // leaves no trace in what comes after
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := w.Render(petition(t, i18n.FA))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("another file of %d bytes, want %d: %v", len(got), len(want), err)
			}
		})
	}
	wg.Wait()
	other := petition(t, i18n.FA)
	other.Tracking = "52107349816204"
	if bytes.Equal(render(t, w, other), want) {
		t.Error("two papers are one file")
	}
}

// TestPages: long papers go on, no line reaches into the foot, no page is
// empty, and every page has its head and number.
func TestPages(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	paper := petition(t, i18n.FA)
	for range 60 {
		paper.Blocks = append(paper.Blocks, Block{Heading: "شرح", Lines: []string{strings.Repeat("خوانده پول را برنگرداند و پاسخ نداد. ", 9), "کوتاه"}})
	}
	p := parse(t, render(t, w, paper))
	if n := len(p.pages); n < 12 || n > 20 {
		t.Errorf("%d pages", n)
	}
	perPage := map[int]int{}
	for _, s := range p.spans(t) {
		perPage[s.page]++
	}
	for i := range p.pages[:len(p.pages)-1] {
		if perPage[i] < 12 {
			t.Errorf("page %d holds %d lines", i+1, perPage[i])
		}
	}
	for _, n := range p.pages {
		content := string(p.stream(t, p.refer(n, "/Contents ")))
		if !strings.Contains(content, "/Artifact") {
			t.Error("a page has no frame")
		}
		for _, line := range strings.Split(content, "\n") {
			if strings.HasPrefix(line, "/Artifact") {
				break // the frame is drawn last
			}
			if y := baseline(line); y != 0 && y < float64(bottom)/1000 {
				t.Errorf("a line reaches into the foot: %s", line[:60])
			}
		}
	}
}

// baseline returns the y of a line of text, 0 if there is none.
func baseline(op string) float64 {
	f := strings.Fields(op)
	for i, w := range f {
		if w == "Tm" && i >= 2 {
			whole, _, _ := strings.Cut(f[i-1], ".")
			return float64(atoi(whole))
		}
	}
	return 0
}

// TestHeadingStays: a heading is never the last line of a page.
func TestHeadingStays(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	for lines := range 24 {
		paper := Paper{Lang: i18n.FA, Title: "رأی"}
		paper.Blocks = []Block{{Lines: make([]string, 0)}, {Heading: "نتیجه", Lines: []string{strings.Repeat("خوانده محکوم است. ", 20)}}}
		for range lines {
			paper.Blocks[0].Lines = append(paper.Blocks[0].Lines, "بند")
		}
		spans := parse(t, render(t, w, paper)).spans(t)
		for i, s := range spans {
			if logical(s.visual, true) == "نتیجه" && spans[i+1].page != s.page {
				t.Errorf("%d lines: the heading is alone", lines)
			}
		}
		if a, b := spans[len(spans)-2], spans[len(spans)-1]; a.page != b.page {
			t.Errorf("%d lines: the last line is alone", lines)
		}
	}
}

// TestEdges: odd papers become files, too.
func TestEdges(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	for name, p := range map[string]Paper{
		"empty":      {},
		"title":      {Lang: i18n.EN, Title: "Order"},
		"no words":   {Lang: i18n.FA, Title: " ", Head: []string{"", " "}, Blocks: []Block{{}, {Heading: " ", Lines: []string{""}}}},
		"long word":  {Lang: i18n.FA, Title: strings.Repeat("الف", 400), Blocks: []Block{{Lines: []string{strings.Repeat("x", 5000), "a: " + strings.Repeat("ب", 900), "b: c"}}}},
		"long head":  {Lang: i18n.FA, Title: "رأی", Court: strings.Repeat("دادگاه ", 60), Number: strings.Repeat("9", 90)},
		"no glyphs":  {Lang: i18n.EN, Title: "漢字 🙂 \U0010fffd", Blocks: []Block{{Lines: []string{"शब्द ไทย עברית"}}}},
		"only marks": {Lang: i18n.FA, Title: "\u0651\u064e\u0650", Blocks: []Block{{Lines: []string{"\u2066\u2069", "\u200c", "\u0301x"}}}},
	} {
		got := parse(t, render(t, w, p))
		if len(got.pages) == 0 {
			t.Errorf("%s: no page", name)
		}
		got.spans(t)
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	p := Paper{VerifyURL: "https://adl.example/verify", Tracking: "123"}
	if got := p.address(); got != "https://adl.example/verify#123" {
		t.Error(got)
	}
	p.VerifyURL += "/123"
	if got := p.address(); got != p.VerifyURL {
		t.Error(got)
	}
	p.VerifyURL = "https://adl.example/" + strings.Repeat("v", 3000)
	if _, err := newWriter(t).Render(p); !errs.Is(err, errs.Invalid) {
		t.Errorf("a code nobody can scan: %v", err)
	}
}

// TestNoFonts: a program built without fonts says what to do.
func TestNoFonts(t *testing.T) {
	t.Parallel()
	if _, err := loadFaces(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "make generate") {
		t.Error(err)
	}
	if _, err := loadFaces(fstest.MapFS{"fonts/Vazirmatn-Regular.ttf": {Data: []byte("no font")}}); err == nil {
		t.Error("took a broken font")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		t.Fatal(err)
	}
	if flaws := c.Check(); len(flaws) > 0 {
		t.Error(flaws)
	}
}

func BenchmarkRender(b *testing.B) {
	w := newWriter(b)
	paper := petition(b, i18n.FA)
	for range 10 {
		paper.Blocks = append(paper.Blocks, petition(b, i18n.FA).Blocks...)
	}
	pages := len(parse(b, render(b, w, paper)).pages)
	size := 0
	for b.Loop() {
		size = len(render(b, w, paper))
	}
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N)/float64(pages), "ms/page")
	b.ReportMetric(float64(size)/float64(pages), "B/page")
}

func BenchmarkRenderShort(b *testing.B) {
	w, paper := newWriter(b), petition(b, i18n.FA)
	for b.Loop() {
		render(b, w, paper)
	}
}
