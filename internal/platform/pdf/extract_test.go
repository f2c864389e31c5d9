// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// hard are lines that PDF writers get wrong: half-spaces, lam-alef, the one
// ligature of four letters, hamza as a mark, vowels, numbers and codes.
var hard = []string{
	"می‌رساند که پیوست‌های نامه‌ها را به‌موقع گرفته‌ام",
	"ابلاغ اخطاریه لازم است، خلاصهٔ لایحه و کالاها",
	"بنده خدا عبدالله و الله اکبر، لله الحمد",
	"مادهٔ ۵۲۲ و تبصرهٔ ۳ قانون آیین دادرسی مدنی",
	"مبلغ ۱٬۵۰۰٬۰۰۰٬۰۰۰ ریال (یک میلیارد و پانصد میلیون)",
	"مُحَمَّد حقّ‌التألیف مسئول رأی مؤثر شیء جزء",
	"نشانهٔ پرونده A-140355/12-b و شمارهٔ 14/03-55 است",
	"تلفن +98-21-8888 و نشانی info@adl.example برای پاسخ",
	"کد Br-12/A، سپس «نقل‌قول» و پرسش؟ پایان.",
	"پژوهش چاپ گزارش ژرف کیفی ۴۵۶",
	"Office affidavit fi ffi و شرکت",
}

// TestTextComesBack: what a reader copies from each paragraph is what was
// written, in both languages, over line and page ends.
func TestTextComesBack(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	for _, lang := range []i18n.Lang{i18n.FA, i18n.EN} {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			paper := petition(t, lang)
			if lang == i18n.FA {
				paper.Blocks = append(paper.Blocks, Block{Heading: "دشوارها", Lines: hard},
					Block{Heading: "یک بند دراز", Lines: []string{strings.Repeat(strings.Join(hard[:6], " ")+" ", 12)}})
			}
			var want []string
			add := func(line string) { want = append(want, strings.TrimSpace(line)) }
			add(paper.Head[0])
			add(paper.Title)
			body := append([]Block{{Lines: paper.Head[1:]}}, paper.Blocks...)
			for _, b := range body {
				if b.Heading != "" {
					add(b.Heading)
				}
				for _, l := range b.Lines {
					add(l)
				}
			}

			p := parse(t, render(t, w, paper))
			got := paragraphs(t, p, lang == i18n.FA)
			at := 0
			for _, line := range want {
				if at < len(got) && got[at] != line && at+1 < len(got) { // rows have two elements
					got[at] += " " + got[at+1]
					got = append(got[:at+1], got[at+2:]...)
				}
				if at >= len(got) || got[at] != line {
					t.Fatalf("line %d\nwrote %q\nread  %q", at, line, got[min(at, len(got)-1)])
				}
				at++
			}
			if at != len(got) {
				t.Fatalf("also read %q", got[at:])
			}
			if len(p.pages) < 2 {
				t.Fatal("the paper does not go over a page end")
			}
		})
	}
}

// paragraphs joins the lines of each element of the structure tree.
func paragraphs(t *testing.T, p *parsed, paperRTL bool) []string {
	t.Helper()
	element := map[span]string{}
	parents := regexp.MustCompile(`(\d+)\[([^\]]*)\]`).FindAllStringSubmatch(string(between(p.objects[p.refer(1, "/StructTreeRoot ")], "/Nums[", "]>>/ParentTreeNextKey")), -1)
	for i, m := range parents[:len(p.pages)] {
		for j, r := range reference.FindAllStringSubmatch(m[2], -1) {
			element[span{page: i, mcid: j}] = r[1]
		}
	}
	var out []string
	last := ""
	for _, s := range p.spans(t) {
		e := element[span{page: s.page, mcid: s.mcid}]
		if e == "" {
			t.Fatalf("page %d: content %d belongs to nothing", s.page+1, s.mcid)
		}
		body := string(p.objects[atoi(e)])
		rtl := paperRTL != strings.Contains(body, "/Lang(")
		text := logical(s.visual, rtl)
		if e == last {
			out[len(out)-1] += " " + text
		} else {
			out = append(out, text)
		}
		last = e
		if spoken := fromUTF16(t, string(between([]byte(body), "/ActualText <FEFF", ">"))); !strings.Contains(spoken, text) {
			t.Errorf("a screen reader hears %q, the eye sees %q", spoken, text)
		}
	}
	return out
}

func atoi(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}

// TestPoppler extracts with the most common tool.
func TestPoppler(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Fatal("pdftotext is missing; `make setup` installs poppler-utils")
	}
	paper := petition(t, i18n.FA)
	paper.Blocks = []Block{{Heading: "دشوارها", Lines: hard}}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, render(t, newWriter(t), paper), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool, "-enc", "UTF-8", path, "-")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("pdftotext: %v %s", err, stderr.String())
	}
	text := regexp.MustCompile(`[\x{200e}\x{200f}\x{202a}-\x{202e}]`).ReplaceAllString(string(out), "")
	// Poppler moves a comma to the far side of its space; phrases hold none.
	for _, phrase := range []string{
		"دادخواست به دادگاه نخستین", "مجتمع قضایی حقوقی اصفهان", "می‌رساند که پیوست‌های نامه‌ها را به‌موقع گرفته‌ام",
		"ابلاغ اخطاریه لازم است", "خلاصهٔ لایحه و کالاها", "عبدالله و الله اکبر", "قانون آیین دادرسی مدنی", "۱٬۵۰۰٬۰۰۰٬۰۰۰",
		"مسئول رأی مؤثر شیء جزء", "A-140355/12-b", "14/03-55", "+98-21-8888", "info@adl.example", "Br-12/A", "«نقل‌قول»",
		"پژوهش چاپ گزارش ژرف کیفی", "۵۲۱۰۷۳۴۹۸۱۶۲۰۳", "https://adl.example/verify", paper.Hash,
	} {
		if !strings.Contains(text, phrase) {
			t.Errorf("%q is lost", phrase)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}
