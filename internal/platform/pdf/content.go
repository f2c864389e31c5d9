// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"unicode/utf16"
)

// color is red, green and blue.
type color [3]uint8

// The inks of a paper, those of the web pages.
var (
	ink   = color{0x17, 0x26, 0x2c}
	soft  = color{0x4b, 0x5a, 0x60}
	teal  = color{0x0c, 0x46, 0x50}
	ochre = color{0xc7, 0x8a, 0x22}
	hair  = color{0xb9, 0xb2, 0xa2}
)

// page is the content of one page under construction.
type page struct {
	b     bytes.Buffer
	marks []*elem // by MCID
	links []link
}

// link is an area that opens an address.
type link struct {
	x, y, w, h mp
	url, alt   string
	elem       *elem
}

// pt writes a length in points.
func pt(v mp) string { return strconv.FormatFloat(float64(v)/1000, 'f', -1, 64) }

func (c color) String() string {
	f := func(v uint8) string { return strconv.FormatFloat(float64(int(v)*1000/255)/1000, 'f', -1, 64) }
	return f(c[0]) + " " + f(c[1]) + " " + f(c[2])
}

// textString writes a PDF text string (ISO 32000-1, 7.9.2.2).
func textString(s string) string { return "<FEFF" + utf16hex(s) + ">" }

func utf16hex(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return fmt.Sprintf("%X", b)
}

// literal writes a PDF byte string.
func literal(b []byte) string { return "<" + hex.EncodeToString(b) + ">" }

// mark draws what belongs to an element of the structure tree; a nil element is
// an artifact of pagination.
func (p *page) mark(e *elem, draw func()) {
	if e == nil {
		p.b.WriteString("/Artifact <</Type/Pagination>> BDC\n")
	} else {
		fmt.Fprintf(&p.b, "/%s <</MCID %d>> BDC\n", e.role, len(p.marks))
		e.kids = append(e.kids, kid{page: p, mcid: len(p.marks)})
		p.marks = append(p.marks, e)
	}
	draw()
	p.b.WriteString("EMC\n")
}

// rule draws a filled box.
func (p *page) rule(x, y, w, h mp, c color) {
	fmt.Fprintf(&p.b, "%s rg %s %s %s %s re f\n", c, pt(x), pt(y), pt(w), pt(h))
}

// pen writes the glyphs of a line and knows where the reader's pen stands,
// which moves by the rounded widths of the font dictionary. Both count
// thousandths of the font size.
type pen struct {
	b        *bytes.Buffer
	f        *docFont
	st       style
	at       int
	rise     int
	together string
	cluster  int
}

// text draws a line with its left end and base line at x, y. Every space is
// wider by extra.
func (d *document) text(pg *page, l line, x, y, extra mp) {
	if len(l.glyphs) == 0 {
		return
	}
	st := l.p.style
	f := d.fonts[st.face]
	fmt.Fprintf(&pg.b, "BT /F%d %s Tf %s rg 1 0 0 1 %s %s Tm [", st.face, pt(st.size), st.color, pt(x), pt(y))
	p := pen{b: &pg.b, f: f, st: st}
	units, added := 0, mp(0)
	for _, g := range l.glyphs {
		want := (units+g.dx)*1000/l.p.face.upem + added*1000/st.size
		p.glyph(g, want)
		units += g.advance
		if g.space {
			added += extra
		}
	}
	p.b.WriteString("] TJ")
	p.endTogether()
	if p.rise != 0 {
		p.b.WriteString(" 0 Ts")
	}
	p.b.WriteString(" ET\n")
}

func (p *pen) glyph(g glyph, want int) {
	if g.together != p.together || g.together != "" && g.cluster != p.cluster {
		p.b.WriteString("] TJ")
		p.endTogether()
		if p.together, p.cluster = g.together, g.cluster; g.together != "" {
			fmt.Fprintf(p.b, " /Span <</ActualText %s>> BDC", textString(g.together))
		}
		p.b.WriteString(" [")
	}
	if rise := g.dy * p.st.size / p.f.face.upem; rise != p.rise {
		fmt.Fprintf(p.b, "] TJ %s Ts [", pt(rise))
		p.rise = rise
	}
	if off := want - p.at; off > 2 || off < -2 {
		p.b.WriteString(strconv.Itoa(-off))
		p.at = want
	}
	cid := p.f.cid(g)
	fmt.Fprintf(p.b, "<%04X>", cid)
	p.at += p.f.width(g.id)
}

func (p *pen) endTogether() {
	if p.together != "" {
		p.b.WriteString(" EMC")
		p.together = ""
	}
}
