// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"strings"
)

// The sizes of type on a paper.
const (
	bodySize    mp = 11500
	headingSize mp = 12500
	titleSize   mp = 17000
	smallSize   mp = 8500
	tinySize    mp = 7000
)

// leading is the distance of base lines; Persian needs more of it.
func (d *document) leading(size mp) mp {
	if d.rtl {
		return size * 185 / 100
	}
	return size * 155 / 100
}

// compose turns the paper into the rows of the flow.
func (d *document) compose() {
	head := d.paper.Head
	if len(head) > 0 {
		if _, _, ok := keyValue(head[0]); !ok {
			d.set(head[0], style{regular, bodySize, soft}, d.leading(bodySize), 0, middle, d.root.add("P"))
			head = head[1:]
		}
	}
	d.set(d.paper.Title, style{bold, titleSize, teal}, d.leading(titleSize), 2*mm, middle, d.root.add("H1"))
	if len(head) > 0 {
		d.rows = append(d.rows, row{height: 4 * mm, keep: true, rules: []rule{{2 * mm, 500, hair}}})
		d.lines(head, d.root, middle)
		d.rows[len(d.rows)-1].keep = true
	}
	d.rows = append(d.rows, row{height: 4 * mm, rules: []rule{{3 * mm, 500, hair}}})
	for _, b := range d.paper.Blocks {
		sect := d.root.add("Sect")
		gap := 4 * mm
		if strings.TrimSpace(b.Heading) != "" {
			d.heading(b.Heading, gap, sect)
			gap = 0
		}
		at := len(d.rows)
		d.lines(b.Lines, sect, justified)
		if at < len(d.rows) {
			d.rows[at].gap += gap
		}
	}
}

// heading sets the heading of a block, which stays with what follows.
func (d *document) heading(text string, gap mp, sect *elem) {
	at := len(d.rows)
	leading := d.leading(headingSize)
	d.set(text, style{bold, headingSize, teal}, leading, gap, start, sect.add("H2"))
	for i := range d.rows[at:] {
		d.rows[at+i].keep = true
	}
	if last := len(d.rows) - 1; last >= at {
		d.rows[last].height += mm
		d.rows[last].rules = append(d.rows[last].rules, rule{leading, 500, hair})
	}
}

// lines sets the lines of a block: rows where pairs of key and value follow
// each other, else paragraphs.
func (d *document) lines(lines []string, parent *elem, a align) {
	leading := d.leading(bodySize)
	gap := mp(0)
	for i := 0; i < len(lines); {
		var keys, values []string
		for _, l := range lines[i:] {
			k, v, ok := keyValue(l)
			if !ok {
				break
			}
			keys, values = append(keys, k), append(values, v)
		}
		if len(keys) > 1 {
			d.pairs(keys, values, leading, gap, parent.add("L"))
			i += len(keys)
		} else {
			d.set(lines[i], style{regular, bodySize, ink}, leading, gap, a, parent.add("P"))
			i++
		}
		gap = mm
	}
}
