// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

func (s *Service) showCounts(c *web.Ctx) error {
	r, err := s.Registrations(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	return c.Render(web.Page{
		Title: c.T("steward.counts.title"), Lead: c.T("steward.counts.lead"), Active: "registrations", Wide: true,
		Body: countsBody(c.P, r, s.d.ProvinceName),
	})
}

// countsFile is the report as a table for programs: what is hidden on the page
// is empty here.
func (s *Service) countsFile(c *web.Ctx) error {
	r, err := s.Registrations(c.Context(), c.Actor)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"table", "key", "count", "electronic"}}
	for _, m := range r.Months {
		rows = append(rows, []string{"month", m.Key, figure(m.All, m.Hidden), figure(m.Electronic, m.Hidden)})
	}
	for _, t := range r.Tables {
		for _, n := range t.Counts {
			rows = append(rows, []string{t.Of, n.Key, figure(n.N, n.Hidden), ""})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return c.Download("registrations.csv", "text/csv; charset=utf-8", b.Bytes())
}

func figure(n int64, hidden bool) string {
	if hidden {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// keyWords names one line of a table of the report.
func keyWords(p *i18n.Printer, of, key string, province func(i18n.Lang, string) string) string {
	switch {
	case of == "month" && len(key) == 6:
		month, _ := strconv.Atoi(key[4:])
		return p.JalaliMonth(month) + " " + p.Digits(key[:4])
	case of == "province" && key != "" && province != nil:
		return province(p.Lang(), key)
	case key == "":
		return p.T("steward.counts.unknown")
	case of == "level":
		return p.T("identity.assurance." + key)
	}
	if k := "steward.counts." + of + "." + key; p.Has(k) {
		return p.T(k)
	}
	return key
}

func countWords(p *i18n.Printer, n int64, hidden bool) string {
	if hidden {
		return p.T("steward.counts.hidden")
	}
	return p.Int(n)
}
