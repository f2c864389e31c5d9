// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"os"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

func newWriter(t testing.TB) *Writer {
	t.Helper()
	words, err := i18n.NewCatalog(i18n.Locale, Locale)
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(words)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func read(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// petition is a whole paper.
func petition(t testing.TB, lang i18n.Lang) Paper {
	t.Helper()
	p := FromText(lang, read(t, "petition."+string(lang)+".txt"))
	p.Court = map[i18n.Lang]string{i18n.FA: "مجتمع قضایی حقوقی اصفهان", i18n.EN: "Isfahan Civil Judicial Complex"}[lang]
	p.Number, p.Tracking = "140491920000012345", "52107349816203"
	p.VerifyURL = "https://adl.example/verify"
	p.Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	return p
}

func render(t testing.TB, w *Writer, p Paper) []byte {
	t.Helper()
	b, err := w.Render(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
