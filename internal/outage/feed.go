// SPDX-License-Identifier: Apache-2.0

package outage

import (
	"encoding/xml"
	"time"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// The Atom feed (RFC 4287) of the outages of the last days.

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Updated   string   `xml:"updated"`
	Published string   `xml:"published"`
	Link      atomLink `xml:"link"`
	Summary   string   `xml:"summary"`
}

// feed writes the feed in a language. Every version of an interval is the same
// entry, updated.
func feed(st Status, p *i18n.Printer, base string, part func(code string) string) ([]byte, error) {
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	f := atomFeed{
		Lang: string(p.Lang()), ID: base + PathFeed, Title: p.T("outage.status.title"), Updated: stamp(firstDay(st.At).Time()),
		Author: atomAuthor{p.T("outage.paper.issuer")},
		Links:  []atomLink{{"self", base + PathFeed}, {"alternate", base + PathStatus}},
	}
	var newest time.Time
	for _, i := range append(append([]Interval{}, st.Planned...), st.Recent...) {
		if i.Changed.After(newest) {
			newest = i.Changed
			f.Updated = stamp(newest)
		}
		words, _ := stateOf(p, i, st.At)
		f.Entries = append(f.Entries, atomEntry{
			ID: "urn:uuid:" + i.ID, Title: part(i.Part) + " – " + words, Updated: stamp(i.Changed), Published: stamp(i.From),
			Link: atomLink{"alternate", base + Path(i.ID)}, Summary: spanWords(p, i) + " – " + p.T("outage.cause."+string(i.Cause)) + " – " + i.Text.In(p.Lang()),
		})
	}
	out, err := xml.MarshalIndent(f, "", " ")
	return append([]byte(xml.Header), append(out, '\n')...), err
}
