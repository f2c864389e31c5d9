// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"strconv"
	"strings"
	"sync"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// printers write the amounts, days and words of papers and fees.
var printers = sync.OnceValues(func() (map[i18n.Lang]*i18n.Printer, error) {
	c, err := i18n.NewCatalog(Locale)
	if err != nil {
		return nil, err
	}
	out := map[i18n.Lang]*i18n.Printer{}
	for _, l := range i18n.Langs() {
		out[l] = c.Printer(l)
	}
	return out, nil
})

// both makes a text of both languages. The locale files are compiled in and
// tested, so that a missing printer cannot happen after New.
func both(write func(p *i18n.Printer) string) Text {
	all, err := printers()
	if err != nil {
		return Text{}
	}
	return Text{FA: write(all[i18n.FA]), EN: write(all[i18n.EN])}
}

// line gives a part of a fee its words.
func (it FeeItem) line(p part) FeeLine {
	l := FeeLine{Code: it.Code, Label: it.Label, Amount: p.amount, Citation: it.Citation, Note: it.Note}
	l.Basis = both(func(w *i18n.Printer) string {
		switch {
		case it.Kind == "fixed" && p.base == 1:
			return w.T("catalogue.fee.fixed", "price", w.Money(it.Amount))
		case it.Kind == "fixed":
			return w.T("catalogue.fee.times", "count", p.base, "price", w.Money(it.Amount))
		case it.Kind == "each":
			return w.T("catalogue.fee.each", "count", p.base, "price", w.Money(it.Amount))
		case p.above > 0:
			return w.T("catalogue.fee.above", "rate", percent(w, p.bp), "amount", w.Money(p.base), "above", w.Money(p.above))
		}
		return w.T("catalogue.fee.rate", "rate", percent(w, p.bp), "amount", w.Money(p.base))
	})
	return l
}

// percent writes basis points: 250 is "2.5" or "۲٫۵".
func percent(p *i18n.Printer, bp int64) string {
	s := strconv.FormatInt(bp/100, 10)
	if rest := bp % 100; rest != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(100+rest, 10)[1:], "0")
	}
	if p.Lang() == i18n.FA {
		s = strings.ReplaceAll(s, ".", "٫")
	}
	return p.Digits(s)
}

// persianNumber writes a whole number of at least 0 in Persian words, as papers
// repeat amounts: 1,500,000,000 is «یک میلیارد و پانصد میلیون».
func persianNumber(n int64) string {
	if n == 0 {
		return "صفر"
	}
	var parts []string
	for _, u := range []struct {
		size int64
		name string
	}{{1_000_000_000, "میلیارد"}, {1_000_000, "میلیون"}, {1_000, "هزار"}} {
		if n >= u.size {
			parts = append(parts, persianNumber(n/u.size)+" "+u.name)
			n %= u.size
		}
	}
	for _, u := range []struct {
		size  int64
		names string
	}{
		{100, "صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد"},
		{10, "ده بیست سی چهل پنجاه شصت هفتاد هشتاد نود"},
	} {
		if n >= u.size && (u.size == 100 || n >= 20) {
			parts = append(parts, strings.Fields(u.names)[n/u.size-1])
			n %= u.size
		}
	}
	if n > 0 {
		parts = append(parts, strings.Fields("یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده")[n-1])
	}
	return strings.Join(parts, " و ")
}
