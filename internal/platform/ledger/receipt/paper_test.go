// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// document stands for the signed PDF of a filing.
const document = "%PDF-1.7\nسند نمونه\n%%EOF\n"

// samplePaper is the evidence of a document: a hash and no content.
func samplePaper(t testing.TB) receipt.Record {
	t.Helper()
	r, _ := sample(t)
	sum := sha256.Sum256([]byte(document))
	r.Event, r.ContentHash = "filing.paper", hex.EncodeToString(sum[:])
	return r
}

func TestPaper(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	rec := samplePaper(t)
	file := makeReceipt(t, k, rec, nil, 2, 5)
	hash, err := receipt.PaperHash(strings.NewReader(document))
	if err != nil || hash != rec.ContentHash {
		t.Fatalf("%s, %v", hash, err)
	}
	r, err := receipt.Verify(file, receipt.Options{Keys: []string{k.vkey}, Paper: hash})
	if err != nil || !slices.Contains(r.Proved, receipt.ProvedPaper) || slices.Contains(r.NotProved, receipt.NotProvedContent) {
		t.Errorf("%+v, %v", r, err)
	}
	if failed := independentPaper(file, []byte(document), k.vkey); failed != "" {
		t.Errorf("the independent verifier fails at step %s", failed)
	}
	submitted, content := sample(t)
	noHash := rec
	noHash.ContentHash = ""
	contentHash, err := receipt.ContentHash(append(bytes.ReplaceAll(content, []byte(","), []byte(" ,\n")), '\n'))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, code string
		file       []byte
		o          receipt.Options
	}{
		{"a byte more", "receipt.refused.paper", file, receipt.Options{Paper: hashOf(document + " ")}},
		{"a receipt of content", "receipt.refused.paper_none", makeReceipt(t, k, submitted, content, 2, 5), receipt.Options{Paper: hash}},
		{"a receipt of content that is left out", "receipt.refused.paper", makeReceipt(t, k, submitted, nil, 2, 5), receipt.Options{Paper: hash}},
		{"a receipt without a hash", "receipt.refused.paper_none", makeReceipt(t, k, noHash, nil, 2, 5), receipt.Options{Paper: hash}},
		{"the content given", "", makeReceipt(t, k, submitted, content, 2, 5), receipt.Options{Content: contentHash}},
		{"the content given and left out", "", makeReceipt(t, k, submitted, nil, 2, 5), receipt.Options{Content: contentHash}},
		{"another content", "receipt.refused.given", makeReceipt(t, k, submitted, content, 2, 5), receipt.Options{Content: hash}},
	} {
		got, err := receipt.Verify(c.file, c.o)
		if codeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
		}
		if c.o.Content != "" && err == nil && !slices.Contains(got.Proved, receipt.ProvedGiven) {
			t.Errorf("%s: proved %v", c.name, got.Proved)
		}
		if c.code != "" && !catalogue(t).Has(c.code) {
			t.Errorf("no words for %s", c.code)
		}
	}
	for _, key := range []string{"paper", "given"} {
		if !catalogue(t).Has("receipt.proved." + key) {
			t.Errorf("no words for proved %s", key)
		}
	}
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// TestEveryChangeOfAPaperIsRefused: a changed byte of the document, or of its
// receipt, is refused by both verifiers.
func TestEveryChangeOfAPaperIsRefused(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	file := makeReceipt(t, k, samplePaper(t), nil, 299, 600)
	hash := hashOf(document)
	count := 0
	mutants([]byte(document), func(what string, m []byte) {
		count++
		if _, err := receipt.Verify(file, receipt.Options{Paper: hashOf(string(m))}); codeOf(err) != "receipt.refused.paper" {
			t.Fatalf("the document, %s: %v", what, err)
		}
		if independentPaper(file, m) == "" {
			t.Fatalf("the document, %s: the independent verifier accepts it", what)
		}
	})
	mutants(file, func(what string, m []byte) {
		count++
		if _, err := receipt.Verify(m, receipt.Options{Paper: hash}); err == nil {
			t.Fatalf("the receipt, %s: accepted", what)
		}
		if independentPaper(m, []byte(document)) == "" {
			t.Fatalf("the receipt, %s: the independent verifier accepts it", what)
		}
	})
	if count < 10*(len(document)+len(file)) {
		t.Errorf("only %d mutants", count)
	}
}

func TestCommandComparesAPaper(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	submitted, content := sample(t)
	paper, other := write("paper.pdf", []byte(document)), write("other.pdf", []byte(document+" "))
	ofPaper := write("paper.tlog-proof", makeReceipt(t, k, samplePaper(t), nil, 2, 5))
	ofRecord := write("record.tlog-proof", makeReceipt(t, k, submitted, content, 2, 5))
	record := write("record.json", append([]byte(" "), content...))
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--paper", paper, ofPaper}, receipt.ExitGood, "byte for byte"},
		{[]string{"--paper", other, ofPaper}, receipt.ExitRefused, "another paper"},
		{[]string{"--paper", paper, ofRecord}, receipt.ExitRefused, "does not speak of a paper"},
		{[]string{"--record", record, ofRecord}, receipt.ExitGood, "content you gave is the content"},
		{[]string{"--record", record, ofPaper}, receipt.ExitRefused, "content you gave is not"},
		{[]string{"--paper", filepath.Join(dir, "none"), ofPaper}, receipt.ExitUsage, "cannot be read"},
		{[]string{"--record", paper, ofRecord}, receipt.ExitUsage, "cannot be read"},
	} {
		var out bytes.Buffer
		if code := receipt.Command(append([]string{"--key", k.vkey}, c.args...), &out, &out); code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%v: %d %s", c.args, code, out.String())
		}
	}
}
