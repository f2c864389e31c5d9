// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// The fonts are not in git: `make generate` copies them here (see build).
//
//go:embed all:fonts
var fontFiles embed.FS

// The two faces of every paper, as indexes of Writer.faces.
const (
	regular = iota
	bold
	faceCount
)

// face is one embedded font.
type face struct {
	name            string // PostScript name
	font            *font.Font
	tables          map[string][]byte // the tables of glyf outlines, for subsets
	upem            int
	widths          []int    // advance of each glyph, in font units
	loca            []uint32 // offsets of each glyph in glyf, one more than glyphs
	blank           font.GID // a glyph without ink and width
	ascent, descent int      // font units, descent below zero
	box             [4]int   // font units
	capHeight       int
}

// loadFaces reads the embedded fonts.
func loadFaces(files fs.FS) (faces [faceCount]*face, err error) {
	defer errs.Wrap(&err, "pdf.loadFaces")
	for i, name := range [faceCount]string{regular: "Vazirmatn-Regular", bold: "Vazirmatn-Bold"} {
		b, err := fs.ReadFile(files, "fonts/"+name+".ttf")
		if errors.Is(err, fs.ErrNotExist) {
			return faces, fmt.Errorf("the font %s is not built in: run `make generate`, then build again", name)
		} else if err != nil {
			return faces, err
		}
		if faces[i], err = parseFace(name, b); err != nil {
			return faces, fmt.Errorf("%s: %w", name, err)
		}
	}
	return faces, nil
}

func parseFace(name string, sfnt []byte) (*face, error) {
	ld, err := opentype.NewLoader(bytes.NewReader(sfnt))
	if err != nil {
		return nil, err
	}
	f := &face{name: name, tables: map[string][]byte{}}
	if f.font, err = font.NewFont(ld); err != nil {
		return nil, err
	}
	for _, tag := range []string{"head", "hhea", "maxp", "hmtx", "loca", "glyf", "prep", "cvt ", "fpgm", "OS/2"} {
		t := opentype.MustNewTag(tag)
		if !ld.HasTable(t) {
			continue
		}
		if f.tables[tag], err = ld.RawTable(t); err != nil {
			return nil, err
		}
	}
	if err := f.measure(); err != nil {
		return nil, err
	}
	blank, ok := f.font.NominalGlyph('\u200c')
	if !ok || f.widths[blank] != 0 || f.loca[blank] != f.loca[blank+1] {
		return nil, errors.New("has no empty glyph for the zero width non-joiner")
	}
	f.blank = blank
	return f, nil
}

// measure reads the numbers of the tables that a PDF repeats.
func (f *face) measure() error {
	head, hhea, maxp, os2 := f.tables["head"], f.tables["hhea"], f.tables["maxp"], f.tables["OS/2"]
	if len(head) < 54 || len(hhea) < 36 || len(maxp) < 6 || len(os2) < 96 || f.tables["glyf"] == nil {
		return errors.New("is not a font with TrueType outlines")
	}
	u16 := func(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	i16 := func(b []byte, at int) int { return int(int16(binary.BigEndian.Uint16(b[at:]))) }
	f.upem = u16(head, 18)
	for i := range f.box {
		f.box[i] = i16(head, 36+2*i)
	}
	f.ascent, f.descent, f.capHeight = i16(hhea, 4), i16(hhea, 6), i16(os2, 88)
	glyphs, full := u16(maxp, 4), u16(hhea, 34)
	hmtx, loca := f.tables["hmtx"], f.tables["loca"]
	long := u16(head, 50) == 1
	if f.upem == 0 || full == 0 || full > glyphs || len(hmtx) < 4*full ||
		long && len(loca) < 4*(glyphs+1) || !long && len(loca) < 2*(glyphs+1) {
		return errors.New("has tables that contradict each other")
	}
	f.widths = make([]int, glyphs)
	for g := range f.widths {
		f.widths[g] = u16(hmtx, 4*min(g, full-1))
	}
	f.loca = make([]uint32, glyphs+1)
	for g := range f.loca {
		if long {
			f.loca[g] = binary.BigEndian.Uint32(loca[4*g:])
		} else {
			f.loca[g] = 2 * uint32(u16(loca, 2*g))
		}
		if int(f.loca[g]) > len(f.tables["glyf"]) || g > 0 && f.loca[g] < f.loca[g-1] {
			return errors.New("has glyphs outside its outlines")
		}
	}
	return nil
}
