// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	sast "github.com/cedar-policy/cedar-go/x/exp/schema/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// New parses the parts' rules and validates them against the joined schema.
// The error names every fault with its module, file and line.
func New(parts ...Part) (e *Engine, err error) {
	defer errs.Wrap(&err, "policy.New")
	joined, err := joinSchemas(parts)
	if err != nil {
		return nil, err
	}
	res, err := schema.NewSchemaFromAST(joined).Resolve()
	if err != nil {
		return nil, fmt.Errorf("joined schema: %w", err)
	}
	e = &Engine{
		valid:   validate.New(res),
		actions: types.EntityMap{},
		rules:   map[types.EntityUID]ruleList{},
	}
	for uid, a := range res.Actions {
		e.actions[uid] = a.Entity
	}
	var faults []error
	from := map[types.PolicyID]string{}
	for _, p := range parts {
		faults = append(faults, e.load(p, from))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return e, nil
}

// load adds the rules of one module. from remembers where each id was seen.
func (e *Engine) load(p Part, from map[types.PolicyID]string) error {
	file := p.Module + "/policy.cedar"
	list, err := cedar.NewPolicyListFromBytes(file, []byte(p.Policies))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	var faults []error
	for _, pol := range list {
		at := fmt.Sprintf("%s:%d", file, pol.Position().Line)
		name, ok := pol.Annotations()["id"]
		if !ok || name == "" {
			faults = append(faults, fmt.Errorf(`%s: a rule without a name; write @id("%s.…") above it`, at, p.Module))
			continue
		}
		id := types.PolicyID(name)
		if other, twice := from[id]; twice {
			faults = append(faults, fmt.Errorf("%s: rule %q is already at %s", at, id, other))
			continue
		}
		from[id] = at
		tree := (*xast.Policy)(pol.AST())
		if err := e.valid.Policy("", tree); err != nil {
			faults = append(faults, fmt.Errorf("%s: rule %q: %w", at, id, err))
		}
		if err := checkRoles(pol); err != nil {
			faults = append(faults, fmt.Errorf("%s: rule %q: %w", at, id, err))
		}
		for uid := range e.actions {
			if e.concerns(tree.Action, uid) {
				e.rules[uid] = append(e.rules[uid], rule{id, pol})
			}
		}
	}
	return errors.Join(faults...)
}

// concerns tells whether a rule with this action scope can match the action,
// so that a decision looks only at the rules for its own action.
func (e *Engine) concerns(scope xast.IsActionScopeNode, action types.EntityUID) bool {
	switch s := scope.(type) {
	case xast.ScopeTypeEq:
		return s.Entity == action
	case xast.ScopeTypeIn:
		return e.within(action, s.Entity)
	case xast.ScopeTypeInSet:
		return slices.ContainsFunc(s.Entities, func(g types.EntityUID) bool { return e.within(action, g) })
	}
	return true
}

func (e *Engine) within(action, group types.EntityUID) bool {
	if action == group {
		return true
	}
	for parent := range e.actions[action].Parents.All() {
		if e.within(parent, group) {
			return true
		}
	}
	return false
}

// rule is a policy with its @id; ruleList is what Cedar iterates over, always
// in the same order.
type rule struct {
	id     types.PolicyID
	policy *cedar.Policy
}

type ruleList []rule

// All implements cedar.PolicyIterator.
func (l ruleList) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, r := range l {
			if !yield(r.id, r.policy) {
				return
			}
		}
	}
}

// joinSchemas parses each module's schema on its own, so that a fault names
// its file and line, and joins the declarations.
func joinSchemas(parts []Part) (*sast.Schema, error) {
	all := &sast.Schema{
		Entities: sast.Entities{}, Enums: sast.Enums{}, Actions: sast.Actions{}, CommonTypes: sast.CommonTypes{},
	}
	owner := map[string]string{}
	var faults []error
	for _, p := range append([]Part{{Module: "policy", Schema: actorSchema}}, parts...) {
		file := p.Module + "/policy.cedarschema"
		var s schema.Schema
		s.SetFilename(file)
		if err := s.UnmarshalCedar([]byte(p.Schema)); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", file, err))
			continue
		}
		tree := s.AST()
		if len(tree.Namespaces) > 0 {
			faults = append(faults, fmt.Errorf("%s: namespaces are not used here", file))
		}
		faults = append(faults,
			join("type", all.Entities, tree.Entities, owner, file),
			join("type", all.Enums, tree.Enums, owner, file),
			join("type", all.CommonTypes, tree.CommonTypes, owner, file),
			join("action", all.Actions, tree.Actions, owner, file))
	}
	return all, errors.Join(faults...)
}

func join[M ~map[K]V, K ~string, V any](what string, into, from M, owner map[string]string, file string) error {
	var faults []error
	for _, name := range slices.SortedFunc(maps.Keys(from), cmp.Compare[K]) {
		key := what + " " + string(name)
		if other, twice := owner[key]; twice {
			faults = append(faults, fmt.Errorf("%s: %s is already declared in %s", file, key, other))
			continue
		}
		owner[key] = file
		into[name] = from[name]
	}
	return errors.Join(faults...)
}

// checkRoles finds roles that do not exist. Cedar cannot: to it a role is any
// string. It walks the rule's JSON form, whose comparisons are
// {"==": {"left": …, "right": …}} and {"contains": {"left": {"Set": …}, …}}.
func checkRoles(p *cedar.Policy) error {
	text, err := p.MarshalJSON()
	if err != nil {
		return err
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return err
	}
	var faults []error
	walkRoles(tree, func(name string) {
		if !Role(name).Valid() {
			faults = append(faults, fmt.Errorf("no role is called %q", name))
		}
	})
	return errors.Join(faults...)
}

func walkRoles(node any, found func(string)) {
	switch n := node.(type) {
	case []any:
		for _, x := range n {
			walkRoles(x, found)
		}
	case map[string]any:
		for _, op := range slices.Sorted(maps.Keys(n)) {
			if args, ok := n[op].(map[string]any); ok && slices.Contains([]string{"==", "!=", "contains"}, op) {
				switch {
				case isRole(args["left"]):
					literals(args["right"], found)
				case isRole(args["right"]):
					literals(args["left"], found)
				}
			}
			walkRoles(n[op], found)
		}
	}
}

func isRole(node any) bool {
	n, _ := node.(map[string]any)
	dot, _ := n["."].(map[string]any)
	of, _ := dot["left"].(map[string]any)
	return (dot["attr"] == "role" || dot["attr"] == "standing") && of["Var"] == "principal"
}

func literals(node any, found func(string)) {
	n, _ := node.(map[string]any)
	if s, ok := n["Value"].(string); ok {
		found(s)
	}
	set, _ := n["Set"].([]any)
	for _, x := range set {
		literals(x, found)
	}
}
