// SPDX-License-Identifier: Apache-2.0

package intake

import "bytes"

// maxPages bounds the pages of one file; nobody reads more in one.
const maxPages = 2000

// readPDF reads a PDF as far as must be known before a judge opens it, and
// returns how many pages it has.
func readPDF(b []byte) (pages int, err error) {
	d := &document{b: b[bytes.Index(b, []byte("%PDF-")):], places: map[int]place{}, packed: map[int]map[int]any{}}
	err = d.readXref()
	if d.locked {
		return 0, refuse("pdf_locked")
	}
	if err != nil {
		return 0, refuse("pdf_damaged")
	}
	if code := d.active(); code != "" {
		return 0, refuse(code)
	}
	root, ok := d.resolve(d.trailer["Root"]).(dict)
	if !ok {
		return 0, refuse("pdf_damaged")
	}
	seen := map[int]bool{}
	switch pages = d.countPages(root["Pages"], seen, 0); {
	case pages <= 0:
		return 0, refuse("pdf_damaged")
	case pages > maxPages:
		return 0, refuse("pdf_pages", "max", maxPages)
	}
	return pages, nil
}

// resolve is an object itself, or the one that a reference leads to; nil if it
// is not there.
func (d *document) resolve(v any) any {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			break
		}
		pl, there := d.places[r.num]
		switch {
		case !there:
			return nil
		case pl.in != 0:
			objects, err := d.unpack(pl.in)
			if err != nil {
				return nil
			}
			v = objects[r.num]
		case pl.offset < 0 || pl.offset >= len(d.b):
			return nil
		default:
			p := parser{b: d.b, at: pl.offset}
			num, o, err := p.indirect()
			if err != nil || num != r.num {
				return nil
			}
			v = o
		}
	}
	if s, ok := v.(stream); ok {
		return s.dict
	}
	return v
}

// countPages counts the leaves of the page tree; -1 if it is no tree.
func (d *document) countPages(v any, seen map[int]bool, depth int) int {
	if r, ok := v.(ref); ok {
		if seen[r.num] {
			return -1
		}
		seen[r.num] = true
	}
	node, ok := d.resolve(v).(dict)
	if !ok || depth > maxDepth {
		return -1
	}
	kids, ok := d.resolve(node["Kids"]).([]any)
	if !ok {
		if t := node["Type"]; t != nil && t != name("Page") {
			return -1
		}
		return 1
	}
	sum := 0
	for _, k := range kids {
		n := d.countPages(k, seen, depth+1)
		if n < 0 {
			return -1
		}
		if sum += n; sum > maxPages {
			break
		}
	}
	return sum
}

// unpack reads the objects of an object stream by their numbers.
func (d *document) unpack(num int) (map[int]any, error) {
	if objects, done := d.packed[num]; done {
		return objects, nil
	}
	pl := d.places[num]
	if pl.in != 0 || pl.offset <= 0 || pl.offset >= len(d.b) {
		return nil, errSyntax
	}
	p := parser{b: d.b, at: pl.offset}
	_, v, err := p.indirect()
	s, ok := v.(stream)
	if err != nil || !ok {
		return nil, errSyntax
	}
	objects, err := d.objectsOf(s)
	if err == nil {
		d.packed[num] = objects
	}
	return objects, err
}

// objectsOf reads an object stream (ISO 32000-1, 7.5.7).
func (d *document) objectsOf(s stream) (map[int]any, error) {
	data, err := d.data(s)
	if err != nil {
		return nil, err
	}
	n, ok := d.number(s.dict["N"])
	first, ok2 := d.number(s.dict["First"])
	if !ok || !ok2 || n > maxObjects || first > len(data) {
		return nil, errSyntax
	}
	head := parser{b: data}
	out := make(map[int]any, min(n, 1024))
	for range n {
		num, ok := head.integer()
		at, ok2 := head.integer()
		if !ok || !ok2 || first+at > len(data) {
			return nil, errSyntax
		}
		p := parser{b: data, at: first + at}
		v, err := p.object()
		if !d.charge(p.at-first-at) || err != nil {
			return nil, errSyntax
		}
		if p.acts != "" {
			d.acts = p.acts
		}
		out[num] = v
	}
	return out, nil
}
