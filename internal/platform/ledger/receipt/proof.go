// SPDX-License-Identifier: Apache-2.0

package receipt

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxSize is the largest receipt that is read, in bytes.
const MaxSize = 8 << 20

const (
	proofHeader = "c2sp.org/tlog-proof@v1"
	sigPrefix   = "— " // em dash and space, C2SP signed-note
	maxPath     = 63   // longest path in a tree of at most 2^63 leaves
)

// Proof is a C2SP tlog-proof file taken apart: one leaf's place in a signed
// tree. A receipt has the log's own signature, then those of witnesses whose
// keys the extra object names, and no other; see docs/receipt-format.md for
// why further lines are refused.
type Proof struct {
	Extra     []byte      // canonical JSON {content, key, record, witnesses}
	Index     int64       // place of the leaf, from 0
	Path      []tlog.Hash // sibling hashes from the leaf upwards
	Origin    string      // name of the log
	Size      int64       // leaves in the signed tree
	Root      tlog.Hash
	KeyHash   uint32   // first four bytes of the signature line
	Signature [64]byte // Ed25519 over Body

	Cosignatures []Cosignature // by the witnesses' names
}

// Body is the signed text of the checkpoint.
func (p *Proof) Body() []byte {
	return []byte(p.Origin + "\n" + strconv.FormatInt(p.Size, 10) + "\n" + p.Root.String() + "\n")
}

// Format writes the file.
func (p *Proof) Format() []byte {
	b64 := base64.StdEncoding
	var b bytes.Buffer
	b.WriteString(proofHeader + "\nextra " + b64.EncodeToString(p.Extra))
	b.WriteString("\nindex " + strconv.FormatInt(p.Index, 10) + "\n")
	for _, h := range p.Path {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n")
	b.Write(p.Body())
	sig := append(binary.BigEndian.AppendUint32(nil, p.KeyHash), p.Signature[:]...)
	b.WriteString("\n" + sigPrefix + p.Origin + " " + b64.EncodeToString(sig) + "\n")
	for _, c := range p.Cosignatures {
		b.WriteString(c.Line())
	}
	return b.Bytes()
}

// ParseProof reads a receipt strictly: the only file it accepts for a Proof is
// the one Format writes. Refusals are errs.Invalid with a code receipt.refused.*.
func ParseProof(file []byte) (*Proof, error) {
	if len(file) > MaxSize {
		return nil, refuse("too_large")
	}
	if err := plainText(file); err != nil {
		return nil, err
	}
	l := &lines{rest: string(file)}
	if l.next() != proofHeader {
		return nil, refuse("format")
	}
	p := new(Proof)
	if err := l.proof(p); err != nil {
		return nil, err
	}
	if err := p.parseCheckpoint(l); err != nil {
		return nil, err
	}
	if !bytes.Equal(p.Format(), file) {
		return nil, refuse("not_same")
	}
	return p, nil
}

// plainText refuses bytes that no receipt has: control characters other than
// the newline (so also CR), text that is not UTF-8, a missing last newline.
func plainText(file []byte) error {
	if !utf8.Valid(file) || len(file) == 0 || file[len(file)-1] != '\n' {
		return refuse("text")
	}
	for _, c := range file {
		if c < ' ' && c != '\n' || c == 0x7f {
			return refuse("text")
		}
	}
	return nil
}

// lines reads a text line by line; past the end every line is empty.
type lines struct {
	rest   string
	number int
}

func (l *lines) next() string {
	line, rest, _ := strings.Cut(l.rest, "\n")
	l.rest, l.number = rest, l.number+1
	return line
}

func (l *lines) refuse(code string) error { return refuse(code, "line", l.number) }

// proof reads the lines from "extra" to the empty line.
func (l *lines) proof(p *Proof) error {
	extra, ok := strings.CutPrefix(l.next(), "extra ")
	if !ok || extra == "" {
		return l.refuse("layout")
	}
	if p.Extra, ok = strictBase64(extra); !ok {
		return l.refuse("base64")
	}
	index, ok := strings.CutPrefix(l.next(), "index ")
	if !ok {
		return l.refuse("layout")
	}
	if p.Index, ok = decimal(index); !ok {
		return l.refuse("number")
	}
	for line := l.next(); line != ""; line = l.next() {
		h, err := l.hash(line)
		if err != nil {
			return err
		}
		if p.Path = append(p.Path, h); len(p.Path) > maxPath {
			return l.refuse("layout")
		}
	}
	return nil
}

func (l *lines) hash(line string) (h tlog.Hash, err error) {
	b, ok := strictBase64(line)
	if !ok {
		return h, l.refuse("base64")
	}
	if len(b) != len(h) {
		return h, l.refuse("hash_length")
	}
	copy(h[:], b)
	return h, nil
}

// parseCheckpoint reads the checkpoint: three lines, an empty line, the log's
// signature, those of witnesses, the end.
func (p *Proof) parseCheckpoint(l *lines) (err error) {
	if p.Origin = l.next(); !validName(p.Origin) {
		return l.refuse("layout")
	}
	var ok bool
	if p.Size, ok = decimal(l.next()); !ok {
		return l.refuse("number")
	}
	if p.Root, err = l.hash(l.next()); err != nil {
		return err
	}
	if l.next() != "" {
		return l.refuse("layout")
	}
	line, ok := strings.CutPrefix(l.next(), sigPrefix)
	if !ok {
		return l.refuse("layout")
	}
	name, text, ok := strings.Cut(line, " ")
	if !ok {
		return l.refuse("layout")
	}
	if name != p.Origin {
		return refuse("origin")
	}
	b, ok := strictBase64(text)
	if !ok {
		return l.refuse("base64")
	}
	if len(b) != 4+len(p.Signature) {
		return l.refuse("hash_length")
	}
	p.KeyHash = binary.BigEndian.Uint32(b)
	copy(p.Signature[:], b[4:])
	return p.parseCosignatures(l)
}

// parseCosignatures reads the lines of witnesses, each of another name, sorted.
func (p *Proof) parseCosignatures(l *lines) error {
	for last := ""; l.rest != ""; {
		line := l.next()
		if !strings.HasPrefix(line, sigPrefix) || len(p.Cosignatures) == maxCosignatures {
			return refuse("trailing")
		}
		c, err := ParseCosignature(line)
		if err != nil {
			return err
		}
		if c.Name <= last {
			return refuse("cosignature")
		}
		last = c.Name
		p.Cosignatures = append(p.Cosignatures, c)
	}
	return nil
}

// strictBase64 reads standard base64 with padding (RFC 4648, section 4) and
// refuses every other spelling of the same bytes.
func strictBase64(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return b, err == nil && base64.StdEncoding.EncodeToString(b) == s
}

// decimal reads a number without sign or leading zeros.
func decimal(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0 && strconv.FormatInt(n, 10) == s
}

func isSpace(r rune) bool { return unicode.IsSpace(r) }
