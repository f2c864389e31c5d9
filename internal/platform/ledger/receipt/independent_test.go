// SPDX-License-Identifier: Apache-2.0

package receipt_test

// A second verifier, written from docs/receipt-format.md alone, with nothing
// but the standard library and no line shared with the first. It is the proof
// that the document is enough. It answers "" or the step that failed.

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math/bits"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func independent(file []byte, trusted ...string) (failed string) {
	// Step 1: bytes.
	if len(file) > 8<<20 || !utf8.Valid(file) || !bytes.HasSuffix(file, []byte("\n")) {
		return "1"
	}
	for _, c := range file {
		if (c < 0x20 && c != 0x0a) || c == 0x7f {
			return "1"
		}
	}
	// Step 2: lines.
	ls := strings.Split(strings.TrimSuffix(string(file), "\n"), "\n")
	gap := -1
	for i, l := range ls {
		if l == "" {
			gap = i
			break
		}
	}
	if gap < 3 || gap > 3+63 || len(ls) < gap+6 || len(ls) > gap+6+16 || ls[gap+4] != "" || ls[0] != "c2sp.org/tlog-proof@v1" {
		return "2"
	}
	if !strings.HasPrefix(ls[1], "extra ") || !strings.HasPrefix(ls[2], "index ") {
		return "2"
	}
	origin, sig := ls[gap+1], strings.Split(ls[gap+5], " ")
	if len(sig) != 3 || sig[0] != "—" || sig[1] != origin || !indName(origin) {
		return "2"
	}
	// Step 3: numbers and base64.
	index, ok1 := indNumber(ls[2][6:])
	size, ok2 := indNumber(ls[gap+2])
	extra, ok3 := indBase64(ls[1][6:])
	root, ok4 := indBase64(ls[gap+3])
	sigBytes, ok5 := indBase64(sig[2])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || len(root) != 32 || len(sigBytes) != 68 {
		return "3"
	}
	var path [][]byte
	for _, l := range ls[3:gap] {
		h, ok := indBase64(l)
		if !ok || len(h) != 32 {
			return "3"
		}
		path = append(path, h)
	}
	// Step 4: extra.
	var x map[string]json.RawMessage
	if !indCanonical(extra) || json.Unmarshal(extra, &x) != nil || x["record"] == nil || x["key"] == nil {
		return "4"
	}
	content, lines := x["content"], ls[gap+6:]
	known := 2
	for _, name := range []string{"content", "witnesses"} {
		if x[name] != nil {
			known++
		}
	}
	var witnesses []string
	if x["witnesses"] != nil && (json.Unmarshal(x["witnesses"], &witnesses) != nil || len(witnesses) == 0 || bytes.Contains(x["witnesses"], []byte("null"))) {
		return "4"
	}
	if len(x) != known || x["record"][0] != '{' || (content != nil && content[0] != '{') {
		return "4"
	}
	var vkey string
	if json.Unmarshal(x["key"], &vkey) != nil {
		return "4"
	}
	// Step 5: record.
	issuer, hash, ok := indRecord(x["record"])
	if !ok || issuer != origin {
		return "5"
	}
	// Step 6: content.
	if content != nil {
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != hash {
			return "6"
		}
	}
	// Step 7: path, by the loop of RFC 9162, section 2.1.3.2.
	if index >= size || !indPath(x["record"], index, size, path, root) {
		return "7"
	}
	// Step 8: key.
	part := strings.Split(vkey, "+")
	if len(part) < 3 || part[0] != origin {
		return "8"
	}
	pub, ok := indBase64(strings.Join(part[2:], "+"))
	if !ok || len(pub) != 33 || pub[0] != 1 {
		return "8"
	}
	id := sha256.Sum256(append([]byte(origin+"\n"), pub...))
	if hex.EncodeToString(id[:4]) != part[1] || !bytes.Equal(id[:4], sigBytes[:4]) {
		return "8"
	}
	if len(trusted) > 0 && !strings.Contains("\n"+strings.Join(trusted, "\n")+"\n", "\n"+vkey+"\n") {
		return "8"
	}
	// Step 9: signature.
	body := strings.Join(ls[gap+1:gap+4], "\n") + "\n"
	if !ed25519.Verify(pub[1:], []byte(body), sigBytes[4:]) {
		return "9"
	}
	// Step 10: witnesses.
	if len(witnesses) != len(lines) || !indWitnesses(body, witnesses, lines) {
		return "10"
	}
	return ""
}

func indWitnesses(body string, vkeys, lines []string) bool {
	before := ""
	for i, line := range lines {
		f, part := strings.Split(line, " "), strings.SplitN(vkeys[i], "+", 3)
		if len(f) != 3 || f[0] != "—" || len(part) != 3 || f[1] != part[0] || f[1] <= before || !indName(f[1]) {
			return false
		}
		before = f[1]
		sig, ok1 := indBase64(f[2])
		pub, ok2 := indBase64(part[2])
		if !ok1 || !ok2 || len(sig) != 76 || len(pub) != 33 || pub[0] != 4 || sig[4] >= 0x80 {
			return false
		}
		id := sha256.Sum256(append([]byte(f[1]+"\n"), pub...))
		if hex.EncodeToString(id[:4]) != part[1] || !bytes.Equal(id[:4], sig[:4]) {
			return false
		}
		said := "cosignature/v1\ntime " + strconv.FormatUint(binary.BigEndian.Uint64(sig[4:12]), 10) + "\n" + body
		if !ed25519.Verify(pub[1:], []byte(said), sig[12:]) {
			return false
		}
	}
	return true
}

