// SPDX-License-Identifier: Apache-2.0

package proof

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"regexp"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// What may be sent, in bytes.
const (
	maxReceipt = 2 << 20
	maxPaper   = 20 << 20
	maxBody    = maxReceipt + maxPaper + 64<<10
)

// The names of the fields.
const (
	fieldReceipt = "receipt"
	fieldPaper   = "paper"
	fieldCode    = "t"
	fieldHash    = "h"
)

var (
	reCode = regexp.MustCompile(`^[0-9A-Za-z-]{1,40}$`)
	reHash = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// fromCode keeps of an address only what a QR code of ours can hold.
func fromCode(code, hash string) (g Given) {
	if reCode.MatchString(code) {
		g.Code = code
	}
	if reHash.MatchString(hash) {
		g.Hash = hash
	}
	return g
}

// read takes the parts of an upload as they come in, and keeps the receipt and
// the hash of the paper in memory. Nothing is written anywhere.
func read(parts *multipart.Reader) (g Given, err error) {
	var code, hash string
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return g, errs.New(errs.Invalid, "form.encoding") // the cause may quote what was sent
		}
		switch name := part.FormName(); name {
		case fieldCode:
			code, err = word(part)
		case fieldHash:
			hash, err = word(part)
		case fieldReceipt, fieldPaper:
			err = g.file(name, part)
		}
		if err != nil {
			return g, err
		}
	}
	from := fromCode(code, hash)
	g.Code, g.Hash = from.Code, from.Hash
	return g, nil
}

// word reads a short field.
func word(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, 200))
	if err != nil {
		return "", errs.New(errs.Invalid, "form.encoding")
	}
	return string(b), nil
}

// file reads a chosen file. People mix the two fields up, so a file that says
// what it is goes where it belongs.
func (g *Given) file(field string, r io.Reader) error {
	in := bufio.NewReader(r)
	switch head, _ := in.Peek(8); { // an error shows again below
	case len(head) == 0:
		return nil // the field was left empty
	case bytes.HasPrefix(head, []byte("%PDF")):
		return g.paper(field, in)
	case bytes.HasPrefix(head, []byte("c2sp.org")):
		return g.receipt(field, in)
	}
	if field == fieldPaper {
		return g.paper(field, in)
	}
	return g.receipt(field, in)
}

func (g *Given) receipt(field string, in io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(in, maxReceipt+1))
	switch {
	case err != nil:
		return errs.New(errs.Invalid, "form.encoding")
	case len(text) > maxReceipt:
		return wrong(field, "proof.receipt_large")
	case g.Receipt != nil:
		return wrong(field, "proof.two_receipts")
	}
	g.Receipt = text
	return nil
}

func (g *Given) paper(field string, in io.Reader) error {
	limited := &io.LimitedReader{R: in, N: maxPaper + 1}
	hash, err := receipt.PaperHash(limited)
	switch {
	case err != nil:
		return errs.New(errs.Invalid, "form.encoding")
	case limited.N == 0:
		return wrong(field, "proof.paper_large")
	case g.Paper != "":
		return wrong(field, "proof.two_papers")
	}
	g.Paper = hash
	return nil
}

func wrong(field, code string, args ...any) error {
	return errs.InvalidFields([]errs.Field{{Name: field, Code: code, Args: args}})
}
