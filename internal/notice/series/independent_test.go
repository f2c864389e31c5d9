// SPDX-License-Identifier: Apache-2.0

package series

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

func newKey() (ledger.Key, string, error) { return ledger.NewKey("log.elsewhere.example/1") }

// independent is a second checker of section 12 of docs/receipt-format.md: it
// shares nothing with the first but the check of single receipts, which has a
// second one of its own.
func independent(file []byte, key string) error {
	var f struct {
		Format string `json:"a_format"`
		Person string
		Salt   string
		Opened string
		Lines  []struct {
			Log     string
			Index   uint64
			Leaf    string
			Day     string
			Receipt string
		}
		Days []struct {
			Receipt string
			Way     []string
			Other   *struct {
				Tag   string
				Count uint64
				Link  string
			}
		}
	}
	if err := json.Unmarshal(file, &f); err != nil {
		return err
	}
	if f.Format != "tarazu-series@v1" {
		return fmt.Errorf("format %q", f.Format)
	}
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil || len(b) != 32 {
			return nil
		}
		return b
	}
	sum := func(parts ...[]byte) []byte {
		h := sha256.New()
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	num := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	look := func(text, event string) (receipt.Report, error) {
		r, err := receipt.Verify([]byte(text), receipt.Options{Keys: []string{key}})
		if err == nil && r.Event != event {
			err = fmt.Errorf("event %s", r.Event)
		}
		return r, err
	}
	m := hmac.New(sha256.New, unhex(f.Salt))
	m.Write([]byte("tarazu series tag v1\n" + f.Person))
	tag := m.Sum(nil)
	opened, err := look(f.Opened, "notice.series_opened")
	if err != nil || opened.Members["recipient"] != f.Person || opened.Members["tag"] != hex.EncodeToString(tag) {
		return fmt.Errorf("opened: %v", err)
	}
	links := [][]byte{sum([]byte("tarazu series start v1\n"), tag)}
	for i, l := range f.Lines {
		if i > 0 && (l.Day < f.Lines[i-1].Day || l.Log == f.Lines[i-1].Log && l.Index <= f.Lines[i-1].Index) {
			return fmt.Errorf("line %d: order", i+1)
		}
		leaf := unhex(l.Leaf)
		if leaf == nil {
			return fmt.Errorf("line %d: leaf", i+1)
		}
		links = append(links, sum([]byte("tarazu series line v1\n"), links[i], num(uint64(i+1)), num(l.Index), leaf, []byte(l.Log)))
		if l.Receipt == "" {
			continue
		}
		r, err := look(l.Receipt, "notice.arrived")
		if err != nil {
			return err
		}
		var extra struct{ Record json.RawMessage }
		p, err := receipt.ParseProof([]byte(l.Receipt))
		if err == nil {
			err = json.Unmarshal(p.Extra, &extra)
		}
		if err != nil || string(sum([]byte{0}, extra.Record)) != string(leaf) || uint64(r.Index) != l.Index || r.Origin != l.Log || r.Members["recipient"] != f.Person {
			return fmt.Errorf("line %d: its receipt is of something else (%v)", i+1, err)
		}
	}
	before, id := "", ""
	for _, d := range f.Days {
		r, err := look(d.Receipt, "notice.series_root")
		if err != nil {
			return err
		}
		var root struct {
			Day, Log, Root string
			Cut            uint64
			Depth          int
		}
		if len(r.Content) == 0 || json.Unmarshal(r.Content, &root) != nil || root.Day <= before {
			return fmt.Errorf("day %s after %s", root.Day, before)
		}
		if strings.Compare(before, "") > 0 && nextDay(before) == root.Day && r.Previous != id {
			return fmt.Errorf("day %s does not follow", root.Day)
		}
		before, id = root.Day, r.ID
		count := 0
		for i, l := range f.Lines {
			if l.Day <= root.Day {
				count = i + 1
			}
			if l.Log == root.Log && (l.Day <= root.Day) != (l.Index < root.Cut) {
				return fmt.Errorf("line %d and day %s", i+1, root.Day)
			}
		}
		h, bits := make([]byte, 32), tag
		switch {
		case count > 0 && d.Other != nil:
			return fmt.Errorf("day %s shows two leaves", root.Day)
		case count > 0:
			h = sum([]byte{0}, tag, num(uint64(count)), links[count])
		case d.Other != nil:
			bits = unhex(d.Other.Tag)
			if string(bits) == string(tag) {
				return fmt.Errorf("day %s shows that there is a series", root.Day)
			}
			h = sum([]byte{0}, bits, num(d.Other.Count), unhex(d.Other.Link))
		}
		if len(d.Way) < root.Depth {
			return fmt.Errorf("day %s: the way is short", root.Day)
		}
		for i := len(d.Way) - 1; i >= 0; i-- {
			if (tag[i/8]^bits[i/8])>>(7-i%8)&1 != 0 {
				return fmt.Errorf("day %s: the other leaf is elsewhere", root.Day)
			}
			other := make([]byte, 32)
			if d.Way[i] != "" {
				if other = unhex(d.Way[i]); string(other) == string(make([]byte, 32)) {
					return fmt.Errorf("day %s: spelling", root.Day)
				}
			}
			zero := string(make([]byte, 32))
			switch {
			case string(h) == zero && string(other) == zero:
			case tag[i/8]>>(7-i%8)&1 == 0:
				h = sum([]byte{1}, h, other)
			default:
				h = sum([]byte{1}, other, h)
			}
		}
		if hex.EncodeToString(h) != root.Root {
			return fmt.Errorf("day %s: another root", root.Day)
		}
	}
	return nil
}

// nextDay is the day after one that is written year first.
func nextDay(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}
