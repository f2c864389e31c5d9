// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// A page that repeats is written once and asked several times: for several
// defendants, several witnesses. It is expanded here, before anything else
// looks at the definition, so that everything behind knows only pages, fields
// and answers. The page P with the fields P_x becomes P, P_2 … P_max with the
// fields P_x, P_2_x …; at the end of each but the last stands the question
// P_more (P_2_more …), and the next copy is asked only if it says yes. Rules,
// parties and blocks of the paper that carry the page's key are copied with it.

// maxFields bounds an expanded definition.
const maxFields = 600

// copyKey is the key of copy n of a page: P, P_2, P_3 …
func copyKey(page string, n int) string {
	if n == 1 {
		return page
	}
	return page + "_" + strconv.Itoa(n)
}

// rename turns the name of a field of page P into that of copy n.
func rename(name, page string, n int) string {
	if rest, ok := strings.CutPrefix(name, page+"_"); ok {
		return copyKey(page, n) + "_" + rest
	}
	return name
}

// rewriter turns the answers that a text names (CEL, or the holes of a paper)
// into those of copy n.
func rewriter(page string, n int) func(string) string {
	if n == 1 {
		return func(s string) string { return s }
	}
	own := regexp.MustCompile(`\banswers\.` + page + `_`)
	with := answerPrefix + copyKey(page, n) + "_"
	return func(s string) string { return own.ReplaceAllLiteralString(s, with) }
}

// counted writes the number of a copy into a text that says {n}.
func counted(t Text, n int) Text {
	return both(func(p *i18n.Printer) string {
		return strings.ReplaceAll(t.In(p.Lang()), "{n}", p.Digits(strconv.Itoa(n)))
	})
}

// expand replaces what repeats by its copies and notes where everything stood
// in the file. It is false if that cannot be done.
func (p *parser) expand(d *Definition) (ok bool) {
	before := len(p.problems)
	p.from = map[string]string{}
	for name := range d.answers {
		p.from[name] = "/answers/" + name
	}
	repeats := p.repeats(d)
	total := 0
	for _, pg := range d.Pages {
		n := 1
		if pg.repeat != nil {
			n = pg.repeat.Max
		}
		total += n * (len(pg.Fields) + 1)
	}
	if total > maxFields {
		p.say("/pages", "/pages: more than %d fields, the repeated ones counted", maxFields)
	}
	if len(p.problems) > before {
		return false
	}
	var pages []PageDef
	for _, pg := range d.Pages {
		if pg.repeat == nil {
			pages = append(pages, pg)
			continue
		}
		for n := 1; n <= pg.repeat.Max; n++ {
			pages = append(pages, p.copyPage(d, pg, n))
		}
	}
	d.Pages = pages
	p.expandRest(d, repeats)
	return len(p.problems) == before
}

