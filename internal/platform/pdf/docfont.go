// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"fmt"
	"strings"

	"github.com/go-text/typesetting/font"
)

// docFont is a face in one document. Every pair of a glyph and the character it
// stands for is a code of its own (CID), so that ToUnicode is right also where
// characters share a glyph.
type docFont struct {
	face  *face
	codes map[code]int
	list  []code // by CID; 0 is .notdef
}

type code struct {
	glyph font.GID
	text  string
}

func newDocFont(f *face) *docFont {
	return &docFont{face: f, codes: map[code]int{}, list: []code{{}}}
}

// cid returns the code of a glyph. A code has two bytes; a paper with more
// pairs than that, which no human text has, shows the surplus as .notdef.
func (f *docFont) cid(g glyph) int {
	c := code{g.id, g.text}
	n, ok := f.codes[c]
	if !ok && len(f.list) < 0xffff {
		n = len(f.list)
		f.codes[c] = n
		f.list = append(f.list, c)
	}
	return n
}

// width is the advance of a glyph in thousandths of the font size, as the font
// dictionary says it.
func (f *docFont) width(g font.GID) int { return f.thousandths(f.face.widths[g]) }

func (f *docFont) thousandths(units int) int {
	return (units*1000*2 + f.face.upem) / (f.face.upem * 2)
}

// write puts the font with its subset, code map and widths into the file and
// returns the number of the font dictionary (ISO 32000-1, 9.7).
func (f *docFont) write(out *file) (int, error) {
	used := map[font.GID]bool{}
	var widths strings.Builder
	gids := make([]byte, 2, 2*len(f.list))
	for _, c := range f.list[1:] {
		used[c.glyph] = true
		gids = append(gids, byte(c.glyph>>8), byte(c.glyph))
		fmt.Fprintf(&widths, "%d ", f.width(c.glyph))
	}
	sfnt, tag := f.face.subset(used)
	name := tag + "+" + f.face.name
	stream, err := out.stream(fmt.Sprintf("/Length1 %d", len(sfnt)), sfnt)
	if err != nil {
		return 0, err
	}
	toGID, err := out.stream("", gids)
	if err != nil {
		return 0, err
	}
	toUnicode, err := out.stream("", f.toUnicode())
	if err != nil {
		return 0, err
	}
	th := func(v int) int { return v * 1000 / f.face.upem }
	box := f.face.box
	stem := 80
	if f.face.name == "Vazirmatn-Bold" {
		stem = 140
	}
	descriptor := out.add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0"+
		"/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %d 0 R>>",
		name, th(box[0]), th(box[1]), th(box[2]), th(box[3]), th(f.face.ascent), th(f.face.descent), th(f.face.capHeight), stem, stream))
	cidFont := out.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"+
		"/FontDescriptor %d 0 R/DW %d/W[1[%s]]/CIDToGIDMap %d 0 R>>",
		name, descriptor, f.width(0), strings.TrimSpace(widths.String()), toGID))
	return out.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>",
		name, cidFont, toUnicode)), nil
}

// toUnicode writes the map from codes to characters (ISO 32000-1, 9.10.3).
func (f *docFont) toUnicode() []byte {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	const most = 100 // entries of one block
	for at := 1; at < len(f.list); at += most {
		block := f.list[at:min(at+most, len(f.list))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(block))
		for i, c := range block {
			fmt.Fprintf(&b, "<%04X> <%s>\n", at+i, utf16hex(c.text))
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return []byte(b.String())
}
