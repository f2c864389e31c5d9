// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// TestDocumentedExample keeps docs/receipt-format.md true: its example is a
// receipt that verifies, and every value it shows on the way is right.
func TestDocumentedExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../docs/receipt-format.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	k := newKey(t, origin, 1)
	rec, content := sample(t)
	want := makeReceipt(t, k, rec, content, 2, 5)
	leaf := receipt.LeafHash(rec.Encode())
	p, err := receipt.ParseProof(want)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{
		"receipt":      "\n```\n" + string(want) + "```\n",
		"key":          k.vkey,
		"content":      string(content),
		"content hash": rec.ContentHash,
		"record":       string(rec.Encode()),
		"leaf hash":    fmt.Sprintf("%x", leaf),
		"root":         fmt.Sprintf("%x", p.Root[:]),
		"extra":        string(p.Extra),
	} {
		if !strings.Contains(doc, s) {
			t.Errorf("the document does not show the %s:\n%s", name, s)
		}
	}
	_, after, _ := strings.Cut(doc, "\n```\nc2sp.org/tlog-proof@v1\n")
	example, _, _ := strings.Cut(after, "```\n")
	file := []byte("c2sp.org/tlog-proof@v1\n" + example)
	if _, err := receipt.Verify(file, receipt.Options{Keys: []string{k.vkey}}); err != nil {
		t.Error(err)
	}
	if failed := independent(file, k.vkey); failed != "" {
		t.Errorf("independent verifier fails at step %s", failed)
	}
}
