// SPDX-License-Identifier: Apache-2.0

package mydata

import (
	"strconv"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// words are the text of a locale key, of one of the access log's own, or s itself
// if it is none.
func words(p *i18n.Printer, s string) string {
	for _, key := range []string{s, "identity.access." + s} {
		if p.Has(key) {
			return p.T(key)
		}
	}
	return s
}

// said is a value in words of the reader's language. code tells that it is
// written from left to right.
func (s *Service) said(p *i18n.Printer, c held.Column, v any) (text string, code bool) {
	if held.Empty(v) {
		return "", false
	}
	switch v := v.(type) {
	case time.Time:
		return p.Time(v), false
	case civil.Day:
		return p.DayShort(v), false
	case bool:
		if v {
			return p.T("held.yes"), false
		}
		return p.T("held.no"), false
	case held.Text:
		if p.Lang() == i18n.FA || v.EN == "" {
			return v.FA, false
		}
		return v.EN, false
	case int64:
		switch {
		case c.Say != "":
			return spoken(p, c.Say, strconv.FormatInt(v, 10)), false
		case c.Kind == held.Money:
			return p.Money(v), false
		}
		return p.Int(v), false
	case string:
		return s.saidText(p, c, v)
	}
	return "", false
}

func (s *Service) saidText(p *i18n.Printer, c held.Column, v string) (text string, code bool) {
	switch c.Kind {
	case held.Code:
		return v, true
	case held.Key:
		return words(p, v), false
	case held.Country:
		for _, one := range i18n.Countries(p.Lang()) {
			if one.Code == v {
				return one.Name, false
			}
		}
	case held.Service:
		if s.d.ServiceName != nil {
			return s.d.ServiceName(p.Lang(), v), false
		}
	case held.Province:
		if s.d.ProvinceName != nil {
			return s.d.ProvinceName(p.Lang(), v), false
		}
	}
	if c.Say != "" {
		return spoken(p, c.Say, v), false
	}
	return v, false
}

// spoken is the text of a value whose words begin so, or the value itself.
func spoken(p *i18n.Printer, say, v string) string {
	if p.Has(say + v) {
		return p.T(say + v)
	}
	return v
}

// quiet tells whether a column stands in the file only.
func quiet(c held.Column) bool {
	return c.Kind == held.Hidden || c.Kind == held.JSON || c.Kind == held.File
}

// shownColumns are the places of the columns of a set that a page has: those in
// which some row says something.
func shownColumns(set held.Set) []int {
	var out []int
	for i, c := range set.Columns {
		if quiet(c) {
			continue
		}
		for _, row := range set.Rows {
			if !held.Empty(row[i]) {
				out = append(out, i)
				break
			}
		}
	}
	return out
}
