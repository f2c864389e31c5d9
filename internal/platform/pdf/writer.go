// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"fmt"
	"strings"
	"sync"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Writer makes papers. It may be used by many goroutines.
type Writer struct {
	faces   [faceCount]*face
	words   *i18n.Catalog
	profile []byte
	shapers sync.Pool // *shaper: making one costs as much as setting a page
}

// New prepares the fonts. words holds Locale. It fails if the fonts are not
// built in (see the package comment).
func New(words *i18n.Catalog) (_ *Writer, err error) {
	defer errs.Wrap(&err, "pdf.New")
	faces, err := loadFaces(fontFiles)
	if err != nil {
		return nil, err
	}
	return &Writer{
		faces: faces, words: words, profile: srgb(),
		shapers: sync.Pool{New: func() any { return newShaper(faces) }},
	}, nil
}

// document is a paper on its way to a file.
type document struct {
	*shaper
	paper Paper
	p     *i18n.Printer
	rtl   bool
	fonts [faceCount]*docFont
	pages []*page
	root  *elem // the structure element Document
	rows  []row // the flow, before it is cut into pages
}

// Render makes the PDF file of a paper. Equal papers give equal bytes. Error:
// Invalid, code pdf.address, if VerifyURL is too long for a QR code.
func (w *Writer) Render(p Paper) (_ []byte, err error) {
	defer errs.Wrap(&err, "pdf.Render")
	s := w.shapers.Get().(*shaper)
	defer w.shapers.Put(s)
	d := &document{shaper: s, paper: p, p: w.words.Printer(p.Lang), rtl: p.Lang.Dir() == "rtl", root: &elem{role: "Document"}}
	for i, f := range w.faces {
		d.fonts[i] = newDocFont(f)
	}
	d.compose()
	d.paginate()
	if err := d.frames(); err != nil {
		return nil, err
	}
	return d.file(w.profile)
}

// file puts everything together. Object 1 is the catalogue, which Sign relies on.
func (d *document) file(profile []byte) ([]byte, error) {
	out := &file{}
	catalog, pages, info, resources := out.reserve(), out.reserve(), out.reserve(), out.reserve()
	numbers, annotations := map[*page]int{}, map[*elem]int{}
	var kids strings.Builder
	for _, p := range d.pages {
		numbers[p] = out.reserve()
		fmt.Fprintf(&kids, "%d 0 R ", numbers[p])
	}
	parent := len(d.pages) // of links in the parent tree
	for i, p := range d.pages {
		content, err := out.stream("", p.b.Bytes())
		if err != nil {
			return nil, err
		}
		var annots strings.Builder
		for _, l := range p.links {
			n := out.add(fmt.Sprintf("<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[%s %s %s %s]/StructParent %d/Contents %s/A<</S/URI/URI %s>>>>",
				pt(l.x), pt(l.y), pt(l.x+l.w), pt(l.y+l.h), parent, textString(l.alt), literal([]byte(l.url))))
			annotations[l.elem] = n
			parent++
			fmt.Fprintf(&annots, "%d 0 R ", n)
		}
		out.set(numbers[p], fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Resources %d 0 R/Contents %d 0 R/StructParents %d/Tabs/S/Annots[%s]>>",
			pages, pt(pageWidth), pt(pageHeight), resources, content, i, annots.String()))
	}
	var fonts strings.Builder
	for i, f := range d.fonts {
		if len(f.list) == 1 {
			continue
		}
		n, err := f.write(out)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&fonts, "/F%d %d 0 R", i, n)
	}
	out.set(resources, fmt.Sprintf("<</Font<<%s>>>>", fonts.String()))
	out.set(pages, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(d.pages), kids.String()))

	title := string(clean(d.paper.Title))
	out.set(info, fmt.Sprintf("<</Title %s/Producer(%s)/Creator(%s)>>", textString(title), producer, producer))
	icc, err := out.stream("/N 3", profile)
	if err != nil {
		return nil, err
	}
	intent := out.add(fmt.Sprintf("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>", icc))
	meta := out.plain("/Type/Metadata/Subtype/XML", xmp(d.paper, title))
	tree := d.tree(out, numbers, annotations)
	direction := ""
	if d.rtl {
		direction = "/Direction/R2L"
	}
	out.set(catalog, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Lang(%s)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R/Metadata %d 0 R"+
		"/OutputIntents[%d 0 R]/ViewerPreferences<</DisplayDocTitle true%s>>>>", pages, langTag(d.paper), tree, meta, intent, direction))
	return out.bytes(catalog, info), nil
}
