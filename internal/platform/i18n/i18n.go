// SPDX-License-Identifier: Apache-2.0

// Package i18n owns words: the two languages, the catalogue of keyed texts that
// every module brings along in locale/fa.json and locale/en.json, and how
// numbers, money, days and times are written for people. It also keeps the
// words of the platform packages that have no folder of their own (errs,
// persian, civil).
package i18n

import (
	"embed"
)

// Locale holds the words of the platform: errs.*, persian.*, civil.*, i18n.*.
// NewCatalog always reads it; passing it again is harmless.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

// Lang is a language of the interface, as in the lang attribute of HTML.
type Lang string

// The languages. Persian is the first.
const (
	FA Lang = "fa"
	EN Lang = "en"
)

// Langs lists the languages, the default first.
func Langs() []Lang { return []Lang{FA, EN} }

// Parse returns the language called s and whether there is one.
func Parse(s string) (Lang, bool) {
	for _, l := range Langs() {
		if string(l) == s {
			return l, true
		}
	}
	return FA, false
}

// Dir is the direction of the script, as in the dir attribute of HTML.
func (l Lang) Dir() string {
	if l == FA {
		return "rtl"
	}
	return "ltr"
}

// LTR isolates a telephone number, an address or a code that stands inside a
// sentence as a variable, so that it keeps its order in both directions. Markup
// of its own (web.Ltr) is better where there is room for it.
func LTR(code string) string { return "\u2066" + code + "\u2069" }
