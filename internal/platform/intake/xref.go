// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"compress/zlib"
	"io"
)

// Bounds on the work that one file may ask for.
const (
	maxObjects  = 500_000
	maxSections = 1000
	maxInflated = 64 << 20 // of all tables and object streams together
)

// place is where an object stands: at an offset, or as the nth of an object
// stream.
type place struct {
	offset int
	in     int // number of its object stream; 0: none
}

// document is a PDF being read.
type document struct {
	b        []byte // from the header on
	places   map[int]place
	trailer  dict // the newest
	locked   bool // some part of it is encrypted
	inflated int
	acts     string              // what an object stream does, see acts
	work     int                 // bytes looked at, see charge
	packed   map[int]map[int]any // object stream -> object
}

// charge counts bytes that were looked at. A file whose objects overlap could
// ask for the same bytes again and again; it is given up.
func (d *document) charge(n int) bool {
	d.work += n
	return d.work <= 16*len(d.b)+2*maxInflated
}

// readXref follows the cross-reference sections from the newest to the oldest.
func (d *document) readXref() error {
	tail := d.b[max(0, len(d.b)-2048):]
	i := bytes.LastIndex(tail, []byte("startxref"))
	if i < 0 {
		return errSyntax
	}
	p := parser{b: tail, at: i + len("startxref")}
	next, ok := p.integer()
	seen := map[int]bool{}
	todo := []int{next}
	for len(todo) > 0 && ok {
		at := todo[0]
		todo = todo[1:]
		if seen[at] {
			continue
		}
		if seen[at] = true; len(seen) > maxSections || at >= len(d.b) {
			return errSyntax
		}
		t, err := d.section(at)
		if err != nil {
			return err
		}
		if d.trailer == nil {
			d.trailer = t
		}
		if t["Encrypt"] != nil {
			d.locked = true
		}
		for _, key := range []name{"XRefStm", "Prev"} {
			if v, there := t[key].(float64); there && v >= 0 && v < float64(len(d.b)) {
				todo = append(todo, int(v))
			}
		}
	}
	if !ok || d.trailer == nil {
		return errSyntax
	}
	return nil
}

// section reads one table or stream of references and returns its trailer.
func (d *document) section(at int) (dict, error) {
	p := parser{b: d.b, at: at}
	if !p.accept("xref") {
		return d.xrefStream(at)
	}
	for {
		first, ok := p.integer()
		if !ok {
			break
		}
		n, ok := p.integer()
		if !ok || n > maxObjects {
			return nil, errSyntax
		}
		for num := first; num < first+n; num++ {
			offset, ok := p.integer()
			_, ok2 := p.integer()
			if !ok || !ok2 {
				return nil, errSyntax
			}
			p.skip()
			switch w := p.word(); w {
			case "n":
				d.put(num, place{offset: offset})
			case "f":
				d.put(num, place{offset: -1})
			default:
				return nil, errSyntax
			}
		}
		if len(d.places) > maxObjects {
			return nil, errSyntax
		}
	}
	if !p.accept("trailer") {
		return nil, errSyntax
	}
	v, err := p.object()
	t, ok := v.(dict)
	if err != nil || !ok {
		return nil, errSyntax
	}
	return t, nil
}

// put keeps the place of an object unless a newer section has one.
func (d *document) put(num int, pl place) {
	if _, newer := d.places[num]; !newer {
		d.places[num] = pl
	}
}

func (d *document) xrefStream(at int) (dict, error) {
	p := parser{b: d.b, at: at}
	_, v, err := p.indirect()
	s, ok := v.(stream)
	if err != nil || !ok || s.dict["Type"] != name("XRef") {
		return nil, errSyntax
	}
	data, err := d.data(s)
	if err != nil {
		return nil, err
	}
	w, _ := s.dict["W"].([]any)
	var width [3]int
	for i := range width {
		if len(w) != 3 {
			return nil, errSyntax
		}
		n, ok := w[i].(float64)
		if !ok || n < 0 || n > 8 {
			return nil, errSyntax
		}
		width[i] = int(n)
	}
	index, ok := s.dict["Index"].([]any)
	if !ok {
		index = []any{0.0, s.dict["Size"]}
	}
	size := width[0] + width[1] + width[2]
	for i := 0; i+1 < len(index); i += 2 {
		first, ok := index[i].(float64)
		n, ok2 := index[i+1].(float64)
		if !ok || !ok2 || first < 0 || n < 0 || first+n > 1<<31 {
			return nil, errSyntax
		}
		for num := int(first); num < int(first+n); num++ {
			if size == 0 || len(data) < size {
				return nil, errSyntax
			}
			d.entry(num, data[:size], width)
			data = data[size:]
		}
		if len(d.places) > maxObjects {
			return nil, errSyntax
		}
	}
	return s.dict, nil
}

