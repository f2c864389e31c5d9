// SPDX-License-Identifier: Apache-2.0

package intake

import "bytes"

// active looks at every object of the file, whether a table names it or not,
// and says what it does beside showing itself: the code of a refusal, or "".
// Readers that repair a file look for whatever begins like an object; so what
// the tables of the file hide is found too.
func (d *document) active() string {
	named := map[int]bool{}
	for _, pl := range d.places {
		if pl.in == 0 && pl.offset > 0 && pl.offset < len(d.b) {
			named[pl.offset] = true
			if code := d.activeAt(pl.offset, true); code != "" {
				return code
			}
		}
	}
	for from := 0; ; {
		i := bytes.Index(d.b[from:], []byte("obj"))
		if i < 0 {
			return ""
		}
		from += i + len("obj")
		if at, ok := d.headerBefore(from - len("obj")); ok && !named[at] {
			if code := d.activeAt(at, false); code != "" {
				return code
			}
		}
	}
}

// headerBefore is where "7 0 " in front of an "obj" begins.
func (d *document) headerBefore(at int) (int, bool) {
	for range 2 {
		end := at
		for at > 0 && isSpace(d.b[at-1]) {
			at--
		}
		digits := at
		for at > 0 && d.b[at-1] >= '0' && d.b[at-1] <= '9' && digits-at < 10 {
			at--
		}
		if end == digits || digits == at {
			return 0, false
		}
	}
	return at, true
}

// activeAt looks at one object. What begins like one and is none stands inside
// a picture, unless a table of the file names it: then readers may see what
// this one does not.
func (d *document) activeAt(at int, named bool) string {
	p := parser{b: d.b, at: at}
	if _, ok := p.header(); !ok {
		return ""
	}
	p.at = at
	_, v, err := p.indirect()
	if !d.charge(p.at - at) {
		return "pdf_damaged"
	}
	s, isStream := v.(stream)
	switch {
	case p.acts != "":
		return p.acts
	case err != nil && named:
		return "pdf_damaged"
	case err != nil || !isStream || s.dict["Type"] != name("ObjStm"):
		return ""
	}
	if _, err := d.objectsOf(s); d.acts == "" && err != nil {
		return "pdf_damaged" // what stands in it cannot be told
	}
	return d.acts
}

// acts judges one member of a dictionary: actions by their names (ISO 32000-1,
// 12.6.4), files by where they hang (7.11.4), and forms that are programs
// (12.7.8).
func acts(key name, v any) string {
	switch key {
	case "JS", "JavaScript":
		return "pdf_script"
	case "XFA":
		return "pdf_form"
	case "EF", "EmbeddedFiles", "RichMediaContent":
		return "pdf_embedded"
	}
	n, _ := v.(name)
	switch {
	case key == "S" && n == "JavaScript":
		return "pdf_script"
	case key == "S" && (n == "Launch" || n == "ImportData" || n == "SubmitForm" || n == "GoToE"):
		return "pdf_action"
	case key == "Type" && n == "EmbeddedFile", key == "Subtype" && (n == "FileAttachment" || n == "RichMedia" || n == "3D" || n == "Movie" || n == "Screen"):
		return "pdf_embedded"
	}
	return ""
}
