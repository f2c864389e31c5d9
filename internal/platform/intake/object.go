// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// The objects of a PDF (ISO 32000-1, 7.3): nil, bool, float64, text, name, ref,
// []any, dict and stream. What the program does not need of a value (the digits
// behind the point, the bytes of a string) is not kept.
type (
	text struct{}
	name string
	ref  struct{ num, gen int }
	dict map[name]any

	stream struct {
		dict dict
		from int // where its data begin in the file
	}
)

// errSyntax is anything that is no object.
var errSyntax = errors.New("no object here")

// maxDepth bounds how deep arrays and dictionaries may be nested.
const maxDepth = 64

// parser reads objects from b.
type parser struct {
	b     []byte
	at    int
	depth int
	acts  string // what a dictionary that was passed does, see acts
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelim(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// skip passes white space and comments.
func (p *parser) skip() {
	for p.at < len(p.b) {
		switch c := p.b[p.at]; {
		case isSpace(c):
			p.at++
		case c == '%':
			for p.at < len(p.b) && p.b[p.at] != '\n' && p.b[p.at] != '\r' {
				p.at++
			}
		default:
			return
		}
	}
}

// word reads signs up to the next space or delimiter.
func (p *parser) word() string {
	from := p.at
	for p.at < len(p.b) && !isSpace(p.b[p.at]) && !isDelim(p.b[p.at]) {
		p.at++
	}
	return string(p.b[from:p.at])
}

// accept passes the word w if it comes next.
func (p *parser) accept(w string) bool {
	p.skip()
	if !bytes.HasPrefix(p.b[p.at:], []byte(w)) {
		return false
	}
	end := p.at + len(w)
	if end < len(p.b) && !isSpace(p.b[end]) && !isDelim(p.b[end]) {
		return false
	}
	p.at = end
	return true
}

// integer reads a number without sign.
func (p *parser) integer() (int, bool) {
	p.skip()
	from := p.at
	n, err := strconv.Atoi(p.word())
	if err != nil || n < 0 || n > 1<<40 {
		p.at = from
		return 0, false
	}
	return n, true
}

// object reads one object.
func (p *parser) object() (any, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errSyntax
	}
	defer func() { p.depth-- }()
	p.skip()
	if p.at >= len(p.b) {
		return nil, errSyntax
	}
	switch c := p.b[p.at]; c {
	case '/':
		p.at++
		return p.name(), nil
	case '(':
		return text{}, p.literal()
	case '[':
		p.at++
		return p.array()
	case '<':
		if bytes.HasPrefix(p.b[p.at:], []byte("<<")) {
			p.at += 2
			return p.dict()
		}
		end := bytes.IndexByte(p.b[p.at:], '>')
		if end < 0 {
			p.at = len(p.b)
			return nil, errSyntax
		}
		p.at += end + 1
		return text{}, nil
	}
	return p.simple()
}

// simple reads a number, a reference or a keyword.
func (p *parser) simple() (any, error) {
	if n, ok := p.integer(); ok {
		from := p.at
		if g, ok := p.integer(); ok && p.accept("R") {
			return ref{n, g}, nil
		}
		p.at = from
		return float64(n), nil
	}
	switch w := p.word(); w {
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	case "":
		return nil, errSyntax
	default:
		f, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return nil, errSyntax
		}
		return f, nil
	}
}

// name reads a name; "#4a" in it is a byte by its number.
func (p *parser) name() name {
	w := p.word()
	if !strings.Contains(w, "#") {
		return name(w)
	}
	var out []byte
	for i := 0; i < len(w); i++ {
		if w[i] == '#' && i+2 < len(w) {
			if n, err := strconv.ParseUint(w[i+1:i+3], 16, 8); err == nil {
				out, i = append(out, byte(n)), i+2
				continue
			}
		}
		out = append(out, w[i])
	}
	return name(out)
}

// literal passes a string in parentheses.
func (p *parser) literal() error {
	open := 0
	for ; p.at < len(p.b); p.at++ {
		switch p.b[p.at] {
		case '\\':
			p.at++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				p.at++
				return nil
			}
		}
	}
	return errSyntax
}

func (p *parser) array() (any, error) {
	out := []any{}
	for {
		p.skip()
		if p.at < len(p.b) && p.b[p.at] == ']' {
			p.at++
			return out, nil
		}
		v, err := p.object()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (p *parser) dict() (any, error) {
	out := dict{}
	for {
		p.skip()
		if bytes.HasPrefix(p.b[min(p.at, len(p.b)):], []byte(">>")) {
			p.at += 2
			return out, nil
		}
		if p.at >= len(p.b) || p.b[p.at] != '/' {
			return nil, errSyntax
		}
		p.at++
		key := p.name()
		v, err := p.object()
		if err != nil {
			return nil, err
		}
		if code := acts(key, v); code != "" { // noted at once: what follows may be broken
			p.acts = code
		}
		out[key] = v
	}
}

// header reads "7 0 obj".
func (p *parser) header() (num int, ok bool) {
	num, ok = p.integer()
	if !ok {
		return 0, false
	}
	_, ok = p.integer()
	return num, ok && p.accept("obj")
}

// indirect reads "7 0 obj …", with the beginning of its data if it is a stream.
func (p *parser) indirect() (num int, v any, err error) {
	num, ok := p.header()
	if !ok {
		return 0, nil, errSyntax
	}
	if v, err = p.object(); err != nil {
		return num, nil, err
	}
	d, isDict := v.(dict)
	if !isDict {
		return num, v, nil
	}
	p.skip()
	if !bytes.HasPrefix(p.b[p.at:], []byte("stream")) {
		return num, v, nil
	}
	from := p.at + len("stream")
	switch rest := p.b[from:]; {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		from += 2
	case bytes.HasPrefix(rest, []byte("\n")), bytes.HasPrefix(rest, []byte("\r")):
		from++
	}
	p.at = from
	return num, stream{dict: d, from: from}, nil
}
