// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
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

// value is what fills a hole, "" if there is nothing.
func (w *writer) value(name, filter string) string {
	l := w.p.Lang()
	group, member, _ := strings.Cut(name, ".")
	if w.copy != nil && w.copy.Side == group {
		return w.party(*w.copy, member)
	}
	switch group {
	case "court":
		return w.facts.Court.In(l)
	case "branch":
		return w.facts.Branch.In(l)
	case "case":
		return w.p.Digits(w.facts.Case)
	case "day":
		return w.day(w.facts.Day)
	case "side":
		if w.facts.Side == "" {
			return ""
		}
		return w.p.T(sideKey(w.facts.CaseKind, w.facts.Side))
	case "plaintiff":
		return w.party(w.facts.Plaintiff, member)
	case "defendant":
		return w.party(w.facts.Defendant, member)
	case "presenter":
		return w.party(w.facts.Presenter, member)
	case "agent":
		return w.agent(member)
	}
	return w.answer(w.d.c.fields[member].def, filter)
}

// sideKey is the locale key of a side's name: an accused is no defendant.
func sideKey(kind, side string) string {
	if kind == "" || kind == "civil" {
		return "catalogue.side." + side
	}
	return "catalogue.side." + kind + "." + side
}

func (w *writer) day(d civil.Day) string {
	if d == 0 {
		return ""
	}
	return w.p.Day(d)
}

func (w *writer) agent(member string) string {
	switch member {
	case "title":
		return w.facts.Agent.Title.In(w.p.Lang())
	case "contract":
		return w.p.Digits(w.facts.Agent.Contract)
	}
	return w.facts.Agent.Name
}

func (w *writer) party(p Party, member string) string {
	switch member {
	case "name":
		return p.Name()
	case "father_name":
		return p.FatherName
	case "national_code":
		return w.p.Digits(p.NationalCode)
	case "entity_id":
		return w.p.Digits(p.EntityID)
	case "registration":
		return w.p.Digits(p.Registration)
	case "body_code":
		return w.p.Digits(p.BodyCode)
	case "age":
		return w.age(p.Birth)
	case "province":
		return province(p.Province).In(w.p.Lang())
	case "county":
		t, _ := w.d.env.places.County(p.Province, p.County)
		return t.In(w.p.Lang())
	}
	v := *p.members()[member]
	switch member {
	case "postal":
		return w.p.Digits(v)
	case "mobile":
		return w.mobile(v)
	}
	return v
}

// mobile is a number of this country as people dial it, "0912…".
func (w *writer) mobile(s string) string {
	if rest, ok := strings.CutPrefix(s, "+98"); ok {
		s = "0" + rest
	}
	return w.p.Digits(s)
}

// age is in full Jalali years on the day of the paper.
func (w *writer) age(birth civil.Day) string {
	if birth == 0 || w.facts.Day == 0 {
		return ""
	}
	y, m, d := w.facts.Day.Jalali()
	by, bm, bd := birth.Jalali()
	years := y - by
	if m < bm || m == bm && d < bd {
		years--
	}
	return w.p.Int(int64(years))
}

func (w *writer) answer(f FieldDef, filter string) string {
	v, ok := w.facts.Answers[f.Name]
	if !ok {
		return ""
	}
	l := w.p.Lang()
	switch f.Type {
	case TypeRials:
		n, _ := v.(int64)
		if filter == "|words" {
			return persianNumber(n)
		}
		return w.p.Money(n)
	case TypeYesNo:
		if b, _ := v.(bool); b {
			return w.p.T("catalogue.yes")
		}
		return w.p.T("catalogue.no")
	}
	s, _ := v.(string)
	switch f.Type {
	case TypeChoice:
		for _, c := range f.Choices {
			if c.Value == s && filter == "|in" {
				return c.In.In(l)
			} else if c.Value == s {
				return c.Label.In(l)
			}
		}
	case TypeDate:
		d, err := civil.Parse(s)
		if err != nil {
			return ""
		}
		return w.day(d)
	case TypeNationalCode, TypePostal, TypeEntityID, TypeCaseNumber:
		return w.p.Digits(s)
	case TypeMobile:
		return w.mobile(s)
	case TypeProvince:
		return province(s).In(l)
	case TypeCounty:
		of, _ := w.facts.Answers[f.Of].(string)
		t, _ := w.d.env.places.County(of, s)
		return t.In(l)
	case TypeLongText:
		return ownWords(s)
	}
	return s
}

// ownWords is a person's text as a paper quotes it. A paper's blocks are parted
// by empty lines and their first lines are headings: text without empty lines
// cannot begin a block, and so can never pass for what the court says.
func ownWords(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = persian.Store(line); line != "" {
			lines = append(lines, line)
		}
	}
	return "«" + strings.Join(lines, "\n") + "»"
}

func province(key string) Text {
	p, _ := authority.FindProvince(key)
	return p.Name()
}

// exampleFilers are those to whom a title is open, by how a fault names them.
func exampleFilers(d *Definition) map[string]Filer {
	out := map[string]Filer{"": {}}
	if slices.Contains(d.Filers, policy.Representative) {
		out[", for a legal person"] = Filer{Legal: true}
		out[", for a legal person through its representative"] = Filer{Legal: true, Agent: policy.Representative}
	}
	if slices.Contains(d.Filers, policy.Lawyer) && slices.Contains(d.Filers, policy.Citizen) {
		out[", through a lawyer"] = Filer{Agent: policy.Lawyer}
	}
	return out
}

// exampleFacts are invented facts for trying out a paper.
func exampleFacts(answers Answers, at civil.Day, f Filer) Facts {
	who := Party{FirstName: "نرگس", LastName: "آزمایشی", FatherName: "حسن", NationalCode: "0000000019", Birth: at.Add(-35 * 366)}
	facts := Facts{
		Answers: answers, Day: at, Side: "defendant",
		Court: Text{FA: "دادگاه نمونه", EN: "Sample court"}, Case: "140423920000100001",
	}
	if f.Legal {
		who = Party{Kind: Entity, EntityName: "شرکت نمونه", EntityID: "10000000009", Registration: "1234"}
	}
	if f.Agent != policy.Nobody {
		facts.Agent = Agent{Name: "مریم نمونه\u200cای", Title: Text{FA: "مدیرعامل شرکت نمونه", EN: "Managing director of Sample Company"}, Contract: "1234567890"}
	}
	facts.Plaintiff, facts.Presenter = who, who
	return facts
}
