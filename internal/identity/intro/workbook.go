// SPDX-License-Identifier: Apache-2.0

package intro

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// maxUnpacked bounds a workbook unpacked, all parts together, in bytes: a small
// file can hold very much, and every part is held in memory.
const maxUnpacked = 16 << 20

var errTooLarge = errors.New("the workbook unpacks to too much")

// measured refuses an archive whose parts are too much, by what it says of itself
// and, as that may be a lie, by what really comes out.
func measured(data []byte) error {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	declared := uint64(0)
	for _, f := range r.File {
		if declared += min(f.UncompressedSize64, maxUnpacked+1); declared > maxUnpacked {
			return errTooLarge
		}
	}
	left := int64(maxUnpacked)
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, io.LimitReader(part, left+1))
		if err = errors.Join(err, part.Close()); err != nil {
			return err
		}
		if left -= n; left < 0 {
			return errTooLarge
		}
	}
	return nil
}

// isWorkbook tells a workbook (a ZIP archive) from text.
func isWorkbook(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// workbook gives the rows of the first sheet, as they are shown there. The
// caller calls done.
func workbook(data []byte) (next func() ([]string, int, error), done func(), err error) {
	broken := func(err error) error { return errs.New(errs.Invalid, "intro.file.workbook").Because(err) }
	if err := measured(data); errors.Is(err, errTooLarge) {
		return nil, nil, errs.New(errs.TooLarge, "intro.file.large").Because(err)
	} else if err != nil {
		return nil, nil, broken(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
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