// entry reads one entry of a stream of references.
func (d *document) entry(num int, b []byte, width [3]int) {
	var v [3]uint64
	for i, w := range width {
		for range w {
			v[i] = v[i]<<8 | uint64(b[0])
			b = b[1:]
		}
	}
	if width[0] == 0 {
		v[0] = 1
	}
	switch {
	case v[1] > uint64(len(d.b)) && v[0] == 1, v[0] == 0:
		d.put(num, place{offset: -1})
	case v[0] == 1:
		d.put(num, place{offset: int(v[1])})
	case v[0] == 2 && v[1] > 0 && v[1] < 1<<31:
		d.put(num, place{in: int(v[1])})
	}
}

// data decodes the data of a stream of references or objects. Only plain and
// deflated data are read; other filters have no reason to stand there.
func (d *document) data(s stream) ([]byte, error) {
	raw, err := d.raw(s)
	if err != nil {
		return nil, err
	}
	filter := s.dict["Filter"]
	parms := s.dict["DecodeParms"]
	if list, ok := filter.([]any); ok {
		switch len(list) {
		case 0:
			filter = nil
		case 1:
			filter = list[0]
		default:
			return nil, errSyntax
		}
		if l, ok := parms.([]any); ok && len(l) == 1 {
			parms = l[0]
		}
	}
	switch filter {
	case nil:
		return raw, nil
	case name("FlateDecode"), name("Fl"):
	default:
		return nil, errSyntax
	}
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, errSyntax
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(maxInflated-d.inflated)+1))
	if d.inflated += len(out); d.inflated > maxInflated || len(out) == 0 && err != nil {
		return nil, errSyntax
	}
	return unpredict(out, parms)
}

// raw is the undecoded data: of the length that the stream names if it ends
// there, else up to the next "endstream".
func (d *document) raw(s stream) ([]byte, error) {
	rest := d.b[s.from:]
	if n, ok := d.number(s.dict["Length"]); ok && n >= 0 && n <= len(rest) {
		p := parser{b: rest, at: n}
		p.skip()
		if bytes.HasPrefix(rest[p.at:], []byte("endstream")) {
			return rest[:n], nil
		}
	}
	end := bytes.Index(rest, []byte("endstream"))
	if end < 0 {
		end = len(rest)
	}
	if !d.charge(end) || end == len(rest) {
		return nil, errSyntax
	}
	return rest[:end], nil
}

// number is a number, perhaps by reference; not one in an object stream, whose
// own length may be asked for here.
func (d *document) number(v any) (int, bool) {
	if r, ok := v.(ref); ok {
		pl := d.places[r.num]
		if pl.in != 0 || pl.offset <= 0 || pl.offset >= len(d.b) {
			return 0, false
		}
		p := parser{b: d.b, at: pl.offset}
		_, v, _ = p.indirect()
	}
	f, ok := v.(float64)
	if !ok || f < 0 || f > 1<<40 {
		return 0, false
	}
	return int(f), true
}

// unpredict undoes the PNG predictors, the only ones in use here.
func unpredict(b []byte, parms any) ([]byte, error) {
	p, _ := parms.(dict)
	kind, _ := p["Predictor"].(float64)
	if kind < 2 {
		return b, nil
	}
	columns, ok := p["Columns"].(float64)
	if !ok {
		columns = 1
	}
	if kind < 10 || columns < 1 || columns > 1<<16 || p["Colors"] != nil && p["Colors"] != 1.0 || p["BitsPerComponent"] != nil && p["BitsPerComponent"] != 8.0 {
		return nil, errSyntax
	}
	w := int(columns)
	out := make([]byte, 0, len(b))
	above := make([]byte, w)
	for len(b) > w {
		filter, row := b[0], b[1:1+w]
		b = b[1+w:]
		for i := range row {
			var left, corner byte
			if i > 0 {
				left, corner = row[i-1], above[i-1]
			}
			switch filter {
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				row[i] += paeth(left, above[i], corner)
			}
		}
		out = append(out, row...)
		above = row
	}
	return out, nil
}

// paeth is the fourth PNG filter (RFC 2083, 6.6).
func paeth(left, above, corner byte) byte {
	p := int(left) + int(above) - int(corner)
	a, b, c := abs(p-int(left)), abs(p-int(above)), abs(p-int(corner))
	switch {
	case a <= b && a <= c:
		return left
	case b <= c:
		return above
	}
	return corner
}

func abs(n int) int { return max(n, -n) }
