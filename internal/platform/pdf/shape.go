// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
)

// mp is a length in thousandths of a point. Whole numbers make the same layout
// on every machine.
type mp = int

// style is how a text is set.
type style struct {
	face  int // regular, bold
	size  mp
	color color
}

// glyph is one mark on the paper and the piece of text it stands for. Lengths
// are in font units.
type glyph struct {
	id       font.GID
	text     string // one character; a reader that orders visually ordered text again gets it right
	advance  int
	dx, dy   int
	cluster  int // index of its first rune in the paragraph
	space    bool
	together string // the text of a cluster that glyphs share in no simple way: all its glyphs carry it
}

// run is a stretch of one direction and script, its glyphs from left to right.
type run struct {
	start, end int
	level      bidi.Level
	glyphs     []glyph
}

// paragraph is a shaped text that can be broken into lines.
type paragraph struct {
	style  style
	face   *face
	rtl    bool
	runes  []rune
	runs   []run
	widths []int  // of each rune, in font units; that of a cluster stands at its first rune
	breaks []bool // a line may begin at this rune
	torn   []bool // a line may begin here if there is no other way
}

// shaper turns text into glyphs. It is not safe for concurrent use.
type shaper struct {
	faces  [faceCount]*face
	fonts  [faceCount]*harfbuzz.Font
	buffer *harfbuzz.Buffer
	order  bidi.Paragraph
	seg    segmenter.Segmenter
}

func newShaper(faces [faceCount]*face) *shaper {
	s := &shaper{faces: faces, buffer: harfbuzz.NewBuffer()}
	s.buffer.ClusterLevel = harfbuzz.MonotoneCharacters
	for i, f := range faces {
		s.fonts[i] = harfbuzz.NewFont(font.NewFace(f.font))
	}
	return s
}

// shape sets one paragraph; rightToLeft is the direction of its lines.
func (s *shaper) shape(text string, st style, rightToLeft bool) *paragraph {
	p := &paragraph{style: st, face: s.faces[st.face], rtl: rightToLeft, runes: clean(text)}
	var code []bool
	direction := bidi.LeftToRight
	if rightToLeft {
		p.runes, code = isolate(p.runes)
		direction = bidi.RightToLeft
	} else {
		code = make([]bool, len(p.runes))
	}
	n := len(p.runes)
	p.widths, p.torn = make([]int, n), make([]bool, n)
	ordered := s.order.Segment(p.runes, direction)
	for i := range ordered.NumRuns() {
		r := ordered.Run(i)
		for _, part := range scripts(p.runes, r.Start, r.End) {
			p.runs = append(p.runs, s.run(p, part.start, part.end, r.Level, part.script))
		}
	}
	s.seg.Init(p.runes)
	p.breaks = make([]bool, n)
	for it := s.seg.LineIterator(); it.Next(); {
		if at := it.Line().Offset; at > 0 && at < n {
			p.breaks[at] = !code[at] || !code[at-1]
		}
	}
	return p
}

// text is the paragraph as it was written.
func (p *paragraph) text() string {
	var b strings.Builder
	for _, r := range p.runes {
		if !hidden(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

type scriptPart struct {
	start, end int
	script     language.Script
}

// scripts splits a run where its script changes. Common characters go with
// what stands before them, at the start with what follows.
func scripts(text []rune, start, end int) []scriptPart {
	parts := []scriptPart{{start, end, language.Common}}
	for i := start; i < end; i++ {
		sc := language.LookupScript(text[i])
		last := &parts[len(parts)-1]
		switch {
		case !sc.Strong() || sc == last.script:
		case last.script == language.Common:
			last.script = sc
		default:
			last.end = i
			parts = append(parts, scriptPart{i, end, sc})
		}
	}
	return parts
}

// run shapes text[start:end] in the context of the whole paragraph.
func (s *shaper) run(p *paragraph, start, end int, level bidi.Level, script language.Script) run {
	r := run{start: start, end: end, level: level}
	b := s.buffer
	b.Clear()
	b.Invisible = p.face.blank
	b.AddRunes(p.runes, start, end-start)
	b.Props.Script, b.Props.Language = script, "en"
	if script == language.Arabic {
		b.Props.Language = "fa"
	}
	b.Props.Direction = harfbuzz.LeftToRight
	if level%2 == 1 {
		b.Props.Direction = harfbuzz.RightToLeft
	}
	b.Shape(s.fonts[p.style.face], noDoubles(p.runes, start, end))

	// Clusters go up from left to right, or down.
	for i := 0; i < len(b.Info); {
		j := i + 1
		for j < len(b.Info) && b.Info[j].Cluster == b.Info[i].Cluster {
			j++
		}
		first, next := b.Info[i].Cluster, end
		if level%2 == 1 && i > 0 {
			next = b.Info[i-1].Cluster
		} else if level%2 == 0 && j < len(b.Info) {
			next = b.Info[j].Cluster
		}
		r.glyphs = p.cluster(r.glyphs, b.Info[i:j], b.Pos[i:j], first, next, level%2 == 1)
		i = j
	}
	return r
}

// noDoubles switches ligatures off for doubled letters (الله, ffi): of two equal
// characters at one place, readers take one for a shadow and drop it.
func noDoubles(text []rune, start, end int) []harfbuzz.Feature {
	var out []harfbuzz.Feature
	for i := start; i+1 < end; i++ {
		if text[i] == text[i+1] && unicode.IsLetter(text[i]) {
			out = append(out, harfbuzz.Feature{Tag: liga, Start: i, End: i + 2})
		}
	}
	return out
}

// liga is the feature of ligatures that a font may have or not.
const liga opentype.Tag = 'l'<<24 | 'i'<<16 | 'g'<<8 | 'a'

// cluster appends the glyphs of runes first..next. One character on one glyph
// is the rule. Where a ligature stands for several characters, the first goes
// with it and the others with glyphs without ink and width beside it, in the
// order in which the letters would stand: readers that undo the visual order
// then restore لا, which one glyph with two characters gets wrong in most.
func (p *paragraph) cluster(out []glyph, info []harfbuzz.GlyphInfo, pos []harfbuzz.GlyphPosition, first, next int, rightToLeft bool) []glyph {
	var text []rune
	for _, r := range p.runes[first:next] {
		if !hidden(r) {
			text = append(text, r)
		}
	}
	if len(text) == 0 {
		return out
	}
	p.torn[first] = first > 0 && !unicode.Is(unicode.M, p.runes[first]) && !unicode.Is(unicode.Cf, p.runes[first])
	at := len(out)
	for i, g := range info {
		out = append(out, glyph{
			id: g.Glyph, advance: int(pos[i].XAdvance), dx: int(pos[i].XOffset), dy: int(pos[i].YOffset),
			cluster: first, space: len(text) == 1 && text[0] == ' ',
		})
		p.widths[first] += int(pos[i].XAdvance)
	}
	if rightToLeft {
		slices.Reverse(out[at:])
	}
	for len(out)-at < len(text) {
		out = append(out, glyph{id: p.face.blank, cluster: first})
	}
	for i := at; i < len(out); i++ {
		if i-at < len(text) {
			out[i].text = string(text[i-at])
		} else {
			out[i].text = "\u200b"
		}
		if len(info) > 1 {
			out[i].together = string(text)
		}
	}
	if rightToLeft {
		slices.Reverse(out[at:])
	}
	return out
}
