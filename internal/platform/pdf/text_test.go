// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  دو \t فاصله \n": "دو فاصله",
		"می\u200cرود":      "می\u200cرود",
		"a\u202eb\u202cc":  "abc", // an override could make a paper read otherwise
		"\u2066a\u2069":    "\u2066a\u2069",
		"x\x00\x07y\ufeff": "xy",
		"بد\xff":           "بد\ufffd",
		"نه\ufffe":         "نه\ufffd",
	} {
		if got := string(clean(in)); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestIsolate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"کد A-12/b.":           "کد ⟨A-12/b⟩.",
		"تلفن +98-21 است":      "تلفن ⟨+98-21⟩ است",
		"روز ۱۴۰۴/۰۶/۳۱، شنبه": "روز ⟨۱۴۰۴/۰۶/۳۱⟩، شنبه",
		"سال ۱۴۰۴ و Word":      "سال ۱۴۰۴ و Word",
		"کد\u2066X-1\u2069":    "کد⟨X-1⟩",
		"(x@y.ir)":             "(⟨x@y.ir⟩)",
	} {
		out, inside := isolate([]rune(in))
		got := strings.NewReplacer("\u2066", "⟨", "\u2069", "⟩").Replace(string(out))
		if got != want || len(inside) != len(out) {
			t.Errorf("isolate(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line       string
		paper, rtl bool
	}{
		{"نرگس آزمایشی signs this petition electronically.", false, false},
		{"province of Tehran, شهر ری، خیابان فدائیان اسلام، کوچهٔ بهار", false, false},
		{"خوانده قرض گرفت", false, true},
		{"شرکت International Business Company", true, true},
		{"Order of the court", true, false},
		{"۱۲۳", true, true}, {"123", false, false},
	} {
		if got := rtl(c.line, c.paper); got != c.rtl {
			t.Errorf("rtl(%q, %v) = %v", c.line, c.paper, got)
		}
	}
}

func TestFromText(t *testing.T) {
	t.Parallel()
	got := FromText(i18n.FA, "\nبسمه تعالی\r\nدادخواست\nتاریخ: ۱\n\n \nخواهان\nنام: نرگس\n\nتنها\n")
	want := Paper{Lang: i18n.FA, Title: "دادخواست", Head: []string{"بسمه تعالی", "تاریخ: ۱"},
		Blocks: []Block{{Heading: "خواهان", Lines: []string{"نام: نرگس"}}, {Lines: []string{"تنها"}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := FromText(i18n.EN, "Order"); got.Title != "Order" || len(got.Head)+len(got.Blocks) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestKeyValue(t *testing.T) {
	t.Parallel()
	for line, key := range map[string]string{
		"کد ملی: ۱۲":         "کد ملی:",
		"Name: A: B":         "Name:",
		"به آگاهی می‌رساند:": "",
		"خوانده در فروردین ۱۴۰۳ به من گفت: نمی‌دهم": "",
		"گفت، سپس: نه": "",
		": x":          "",
	} {
		if got, _, ok := keyValue(line); got != key || ok != (key != "") {
			t.Errorf("keyValue(%q) = %q", line, got)
		}
	}
}
