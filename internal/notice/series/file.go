// SPDX-License-Identifier: Apache-2.0

package series

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// Format is the first member of a series file; docs/receipt-format.md, section
// 12, tells the rest.
const Format = "tarazu-series@v1"

// MaxFile is the largest series file that is read, in bytes.
const MaxFile = 64 << 20

// File is one series with its proofs. It says nothing twice: numbers, links and
// counts are what a reader computes.
type File struct {
	Format string     `json:"a_format"` // so named that it stands first
	Person string     `json:"person"`
	Salt   string     `json:"salt"`
	Opened string     `json:"opened"` // receipt of notice.series_opened
	Lines  []FileLine `json:"lines"`
	Days   []FileDay  `json:"days"`
}

// FileLine is one notice. Its place in the list is its number.
type FileLine struct {
	Log     string    `json:"log"`
	Index   int64     `json:"index"`
	Leaf    string    `json:"leaf"`
	Day     civil.Day `json:"day"`               // whose root covers it first
	Receipt string    `json:"receipt,omitempty"` // of notice.arrived; only of an opened notice
}

// FileDay is the way from the series to the root of a day.
type FileDay struct {
	Receipt string    `json:"receipt"` // of notice.series_root
	Way     []string  `json:"way"`     // the other halves, the uppermost first; "" for an empty one
	Other   *FileLeaf `json:"other,omitempty"`
}

// FileLeaf is the leaf of another series, which shows that this one has none.
type FileLeaf struct {
	Tag   string `json:"tag"`
	Count int64  `json:"count"`
	Link  string `json:"link"`
}

// IsFile tells whether a file begins like a series file.
func IsFile(head []byte) bool { return bytes.HasPrefix(head, []byte(`{"a_format":"`)) }

// encode writes the file: canonical JSON and a newline.
func (f File) encode() ([]byte, error) {
	b, err := ledger.Canonical(f)
	return append(b, '\n'), err
}

// parse reads a file and refuses every other spelling of it.
func parse(file []byte) (f File, err error) {
	if len(file) > MaxFile {
		return f, refuse("too_large")
	}
	text, newline := bytes.CutSuffix(file, []byte("\n"))
	if !newline || !IsFile(text) || !receipt.IsCanonical(text) {
		return f, refuse("format")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, refuse("format").Because(err)
	}
	if f.Format != Format {
		return f, refuse("version")
	}
	again, err := f.encode()
	if err != nil || !bytes.Equal(again, file) {
		return f, refuse("format").Because(err)
	}
	return f, nil
}

// without takes the content out of a receipt, which stays valid.
func without(file []byte) ([]byte, error) {
	p, err := receipt.ParseProof(file)
	if err != nil {
		return nil, err
	}
	var extra map[string]json.RawMessage
	if err := json.Unmarshal(p.Extra, &extra); err != nil {
		return nil, err
	}
	delete(extra, "content")
	if p.Extra, err = ledger.Canonical(extra); err != nil {
		return nil, err
	}
	return p.Format(), nil
}

// leafOf is the hash of the record that a receipt is about.
func leafOf(file string) (Hash, error) {
	p, err := receipt.ParseProof([]byte(file))
	if err != nil {
		return Hash{}, err
	}
	var extra struct {
		Record json.RawMessage `json:"record"`
	}
	if err := json.Unmarshal(p.Extra, &extra); err != nil {
		return Hash{}, err
	}
	return receipt.LeafHash(extra.Record), nil
}

// hashesOf reads a way.
func hashesOf(list []string) ([]Hash, bool) {
	out := make([]Hash, len(list))
	for i, s := range list {
		if s == "" {
			continue
		}
		h, ok := parseHash(s)
		if !ok || h == (Hash{}) {
			return nil, false
		}
		out[i] = h
	}
	return out, true
}

// textsOf writes a way.
func textsOf(list []Hash) []string {
	out := make([]string, len(list))
	for i, h := range list {
		if h != (Hash{}) {
			out[i] = h.String()
		}
	}
	return out
}

// refuse is a refusal with its reason.
func refuse(reason string, args ...any) *errs.Error {
	return errs.New(errs.Invalid, "notice.series.refused."+reason, args...)
}

// printable takes out of a file's text what a terminal would act upon.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}
