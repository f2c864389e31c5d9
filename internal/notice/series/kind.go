// SPDX-License-Identifier: Apache-2.0

package series

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// Kind lets "tarazu verify" check series files.
func Kind() receipt.Kind {
	return receipt.Kind{
		Is: IsFile, Most: MaxFile, Locale: Locale,
		Check: func(file []byte, o receipt.Options) (any, error) { return Check(file, o) },
		Print: func(b *bytes.Buffer, p *i18n.Printer, file string, report any) {
			if r, ok := report.(Report); ok {
				r.print(b, p, file)
			}
		},
	}
}

// print writes an accepted file for people.
func (r Report) print(b *bytes.Buffer, p *i18n.Printer, file string) {
	title := "notice.series.title.proved"
	if !r.IssuerChecked {
		title = "notice.series.title.unchecked"
	}
	fmt.Fprintln(b, p.T(title, "file", file))
	if !r.IssuerChecked {
		fmt.Fprintf(b, "  %s\n  %s\n", p.T("notice.series.unchecked"), printable(strings.Join(r.Keys, "\n  ")))
	}
	fmt.Fprintf(b, "  %s: %s\n  %s: %s\n", p.T("notice.series.field.person"), printable(r.Person), p.T("notice.series.field.tag"), r.Tag)
	fmt.Fprintf(b, "  %s\n", p.N("notice.series.count", r.Lines))
	fmt.Fprintf(b, "  %s\n", p.N("notice.series.shown", r.Shown))
	for _, d := range r.Days {
		key := "notice.series.day.nothing"
		if d.New > 0 {
			key = "notice.series.day.new"
		}
		fmt.Fprintf(b, "  %s\n", p.T(key, "day", d.Day, "new", d.New, "count", d.Count))
	}
	fmt.Fprintf(b, "  %s:\n", p.T("notice.series.proved"))
	for _, code := range r.Proved {
		fmt.Fprintf(b, "    - %s\n", p.T("notice.series.proved."+code))
	}
	fmt.Fprintf(b, "  %s:\n", p.T("notice.series.not_proved"))
	for _, code := range r.NotProved {
		fmt.Fprintf(b, "    - %s\n", p.T("notice.series.not_proved."+code))
	}
}
