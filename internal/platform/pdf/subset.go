// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"

	"github.com/go-text/typesetting/font"
)

// subset makes a font that holds the outlines of the used glyphs and their
// parts only. Glyph ids stay, so that nothing else has to be renumbered. The
// tag of six letters (ISO 32000-1, 9.6.4) is drawn from the set of glyphs.
func (f *face) subset(used map[font.GID]bool) (sfnt []byte, tag string) {
	keep := map[int]bool{}
	f.parts(0, keep) // .notdef is in every font
	for g := range used {
		f.parts(int(g), keep)
	}
	glyf := make([]byte, 0, len(f.tables["glyf"])/4)
	loca := make([]byte, 4*len(f.loca))
	hmtx := slices.Clone(f.tables["hmtx"])
	full := int(binary.BigEndian.Uint16(f.tables["hhea"][34:]))
	sum := sha256.New()
	for g := range len(f.loca) - 1 {
		binary.BigEndian.PutUint32(loca[4*g:], uint32(len(glyf)))
		if keep[g] {
			glyf = append(glyf, f.tables["glyf"][f.loca[g]:f.loca[g+1]]...)
			glyf = append(glyf, make([]byte, -len(glyf)&3)...)
			sum.Write([]byte{byte(g >> 8), byte(g)})
		} else if g < full-1 { // the last full entry is the width of all behind it
			clear(hmtx[4*g : 4*g+4])
		}
	}
	binary.BigEndian.PutUint32(loca[len(loca)-4:], uint32(len(glyf)))
	head := slices.Clone(f.tables["head"])
	binary.BigEndian.PutUint16(head[50:], 1) // long loca
	binary.BigEndian.PutUint32(head[8:], 0)  // the checksum of the whole, which no reader asks for in a subset

	out := map[string][]byte{"head": head, "loca": loca, "glyf": glyf, "hmtx": hmtx}
	for _, name := range []string{"hhea", "maxp", "prep", "cvt ", "fpgm"} {
		if t := f.tables[name]; t != nil {
			out[name] = t
		}
	}
	digest := sum.Sum(nil)
	letters := make([]byte, 6)
	for i := range letters {
		letters[i] = 'A' + digest[i]%26
	}
	return writeTTF(out), string(letters)
}

// parts adds a glyph and the glyphs it is composed of (OpenType, glyf table,
// composite glyph description).
func (f *face) parts(g int, keep map[int]bool) {
	if g < 0 || g+1 >= len(f.loca) || keep[g] {
		return
	}
	keep[g] = true
	b := f.tables["glyf"][f.loca[g]:f.loca[g+1]]
	if len(b) < 10 || int16(binary.BigEndian.Uint16(b)) >= 0 {
		return
	}
	const words, scale, more, xy, two = 1, 8, 0x20, 0x40, 0x80
	for b = b[10:]; len(b) >= 4; {
		flags := binary.BigEndian.Uint16(b)
		f.parts(int(binary.BigEndian.Uint16(b[2:])), keep)
		n := 6
		if flags&words != 0 {
			n += 2
		}
		switch {
		case flags&scale != 0:
			n += 2
		case flags&xy != 0:
			n += 4
		case flags&two != 0:
			n += 8
		}
		if flags&more == 0 || len(b) < n {
			return
		}
		b = b[n:]
	}
}

// writeTTF puts tables together to a font file (OpenType, organization of an
// OpenType font): sorted by name, each at a multiple of four bytes.
func writeTTF(tables map[string][]byte) []byte {
	n := len(tables)
	log := bits.Len(uint(n)) - 1
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{n, 16 << log, log, 16*n - 16<<log} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at := len(out) + 16*n
	var body []byte
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		t := tables[name]
		padded := append(slices.Clone(t), make([]byte, -len(t)&3)...)
		var sum uint32
		for i := 0; i < len(padded); i += 4 {
			sum += binary.BigEndian.Uint32(padded[i:])
		}
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, sum)
		out = binary.BigEndian.AppendUint32(out, uint32(at+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t)))
		body = append(body, padded...)
	}
	return append(out, body...)
}
