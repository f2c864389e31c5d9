// SPDX-License-Identifier: Apache-2.0

package persian

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// vector is one input of a check: code is empty when want is the answer.
type vector struct{ in, want, code string }

func run(t *testing.T, check func(string) (string, error), vectors []vector) {
	t.Helper()
	for _, v := range vectors {
		got, err := check(v.in)
		code := ""
		if e, ok := errors.AsType[*errs.Error](err); ok {
			code = e.Code
			if e.Kind != errs.Invalid {
				t.Errorf("%q: kind %v", v.in, e.Kind)
			}
		}
		if got != v.want || code != v.code {
			t.Errorf("%q: got %q, code %q; want %q, code %q", v.in, got, code, v.want, v.code)
		}
	}
}

func TestNationalCode(t *testing.T) {
	t.Parallel()
	run(t, NationalCode, []vector{
		{in: "0000000019", want: "0000000019"},
		{in: "0000000027", want: "0000000027"},
		{in: "0000000108", want: "0000000108"},
		{in: "0001234560", want: "0001234560"},
		{in: "0009999991", want: "0009999991"},
		{in: " ۰۰۰-۱۲۳۴۵۶-۰\u200f", want: "0001234560"},
		{in: "٠٠٠١٢٣٤٥٦٠", want: "0001234560"},
		{in: "1111111111", want: "1111111111"},
		{in: "2222222222", code: "persian.national_code.repeated"},
		{in: "0000000000", code: "persian.national_code.repeated"},
		{in: "0000000018", code: "persian.national_code.check"},
		{in: "1234567890", code: "persian.national_code.check"},
		{in: "0010000007", code: "persian.national_code.check"}, // middle zero block
		{in: "12345678", code: "persian.national_code.short"},
		{in: "001234560", code: "persian.national_code.short"},
		{in: "1234560", code: "persian.national_code.length"},
		{in: "00012345600", code: "persian.national_code.length"},
		{in: "000123456O", code: "persian.national_code.digits"},
		{in: " - ", code: "persian.national_code.empty"},
	})
}

func TestLegalID(t *testing.T) {
	t.Parallel()
	run(t, LegalID, []vector{
		{in: "10380284790", want: "10380284790"},
		{in: "۱۴۰۰۳۷۷۸۹۹۰", want: "14003778990"},
		{in: "10999999990", want: "10999999990"},
		{in: "10100000006", code: "persian.legal_id.check"}, // zero block
		{in: "14000000003", code: "persian.legal_id.check"},
		{in: "10380284791", code: "persian.legal_id.check"},
		{in: "1038028479", code: "persian.legal_id.length"},
		{in: "1038028479a", code: "persian.legal_id.digits"},
		{in: "", code: "persian.legal_id.empty"},
	})
}

func TestMobile(t *testing.T) {
	t.Parallel()
	const want = "+989121234567"
	run(t, Mobile, []vector{
		{in: "09121234567", want: want},
		{in: "۰۹۱۲ ۱۲۳ ۴۵۶۷", want: want},
		{in: "+98 912-123-4567", want: want},
		{in: "00989121234567", want: want},
		{in: "989121234567", want: want},
		{in: "9121234567", want: want},
		{in: "(0912) 1234567", want: want},
		{in: "02188888888", code: "persian.mobile.shape"},
		{in: "0912123456", code: "persian.mobile.shape"},
		{in: "+9809121234567", code: "persian.mobile.shape"},
		{in: "+989121234567+", code: "persian.mobile.digits"},
		{in: "0912123456x", code: "persian.mobile.digits"},
		{in: "()", code: "persian.mobile.shape"},
		{in: "", code: "persian.mobile.empty"},
	})
}

func TestPostal(t *testing.T) {
	t.Parallel()
	run(t, Postal, []vector{
		{in: "۱۳۱۹۸-۵۳۶۴۷", want: "1319853647"},
		{in: "131985364", code: "persian.postal.length"},
		{in: "131985364x", code: "persian.postal.digits"},
		{in: "", code: "persian.postal.empty"},
	})
}

func TestSheba(t *testing.T) {
	t.Parallel()
	run(t, Sheba, []vector{
		{in: "IR580540105180021273113007", want: "IR580540105180021273113007"},
		{in: "ir02 0170 0000 0000 0000 1234 56", want: "IR020170000000000000123456"},
		{in: "IR580540105180021273113008", code: "persian.sheba.check"},
		{in: "580540105180021273113007", code: "persian.sheba.shape"},
		{in: "IR5805401051800212731130070", code: "persian.sheba.shape"},
		{in: "IR58054010518002127311300O", code: "persian.sheba.shape"},
		{in: "", code: "persian.sheba.empty"},
	})
}

