// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// shapes says what an answer must be for a type of field, and how a browser is
// told to help with it.
type shape struct {
	json, format, mode string
}

func shapeOf(t Type) shape {
	switch t {
	case TypeRials:
		return shape{json: "integer", mode: "numeric"}
	case TypeYesNo:
		return shape{json: "boolean"}
	case TypeNationalCode, TypePostal, TypeEntityID, TypeCaseNumber:
		return shape{"string", string(t), "numeric"}
	case TypeMobile:
		return shape{"string", "mobile", "tel"}
	case TypeDate, TypeProvince, TypeCounty:
		return shape{json: "string", format: string(t)}
	}
	return shape{json: "string", mode: "text"}
}

// words looks at all texts as the check of the locale files does: Persian
// letters, ZWNJ, quotes, digits.
func (p *parser) words() {
	fa, en := map[string]string{}, map[string]string{}
	at := map[string]string{}
	for i, t := range p.pos.texts {
		if strings.HasPrefix(t.at, "/example") {
			continue
		}
		key := fmt.Sprintf("catalogue-text.n%d", i)
		fa[key], en[key] = t.text.FA, t.text.EN
		at[key] = t.at
	}
	files := fstest.MapFS{}
	for name, m := range map[string]map[string]string{"fa": fa, "en": en} {
		text, err := json.Marshal(m)
		if err != nil {
			p.say("", "%v", err)
			return
		}
		files["locale/"+name+".json"] = &fstest.MapFile{Data: text}
	}
	c, err := i18n.NewCatalog(files)
	if err != nil {
		p.say("", "%v", err)
		return
	}
	for _, flaw := range c.Check() {
		lang, rest, _ := strings.Cut(flaw, ": ")
		key, what, _ := strings.Cut(rest, ": ")
		if where, ours := at[key]; ours {
			p.say(where, "%s/%s: %s", where, lang, what)
		}
	}
}

// fields checks the questions against the answers and fills in what follows
// from these: limits, defaults and modes.
func (p *parser) fields(d *Definition) {
	pages, asked := map[string]bool{}, map[string]bool{}
	for i := range d.Pages {
		page := &d.Pages[i]
		if pages[page.Key] {
			p.say(page.at+"/key", "%s: the page %q stands twice", page.at, page.Key)
		}
		pages[page.Key] = true
		p.copying = page.copy > 1
		for j := range page.Fields {
			f := &page.Fields[j]
			if asked[f.Name] {
				p.say(f.at+"/name", "%s: %q is asked twice", f.at, f.Name)
			}
			p.field(d, f, asked)
			asked[f.Name] = true
		}
		p.copying = false
	}
	for _, name := range slices.Sorted(maps.Keys(d.answers)) {
		if !asked[name] {
			p.say(p.from[name], "/answers/%s: no page asks for it", name)
		}
	}
	p.roles("/filers", d.Filers)
	if d.Until != 0 && d.Until < d.From {
		p.say("/until", "/until: before the first day")
	}
}

func (p *parser) roles(at string, roles []policy.Role) {
	for i, r := range roles {
		if !r.Valid() || r == "" {
			p.say(fmt.Sprintf("%s/%d", at, i), "%s/%d: no role is called %q", at, i, r)
		}
	}
}

// maxFiles is how many files a field takes that does not say.
const maxFiles = 10

