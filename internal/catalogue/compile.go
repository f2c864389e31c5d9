// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"cel.dev/cel-go/cel"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tarazu/tarazu/internal/authority"
)

// compiled is a definition ready to run.
type compiled struct {
	fields  map[string]*field
	order   []*field // as on the pages
	schema  *jsonschema.Schema
	rules   []rule
	fees    []fee
	parties []party
	routing routing
	paper   []block
}

type field struct {
	def      FieldDef
	page     string
	visible  *program
	required *program
	beside   []*field // "one more?" is asked where one of these is
}

type rule struct {
	index int
	field string
	check *program
}

type fee struct {
	item     string
	of, when *program
}

type party struct {
	def   partyDef
	parts map[string]*program // text
	flags map[string]*program // yes or no
	when  *program
}

type routing struct{ value, province, county, basis *program }

// cel compiles an expression that stands at a place of the file; "" is nil.
func (p *parser) cel(at, src string, want *cel.Type) *program {
	if src == "" || p.env == nil {
		return nil
	}
	prg, faults := compileCEL(p.env, src, want)
	for _, f := range faults {
		p.say(at, "%s: column %d of the expression: %s", at, f.column, f.say)
	}
	return prg
}

// compile turns the expressions and the paper of d into programs.
func (p *parser) compile(d *Definition) {
	c := &compiled{fields: map[string]*field{}}
	d.c = c
	var err error
	if p.env, err = celEnv(d.answers); err != nil {
		p.say("/answers", "%v", err)
		return
	}
	if len(p.problems) == 0 { // else it would say again what was said better
		if c.schema, err = d.answerSchema(); err != nil {
			p.say("/answers", "%v", err)
		}
	}
	p.compileFields(d)
	for i, r := range d.rules {
		at := r.at
		p.copying = r.copy > 1
		if _, ok := c.fields[r.Field]; !ok {
			p.say(at+"/field", "%s: there is no field %q", at, r.Field)
		}
		c.rules = append(c.rules, rule{i, r.Field, p.cel(at+"/check", r.Check, cel.BoolType)})
	}
	p.copying = false
	for i, f := range d.fees {
		at := fmt.Sprintf("/fees/%d", i)
		c.fees = append(c.fees, fee{f.Item, p.cel(at+"/of", f.Of, cel.IntType), p.cel(at+"/when", f.When, cel.BoolType)})
	}
	p.compileParties(d)
	if r := d.routing; r != nil {
		if !slices.Contains(authority.Natures(), r.Nature) {
			p.say("/routing/nature", "/routing/nature: one of %q is needed", authority.Natures())
		}
		c.routing = routing{
			p.cel("/routing/value", r.Value, cel.IntType), p.cel("/routing/province", r.Province, cel.StringType),
			p.cel("/routing/county", r.County, cel.StringType), p.cel("/routing/basis", r.Basis, cel.StringType),
		}
	}
	p.compilePaper(d)
}

// answerSchema is the JSON Schema of all answers. Which of them must be there
// is a matter of the fields, because it depends on other answers.
func (d *Definition) answerSchema() (*jsonschema.Schema, error) {
	props := map[string]any{}
	for name, a := range d.answers {
		props[name] = a.schema()
	}
	text, err := json.Marshal(map[string]any{"type": "object", "properties": props, "additionalProperties": false})
	if err != nil {
		return nil, err
	}
	return compileSchema(d.Code, text)
}

func (a answerDef) schema() map[string]any {
	s := map[string]any{"type": a.Type}
	put := func(key string, v any, there bool) {
		if there {
			s[key] = v
		}
	}
	put("minLength", a.MinLength, a.MinLength > 0)
	put("maxLength", a.MaxLength, a.MaxLength > 0)
	put("minimum", a.Minimum, a.Minimum != nil)
	put("maximum", a.Maximum, a.Maximum != nil)
	put("enum", a.Enum, len(a.Enum) > 0)
	put("pattern", a.Pattern, a.Pattern != "")
	put("format", a.Format, a.Format != "")
	return s
}

func (p *parser) compileFields(d *Definition) {
	before := map[string]bool{}
	for _, page := range d.Pages {
		p.copying = page.copy > 1
		var beside []*field
		for _, def := range page.Fields {
			f := &field{def: def, page: page.Key, visible: p.cel(def.at+"/visible", def.Visible, cel.BoolType), required: p.cel(def.at+"/required", def.Required, cel.BoolType)}
			for key, prg := range map[string]*program{"visible": f.visible, "required": f.required} {
				if prg == nil {
					continue
				}
				for _, ref := range prg.refs {
					if !before[ref] {
						p.say(def.at+"/"+key, "%s/%s: looks at %q, which is not asked before it", def.at, key, ref)
					}
				}
			}
			if def.more {
				f.beside = beside
			}
			beside = append(beside, f)
			before[def.Name] = true
			d.c.fields[def.Name] = f
			d.c.order = append(d.c.order, f)
		}
	}
	p.copying = false
}

func (p *parser) compileParties(d *Definition) {
	for _, m := range d.parties {
		p.copying = m.copy > 1
		out := party{def: m, parts: map[string]*program{}, flags: map[string]*program{}}
		for _, key := range slices.Sorted(maps.Keys(m.members)) {
			at, src := m.at+"/"+key, m.members[key]
			switch key {
			case "when":
				out.when = p.cel(at, src, cel.BoolType)
			case "abroad", "unknown_address":
				out.flags[key] = p.cel(at, src, cel.BoolType)
			default:
				out.parts[key] = p.cel(at, src, cel.StringType)
			}
		}
		d.c.parties = append(d.c.parties, out)
	}
	p.copying = false
}
