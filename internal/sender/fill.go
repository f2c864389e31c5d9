// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
)

// value checks one value and writes it as a language does.
func (r Rules) value(p *i18n.Printer, f Field, text string) (string, string) {
	clean := persian.Store(text)
	switch f.Kind {
	case FieldText:
		switch {
		case clean == "":
			return "", "form.required"
		case utf8.RuneCountInString(clean) > f.Max:
			return "", "sender.wrong.value_long"
		case strings.ContainsAny(clean, "\n\t{}"):
			return "", "sender.wrong.value_line"
		case r.imitates(clean, false):
			return "", "sender.wrong.court"
		}
		return clean, ""
	case FieldDate:
		d, err := civil.Parse(persian.Digits(clean))
		if err != nil {
			return "", "sender.wrong.value_date"
		}
		return p.Day(d), ""
	}
	n, err := strconv.ParseInt(persian.Digits(clean), 10, 64)
	if err != nil || n < 0 || n > 1_000_000_000_000_000 {
		return "", "sender.wrong.value_number"
	}
	if f.Kind == FieldRial {
		return p.Money(n), ""
	}
	return p.Int(n), ""
}

// Fill writes a template with values, in both languages. Each value stands where its
// field is and nowhere else: what it contains is never read as a field again.
func (s *Service) fill(t Template, values map[string]string) (out notice.Text, bad []errs.Field) {
	for name := range values {
		if !slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Name == name }) {
			wrong(&bad, "fields."+name, "api.field.unknown")
		}
	}
	texts := [2]string{t.Text.FA, t.Text.EN}
	for i, l := range []i18n.Lang{i18n.FA, i18n.EN} {
		p, written := s.d.Catalog.Printer(l), map[string]string{}
		for _, f := range t.Fields {
			text, code := s.rules.value(p, f, values[f.Name])
			if code != "" && i == 0 {
				wrong(&bad, "fields."+f.Name, code, "max", f.Max)
			}
			written[f.Name] = text
		}
		texts[i] = hole.ReplaceAllStringFunc(texts[i], func(h string) string { return written[hole.FindStringSubmatch(h)[1]] })
	}
	if texts[1] == "" {
		texts[1] = texts[0]
	}
	slices.SortFunc(bad, func(a, b errs.Field) int { return strings.Compare(a.Name, b.Name) })
	return notice.Text{FA: texts[0], EN: texts[1]}, bad
}

// Preview is a template filled with examples.
func (s *Service) Preview(t Template) notice.Text {
	values := map[string]string{}
	for _, f := range t.Fields {
		switch f.Kind {
		case FieldDate:
			values[f.Name] = civil.Of(s.d.Clock.Now()).String()
		case FieldText:
			values[f.Name] = string([]rune("نمونه")[:min(5, f.Max)])
		default:
			values[f.Name] = "1234567"
		}
	}
	text, _ := s.fill(t, values)
	return text
}
