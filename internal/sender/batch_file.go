// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var fileTypes = map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}

// resultsFile is what became of all rows, for a program.
func (s *Service) resultsFile(c *api.Call, batch, format string) ([]byte, error) {
	if format == "csv" {
		return s.resultsCSV(c.Context(), c.Actor, c.P, batch)
	}
	var out bytes.Buffer
	w := json.NewEncoder(&out)
	w.SetEscapeHTML(false)
	err := s.everyResult(c.Context(), c.Actor, batch, func(r Result) error { return w.Encode(batchRowOf(c, r)) })
	return out.Bytes(), err
}

// resultsCSV is what became of all rows, for a table. It has a byte order mark: Excel
// reads Persian only with it.
func (s *Service) resultsCSV(ctx context.Context, a policy.Actor, p *i18n.Printer, batch string) ([]byte, error) {
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	stamp := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.UTC().Format(time.RFC3339)
	}
	if err := w.Write([]string{"row", "reference", "state", "number", "at", "viewed", "deemed", "field", "reason"}); err != nil {
		return nil, err
	}
	err := s.everyResult(ctx, a, batch, func(r Result) error {
		return w.Write([]string{
			strconv.FormatInt(r.Row, 10), harmless(r.Reference), string(r.State), r.Sent.Number, stamp(r.Sent.At), stamp(r.Sent.Viewed), stamp(r.Sent.Deemed),
			harmless(r.Field), r.Reason.In(p.Lang()),
		})
	})
	w.Flush()
	return out.Bytes(), errors.Join(err, w.Error())
}

// harmless keeps what somebody else has typed from being read as a formula.
func harmless(text string) string {
	if strings.ContainsAny(text[:min(1, len(text))], "=+-@\t\r") {
		return "'" + text
	}
	return text
}

// columnNames are what people call the columns of a file; the others are the fields of
// the template.
var columnNames = map[string]string{
	"reference": colReference, "شماره": colReference, "ارجاع": colReference, "national_code": colNational, "national code": colNational, "کد ملی": colNational,
	"entity_id": colEntity, "national id": colEntity, "شناسه ملی": colEntity,
}

// Columns of a file.
const (
	colReference = "reference"
	colNational  = "national_code"
	colEntity    = "entity_id"
)

// ReadFile reads notices of one template from a CSV file in UTF-8 with a first row of
// headings: reference, national_code or entity_id, and the fields of the template.
// errs.Invalid says what is wrong with the file as a whole; what is wrong with a row is
// for TakeRows to say.
func (s *Service) ReadFile(t Template, data []byte) (_ []Message, err error) {
	defer errs.Wrap(&err, "sender.ReadFile")
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, fileWrong("sender.file.text")
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	}
	head, err := r.Read()
	if err != nil {
		return nil, fileWrong("sender.file.empty")
	}
	columns, err := columnsOf(t, head)
	if err != nil {
		return nil, err
	}
	var out []Message
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, fileWrong("sender.file.line", "line", p.StartLine)
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(record, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue
		}
		if len(out) == s.rules.BatchRows {
			return nil, fileWrong("sender.batch.full", "max", s.rules.BatchRows)
		}
		out = append(out, messageOf(t, columns, record))
	}
	if len(out) == 0 {
		return nil, fileWrong("sender.file.empty")
	}
	return out, nil
}

func fileWrong(code string, args ...any) error {
	return errs.InvalidFields([]errs.Field{{Name: "file", Code: code, Args: args}})
}

// columnsOf reads the headings.
func columnsOf(t Template, head []string) ([]string, error) {
	out := make([]string, len(head))
	for i, h := range head {
		h = strings.ToLower(persian.Store(h))
		name, known := columnNames[strings.ReplaceAll(h, "ٔ", "")]
		if !known && slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Name == h }) {
			name, known = h, true
		}
		switch {
		case h == "":
			continue
		case !known:
			return nil, fileWrong("sender.file.column_unknown", "column", clipped(h))
		case slices.Contains(out[:i], name):
			return nil, fileWrong("sender.file.column_twice", "column", clipped(h))
		}
		out[i] = name
	}
	for _, f := range append([]Field{{Name: colReference}}, t.Fields...) {
		if !slices.Contains(out, f.Name) {
			return nil, fileWrong("sender.file.column_missing", "column", f.Name)
		}
	}
	if !slices.Contains(out, colNational) && !slices.Contains(out, colEntity) {
		return nil, fileWrong("sender.file.column_missing", "column", colNational)
	}
	return out, nil
}

// clipped keeps a heading short enough to be shown.
func clipped(h string) string {
	if runes := []rune(h); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return h
}

func messageOf(t Template, columns, record []string) Message {
	m := Message{Template: t.ID, Fields: map[string]string{}}
	for i, c := range record {
		if i >= len(columns) {
			break
		}
		c = strings.TrimSpace(c)
		switch columns[i] {
		case "":
		case colReference:
			m.Reference = persian.Digits(c)
		case colNational:
			m.NationalCode = c
		case colEntity:
			m.EntityID = c
		default:
			m.Fields[columns[i]] = c
		}
	}
	return m
}