func TestStore(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" علي كريمي ":           "علی کریمی",
		"می\u200cخواهم":         "می\u200cخواهم",
		"\u202bمتن\u202c\u200f": "متن",
		"الف\r\nب\rپ\tت":        "الف\nب\nپ\tت",
		"مسي\u0654له":           "مسئله",
		"a\x00b\xffc":           "abc",
		"شماره ۱۲ و 12":         "شماره ۱۲ و 12",
	} {
		if got := Store(in); got != want {
			t.Errorf("Store(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldEquals(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"می\u200cروم", "ميروم"},
		{"علي\u200cرضا", "علیرضا"},
		{"كُتُبـــ", "کتب"},
		{"آزادي", "ازادی"},
		{"مؤسسة", "موسسه"},
		{"خانهٔ ما", "خانه ما"},
		{"خانۀ ما", "خانه  ما."},
		{"جزء", "جز"},
		{"ﺳﻼﻡ", "سلام"},
		{"مادهٔ ۱۲", "ماده 12"},
		{"SMS", "sms"},
	} {
		if a, b := Fold(pair[0]), Fold(pair[1]); a != b || a == "" {
			t.Errorf("Fold(%q) = %q, Fold(%q) = %q", pair[0], a, pair[1], b)
		}
	}
	if Fold("دادگاه") == Fold("دادگان") {
		t.Error("different words fold to one")
	}
}

func FuzzNationalCode(f *testing.F) {
	for _, s := range []string{"0000000019", "۰۰۰۱۲۳۴۵۶۰", "12345678", "\u200f", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := NationalCode(s)
		if err != nil {
			if got != "" {
				t.Fatalf("%q: refused and yet %q", s, got)
			}
			return
		}
		again, err := NationalCode(got)
		if err != nil || again != got || len(got) != 10 || !allDigits(got) {
			t.Fatalf("%q -> %q -> %q, %v", s, got, again, err)
		}
	})
}

// FuzzChecked: what a check takes it takes again, in the same form, and what it
// refuses it does not return.
func FuzzChecked(f *testing.F) {
	for _, s := range []string{"10380284790", "۱۴۰۰۳۷۷۸۹۹۰", "۰۹۱۲ ۱۲۳ ۴۵۶۷", "+98 912-123-4567", "00989121234567", "1345678913", "IR58 0540 1051 8002 1273 1130 07", "\u200f٤", "\xff", ""} {
		f.Add(s)
	}
	checks := map[string]func(string) (string, error){"LegalID": LegalID, "Mobile": Mobile, "Postal": Postal, "Sheba": Sheba}
	f.Fuzz(func(t *testing.T, s string) {
		for name, check := range checks {
			got, err := check(s)
			if err != nil {
				if got != "" {
					t.Fatalf("%s(%q): refused and yet %q", name, s, got)
				}
				continue
			}
			if again, err := check(got); err != nil || again != got || strings.ContainsFunc(got, func(r rune) bool { return r > '~' }) {
				t.Fatalf("%s: %q -> %q -> %q, %v", name, s, got, again, err)
			}
		}
	})
}

func FuzzIdentifier(f *testing.F) {
	for _, s := range []string{"۱۲-۳۴", "IR 58", "\u200c\u202a٤", "a\xffb", "−5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Identifier(s)
		if Identifier(got) != got || !utf8.ValidString(got) {
			t.Fatalf("%q -> %q is not final", s, got)
		}
		if strings.ContainsAny(got, " -\t\n\u200c\u200e\u200f۰۹٠٩") {
			t.Fatalf("%q -> %q keeps what it should drop", s, got)
		}
	})
}

func FuzzStoreAndFold(f *testing.F) {
	for _, s := range []string{"علي", "خانۀ", "a\u0301", "ي\u200f\u0654", "İ", "ﷲ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a := Store(s); Store(a) != a {
			t.Fatalf("Store(%q) = %q is not final: %q", s, a, Store(a))
		}
		if a := Fold(s); Fold(a) != a {
			t.Fatalf("Fold(%q) = %q is not final: %q", s, a, Fold(a))
		}
	})
}