func (p *parser) field(d *Definition, f *FieldDef, before map[string]bool) {
	at := f.at
	if f.Type != TypeFiles && f.Max != 0 {
		p.say(at+"/max", "%s/max: only files have it; other limits stand with the answer", at)
	}
	a, ok := d.answers[f.Name]
	if f.Type == TypeFiles {
		if ok {
			p.say(p.from[f.Name], "%s: files stand beside the answers, so %s must go", at, p.from[f.Name])
		}
		f.Required, f.Max = cmp.Or(f.Required, "false"), cmp.Or(f.Max, maxFiles)
		return
	}
	if !ok {
		p.say(at+"/name", "%s: /answers says nothing about %q", at, f.Name)
		return
	}
	ans := p.from[f.Name]
	want := shapeOf(f.Type)
	if a.Type != want.json || a.Format != want.format {
		p.say(ans, "%s: a field of type %s needs type %q and format %q", ans, f.Type, want.json, want.format)
	}
	f.Required = cmp.Or(f.Required, "true")
	f.InputMode = want.mode
	f.Autocomplete = cmp.Or(f.Autocomplete, "off")
	f.Min, f.Max = a.MinLength, a.MaxLength
	if a.Minimum != nil {
		f.Min = *a.Minimum
	}
	if a.Maximum != nil {
		f.Max = *a.Maximum
	}
	if f.Max != 0 && f.Min > f.Max {
		p.say(ans, "%s: the least is more than the most", ans)
	}
	if (f.Type == TypeText || f.Type == TypeLongText || f.Type == TypeRials) && f.Max == 0 {
		p.say(ans, "%s: needs an upper limit", ans)
	}
	if _, err := regexp.Compile(a.Pattern); err != nil {
		p.say(ans+"/pattern", "%s/pattern: %v", ans, err)
	}
	var values []string
	for _, c := range f.Choices {
		values = append(values, c.Value)
	}
	if (f.Type == TypeChoice) != (len(values) > 0) || !slices.Equal(values, a.Enum) {
		p.say(at, "%s: the choices %q are not the enum %q of the answer", at, values, a.Enum)
	}
	if f.Type == TypeCounty {
		if of, ok := d.answers[f.Of]; !ok || of.Format != "province" || !before[f.Of] {
			p.say(at, `%s: a county needs "of", the name of a province field before it`, at)
		}
	} else if f.Of != "" {
		p.say(at+"/of", "%s: only a county has it", at)
	}
}

// trial runs everything once with no answers and once with the example, which
// must be a complete filing.
func (p *parser) trial(d *Definition) {
	ctx := context.Background()
	example := Normal(d.example)
	for _, f := range d.Validate(example, "") {
		p.say("/example/"+f.Name, "/example/%s: %s", f.Name, f.Code)
	}
	for what, answers := range map[string]Answers{"no answers": {}, "the example": example} {
		vars := d.activation(d.Prune(answers))
		for _, f := range d.c.order {
			for _, prg := range []*program{f.visible, f.required} {
				if _, err := prg.holds(vars); err != nil {
					p.say("/pages", "with %s: %v", what, err)
				}
			}
		}
		for _, r := range d.c.rules {
			if _, err := r.check.holds(vars); err != nil {
				p.say(d.rules[r.index].at, "with %s: %v", what, err)
			}
		}
	}
	if len(p.problems) > 0 {
		return
	}
	at := max(d.From, d.env.today())
	if _, err := d.Fees(ctx, example, at); err != nil {
		p.say("/fees", "with the example: %v", err)
	}
	if _, err := d.Parties(example); err != nil {
		p.say("/parties", "with the example: %v", err)
		return
	}
	if d.Routed() {
		q, err := d.Routing(example)
		if err != nil {
			p.say("/routing", "with the example: %v", err)
		} else if _, ok := d.env.places.County(q.Province, q.County); !ok {
			p.say("/routing", "with the example: there is no such place")
		} else if q.At = at; authority.CheckQuery(q) != nil {
			p.say("/routing", "with the example: a filing of nature %q cannot go by basis %q and value %d: %v", q.Nature, q.Basis, q.Value, authority.CheckQuery(q))
		}
	}
	p.trialPapers(d, example, at)
}

// trialPapers composes the paper of the example for everybody to whom the title is
// open: a human being, a legal person through its representative, a client through
// a lawyer.
func (p *parser) trialPapers(d *Definition, example Answers, at civil.Day) {
	for what, f := range exampleFilers(d) {
		as := d.For(f)
		for _, l := range i18n.Langs() {
			if _, err := as.Compose(l, exampleFacts(example, at, f)); err != nil {
				p.say("/paper", "with the example%s: %v", what, err)
			}
			if _, err := as.Compose(l, exampleFacts(d.everyCopy(example), at, f)); err != nil {
				p.say("/paper", "with every copy of the repeated pages%s: %v", what, err)
			}
		}
	}
}

// everyCopy are the answers with all copies of the repeated pages filled with
// what was answered on the first.
func (d *Definition) everyCopy(answers Answers) Answers {
	out := maps.Clone(answers)
	for _, pg := range d.Pages {
		if pg.copy == 0 {
			continue
		}
		first := pg.Key
		if pg.copy > 1 {
			first = strings.TrimSuffix(pg.Key, fmt.Sprintf("_%d", pg.copy))
		}
		for _, f := range pg.Fields {
			out[f.Name] = f.more
			if !f.more {
				out[f.Name] = answers[first+strings.TrimPrefix(f.Name, pg.Key)]
			}
		}
	}
	return out
}
