// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/tarazu/tarazu/internal/platform/clock"
)

// MaxBody is how many bytes a definition file may have.
const MaxBody = 512 << 10

// Problem is one fault of a definition file. Line counts from 1; Message is
// for whoever writes the file and is English.
type Problem struct {
	File    string
	Line    int
	Message string
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message) }

// Problems are the faults of a file, by line. It is an error.
type Problems []Problem

func (ps Problems) Error() string {
	var b strings.Builder
	for i, p := range ps {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.String())
	}
	return b.String()
}

// parser checks one file. Each step runs only if those it builds on were fine.
type parser struct {
	file     string
	pos      *position
	env      *cel.Env
	problems Problems

	from    map[string]string // where in the file an answer comes from
	copying bool              // a fault now was found in the first copy already, if it has the same place and kind
	said    map[string]bool
}

func (p *parser) say(at, format string, args ...any) {
	if p.copying && p.said[at+format] {
		return
	}
	p.said[at+format] = true
	p.problems = append(p.problems, Problem{p.file, max(1, p.pos.of(at)), fmt.Sprintf(format, args...)})
}

// parse reads, checks and compiles a definition file: its shape, its words, its
// expressions, what they refer to, and its example, which must pass as a real
// filing would. The definition is nil if there are problems.
func parse(file string, body []byte, b binding) (*Definition, Problems) {
	p := &parser{file: file, said: map[string]bool{}}
	if len(body) > MaxBody {
		return nil, Problems{{file, 1, fmt.Sprintf("larger than %d bytes", MaxBody)}}
	}
	var line int
	var err error
	if p.pos, line, err = locate(body); err != nil {
		return nil, Problems{{file, max(1, line), err.Error()}}
	}
	if p.shape(body); len(p.problems) > 0 {
		return nil, p.sorted()
	}
	d := &Definition{env: b}
	if err := d.decode(body); err != nil {
		p.say("", "%v", err)
		return nil, p.sorted()
	}
	p.words()
	if !p.expand(d) {
		return nil, p.sorted()
	}
	p.fields(d)
	p.acts(d)
	p.compile(d)
	if len(p.problems) == 0 {
		p.trial(d)
	}
	if len(p.problems) > 0 {
		return nil, p.sorted()
	}
	return d, nil
}

func (p *parser) sorted() Problems {
	slices.SortStableFunc(p.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return p.problems
}

// decode fills d from a body of the right shape.
func (d *Definition) decode(body []byte) error {
	var rest struct {
		Answers map[string]answerDef `json:"answers"`
		Rules   []ruleDef            `json:"rules"`
		Parties []partyDef           `json:"parties"`
		Fees    []feeRef             `json:"fees"`
		Routing *routingDef          `json:"routing"`
		Paper   []blockDef           `json:"paper"`
		Example map[string]any       `json:"example"`
		Pages   []struct {
			Repeat *repeatDef `json:"repeat"`
		} `json:"pages"`
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := errors.Join(json.Unmarshal(body, d), dec.Decode(&rest)); err != nil {
		return err
	}
	d.answers, d.rules, d.parties, d.fees = rest.Answers, rest.Rules, rest.Parties, rest.Fees
	d.routing, d.paper, d.example = rest.Routing, rest.Paper, rest.Example
	for i, pg := range rest.Pages {
		d.Pages[i].repeat = pg.Repeat
	}
	return nil
}

// UnmarshalJSON parts the side and the page of a party from its CEL.
func (m *partyDef) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &m.members); err != nil {
		return err
	}
	m.side, m.repeat = m.members["side"], m.members["repeat"]
	delete(m.members, "side")
	delete(m.members, "repeat")
	return nil
}

// metaSchema is the compiled shape of a definition file.
var metaSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return compileSchema("definition.schema.json", definitionSchema)
})

// compileSchema compiles a JSON Schema that refers to nothing outside itself.
func compileSchema(name string, text []byte) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(noLoader{})
	c.AssertFormat()
	for _, f := range formats() {
		c.RegisterFormat(&f)
	}
	url := "mem:///" + name
	if err := c.AddResource(url, doc); err != nil {
		return nil, err
	}
	return c.Compile(url)
}

// noLoader fetches nothing: neither files nor addresses.
type noLoader struct{}

func (noLoader) Load(string) (any, error) {
	return nil, errors.New("a schema may refer only to itself")
}

// shape checks the file against the schema of definitions.
func (p *parser) shape(body []byte) {
	sch, err := metaSchema()
	if err != nil {
		p.say("", "the schema of definitions is broken: %v", err)
		return
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		p.say("", "%v", err)
		return
	}
	bad, ok := errors.AsType[*jsonschema.ValidationError](sch.Validate(doc))
	if !ok {
		return
	}
	words := message.NewPrinter(language.English)
	for _, e := range leaves(bad) {
		at := pointer(e.InstanceLocation)
		if k, ok := e.ErrorKind.(*kind.AdditionalProperties); ok {
			for _, name := range k.Properties {
				p.say(at+"/"+escape(name), "%s: there is no such member here: %q", cmp.Or(at, "/"), name)
			}
			continue
		}
		p.say(at, "%s: %s", cmp.Or(at, "/"), e.ErrorKind.LocalizedString(words))
	}
}

// leaves are the errors that have no causes of their own.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var out []*jsonschema.ValidationError
	for _, c := range e.Causes {
		out = append(out, leaves(c)...)
	}
	return out
}

// Check reads a definition file without a database, as the check command does:
// against the embedded fees and the embedded country file.
func Check(file string, body []byte) (*Definition, error) {
	b, err := embeddedBinding(clock.System{})
	if err != nil {
		return nil, err
	}
	d, problems := parse(file, body, b)
	if len(problems) > 0 {
		return nil, problems
	}
	return d, nil
}
