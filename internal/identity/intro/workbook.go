// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"bytes"
	"errors"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Bounds of a workbook unpacked: a small file can hold very much.
const (
	maxUnpacked = 512 << 20
	maxSheet    = 64 << 20 // in memory; what is larger goes through a temporary file
)

// isWorkbook tells a workbook (a ZIP archive) from text.
func isWorkbook(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// workbook gives the rows of the first sheet, as they are shown there. The
// caller calls done.
func workbook(data []byte) (next func() ([]string, int, error), done func(), err error) {
	broken := func(err error) error { return errs.New(errs.Invalid, "intro.file.workbook").Because(err) }
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxSheet})
	if err != nil {
		return nil, nil, broken(err)
	}
	closeBook := func() { _ = book.Close() } // removes temporary files; the rows have been read
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		closeBook()
		return nil, nil, broken(errors.New("there is no sheet"))
	}
	rows, err := book.Rows(sheets[0])
	if err != nil {
		closeBook()
		return nil, nil, broken(err)
	}
	line := 0
	next = func() ([]string, int, error) {
		if !rows.Next() {
			if err := rows.Error(); err != nil {
				return nil, line, broken(err)
			}
			return nil, line, io.EOF
		}
		line++
		cells, err := rows.Columns()
		if err != nil {
			return nil, line, broken(err)
		}
		return cells, line, nil
	}
	return next, func() { _ = rows.Close(); closeBook() }, nil
}
