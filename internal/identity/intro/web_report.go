// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/web"
)

// reportPage is how many rows are read at once for a report.
const reportPage = 5000

// reportFile is every row of a file with what came of it, for a spreadsheet, in
// the language of the page.
func (s *Service) reportFile(c *web.Ctx) error {
	b, _, err := s.Batch(c.Context(), c.Actor, c.Param("id"))
	if err != nil {
		return err
	}
	k := s.kinds[b.Kind]
	out := bytes.NewBufferString(mark)
	w := csv.NewWriter(out)
	head := []string{c.T("intro.rows.line")}
	for _, col := range k.Columns {
		head = append(head, col.heading(c.P.Lang()))
	}
	if err := w.Write(append(head, c.T("intro.rows.result"), c.T("intro.rows.problem_column"))); err != nil {
		return err
	}
	for n := 0; n < b.Total; n += reportPage {
		lines, err := s.Lines(c.Context(), c.Actor, b.ID, n, reportPage)
		if err != nil {
			return err
		}
		for _, l := range lines {
			record := []string{strconv.Itoa(l.Line)}
			for _, col := range k.Columns {
				record = append(record, harmless(l.Cells[col.Name]))
			}
			result, problem := "", ""
			switch {
			case l.Problem != "":
				result, problem = c.T("intro.rows.left_out"), k.said(c.P, l)
			case l.Outcome != "":
				result = c.T("intro.outcome." + string(l.Outcome))
			default:
				result = c.T("intro.rows.good")
			}
			if err := w.Write(append(record, result, problem)); err != nil {
				return err
			}
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return c.Download("report-"+b.ID+".csv", "text/csv; charset=utf-8", out.Bytes())
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
