// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"fmt"
	"strings"
)

// elem is an element of the structure tree (ISO 32000-1, 14.7), by which a
// screen reader finds titles, paragraphs and rows in their order.
type elem struct {
	role   string
	text   string // what it says, for readers that do not undo the visual order of its glyphs
	lang   string // if it is not that of the paper
	kids   []kid
	number int // of its object
}

// kid is an element, or marked content of a page.
type kid struct {
	elem *elem
	page *page
	mcid int
}

func (e *elem) add(role string) *elem {
	child := &elem{role: role}
	e.kids = append(e.kids, kid{elem: child})
	return child
}

// say notes the text of an element.
func (e *elem) say(p *paragraph, paperRTL bool) {
	e.text = p.text()
	if p.rtl != paperRTL {
		e.lang = "en"
		if p.rtl {
			e.lang = "fa-IR"
		}
	}
}

// tree writes the structure tree and returns the number of its root. Pages
// stand in the parent tree under their index, links behind them.
func (d *document) tree(out *file, pageNumbers map[*page]int, annotations map[*elem]int) int {
	root := out.reserve()
	var number func(e *elem)
	number = func(e *elem) {
		e.number = out.reserve()
		for _, k := range e.kids {
			if k.elem != nil {
				number(k.elem)
			}
		}
	}
	number(d.root)
	var write func(e *elem, parent int)
	write = func(e *elem, parent int) {
		var kids strings.Builder
		for _, k := range e.kids {
			if k.elem != nil {
				fmt.Fprintf(&kids, "%d 0 R ", k.elem.number)
				write(k.elem, e.number)
			} else {
				fmt.Fprintf(&kids, "<</Type/MCR/Pg %d 0 R/MCID %d>>", pageNumbers[k.page], k.mcid)
			}
		}
		if a, ok := annotations[e]; ok {
			fmt.Fprintf(&kids, "<</Type/OBJR/Obj %d 0 R>>", a)
		}
		more := ""
		if e.role == "L" {
			more = "/A<</O/List/ListNumbering/None>>"
		}
		if e.text != "" {
			more += "/ActualText " + textString(e.text)
		}
		if e.lang != "" {
			more += "/Lang(" + e.lang + ")"
		}
		out.set(e.number, fmt.Sprintf("<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]>>", e.role, parent, more, kids.String()))
	}
	write(d.root, root)

	var nums strings.Builder
	next := len(d.pages)
	for i, p := range d.pages {
		fmt.Fprintf(&nums, "%d[", i)
		for _, e := range p.marks {
			fmt.Fprintf(&nums, "%d 0 R ", e.number)
		}
		nums.WriteString("]")
	}
	for _, p := range d.pages {
		for _, l := range p.links {
			fmt.Fprintf(&nums, "%d %d 0 R ", next, l.elem.number)
			next++
		}
	}
	out.set(root, fmt.Sprintf("<</Type/StructTreeRoot/K[%d 0 R]/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d>>",
		d.root.number, nums.String(), next))
	return root
}
