// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxDepth is how deep a definition may nest.
const maxDepth = 32

// position knows on which line each value of a JSON text stands, by JSON
// pointer.
type position struct {
	data  []byte
	dec   *json.Decoder
	lines map[string]int
	texts []pointed // every object with a fa and an en text
	// counted is how far lines were counted, so that the file is read once.
	counted, line int
}

// pointed is a text in both languages and where it stands.
type pointed struct {
	at   string
	text Text
}

// locate reads a JSON text. The error, if any, has its line in the second
// result: broken syntax, a key twice, too deep.
func locate(data []byte) (*position, int, error) {
	p := &position{data: data, dec: json.NewDecoder(bytes.NewReader(data)), lines: map[string]int{}, line: 1}
	p.dec.UseNumber()
	if _, err := p.value("", 0); err != nil {
		return p, p.errorLine(err), err
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return p, p.here(), errors.New("more follows the object")
	}
	return p, 0, nil
}

func (p *position) errorLine(err error) int {
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		return 1 + bytes.Count(p.data[:min(int(s.Offset), len(p.data))], []byte("\n"))
	}
	return p.here()
}

// here is the line of the token read last.
func (p *position) here() int {
	to := int(p.dec.InputOffset())
	p.line += bytes.Count(p.data[p.counted:to], []byte("\n"))
	p.counted = to
	return p.line
}

func (p *position) value(at string, depth int) (any, error) {
	t, err := p.dec.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	p.lines[at] = p.here()
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	switch t {
	case json.Delim('{'):
		return nil, p.object(at, depth)
	case json.Delim('['):
		for i := 0; p.dec.More(); i++ {
			if _, err := p.value(at+"/"+strconv.Itoa(i), depth+1); err != nil {
				return nil, err
			}
		}
		_, err := p.dec.Token()
		return nil, err
	}
	return t, nil
}

func (p *position) object(at string, depth int) error {
	seen := map[string]bool{}
	var text Text
	for p.dec.More() {
		k, err := p.dec.Token()
		if err != nil {
			return err
		}
		key, _ := k.(string)
		if seen[key] {
			return fmt.Errorf("the key %q stands twice", key)
		}
		seen[key] = true
		v, err := p.value(at+"/"+escape(key), depth+1)
		if err != nil {
			return err
		}
		s, _ := v.(string)
		switch key {
		case "fa":
			text.FA = s
		case "en":
			text.EN = s
		}
	}
	if text.FA != "" && text.EN != "" {
		p.texts = append(p.texts, pointed{at, text})
	}
	_, err := p.dec.Token()
	return err
}

// of is the line of a value; of one that is missing, the line of what should
// hold it.
func (p *position) of(at string) int {
	for {
		if n, ok := p.lines[at]; ok || at == "" {
			return n
		}
		at = at[:strings.LastIndexByte(at, '/')]
	}
}

// escape writes a key as a step of a JSON pointer (RFC 6901).
func escape(key string) string {
	if !strings.ContainsAny(key, "~/") {
		return key
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

func pointer(steps []string) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteString("/" + escape(s))
	}
	return b.String()
}
