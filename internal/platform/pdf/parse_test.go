// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
)

// parsed is a file read back without the code that wrote it.
type parsed struct {
	objects map[int][]byte
	pages   []int
}

var (
	tableHead = regexp.MustCompile(`^xref\n0 (\d+)\n`)
	reference = regexp.MustCompile(`(\d+) 0 R`)
	codeEntry = regexp.MustCompile(`(?m)^<([0-9A-F]{4})> <([0-9A-F]*)>$`)
)

// parse follows the cross-reference table and checks it.
func parse(t testing.TB, b []byte) *parsed {
	t.Helper()
	_, tail, _ := bytes.Cut(b[max(0, len(b)-64):], []byte("startxref\n"))
	start, err := strconv.Atoi(strings.TrimSuffix(string(tail), "\n%%EOF\n"))
	if err != nil || start >= len(b) {
		t.Fatalf("no startxref: %q", tail)
	}
	m := tableHead.FindSubmatch(b[start:])
	if m == nil {
		t.Fatal("startxref does not point at a table")
	}
	count, _ := strconv.Atoi(string(m[1]))
	p := &parsed{objects: map[int][]byte{}}
	for n := 1; n < count; n++ {
		entry := string(b[start+len(m[0])+20*n:][:20])
		at, err := strconv.Atoi(entry[:10])
		head := fmt.Sprintf("%d 0 obj\n", n)
		if err != nil || entry[10:] != " 00000 n \n" || !bytes.HasPrefix(b[at:], []byte(head)) {
			t.Fatalf("object %d is not where the table says: %q", n, entry)
		}
		body, _, _ := bytes.Cut(b[at+len(head):], []byte("\nendobj\n"))
		p.objects[n] = body
	}
	for n, body := range p.objects {
		dict, _, _ := bytes.Cut(body, []byte("stream\n"))
		for _, r := range reference.FindAllSubmatch(dict, -1) {
			if to, _ := strconv.Atoi(string(r[1])); p.objects[to] == nil {
				t.Fatalf("object %d refers to %d, which is not there", n, to)
			}
		}
	}
	for _, r := range reference.FindAllSubmatch(between(p.objects[2], "/Kids[", "]"), -1) {
		n, _ := strconv.Atoi(string(r[1]))
		p.pages = append(p.pages, n)
	}
	return p
}

func between(b []byte, from, to string) []byte {
	_, b, _ = bytes.Cut(b, []byte(from))
	b, _, _ = bytes.Cut(b, []byte(to))
	return b
}

// refer returns the number of the object behind a key.
func (p *parsed) refer(n int, key string) int {
	m := regexp.MustCompile(key + `\[?(\d+) 0 R`).FindSubmatch(p.objects[n])
	if m == nil {
		return 0
	}
	to, _ := strconv.Atoi(string(m[1]))
	return to
}

func (p *parsed) stream(t testing.TB, n int) []byte {
	t.Helper()
	_, data, _ := bytes.Cut(p.objects[n], []byte("\nstream\n"))
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("object %d: %v", n, err)
	}
	out, err := io.ReadAll(r)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("object %d: %v", n, err)
	}
	return out
}

// span is what one BT … ET of tagged content says, in the order of its glyphs.
type span struct {
	page, mcid int
	visual     string
}

// spans reads the tagged text of all pages: codes through ToUnicode, ActualText
// where there is one.
func (p *parsed) spans(t testing.TB) []span {
	t.Helper()
	resources := p.refer(p.pages[0], "/Resources ")
	maps := map[string]map[string]string{}
	for _, name := range []string{"F0", "F1"} {
		f := p.refer(resources, "/"+name+" ")
		if f == 0 {
			continue
		}
		maps[name] = map[string]string{}
		for _, m := range codeEntry.FindAllSubmatch(p.stream(t, p.refer(f, "/ToUnicode ")), -1) {
			maps[name][string(m[1])] = fromUTF16(t, string(m[2]))
		}
	}
	token := regexp.MustCompile(`<<[^>]*MCID (\d+)>> BDC|/Artifact|/F(\d) |/ActualText <FEFF([0-9A-F]*)>|<([0-9A-F]{4})>|\bEMC\b|\bBT\b|\bET\b`)
	var out []span
	for i, n := range p.pages {
		mcid, fontName, instead := -1, "", false
		depth := 0
		var text strings.Builder
		for _, m := range token.FindAllStringSubmatch(string(p.stream(t, p.refer(n, "/Contents "))), -1) {
			switch {
			case m[1] != "":
				mcid, _ = strconv.Atoi(m[1])
				depth++
			case m[0] == "/Artifact":
				mcid = -1
				depth++
			case m[2] != "":
				fontName = "F" + m[2]
			case m[3] != "":
				text.WriteString(actual(fromUTF16(t, m[3])))
				instead = true
				depth++
			case m[4] != "":
				s, ok := maps[fontName][m[4]]
				if !ok {
					t.Fatalf("page %d: code %s of %s means nothing", i+1, m[4], fontName)
				}
				if !instead {
					text.WriteString(s)
				}
			case m[0] == "EMC":
				instead = false
				depth--
			case m[0] == "ET":
				if mcid >= 0 {
					out = append(out, span{i, mcid, text.String()})
				}
				text.Reset()
			}
		}
		if depth != 0 {
			t.Fatalf("page %d: marked content is not balanced", i+1)
		}
	}
	return out
}

// actual puts a text that is in reading order into the order of glyphs, as what
// stands around it.
func actual(s string) string {
	r := []rune(s)
	if len(r) > 0 && unicode.Is(unicode.Arabic, r[0]) {
		slices.Reverse(r)
	}
	return string(r)
}

func fromUTF16(t testing.TB, s string) string {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b)%2 != 0 {
		t.Fatalf("not UTF-16: %s", s)
	}
	var u []uint16
	for i := 0; i < len(b); i += 2 {
		u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(u))
}

var (
	leftToRight = regexp.MustCompile(`[0-9A-Za-z۰-۹][0-9A-Za-z۰-۹٬٫.:,/@&=?%_+\-#]*[0-9A-Za-z۰-۹+#]|[0-9A-Za-z۰-۹]`)
	rightToLeft = regexp.MustCompile(`[\p{Arabic}\x{654}\x{200c}،](?:[\p{Arabic}\x{654}\x{200c}،؛ :.()«»۰-۹٬-]*[\p{Arabic}\x{654}\x{200c}۰-۹])?`)
)

func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// logical undoes the order for the eye, as viewers do when text is copied:
// simpler than UAX #9, enough for the texts of these tests.
func logical(visual string, rtl bool) string {
	if rtl {
		return leftToRight.ReplaceAllStringFunc(backwards(visual), backwards)
	}
	return rightToLeft.ReplaceAllStringFunc(visual, func(s string) string {
		return regexp.MustCompile(`[۰-۹٬]+`).ReplaceAllStringFunc(backwards(s), backwards)
	})
}
