// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// mutants calls try with every file that differs from file in one bit, one
// byte (deleted, doubled, swapped with the next, or one of several inserted),
// or one line (deleted, doubled, swapped with the next, given a CR).
func mutants(file []byte, try func(what string, mutant []byte)) {
	give := func(what string, at int, parts ...[]byte) {
		if m := slices.Concat(parts...); !bytes.Equal(m, file) {
			try(fmt.Sprintf("%s at %d", what, at), m)
		}
	}
	for i := range file {
		for bit := range 8 {
			give(fmt.Sprintf("bit %d flipped", bit), i, file[:i], []byte{file[i] ^ 1<<bit}, file[i+1:])
		}
		give("byte deleted", i, file[:i], file[i+1:])
		give("byte doubled", i, file[:i+1], file[i:])
		if i+1 < len(file) {
			give("bytes swapped", i, file[:i], []byte{file[i+1], file[i]}, file[i+2:])
		}
	}
	for i := range len(file) + 1 {
		for _, c := range []string{"\n", "\r", " ", "\t", "A", "=", "0", "+", "\x00", "\xff", "\ufeff", "\u200c"} {
			give(fmt.Sprintf("%q inserted", c), i, file[:i], []byte(c), file[i:])
		}
		give("cut", i, file[:i])
	}
	ls := bytes.SplitAfter(file, []byte("\n"))
	ls = ls[:len(ls)-1]
	for i := range ls {
		before, after := bytes.Join(ls[:i], nil), bytes.Join(ls[i+1:], nil)
		give("line deleted", i, before, after)
		give("line doubled", i, before, ls[i], ls[i], after)
		give("CRLF", i, before, bytes.TrimSuffix(ls[i], []byte("\n")), []byte("\r\n"), after)
		if i+1 < len(ls) {
			give("lines swapped", i, before, ls[i+1], ls[i], bytes.Join(ls[i+2:], nil))
		}
	}
}

// TestEveryChangeIsRefused changes a real receipt in every small way there is.
// With the log's key, and also without one (the key in the file still binds
// every byte), each mutant must be refused with a reason that has words, by
// this verifier and by the independent one.
func TestEveryChangeIsRefused(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	rec, content := sample(t)
	for _, c := range []struct {
		name        string
		content     []byte
		index, size int64
		witnesses   int
	}{
		{"large tree", content, 299, 600, 0},
		{"right edge", content, 599, 600, 0},
		{"single leaf, content not shown", nil, 0, 1, 0},
		{"two witnesses, content not shown", nil, 1, 3, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := makeReceipt(t, k, rec, c.content, c.index, c.size, someWitnesses(t, c.witnesses)...)
			if _, err := receipt.Verify(file, receipt.Options{Keys: []string{k.vkey}}); err != nil {
				t.Fatal(err)
			}
			if failed := independent(file, k.vkey); failed != "" {
				t.Fatalf("the independent verifier refuses the receipt at step %s", failed)
			}
			words := catalogue(t)
			count, reasons := 0, map[string]int{}
			mutants(file, func(what string, m []byte) {
				count++
				for _, keys := range [][]string{{k.vkey}, nil} {
					_, err := receipt.Verify(m, receipt.Options{Keys: keys})
					if err == nil {
						t.Fatalf("%s, keys %v: accepted", what, keys)
					}
					code := codeOf(err)
					if !errs.Is(err, errs.Invalid) || !strings.HasPrefix(code, "receipt.refused.") || !words.Has(code) {
						t.Fatalf("%s: refused without a reason: %v", what, err)
					}
					if len(keys) > 0 {
						reasons[code]++
					}
					if independent(m, keys...) == "" {
						t.Fatalf("%s: the independent verifier accepts it", what)
					}
				}
			})
			if count < 15*len(file) {
				t.Errorf("only %d mutants of %d bytes", count, len(file))
			}
			t.Logf("%d mutants of %d bytes refused: %v", count, len(file), reasons)
		})
	}
}

// TestReplacedParts changes what a forger would: whole parts, consistently.
func TestReplacedParts(t *testing.T) {
	t.Parallel()
	k, other := newKey(t, origin, 1), newKey(t, origin, 2)
	rec, content := sample(t)
	good := makeReceipt(t, k, rec, content, 2, 5)
	forged := makeReceipt(t, other, rec, content, 2, 5)
	moved := rec
	moved.Issuer = "log.other.example"
	wrongHash := rec
	wrongHash.ContentHash = strings.Repeat("0", 64)
	noHash := rec
	noHash.ContentHash = ""
	extraLine := strings.Replace(string(good), "\nindex ", "\nextra e30=\nindex ", 1)
	w := someWitnesses(t, 3)
	seen := string(makeReceipt(t, k, rec, content, 2, 5, w...))
	lines := strings.SplitAfter(strings.TrimSuffix(seen, "\n")+"\n", "\n")
	n := len(lines) - 1 // the last is empty
	stranger := string(good) + lines[n-1]
	malformed := string(good) + "— witness.example " + strings.Repeat("A", 92) + "\n"
	foreignKey := newKey(t, "log.other.example", 1)
	for _, c := range []struct {
		name, code string
		file       []byte
	}{
		{"another key of the same name", "receipt.refused.key_unknown", forged},
		{"another log", "receipt.refused.key_unknown", makeReceipt(t, foreignKey, moved, content, 2, 5)},
		{"key of another name", "receipt.refused.origin", makeReceipt(t, foreignKey, rec, content, 2, 5)},
		{"content with another hash", "receipt.refused.content_hash", makeReceipt(t, k, wrongHash, content, 2, 5)},
		{"content without a hash", "receipt.refused.content_hash", makeReceipt(t, k, noHash, content, 2, 5)},
		{"second extra line", "receipt.refused.layout", []byte(extraLine)},
		{"a witness that the file does not name", "receipt.refused.cosignature", []byte(stranger)},
		{"a malformed witness line", "receipt.refused.cosignature", []byte(malformed)},
		{"a witness's line taken away", "receipt.refused.cosignature", []byte(strings.Join(lines[:n-1], ""))},
		{"witnesses in another order", "receipt.refused.cosignature", []byte(strings.Join(slices.Concat(lines[:n-2], []string{lines[n-1], lines[n-2]}), ""))},
		{"a witness twice", "receipt.refused.cosignature", []byte(seen + lines[n-1])},
		{"doubled file", "receipt.refused.trailing", append(slices.Clone(good), good...)},
		{"nothing", "receipt.refused.text", nil},
		{"too large", "receipt.refused.too_large", bytes.Repeat([]byte("A"), receipt.MaxSize+1)},
	} {
		_, err := receipt.Verify(c.file, receipt.Options{Keys: []string{k.vkey}})
		if got := codeOf(err); got != c.code {
			t.Errorf("%s: %q (%v), want %s", c.name, got, err, c.code)
		}
		if independent(c.file, k.vkey) == "" {
			t.Errorf("%s: the independent verifier accepts it", c.name)
		}
	}
	// Without a key a forger's own log is consistent in itself: accepted, but
	// said to be unchecked.
	r, err := receipt.Verify(forged, receipt.Options{})
	if err != nil || r.IssuerChecked || !slices.Contains(r.NotProved, receipt.NotProvedIssuer) || r.Key != other.vkey {
		t.Errorf("forged receipt without a key: %+v, %v", r, err)
	}
}
