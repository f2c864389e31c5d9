// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"math/rand/v2"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
)

func feeOf(t *testing.T, d *Definition, amount int64) []FeeLine {
	t.Helper()
	lines, err := d.Fees(t.Context(), example(d, map[string]any{"amount": amount}), day)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestFees(t *testing.T) {
	t.Parallel()
	d := definition(t, "petition-debt")
	for amount, want := range map[int64]int64{
		10_000:        250,
		10_039:        250, // 250.975 rounded down
		100_000_000:   2_500_000,
		200_000_000:   5_000_000,
		200_000_001:   5_000_000,
		200_000_100:   5_000_003,
		1_500_000_000: 5_000_000 + 45_500_000,
		form.MaxRials: 5_000_000 + 314_999_993_000_000,
	} {
		if got := Total(feeOf(t, d, amount)); got != want+40_000 {
			t.Errorf("fee of %d is %d, want %d", amount, got, want+40_000)
		}
	}
	if lines, err := definition(t, "brief-defence").Fees(t.Context(), nil, day); err != nil || len(lines) != 0 {
		t.Errorf("a brief costs %v, %v", lines, err)
	}
	if _, err := d.Fees(t.Context(), example(d, nil), mustDay(t, "1400-01-01")); !errs.Is(err, errs.NotFound) {
		t.Errorf("a fee before the table begins: %v", err)
	}
}

func TestFeeLinesExplainThemselves(t *testing.T) {
	t.Parallel()
	lines := feeOf(t, definition(t, "petition-debt"), 1_500_000_000)
	want := []struct{ code, fa, en string }{
		{"court_monetary_first.1", "۲٫۵ درصد از ۲۰۰٬۰۰۰٬۰۰۰ ریال", "2.5 % of 200,000,000 rials"},
		{
			"court_monetary_first.2", "۳٫۵ درصد از ۱٬۳۰۰٬۰۰۰٬۰۰۰ ریال، یعنی آن بخش از مبلغ که بیش از ۲۰۰٬۰۰۰٬۰۰۰ ریال است",
			"3.5 % of 1,300,000,000 rials, the part of the amount above 200,000,000 rials",
		},
		{"form_sheet", "۲ برگ، هر برگ ۲۰٬۰۰۰ ریال", "2 sheets at 20,000 rials each"},
	}
	if len(lines) != len(want) {
		t.Fatalf("got %+v", lines)
	}
	for i, w := range want {
		l := lines[i]
		if l.Code != w.code || l.Basis.FA != w.fa || l.Basis.EN != w.en {
			t.Errorf("line %d: %s: %+v", i, l.Code, l.Basis)
		}
		for what, text := range map[string]Text{"label": l.Label, "citation": l.Citation, "note": l.Note} {
			if text.FA == "" || text.EN == "" {
				t.Errorf("%s has no %s", l.Code, what)
			}
		}
	}
	if one := feeOf(t, definition(t, "petition-debt"), 200_000_000); len(one) != 2 || one[0].Code != "court_monetary_first" {
		t.Errorf("a claim within the first band has %+v", one)
	}
}

// TestFeeProperties: a larger claim never costs less, lines are never negative
// and add up, and the parts that were charged are the whole amount.
func TestFeeProperties(t *testing.T) {
	t.Parallel()
	table, err := embeddedFees()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, stay := range []bool{true, false} {
		for _, roundTo := range []int64{1, 1000} {
			it := table[0]
			it.LowerBandsStay, it.RoundTo = stay, roundTo
			check := func(a, b int64) {
				if a > b {
					a, b = b, a
				}
				pa, errA := it.parts(a)
				pb, errB := it.parts(b)
				if errA != nil || errB != nil {
					t.Fatal(errA, errB)
				}
				if sum(t, it, pa, a) > sum(t, it, pb, b) {
					t.Fatalf("%d costs more than %d (stay %v, round %d)", a, b, stay, roundTo)
				}
			}
			for range 20_000 {
				top := int64(1) << (1 + r.IntN(56))
				a := r.Int64N(min(top, form.MaxRials))
				check(a, r.Int64N(min(top, form.MaxRials)))
				check(a, a+1)
			}
			for _, edge := range []int64{0, 1, 199_999_999, 200_000_000, 200_000_001, form.MaxRials - 1} {
				check(edge, edge+1)
			}
		}
	}
}

func sum(t *testing.T, it FeeItem, parts []part, of int64) int64 {
	t.Helper()
	var total, base int64
	for _, p := range parts {
		if p.amount < 0 || p.amount%it.RoundTo != 0 {
			t.Fatalf("a line of %d for %d", p.amount, of)
		}
		total += p.amount
		base += p.base
	}
	if base != of {
		t.Fatalf("charged %d of %d", base, of)
	}
	return total
}

func TestWholeAmountAtOneRate(t *testing.T) {
	t.Parallel()
	table, err := embeddedFees()
	if err != nil {
		t.Fatal(err)
	}
	it := table[0]
	it.LowerBandsStay = false
	for of, want := range map[int64]int64{200_000_000: 5_000_000, 400_000_000: 14_000_000} {
		parts, err := it.parts(of)
		if err != nil || len(parts) != 1 || parts[0].amount != want {
			t.Errorf("%d: %+v, %v", of, parts, err)
		}
	}
	for _, wrong := range []int64{-1, form.MaxRials + 1} {
		if _, err := it.parts(wrong); !errs.Is(err, errs.Invalid) {
			t.Errorf("%d: %v", wrong, err)
		}
	}
	each := table[1]
	each.Amount = 1_000_000_000_000
	if _, err := each.parts(form.MaxRials); !errs.Is(err, errs.Invalid) {
		t.Errorf("an overflow passed: %v", err)
	}
}

func TestParseFeeRefuses(t *testing.T) {
	t.Parallel()
	const rest = `"code":"x","from":"2025-01-01","label":{"fa":"ا","en":"a"},"citation":{"fa":"ا","en":"a"},"round_to":1`
	if _, err := ParseFee([]byte(`{` + rest + `,"kind":"each","amount":5}`)); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"no kind":          `{` + rest + `}`,
		"falling rates":    `{` + rest + `,"kind":"bands","bands":[{"upto":10,"bp":5},{"bp":4}]}`,
		"falling limits":   `{` + rest + `,"kind":"bands","bands":[{"upto":10,"bp":5},{"upto":9,"bp":6},{"bp":7}]}`,
		"no open end":      `{` + rest + `,"kind":"bands","bands":[{"upto":10,"bp":5}]}`,
		"open middle":      `{` + rest + `,"kind":"bands","bands":[{"bp":5},{"bp":6}]}`,
		"no bands":         `{` + rest + `,"kind":"bands"}`,
		"too high":         `{` + rest + `,"kind":"bands","bands":[{"bp":2001}]}`,
		"negative":         `{` + rest + `,"kind":"each","amount":-1}`,
		"unknown member":   `{` + rest + `,"kind":"each","amount":1,"vat":9}`,
		"two objects":      `{` + rest + `,"kind":"each","amount":1} {}`,
		"nothing":          ``,
		"without citation": `{"code":"x","from":"2025-01-01","label":{"fa":"ا","en":"a"},"round_to":1,"kind":"each","amount":1}`,
	} {
		if _, err := ParseFee([]byte(body)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEmbeddedFees: every item explains itself in both languages and says where
// its figure is from; the fees that titles name are there.
func TestEmbeddedFees(t *testing.T) {
	t.Parallel()
	table, err := embeddedFees()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{ // of one act, or of 100,000,000 rials
		"court_monetary_first": 2_500_000, "form_sheet": 20_000, "court_non_monetary": 1_800_000, "court_eviction": 1_000_000,
		"court_evidence_preservation": 400_000, "court_attachment": 400_000, "court_appeal": 4_500_000, "council_monetary": 1_250_000,
		"complaint": 100_000, "objection_prosecutor": 100_000, "declaration_sheet": 20_000, "criminal_record_certificate": 115_000,
	}
	for _, it := range table {
		of := int64(1)
		if it.Kind == "bands" {
			of = 100_000_000
		}
		parts, err := it.parts(of)
		if err != nil || len(parts) != 1 || parts[0].amount != want[it.Code] {
			t.Errorf("%s: %+v, %v", it.Code, parts, err)
			continue
		}
		if l := it.line(parts[0]); l.Basis.FA == "" || l.Basis.EN == "" || l.Note.FA == "" || l.Note.EN == "" || it.Source == "" {
			t.Errorf("%s does not explain itself: %+v", it.Code, l)
		}
		delete(want, it.Code)
	}
	for code := range want {
		t.Errorf("the table has no %s", code)
	}
	appeal, err := feeAt(table, "court_appeal", day)
	if err != nil {
		t.Fatal(err)
	}
	if got := appeal.line(part{base: 1000, bp: 450, amount: 45}).Basis; got.EN != "4.5 % of 1,000 rials" {
		t.Errorf("the basis of an appeal: %+v", got)
	}
	fee, err := feeAt(table, "complaint", day)
	if err != nil {
		t.Fatal(err)
	}
	if one, two := fee.line(part{base: 1}).Basis, fee.line(part{base: 2}).Basis; one.EN != "a fixed amount of 100,000 rials" || two.FA != "۲ بار، هر بار ۱۰۰٬۰۰۰ ریال" {
		t.Errorf("the basis of a complaint: %+v, %+v", one, two)
	}
}

func TestPersianNumber(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "صفر", 1: "یک", 10: "ده", 19: "نوزده", 20: "بیست", 21: "بیست و یک", 100: "صد", 115: "صد و پانزده", 999: "نهصد و نود و نه",
		1000: "یک هزار", 2_345: "دو هزار و سیصد و چهل و پنج", 1_000_001: "یک میلیون و یک",
		1_500_000_000:     "یک میلیارد و پانصد میلیون",
		1_200_000_000_000: "یک هزار و دویست میلیارد",
	} {
		if got := persianNumber(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func FuzzParseFee(f *testing.F) {
	f.Add([]byte(`{"code":"x","kind":"bands","bands":[{"bp":1}]}`), int64(5))
	f.Add(feeData, int64(0))
	f.Fuzz(func(t *testing.T, body []byte, of int64) {
		it, err := ParseFee(body)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatal(err)
			}
			return
		}
		parts, err := it.parts(of)
		if err == nil && it.Kind == "bands" {
			sum(t, it, parts, of)
		}
	})
}
