// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// Facts are what a paper says beside the answers. Court and Branch are names of
// units, Case the case number, Day the day on the paper. Presenter and Side are
// for papers in a case that exists. What is empty in Plaintiff and Defendant is
// filled from the answers (Parties).
type Facts struct {
	Answers                         Answers
	Day                             civil.Day
	Plaintiff, Defendant, Presenter Party
	Agent                           Agent  // who signs on behalf of the filer
	Side                            string // of the presenter: "plaintiff" or "defendant"
	CaseKind                        string // "civil" ("" too), "criminal", "declaration" or "appeal": how the sides are called
	Court, Branch                   Text
	Case                            string
}

// Agent is who signs on behalf of the filer: the name, as what, and the number of
// the mandate, "" for who acts by law.
type Agent struct {
	Name     string
	Title    Text
	Contract string
}

// block and line are the compiled paper.
type block struct {
	heading Text
	when    *program
	lines   []line
	page    string // a repeated block: the copy that it is about
}

type line struct {
	text     Text
	when     *program
	optional bool
}

// hole is a place in a line that a value fills: {answers.amount},
// {answers.amount|words}, {plaintiff.name}, {court}.
var hole = regexp.MustCompile(`\{([a-z][a-z0-9_.]*)(\|[a-z]+)?\}`)

// factNames are the holes that facts fill; parties have these members.
var (
	factNames  = []string{"court", "branch", "case", "day", "side"}
	agentNames = []string{"name", "title", "contract"}
	partyNames = []string{"name", "father_name", "national_code", "entity_id", "registration", "body_code", "age", "address", "province", "county", "postal", "mobile", "job"}
)

func (p *parser) compilePaper(d *Definition) {
	for _, b := range d.paper {
		at := b.at
		p.copying = b.copy > 1
		out := block{heading: b.Heading, page: b.page, when: p.cel(at+"/when", b.When, cel.BoolType)}
		for j, l := range b.Lines {
			lat := fmt.Sprintf("%s/lines/%d", at, j)
			fa, en := p.holes(d, lat+"/fa", l.FA), p.holes(d, lat+"/en", l.EN)
			if !slices.Equal(fa, en) {
				p.say(lat, "%s: the values %q in Persian are not those %q in English", lat, fa, en)
			}
			if strings.Contains(l.EN, "|words}") {
				p.say(lat+"/en", "%s/en: amounts are written out in Persian only", lat)
			}
			out.lines = append(out.lines, line{Text{FA: l.FA, EN: l.EN}, p.cel(lat+"/when", l.When, cel.BoolType), l.Optional})
		}
		d.c.paper = append(d.c.paper, out)
	}
	p.copying = false
}

// holes checks the holes of a line and returns their names, sorted, each once.
func (p *parser) holes(d *Definition, at, text string) []string {
	var names []string
	for _, m := range hole.FindAllStringSubmatch(text, -1) {
		if why := d.knowsHole(m[1], m[2]); why != "" {
			p.say(at, "%s: %s: %s", at, m[0], why)
		}
		names = append(names, m[1])
	}
	if strings.ContainsAny(hole.ReplaceAllString(text, ""), "{}") {
		p.say(at, "%s: a brace that is not part of a value such as {answers.amount}", at)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (d *Definition) knowsHole(name, filter string) string {
	group, member, dotted := strings.Cut(name, ".")
	switch {
	case !dotted && slices.Contains(factNames, name) && filter == "":
		return ""
	case dotted && slices.Contains([]string{"plaintiff", "defendant", "presenter"}, group) && slices.Contains(partyNames, member) && filter == "":
		return ""
	case dotted && group == "agent" && slices.Contains(agentNames, member) && filter == "":
		return ""
	case group+"." != answerPrefix:
		return "there is no such value"
	}
	f, ok := d.c.fields[member]
	switch {
	case !ok || f.def.Type == TypeFiles:
		return "there is no such answer"
	case filter == "" || filter == "|words" && f.def.Type == TypeRials:
		return ""
	case filter == "|in" && f.def.Type == TypeChoice:
		for _, c := range f.def.Choices {
			if c.In.FA == "" {
				return fmt.Sprintf("the choice %q does not say how it reads inside a sentence (in)", c.Value)
			}
		}
		return ""
	}
	return "this answer cannot be written that way"
}

// Compose writes the paper as plain text, in paragraphs with a blank line
// before each heading. The Persian text is the one that counts; the English one
// says so. Error: Invalid if a value is missing that the paper needs.
func (d *Definition) Compose(l i18n.Lang, facts Facts) (_ string, err error) {
	defer errs.Wrap(&err, "catalogue.Compose")
	all, err := printers()
	if err != nil {
		return "", err
	}
	facts.Answers = d.Prune(facts.Answers)
	named, err := d.Parties(facts.Answers)
	if err != nil {
		return "", err
	}
	for _, to := range []struct {
		side  string
		party *Party
	}{{"plaintiff", &facts.Plaintiff}, {"defendant", &facts.Defendant}} {
		first := slices.IndexFunc(named, func(p Party) bool { return p.Side == to.side })
		if first >= 0 {
			*to.party = to.party.with(named[first])
			named[first] = *to.party
		}
	}
	w := &writer{d: d, p: all[l], facts: facts, named: named, vars: d.activation(facts.Answers)}
	for i, b := range d.c.paper {
		if err := w.block(b, i > 0); err != nil {
			return "", err
		}
	}
	if l != i18n.FA {
		w.out.WriteString("\n" + w.p.T("catalogue.paper.translation") + "\n")
	}
	return w.out.String(), nil
}

// writer composes one paper.
type writer struct {
	d     *Definition
	p     *i18n.Printer
	facts Facts
	named []Party
	copy  *Party // whom a repeated block is about
	vars  map[string]any
	out   strings.Builder
}

func (w *writer) block(b block, gap bool) error {
	if ok, err := b.when.holds(w.vars); !ok || err != nil {
		return err
	}
	w.copy = nil
	if b.page != "" {
		if !w.d.pageVisible(b.page, w.vars) {
			return nil
		}
		if i := slices.IndexFunc(w.named, func(p Party) bool { return p.Key == b.page }); i >= 0 {
			w.copy = &w.named[i]
		}
	}
	if gap {
		w.out.WriteByte('\n')
	}
	if h := b.heading.In(w.p.Lang()); h != "" {
		w.out.WriteString(h + "\n")
	}
	for _, l := range b.lines {
		if ok, err := l.when.holds(w.vars); err != nil {
			return err
		} else if !ok {
			continue
		}
		missing := ""
		text := hole.ReplaceAllStringFunc(l.text.In(w.p.Lang()), func(h string) string {
			m := hole.FindStringSubmatch(h)
			v := w.value(m[1], m[2])
			if v == "" {
				missing = m[1]
			}
			return v
		})
		switch {
		case missing == "":
			w.out.WriteString(text + "\n")
		case !l.optional:
			return errs.New(errs.Invalid, "catalogue.paper.incomplete").Because(fmt.Errorf("the paper of %s needs %s", w.d.Code, missing))
		}
	}
	return nil
}