// independentPaper is step 11: a file that passes, and the document it
// speaks of.
func independentPaper(file, paper []byte, trusted ...string) (failed string) {
	if failed := independent(file, trusted...); failed != "" {
		return failed
	}
	line := strings.TrimPrefix(strings.Split(string(file), "\n")[1], "extra ")
	text, _ := base64.StdEncoding.DecodeString(line)
	var x struct {
		Content json.RawMessage
		Record  struct {
			ContentHash string `json:"content_hash"`
		}
	}
	if json.Unmarshal(text, &x) != nil || x.Content != nil {
		return "11"
	}
	if sum := sha256.Sum256(paper); hex.EncodeToString(sum[:]) != x.Record.ContentHash {
		return "11"
	}
	return ""
}

func indName(s string) bool {
	return s != "" && len(s) <= 200 && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '+' || r <= 0x20 || r == 0x7f })
}

func indNumber(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	return n, err == nil && strconv.FormatUint(n, 10) == s
}

func indBase64(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	return b, err == nil && base64.StdEncoding.EncodeToString(b) == s
}

func indHex(s string, n int) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == n && hex.EncodeToString(b) == s
}

func indRecord(text []byte) (issuer, contentHash string, ok bool) {
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if d.Decode(&m) != nil || m["v"] != json.Number("1") {
		return "", "", false
	}
	s := map[string]string{}
	for name, v := range m {
		switch name {
		case "v":
		case "reasons":
			list, isList := v.([]any)
			if !isList || len(list) == 0 {
				return "", "", false
			}
			for _, e := range list {
				if _, isText := e.(string); !isText {
					return "", "", false
				}
			}
		case "members":
			sub, isMap := v.(map[string]any)
			if !isMap || len(sub) == 0 {
				return "", "", false
			}
			for _, e := range sub {
				if _, isText := e.(string); !isText {
					return "", "", false
				}
			}
		case "id", "issuer", "event", "time", "salt", "subject", "actor", "role", "content_hash", "previous", "rule", "row_tag":
			t, isText := v.(string)
			if !isText || t == "" {
				return "", "", false
			}
			s[name] = t
		default:
			return "", "", false
		}
	}
	const layout = "2006-01-02T15:04:05.000000Z"
	at, err := time.Parse(layout, s["time"])
	if err != nil || at.Format(layout) != s["time"] || !indHex(s["salt"], 32) ||
		!indName(s["id"]) || !indName(s["issuer"]) || !indName(s["event"]) ||
		s["content_hash"] != "" && !indHex(s["content_hash"], 32) || s["row_tag"] != "" && !indHex(s["row_tag"], 16) {
		return "", "", false
	}
	return s["issuer"], s["content_hash"], true
}

func indPath(leaf []byte, index, size uint64, path [][]byte, root []byte) bool {
	sum := sha256.Sum256(append([]byte{0}, leaf...))
	h := sum[:]
	fn, sn := index, size-1
	for _, p := range path {
		if sn == 0 {
			return false
		}
		var both []byte
		if fn&1 == 1 || fn == sn {
			both = append(append([]byte{1}, p...), h...)
			if fn&1 == 0 {
				shift := bits.TrailingZeros64(fn)
				if fn == 0 {
					shift = 64
				}
				fn, sn = fn>>shift, sn>>shift
			}
		} else {
			both = append(append([]byte{1}, h...), p...)
		}
		sum := sha256.Sum256(both)
		h = sum[:]
		fn, sn = fn>>1, sn>>1
	}
	return sn == 0 && bytes.Equal(h, root)
}

// indCanonical writes the JSON again and compares.
func indCanonical(text []byte) bool {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || d.InputOffset() != int64(len(text)) {
		return false
	}
	out, ok := indWrite(nil, v, 0)
	return ok && bytes.Equal(out, text)
}

func indWrite(b []byte, v any, depth int) ([]byte, bool) {
	if depth > 64 {
		return nil, false
	}
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), true
	case bool:
		return strconv.AppendBool(b, v), true
	case json.Number:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		return strconv.AppendInt(b, n, 10), err == nil && n <= 1<<53-1 && n >= -(1<<53-1)
	case string:
		return indString(b, v), true
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			var ok bool
			if b, ok = indWrite(b, e, depth+1); !ok {
				return nil, false
			}
		}
		return append(b, ']'), true
	case map[string]any:
		var names []string
		for n := range v {
			names = append(names, n)
		}
		sort.Slice(names, func(i, j int) bool { return indUTF16(names[i]) < indUTF16(names[j]) })
		b = append(b, '{')
		for i, n := range names {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(indString(b, n), ':')
			var ok bool
			if b, ok = indWrite(b, v[n], depth+1); !ok {
				return nil, false
			}
		}
		return append(b, '}'), true
	}
	return nil, false
}

func indUTF16(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return string(b)
}

func indString(b []byte, s string) []byte {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	b = append(b, '"')
	for _, r := range s {
		if e, ok := short[r]; ok {
			b = append(b, e...)
		} else if r < 0x20 {
			b = append(b, `\u00`...)
			b = append(b, hex.EncodeToString([]byte{byte(r)})...)
		} else {
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
