// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// costLimit bounds one evaluation, in CEL's cost units (about one per step).
// The embedded rules cost below 20; a rule that needs thousands is wrong.
const costLimit = 5_000

// answerPrefix stands before the name of an answer in CEL and in papers.
const answerPrefix = "answers."

// program is a compiled expression. A nil program is the zero value of its
// type, or true for a condition.
type program struct {
	src  string
	prg  cel.Program
	refs []string // the answers it looks at, sorted
}

func (p *program) eval(vars map[string]any) (any, error) {
	v, _, err := p.prg.Eval(vars)
	if err != nil {
		return nil, errs.New(errs.Internal, "").Because(fmt.Errorf("catalogue: evaluating %q: %w", p.src, err))
	}
	return v.Value(), nil
}

// holds evaluates a condition.
func (p *program) holds(vars map[string]any) (bool, error) {
	if p == nil {
		return true, nil
	}
	v, err := p.eval(vars)
	b, _ := v.(bool)
	return b, err
}

func (p *program) int(vars map[string]any) (int64, error) {
	if p == nil {
		return 0, nil
	}
	v, err := p.eval(vars)
	n, _ := v.(int64)
	return n, err
}

func (p *program) text(vars map[string]any) (string, error) {
	if p == nil {
		return "", nil
	}
	v, err := p.eval(vars)
	s, _ := v.(string)
	return s, err
}

// celEnv declares the answers with their types, so that a misspelt name or a
// comparison of unlike types is found when a definition is checked, not when a
// person files. "at" is today, as "2025-05-11"; "filer" is for whom and through whom
// it is filed.
func celEnv(answers map[string]answerDef) (*cel.Env, error) {
	opts := []cel.EnvOption{
		cel.Variable("at", cel.StringType),
		cel.Variable("filer.legal", cel.BoolType),
		cel.Variable("filer.agent", cel.StringType),
		cel.ParserExpressionSizeLimit(1000),
		cel.ParserRecursionLimit(30),
		cel.ClearMacros(), // no loops
		cel.ExtendedValidations(),
	}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		opts = append(opts, cel.Variable(answerPrefix+name, celType(answers[name].Type)))
	}
	return cel.NewEnv(opts...)
}

func celType(t string) *cel.Type {
	switch t {
	case "integer":
		return cel.IntType
	case "boolean":
		return cel.BoolType
	}
	return cel.StringType
}

// celFault is one fault of an expression. Column counts from 1.
type celFault struct {
	column int
	say    string
}

func compileCEL(env *cel.Env, src string, want *cel.Type) (*program, []celFault) {
	ast, issues := env.Compile(src)
	if issues.Err() != nil {
		var out []celFault
		for _, e := range issues.Errors() {
			out = append(out, celFault{e.Location.Column() + 1, e.Message})
		}
		return nil, out
	}
	if !ast.OutputType().IsExactType(want) {
		return nil, []celFault{{1, fmt.Sprintf("the expression gives %s, want %s", ast.OutputType(), want)}}
	}
	prg, err := env.Program(ast, cel.CostLimit(costLimit))
	if err != nil {
		return nil, []celFault{{1, err.Error()}}
	}
	p := &program{src: src, prg: prg}
	for _, ref := range ast.NativeRep().ReferenceMap() {
		if name, ok := strings.CutPrefix(ref.Name, answerPrefix); ok {
			p.refs = append(p.refs, name)
		}
	}
	slices.Sort(p.refs)
	p.refs = slices.Compact(p.refs)
	return p, nil
}

// activation gives every answer a value: an answer that is missing is "", 0 or
// false. So rules need no word for "not answered yet".
func (d *Definition) activation(answers Answers) map[string]any {
	vars := make(map[string]any, len(d.answers)+3)
	for name, a := range d.answers {
		v := answers[name]
		switch a.Type {
		case "integer":
			n, _ := v.(int64)
			v = n
		case "boolean":
			b, _ := v.(bool)
			v = b
		default:
			s, _ := v.(string)
			v = s
		}
		vars[answerPrefix+name] = v
	}
	vars["at"] = d.env.today().String()
	vars["filer.legal"], vars["filer.agent"] = d.filer.Legal, string(d.filer.Agent)
	return vars
}
