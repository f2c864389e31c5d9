// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"cmp"
	"slices"

	"github.com/go-text/typesetting/bidi"
)

// line is one line of a paragraph, its glyphs from left to right.
type line struct {
	p      *paragraph
	glyphs []glyph
	width  mp // without the space that justification adds
	spaces int
	last   bool // of the paragraph
}

// length turns font units into a length at the size of the paragraph, rounded
// up: a line fits into its own width.
func (p *paragraph) length(units int) mp {
	return (units*p.style.size + p.face.upem - 1) / p.face.upem
}

// lines breaks the paragraph into lines that are not wider than width. A word
// that is wider is torn between two letters.
func (p *paragraph) lines(width mp) []line {
	limit := max(1, width*p.face.upem/p.style.size)
	var out []line
	for start := 0; start < len(p.runes); {
		end := p.fill(start, limit)
		out = append(out, p.line(start, end))
		start = end
	}
	if len(out) > 0 {
		out[len(out)-1].last = true
	}
	return out
}

// fill returns where the line that begins at start ends: at the last break that
// fits, else at the last letter that does, but after one rune at least.
func (p *paragraph) fill(start, limit int) int {
	width, pending := 0, 0 // spaces at the end of a line take no room
	whole, torn := 0, 0
	for i := start; i < len(p.runes); i++ {
		if i > start && width <= limit {
			if p.breaks[i] {
				whole = i
			}
			if p.torn[i] {
				torn = i
			}
		}
		if p.runes[i] == ' ' {
			pending += p.widths[i]
			continue
		}
		width += pending + p.widths[i]
		pending = 0
		if width > limit && (whole > 0 || torn > 0) {
			if whole > 0 {
				return whole
			}
			return torn
		}
	}
	return len(p.runes)
}

// line orders the runes start..end for the eye (UAX #9, L1 and L2).
func (p *paragraph) line(start, end int) line {
	for end > start && p.runes[end-1] == ' ' {
		end--
	}
	var runs []run
	top := bidi.Level(0)
	from, _ := slices.BinarySearchFunc(p.runs, start, func(r run, at int) int { return cmp.Compare(r.end, at+1) })
	for _, r := range p.runs[from:] {
		if r.start >= end {
			break
		}
		r.glyphs = r.between(start, end)
		runs = append(runs, r)
		top = max(top, r.level)
	}
	for level := top; level > 0; level-- {
		for i := 0; i < len(runs); i++ {
			j := i
			for j < len(runs) && runs[j].level >= level {
				j++
			}
			slices.Reverse(runs[i:j])
			i = max(i, j-1)
		}
	}
	l := line{p: p}
	units := 0
	for _, r := range runs {
		for _, g := range r.glyphs {
			l.glyphs = append(l.glyphs, g)
			units += g.advance
			if g.space {
				l.spaces++
			}
		}
	}
	l.width = p.length(units)
	return l
}

// between returns the glyphs of the runes start..end.
func (r run) between(start, end int) []glyph {
	find := func(at int) int { // the first glyph from the left on that side of rune at
		i, _ := slices.BinarySearchFunc(r.glyphs, at, func(g glyph, at int) int {
			if r.level%2 == 1 {
				return cmp.Compare(at, g.cluster+1)
			}
			return cmp.Compare(g.cluster, at)
		})
		return i
	}
	if r.level%2 == 1 {
		return r.glyphs[find(end):find(start)]
	}
	return r.glyphs[find(start):find(end)]
}
