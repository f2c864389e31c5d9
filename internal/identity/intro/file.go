// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Bounds of a file. They are technical.
const (
	MaxBytes = 64 << 20
	MaxRows  = 200_000
	maxCell  = 300 // bytes
)

// Row is one row of a file, read and checked by itself.
type Row struct {
	Line    int // of the file, from 1
	Cells   map[string]string
	Field   string // what is wrong first
	Problem string // how: a locale key
}

// Read takes a file apart: CSV in UTF-8 with or without a byte order mark, with
// comma, semicolon or tab; or a workbook (XLSX), of which the first sheet counts.
// A first row of headings in either language, in any order; columns that are not
// asked for are left out. errs.Invalid says what is wrong with the file as a
// whole; what is wrong with a row stands in the row.
func Read(k Kind, data []byte) (_ []Row, err error) {
	defer errs.Wrap(&err, "intro.Read")
	if len(data) > MaxBytes {
		return nil, errs.New(errs.TooLarge, "intro.file.bytes", "max", MaxBytes>>20)
	}
	next, done, err := records(data)
	if err != nil {
		return nil, err
	}
	defer done()
	heading, _, err := next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errs.New(errs.Invalid, "intro.file.empty")
	case err != nil && !isWorkbook(data), err == nil && blank(heading):
		return nil, errs.New(errs.Invalid, "intro.file.shape").Because(errors.New("the row of headings cannot be read"))
	case err != nil:
		return nil, err
	}
	columns, err := k.headings(heading)
	if err != nil {
		return nil, err
	}
	var rows []Row
	seen := map[string]bool{}
	for {
		record, line, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if blank(record) {
			continue
		}
		if len(rows) == MaxRows {
			return nil, errs.New(errs.TooLarge, "intro.file.rows", "max", MaxRows)
		}
		row := k.row(columns, record, line)
		if code := row.Cells["national_code"]; row.Problem == "" {
			if seen[code] {
				row.Field, row.Problem = "national_code", "intro.row.twice"
			}
			seen[code] = true
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.Invalid, "intro.file.empty")
	}
	return rows, nil
}

// records gives the rows of a file with their lines, io.EOF after the last. A
// row is good until the next one. The caller calls done.
func records(data []byte) (next func() ([]string, int, error), done func(), err error) {
	if isWorkbook(data) {
		return workbook(data)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case !utf8.Valid(data):
		return nil, nil, errs.New(errs.Invalid, "intro.file.text")
	case len(bytes.TrimSpace(data)) == 0:
		return nil, nil, errs.New(errs.Invalid, "intro.file.empty")
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator(data), -1, true
	return func() ([]string, int, error) {
		record, err := r.Read()
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, p.Line, errs.New(errs.Invalid, "intro.file.line", "line", p.Line)
		}
		if err != nil {
			return nil, 0, err
		}
		line, _ := r.FieldPos(0)
		return record, line, nil
	}, func() {}, nil
}

// separator is what stands most often in the first line.
func separator(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// headings says which column stands where; Column.Name is "" for one that is
// not asked for.
func (k Kind) headings(record []string) ([]Column, error) {
	out, there := make([]Column, len(record)), map[string]bool{}
	for i, h := range record {
		c, ok := k.column(h)
		if !ok {
			continue
		}
		if there[c.Name] {
			return nil, errs.New(errs.Invalid, "intro.file.column_twice", "column", c.KnownAs[0])
		}
		out[i], there[c.Name] = c, true
	}
	for _, c := range k.Columns {
		if c.Required && !there[c.Name] {
			return nil, errs.New(errs.Invalid, "intro.file.column", "column", c.KnownAs[0])
		}
	}
	return out, nil
}

func (k Kind) row(columns []Column, record []string, line int) Row {
	row := Row{Line: line, Cells: map[string]string{}}
	fail := func(field, problem string) {
		if row.Problem == "" {
			row.Field, row.Problem = field, problem
		}
	}
	for i, c := range columns {
		if c.Name == "" {
			continue
		}
		cell := ""
		if i < len(record) {
			cell = record[i]
		}
		value, problem := c.read(cell)
		row.Cells[c.Name] = value
		if problem != "" {
			fail(c.Name, problem)
		}
	}
	if len(record) > len(columns) {
		fail("", "intro.row.cells")
	}
	return row
}

func blank(record []string) bool { return strings.TrimSpace(strings.Join(record, "")) == "" }

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Code != "" {
		return e.Code
	}
	return "form.wrong"
}
