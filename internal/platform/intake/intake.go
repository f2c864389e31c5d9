// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"context"
	"embed"
	"io"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Locale holds the words intake.*.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

// The types that are taken.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
)

// File is what came in, as it is kept.
type File struct {
	Name  string // cleaned, with the ending of its type
	Type  string
	Bytes []byte
	Pages int // 1 for a picture
}

// Bounds on what is worked on. A picture of 64 million pixels takes about 200 MB
// while it is read, so few are read at once.
const (
	maxPixels   = 64 << 20
	maxEdge     = 3000 // pixels: A4 at 250 dots an inch
	atOnce      = 2
	jpegQuality = 85
)

// Intake takes files in. It is safe for concurrent use.
type Intake struct {
	max   int64
	slots chan struct{}
}

// New makes an Intake for files of at most max bytes.
func New(max int64) *Intake { return &Intake{max: max, slots: make(chan struct{}, atOnce)} }

func refuse(code string, args ...any) error { return errs.New(errs.Invalid, "intake."+code, args...) }

// Take reads a file to its end and makes of it what is kept.
func (i *Intake) Take(ctx context.Context, name string, r io.Reader) (f File, err error) {
	b, err := io.ReadAll(io.LimitReader(r, i.max+1))
	switch {
	case err != nil:
		return f, err
	case len(b) == 0:
		return f, refuse("empty")
	case int64(len(b)) > i.max:
		return f, refuse("too_large", "max", i.max>>20)
	}
	kind := sniff(b)
	switch kind {
	case PDF, JPEG, PNG:
	default:
		return f, refuse(kind)
	}
	select { // one core each, and memory, see maxPixels
	case i.slots <- struct{}{}:
		defer func() { <-i.slots }()
	case <-ctx.Done():
		return f, ctx.Err()
	}
	f = File{Type: kind, Bytes: b, Pages: 1}
	if kind == PDF {
		f.Pages, err = readPDF(b)
	} else {
		f.Type, f.Bytes, err = picture(kind, b, i.max)
	}
	f.Name = cleanName(name, f.Type)
	return f, err
}

// sniff is the type of b, or the code of the refusal of what is not taken.
func sniff(b []byte) string {
	head := b[:min(len(b), 1024)]
	at := func(offset int, s string) bool {
		return len(b) >= offset+len(s) && string(b[offset:offset+len(s)]) == s
	}
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return PDF
	case at(0, "\xff\xd8\xff"):
		return JPEG
	case at(0, "\x89PNG\r\n\x1a\n"):
		return PNG
	case at(4, "ftyp"):
		return "heic"
	case at(0, "RIFF") && at(8, "WEBP"):
		return "webp"
	case at(0, "PK\x03\x04"), at(0, "\xd0\xcf\x11\xe0"):
		return "office"
	}
	return "kind"
}
