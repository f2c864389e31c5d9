// SPDX-License-Identifier: Apache-2.0

// Package policy decides who may do what. It owns the Actor and the machinery;
// the rules themselves are Cedar policies that stand beside the code of the
// module they guard (policy.cedar), in words a lawyer can read.
//
// How a decision is made:
//
//  1. New joins the modules' schemas, parses their policies and refuses to
//     start if a rule is wrong: an unknown attribute, action or type, a
//     comparison of unlike types, an optional attribute that is not guarded, a
//     role that does not exist, a rule without a name.
//  2. Check builds a request from the actor, the action and the resource and
//     compares it with the schema. What does not fit is refused, with an error
//     that satisfies errors.Is(err, ErrMisuse), because it is our mistake.
//  3. Cedar evaluates the rules for that action: any forbid refuses; else any
//     permit allows; else it is refused. A rule that cannot be evaluated
//     refuses too.
package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// ErrMisuse is in the chain of a refusal that is a programmer's mistake: an
// unknown action or resource type, an action that does not apply to the type,
// or attributes that are not those of the schema.
var ErrMisuse = errors.New("policy: the question does not fit the schema")

// Engine holds the joined rules of all modules. It is safe for concurrent use
// and never changes after New.
type Engine struct {
	valid   *validate.Validator
	actions types.EntityMap
	rules   map[types.EntityUID]ruleList // by action
}

// Explanation says how a decision came about.
type Explanation struct {
	Allowed bool
	Rules   []string // ids of the rules that decided, sorted; none when nothing permits
	Faults  []string // what went wrong while deciding; any fault refuses
}

// Check returns nil if the actor may do the action to the resource, and an
// errs.Forbidden otherwise. Nothing that the rules do not permit is allowed.
func (e *Engine) Check(a Actor, action string, r Resource) error {
	x, err := e.decide(a, action, r)
	switch {
	case err != nil:
		return errs.New(errs.Forbidden, "").Because(err)
	case x.Allowed:
		return nil
	}
	code := e.missing(a, action, r)
	switch {
	case len(x.Faults) > 0:
		return errs.New(errs.Forbidden, code).
			Because(fmt.Errorf("policy: %s on %s: %s", action, r.Type, strings.Join(x.Faults, "; ")))
	case len(x.Rules) > 0:
		return errs.New(errs.Forbidden, code).
			Because(fmt.Errorf("policy: %s on %s: forbidden by %s", action, r.Type, strings.Join(x.Rules, ", ")))
	}
	return errs.New(errs.Forbidden, code).
		Because(fmt.Errorf("policy: %s on %s: nothing permits it to role %q", action, r.Type, a.Role))
}

// missing is the locale key of what somebody who acts on behalf of another is
// refused for: that the matter is outside his limit, or the one right that he
// has not; "" if it is neither.
func (e *Engine) missing(a Actor, action string, r Resource) string {
	if a.For == "" {
		return ""
	}
	with := a
	if a.Only != nil {
		with.Only = nil
		if x, err := e.decide(with, action, r); err == nil && x.Allowed {
			return OutsideCode
		}
		with.Only = a.Only
	}
	for _, right := range PostRights() {
		with.Rights = append(slices.Clone(a.Rights), right)
		if x, err := e.decide(with, action, r); err == nil && x.Allowed {
			return "web.right.missing." + string(right)
		}
	}
	return ""
}

// everyRight is what whoever acts for himself has.
var everyRight = setOf(Rights())

func rightsOf(a Actor) types.Set {
	if a.For == "" {
		return everyRight
	}
	return setOf(a.Rights)
}

func setOf[T ~string](rights []T) types.Set {
	list := make([]types.Value, len(rights))
	for i, r := range rights {
		list[i] = types.String(r)
	}
	return types.NewSet(list...)
}

// Explain is Check with the reasons, for tests and for the audit page. A
// question that does not fit the schema is not allowed and says so in Faults.
func (e *Engine) Explain(a Actor, action string, r Resource) Explanation {
	x, err := e.decide(a, action, r)
	if err != nil {
		return Explanation{Faults: []string{err.Error()}}
	}
	return x
}

// Actions lists every declared action, sorted.
func (e *Engine) Actions() []string {
	out := make([]string, 0, len(e.actions))
	for uid := range e.actions {
		out = append(out, string(uid.ID))
	}
	slices.Sort(out)
	return out
}

// Rules lists the ids of all rules, sorted.
func (e *Engine) Rules() []string {
	seen := map[string]bool{}
	var out []string
	for _, l := range e.rules {
		for _, r := range l {
			if !seen[string(r.id)] {
				seen[string(r.id)] = true
				out = append(out, string(r.id))
			}
		}
	}
	slices.Sort(out)
	return out
}

func (e *Engine) decide(a Actor, action string, r Resource) (Explanation, error) {
	req := cedar.Request{
		Principal: types.NewEntityUID("Actor", types.String(a.Person)),
		Action:    actionUID(action),
		Resource:  types.NewEntityUID(types.EntityType(r.Type), types.String(r.ID)),
		Context:   types.NewRecord(nil),
	}
	if err := e.valid.Request(req); err != nil {
		return Explanation{}, fmt.Errorf("%w: %w", ErrMisuse, err)
	}
	if !a.Role.Valid() {
		return Explanation{}, fmt.Errorf("%w: unknown role %q", ErrMisuse, a.Role)
	}
	attrs, err := record(r.Attrs)
	if err != nil {
		return Explanation{}, fmt.Errorf("%w: %s: %w", ErrMisuse, r.Type, err)
	}
	res := types.Entity{UID: req.Resource, Attributes: attrs}
	if err := e.valid.Entity(res); err != nil {
		return Explanation{}, fmt.Errorf("%w: %s: %w", ErrMisuse, r.Type, err)
	}
	limited, cases, titles := a.Limited()
	world := world{
		actor: types.Entity{UID: req.Principal, Attributes: types.NewRecord(types.RecordMap{
			"person":    types.String(a.Person),
			"role":      types.String(a.Role),
			"unit":      types.String(a.Unit),
			"branch":    types.String(a.Branch),
			"assurance": types.Long(a.Assurance),
			"owner":     types.String(a.Owner()),
			"standing":  types.String(a.Standing()),
			"rights":    rightsOf(a),
			"acting":    types.Boolean(a.For != ""),
			"delegated": types.Boolean(a.Delegated),
			"limited":   types.Boolean(limited),
			"cases":     setOf(cases),
			"titles":    setOf(titles),

			"some_notices": types.Boolean(a.Notices != nil),
			"notices":      setOf(a.Notices),
		})},
		resource: res,
		actions:  e.actions,
	}
	verdict, diag := cedar.Authorize(e.rules[req.Action], world, req)
	x := Explanation{Allowed: verdict == cedar.Allow && len(diag.Errors) == 0}
	for _, why := range diag.Reasons {
		x.Rules = append(x.Rules, string(why.PolicyID))
	}
	slices.Sort(x.Rules)
	for _, f := range diag.Errors {
		x.Faults = append(x.Faults, f.String())
	}
	return x, nil
}

func actionUID(action string) types.EntityUID {
	return types.NewEntityUID("Action", types.String(action))
}

// world is the entities one decision needs: the two asked about and the
// actions with their groups.
type world struct {
	actor, resource types.Entity
	actions         types.EntityMap
}

// Get implements types.EntityGetter.
func (w world) Get(uid types.EntityUID) (types.Entity, bool) {
	switch uid {
	case w.actor.UID:
		return w.actor, true
	case w.resource.UID:
		return w.resource, true
	}
	return w.actions.Get(uid)
}
