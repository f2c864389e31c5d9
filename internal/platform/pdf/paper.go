// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Paper is what a court paper says. All but Lang and Title may be empty.
type Paper struct {
	Lang   i18n.Lang // decides the side where lines begin and the words of the frame
	Title  string
	Head   []string // around the title: a first line that is no "key: value" stands above it, the others below
	Blocks []Block

	Court     string // name of the court or unit, in the page head
	Number    string // case number
	Tracking  string // tracking code
	VerifyURL string // address of the page that checks the paper, in the QR code; Tracking follows after # if not in it
	Hash      string // hexadecimal SHA-256 of the record that the paper shows
}

// Block is a part of a paper. Two or more lines of the form "key: value" that
// follow each other are set as rows, every other line as a paragraph.
type Block struct {
	Heading string
	Lines   []string
}

// FromText reads the plain text of a paper, as web.Paper shows it: blocks
// parted by empty lines; the second line of the first block is the title (the
// only one, if it is alone); the first line of every other block is its
// heading, unless it is alone.
func FromText(lang i18n.Lang, text string) Paper {
	p := Paper{Lang: lang}
	var block []string
	first := true
	flush := func() {
		switch {
		case len(block) == 0:
			return
		case first && len(block) == 1:
			p.Title = block[0]
		case first:
			p.Title = block[1]
			p.Head = append(append(p.Head, block[0]), block[2:]...)
		case len(block) == 1:
			p.Blocks = append(p.Blocks, Block{Lines: block})
		default:
			p.Blocks = append(p.Blocks, Block{Heading: block[0], Lines: block[1:]})
		}
		first, block = false, nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			flush()
			continue
		}
		block = append(block, line)
	}
	flush()
	return p
}

// Limits of a key in a "key: value" line: a longer one is a sentence.
const (
	keyRunes = 32
	keyWords = 5
)

// keyValue splits a line of the form "key: value". A key is short and holds no
// punctuation of a sentence.
func keyValue(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(line, ": ")
	value = strings.TrimSpace(value)
	if !ok || key == "" || value == "" || strings.ContainsAny(key, ".،,؛;؟?!«»:") ||
		len([]rune(key)) > keyRunes || len(strings.Fields(key)) > keyWords {
		return "", "", false
	}
	return key + ":", value, true
}
