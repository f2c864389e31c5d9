// SPDX-License-Identifier: Apache-2.0

package pdf

// Millimetre is 72/25.4 points.
const mm mp = 2835

// The page: A4 (ISO 216), and the area of the text between head and foot.
const (
	pageWidth  mp = 595276
	pageHeight mp = 841890
	side       mp = 22 * mm
	textWidth  mp = pageWidth - 2*side
	topFirst   mp = pageHeight - 38*mm // below the head of the first page
	topNext    mp = pageHeight - 26*mm
	bottom     mp = 46 * mm // above the foot
)

// row is a piece of the flow that stays on one page.
type row struct {
	gap    mp // above, not at the top of a page
	height mp
	keep   bool // on the page of the next row
	parts  []part
	rules  []rule
}

// part is a line in a row; x is the distance of its left end from the left end
// of the text, base that of its base line from the top of the row.
type part struct {
	l     line
	x     mp
	base  mp
	extra mp // added to every space
	elem  *elem
}

// rule is a line drawn across the text, at a distance from the top of the row.
type rule struct {
	at, thick mp
	c         color
}

// align says where a line stands between the sides.
type align int

const (
	start align = iota
	middle
	justified
)

// stretchMost is how much wider a space may get for justification, in
// thousandths of the font size; beyond it a line stays short.
const stretchMost = 600

// place puts a line between x and x+width. Paragraphs in the other script begin
// at their own side.
func (d *document) place(l line, x, width, leading mp, a align, e *elem) part {
	f, size := l.p.face, l.p.style.size
	p := part{l: l, x: x, elem: e,
		base: (leading-(f.ascent-f.descent)*size/f.upem)/2 + f.ascent*size/f.upem}
	room := width - l.width
	if a == justified && !l.last && l.spaces > 0 && room > 0 && room/l.spaces*1000/size <= stretchMost {
		p.extra = room / l.spaces
		room -= p.extra * l.spaces
	}
	switch {
	case a == middle:
		p.x += room / 2
	case l.p.rtl && a == justified, d.rtl && a == start:
		p.x += room
	}
	return p
}

// set shapes a text and appends its lines as rows of one element. Two lines
// at least stay together at both ends.
func (d *document) set(text string, st style, leading, gap mp, a align, e *elem) {
	p := d.shape(text, st, rtl(text, d.rtl))
	e.say(p, d.rtl)
	lines := p.lines(textWidth)
	for i, l := range lines {
		r := row{height: leading, parts: []part{d.place(l, 0, textWidth, leading, a, e)}}
		if i == 0 {
			r.gap = gap
		}
		r.keep = len(lines) > 1 && (i == 0 || i == len(lines)-2)
		d.rows = append(d.rows, r)
	}
}

// pairs sets rows of a key and a value in two columns.
func (d *document) pairs(keys, values []string, leading, gap mp, list *elem) {
	keyStyle, valueStyle := style{regular, bodySize, soft}, style{regular, bodySize, ink}
	shaped := make([]*paragraph, len(keys))
	column := mp(0)
	for i, k := range keys {
		shaped[i] = d.shape(k, keyStyle, rtl(k, d.rtl))
		for _, l := range shaped[i].lines(textWidth) {
			column = max(column, l.width)
		}
	}
	const between = 5 * mm
	column = min(column, textWidth*2/5)
	rest := textWidth - column - between
	keyX, valueX := mp(0), column+between
	if d.rtl {
		keyX, valueX = textWidth-column, 0
	}
	for i := range keys {
		item := list.add("LI")
		label, body := item.add("Lbl"), item.add("LBody")
		left := shaped[i].lines(column)
		value := d.shape(values[i], valueStyle, rtl(values[i], d.rtl))
		right := value.lines(rest)
		label.say(shaped[i], d.rtl)
		body.say(value, d.rtl)
		n := max(len(left), len(right))
		for j := range n {
			r := row{height: leading, keep: j+1 < n && (j == 0 || j == n-2)}
			if i+j == 0 {
				r.gap = gap
			}
			if j < len(left) {
				r.parts = append(r.parts, d.place(left[j], keyX, column, leading, start, label))
			}
			if j < len(right) {
				r.parts = append(r.parts, d.place(right[j], valueX, rest, leading, start, body))
			}
			d.rows = append(d.rows, r)
		}
	}
}

// paginate cuts the flow into pages.
func (d *document) paginate() {
	pg := &page{}
	d.pages = append(d.pages, pg)
	top := topFirst
	y := top
	for i := 0; i < len(d.rows); {
		need, j := mp(0), i // the rows that stay together
		for {
			need += d.rows[j].height
			if j > i || y != top {
				need += d.rows[j].gap
			}
			j++
			if j == len(d.rows) || !d.rows[j-1].keep {
				break
			}
		}
		if y-need < bottom && y != top {
			pg = &page{}
			d.pages = append(d.pages, pg)
			top = topNext
			y = top
			continue
		}
		for ; i < j; i++ {
			r := d.rows[i]
			if y != top {
				y -= r.gap
			}
			if y-r.height < bottom && y != top { // kept rows higher than a page
				break
			}
			d.draw(pg, r, y)
			y -= r.height
		}
	}
}

func (d *document) draw(pg *page, r row, y mp) {
	for _, p := range r.parts {
		pg.mark(p.elem, func() { d.text(pg, p.l, side+p.x, y-p.base, p.extra) })
	}
	if len(r.rules) > 0 {
		pg.mark(nil, func() {
			for _, l := range r.rules {
				pg.rule(side, y-l.at, textWidth, l.thick, l.c)
			}
		})
	}
}