// repeats lists the repeated pages by key and checks that their fields can be
// told from all others by name alone.
func (p *parser) repeats(d *Definition) map[string]*repeatDef {
	out := map[string]*repeatDef{}
	for i := range d.Pages {
		pg := &d.Pages[i]
		pg.at = fmt.Sprintf("/pages/%d", i)
		for j := range pg.Fields {
			pg.Fields[j].at = fmt.Sprintf("%s/fields/%d", pg.at, j)
		}
		if pg.repeat != nil {
			out[pg.Key] = pg.repeat
			for lang, t := range map[string]string{"fa": pg.repeat.Title.FA, "en": pg.repeat.Title.EN} {
				if !strings.Contains(t, "{n}") {
					p.say(pg.at+"/repeat/title/"+lang, "%s/repeat/title/%s: needs {n}, the number of the copy", pg.at, lang)
				}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(out)) {
		made := regexp.MustCompile(`^` + key + `_(more|[0-9]+(_.*)?)$`)
		for _, pg := range d.Pages {
			if pg.Key != key && made.MatchString(pg.Key) {
				p.say(pg.at+"/key", "%s/key: the repeated page %q makes pages with this name", pg.at, key)
			}
			for _, f := range pg.Fields {
				own := strings.HasPrefix(f.Name, key+"_")
				switch {
				case pg.Key == key && !own:
					p.say(f.at+"/name", "%s: the page repeats, so its fields are called %s_…", f.at, key)
				case pg.Key != key && own:
					p.say(f.at+"/name", "%s: only fields of the repeated page %q are called %s_…", f.at, key, key)
				case made.MatchString(f.Name):
					p.say(f.at+"/name", "%s: the repeat makes fields with this name", f.at)
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(d.answers)) {
			if made.MatchString(name) {
				p.say("/answers/"+name, "/answers/%s: the repeated page %q makes this answer", name, key)
			}
		}
	}
	return out
}

// copyPage makes copy n of a repeated page, and the answers to its questions.
func (p *parser) copyPage(d *Definition, pg PageDef, n int) PageDef {
	key, rewrite := copyKey(pg.Key, n), rewriter(pg.Key, n)
	out := PageDef{Key: key, Title: pg.Title, Intro: pg.Intro, at: pg.at, copy: n}
	before := answerPrefix + copyKey(pg.Key, n-1) + "_more"
	if n > 1 {
		out.Title = counted(pg.repeat.Title, n)
	}
	for _, f := range pg.Fields {
		f.Visible, f.Required, f.Of = rewrite(f.Visible), rewrite(f.Required), rename(f.Of, pg.Key, n)
		switch {
		case n > 1 && f.Visible == "":
			f.Visible = before
		case n > 1:
			f.Visible = before + " && (" + f.Visible + ")"
		}
		name := rename(f.Name, pg.Key, n)
		if a, ok := d.answers[f.Name]; ok && n > 1 {
			d.answers[name], p.from[name] = a, "/answers/"+f.Name
		}
		f.Name = name
		out.Fields = append(out.Fields, f)
	}
	if n < pg.repeat.Max {
		more := key + "_more"
		d.answers[more], p.from[more] = answerDef{Type: "boolean"}, pg.at+"/repeat/more"
		out.Fields = append(out.Fields, FieldDef{
			Name: more, Type: TypeYesNo, Label: pg.repeat.More.Label, Hint: pg.repeat.More.Hint, at: pg.at + "/repeat/more", more: true,
		})
	}
	return out
}

// expandRest copies the rules, parties and blocks that carry a page's key.
func (p *parser) expandRest(d *Definition, repeats map[string]*repeatDef) {
	times := func(at, page string) int {
		if page == "" {
			return 1
		}
		r, ok := repeats[page]
		if !ok {
			p.say(at+"/repeat", "%s/repeat: no repeated page is called %q", at, page)
			return 0
		}
		return r.Max
	}
	var rules []ruleDef
	for i, r := range d.rules {
		r.at = fmt.Sprintf("/rules/%d", i)
		p.mustRepeat(r.at, r.Repeat, repeats, r.Field, r.Check)
		for n := 1; n <= times(r.at, r.Repeat); n++ {
			c := r
			c.Field, c.copy = rename(r.Field, r.Repeat, n), n
			if r.Repeat != "" {
				c.Check = rewriter(r.Repeat, n)(r.Check)
			}
			rules = append(rules, c)
		}
	}
	var parties []partyDef
	for i, m := range d.parties {
		m.at = fmt.Sprintf("/parties/%d", i)
		p.mustRepeat(m.at, m.repeat, repeats, "", strings.Join(slices.Collect(maps.Values(m.members)), " "))
		for n := 1; n <= times(m.at, m.repeat); n++ {
			parties = append(parties, m.copyOf(n))
		}
	}
	var paper []blockDef
	for i, b := range d.paper {
		b.at = fmt.Sprintf("/paper/%d", i)
		for n := 1; n <= times(b.at, b.Repeat); n++ {
			paper = append(paper, b.copyOf(n))
		}
	}
	d.rules, d.parties, d.paper = rules, parties, paper
}

// mustRepeat says so where something would look at the first copy only.
func (p *parser) mustRepeat(at, repeat string, repeats map[string]*repeatDef, field, text string) {
	for _, key := range slices.Sorted(maps.Keys(repeats)) {
		looks := strings.HasPrefix(field, key+"_") || regexp.MustCompile(`\banswers\.`+key+`_`).MatchString(text)
		if looks && repeat != key && (field == "" || strings.HasPrefix(field, key+"_")) {
			p.say(at, `%s: it is about the repeated page %q and needs "repeat": %q`, at, key, key)
		}
	}
}

func (m partyDef) copyOf(n int) partyDef {
	m.copy = n
	if m.repeat == "" {
		m.key = m.ownKey()
		return m
	}
	rewrite := rewriter(m.repeat, n)
	members := make(map[string]string, len(m.members))
	for name, src := range m.members {
		members[name] = rewrite(src)
	}
	m.key, m.members = copyKey(m.repeat, n), members
	return m
}

// ownKey is the prefix of the answers that a party comes from, its side if it
// comes from no such answers.
func (m partyDef) ownKey() string {
	for _, name := range slices.Sorted(maps.Keys(m.members)) {
		if key, ok := strings.CutSuffix(m.members[name], "_"+name); ok {
			if key, ok = strings.CutPrefix(key, answerPrefix); ok {
				return key
			}
		}
	}
	return m.side
}

func (b blockDef) copyOf(n int) blockDef {
	b.copy = n
	if b.Repeat == "" {
		return b
	}
	rewrite := rewriter(b.Repeat, n)
	holes := strings.NewReplacer("{"+answerPrefix+b.Repeat+"_", "{"+answerPrefix+copyKey(b.Repeat, n)+"_")
	b.page, b.Heading, b.When = copyKey(b.Repeat, n), counted(b.Heading, n), rewrite(b.When)
	lines := make([]lineDef, len(b.Lines))
	for i, l := range b.Lines {
		t := counted(Text{FA: holes.Replace(l.FA), EN: holes.Replace(l.EN)}, n)
		l.FA, l.EN, l.When = t.FA, t.EN, rewrite(l.When)
		lines[i] = l
	}
	b.Lines = lines
	return b
}
