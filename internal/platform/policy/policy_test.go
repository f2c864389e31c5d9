// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

const paperSchema = `
entity Paper = {
	owner: String,
	branch: String,
	sealed: Bool,
	grade: Long,
	readers: Set<String>,
	note?: String,
};
action "paper.read" appliesTo { principal: [Actor], resource: [Paper] };
action "paper.view" in ["paper.read"] appliesTo { principal: [Actor], resource: [Paper] };
action "paper.destroy" appliesTo { principal: [Actor], resource: [Paper] };
`

const paperRules = `
// The owner and those named may read.
@id("paper.owner_reads")
permit (principal, action in Action::"paper.read", resource)
when { principal.person == resource.owner || resource.readers.contains(principal.person) };

@id("paper.branch_reads")
permit (principal, action == Action::"paper.view", resource is Paper)
when { ["clerk", "judge"].contains(principal.role) && principal.branch == resource.branch && principal.assurance >= 2 };

@id("paper.sealed")
forbid (principal, action, resource is Paper)
when { resource.sealed }
unless { principal.role == "judge" };
`

func part(rules, schema string) policy.Part {
	return policy.Part{Module: "paper", Policies: rules, Schema: schema}
}

func engine(t *testing.T) *policy.Engine {
	t.Helper()
	e, err := policy.New(part(paperRules, paperSchema))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func paper(change map[string]any) policy.Resource {
	attrs := map[string]any{"owner": "p1", "branch": "b1", "sealed": false, "grade": 3, "readers": []string{"p2"}}
	for k, v := range change {
		if attrs[k] = v; v == nil {
			delete(attrs, k)
		}
	}
	return policy.Resource{Type: "Paper", ID: "x", Attrs: attrs}
}

func TestDecisions(t *testing.T) {
	t.Parallel()
	e := engine(t)
	sealed := map[string]any{"sealed": true}
	judge := policy.Actor{Person: "j", Role: policy.Judge, Branch: "b1", Assurance: 2}
	clerk := policy.Actor{Person: "c", Role: policy.Clerk, Branch: "b1", Assurance: 2}
	owner := policy.Actor{Person: "p1", Role: policy.Citizen}
	tests := []struct {
		name   string
		actor  policy.Actor
		action string
		change map[string]any
		allow  bool
		rules  []string
	}{
		{"owner", owner, "paper.view", nil, true, []string{"paper.owner_reads"}},
		{"owner by the group itself", owner, "paper.read", nil, true, []string{"paper.owner_reads"}},
		{"named reader", policy.Actor{Person: "p2", Role: policy.Citizen}, "paper.view", nil, true, []string{"paper.owner_reads"}},
		{"stranger", policy.Actor{Person: "p3", Role: policy.Citizen}, "paper.view", nil, false, nil},
		{"nobody", policy.Actor{}, "paper.view", nil, false, nil},
		{"clerk of the branch", clerk, "paper.view", nil, true, []string{"paper.branch_reads"}},
		{"clerk with a password only", policy.Actor{Person: "c", Role: policy.Clerk, Branch: "b1", Assurance: 1}, "paper.view", nil, false, nil},
		{"clerk of another branch", clerk, "paper.view", map[string]any{"branch": "b2"}, false, nil},
		{"forbid beats permit", owner, "paper.view", sealed, false, []string{"paper.sealed"}},
		{"judge and sealed", judge, "paper.view", sealed, true, []string{"paper.branch_reads"}},
		{"nothing permits destruction", owner, "paper.destroy", nil, false, nil},
		{"typed attribute", judge, "paper.view", map[string]any{"branch": branch("b1"), "grade": int64(4)}, true, []string{"paper.branch_reads"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := e.Check(tt.actor, tt.action, paper(tt.change))
			if (err == nil) != tt.allow {
				t.Fatalf("Check = %v, want allowed %v", err, tt.allow)
			}
			if err != nil && (!errs.Is(err, errs.Forbidden) || errors.Is(err, policy.ErrMisuse)) {
				t.Errorf("refusal is %v, want a plain errs.Forbidden", err)
			}
			x := e.Explain(tt.actor, tt.action, paper(tt.change))
			if x.Allowed != tt.allow || !slices.Equal(x.Rules, tt.rules) || len(x.Faults) > 0 {
				t.Errorf("Explain = %+v, want allowed %v by %v", x, tt.allow, tt.rules)
			}
		})
	}
}

type branch string

func TestMisuseIsRefusedAndTold(t *testing.T) {
	t.Parallel()
	e := engine(t)
	owner := policy.Actor{Person: "p1", Role: policy.Citizen}
	tests := map[string]struct {
		actor  policy.Actor
		action string
		r      policy.Resource
		say    string
	}{
		"unknown action":     {owner, "paper.vew", paper(nil), "paper.vew"},
		"unknown type":       {owner, "paper.view", policy.Resource{Type: "Papre", ID: "x"}, "Papre"},
		"missing attribute":  {owner, "paper.view", paper(map[string]any{"sealed": nil}), "sealed"},
		"unknown attribute":  {owner, "paper.view", paper(map[string]any{"seeled": true}), "seeled"},
		"wrong type":         {owner, "paper.view", paper(map[string]any{"grade": "3"}), "grade"},
		"unusable type":      {owner, "paper.view", paper(map[string]any{"grade": 3.0}), "float64"},
		"unknown role":       {policy.Actor{Person: "p1", Role: "king"}, "paper.view", paper(nil), "king"},
		"action is a rule":   {owner, "paper.sealed", paper(nil), "paper.sealed"},
		"empty action":       {owner, "", paper(nil), "does not exist"},
		"actor as resource":  {owner, "paper.view", policy.Resource{Type: "Actor", ID: "x"}, "Actor"},
		"action as resource": {owner, "paper.view", policy.Resource{Type: "Action", ID: "paper.view"}, "Action"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := e.Check(tt.actor, tt.action, tt.r)
			if !errs.Is(err, errs.Forbidden) || !errors.Is(err, policy.ErrMisuse) {
				t.Fatalf("Check = %v, want errs.Forbidden because of ErrMisuse", err)
			}
			if !strings.Contains(err.Error(), tt.say) {
				t.Errorf("%q does not name %q", err, tt.say)
			}
			if x := e.Explain(tt.actor, tt.action, tt.r); x.Allowed || len(x.Faults) == 0 {
				t.Errorf("Explain = %+v, want a fault", x)
			}
		})
	}
}

// Every mistake that the validator is trusted to find, planted on line 3.
func TestNewRefusesWrongRules(t *testing.T) {
	t.Parallel()
	rule := func(body string) string { return "\n\n@id(\"paper.x\") permit (" + body + ";" }
	tests := map[string]struct{ rules, say string }{
		"unknown attribute":    {rule(`principal, action, resource is Paper) when { resource.seeled }`), "seeled"},
		"unknown actor fact":   {rule(`principal, action, resource is Paper) when { principal.rank == "a" }`), "rank"},
		"unlike types":         {rule(`principal, action, resource is Paper) when { resource.grade == "three" }`), "paper.x"},
		"unlike order":         {rule(`principal, action, resource is Paper) when { resource.owner < 3 }`), "Long"},
		"not a truth":          {rule(`principal, action, resource is Paper) when { resource.grade }`), "Bool"},
		"unknown action":       {rule(`principal, action == Action::"paper.vew", resource)`), "paper.vew"},
		"unknown type":         {rule(`principal, action, resource is Papre)`), "Papre"},
		"unguarded optional":   {rule(`principal, action, resource is Paper) when { resource.note == "a" }`), "note"},
		"unknown role":         {rule(`principal, action, resource is Paper) when { principal.role == "clark" }`), "clark"},
		"unknown role in list": {rule(`principal, action, resource is Paper) when { ["clerk", "jugde"].contains(principal.role) }`), "jugde"},
		"unknown role in not":  {rule(`principal, action, resource is Paper) unless { "clark" != principal.role }`), "clark"},
		"no name":              {"\n\npermit (principal, action, resource);", "@id"},
		"no end":               {"\n\npermit (principal, action, resource", "parse"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.New(part(tt.rules, paperSchema))
			if err == nil {
				t.Fatal("New accepted it")
			}
			for _, want := range []string{"paper/policy.cedar:3", tt.say} {
				if name == "no end" && want == "paper/policy.cedar:3" {
					want = "paper/policy.cedar: " // the parser says where by itself
				}
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

func TestNewRefusesWrongSchemas(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		parts []policy.Part
		say   []string
	}{
		"syntax": {[]policy.Part{part("", "entity Paper = {\n owner String };")}, []string{"paper/policy.cedarschema", "2"}},
		"type twice": {[]policy.Part{part("", paperSchema), {Module: "other", Schema: "entity Paper;"}},
			[]string{"other/policy.cedarschema", "Paper", "paper/policy.cedarschema"}},
		"actor again":       {[]policy.Part{part("", "entity Actor;")}, []string{"Actor", "policy/policy.cedarschema"}},
		"unknown reference": {[]policy.Part{part("", "entity Paper = { owner: Strin };")}, []string{"Strin"}},
		"namespace":         {[]policy.Part{part("", "namespace N { entity Paper; }")}, []string{"namespaces"}},
		"rule twice": {[]policy.Part{part(paperRules, paperSchema), {Module: "other", Policies: `@id("paper.sealed") forbid (principal, action, resource);`}},
			[]string{"other/policy.cedar:1", "paper/policy.cedar:11"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.New(tt.parts...)
			if err == nil {
				t.Fatal("New accepted it")
			}
			for _, want := range tt.say {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

func TestPartsJoin(t *testing.T) {
	t.Parallel()
	e, err := policy.New(part(paperRules, paperSchema), policy.Part{
		Module:   "desk",
		Schema:   `entity Desk; action "desk.open" appliesTo { principal: [Actor], resource: [Desk, Paper] };`,
		Policies: `@id("desk.clerk") permit (principal, action == Action::"desk.open", resource) when { principal.role == "clerk" };`,
	})
	if err != nil {
		t.Fatal(err)
	}
	clerk := policy.Actor{Person: "c", Role: policy.Clerk}
	if err := e.Check(clerk, "desk.open", policy.Resource{Type: "Desk", ID: "d"}); err != nil {
		t.Errorf("desk: %v", err)
	}
	// A forbid of one module guards its type against another module's permit.
	if err := e.Check(clerk, "desk.open", paper(map[string]any{"sealed": true})); !errs.Is(err, errs.Forbidden) || errors.Is(err, policy.ErrMisuse) {
		t.Errorf("sealed paper through another module: %v", err)
	}
	if got, want := e.Actions(), []string{"desk.open", "paper.destroy", "paper.read", "paper.view"}; !slices.Equal(got, want) {
		t.Errorf("Actions = %v, want %v", got, want)
	}
	if got, want := e.Rules(), []string{"desk.clerk", "paper.branch_reads", "paper.owner_reads", "paper.sealed"}; !slices.Equal(got, want) {
		t.Errorf("Rules = %v, want %v", got, want)
	}
}

func TestNoPartsRefuseAll(t *testing.T) {
	t.Parallel()
	e, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Check(policy.Actor{Person: "a", Role: policy.Administrator}, "paper.view", paper(nil)); !errors.Is(err, policy.ErrMisuse) {
		t.Errorf("Check = %v", err)
	}
}

func BenchmarkCheck(b *testing.B) {
	e, err := policy.New(part(paperRules, paperSchema))
	if err != nil {
		b.Fatal(err)
	}
	actor, r := policy.Actor{Person: "p1", Role: policy.Citizen}, paper(nil)
	for b.Loop() {
		if err := e.Check(actor, "paper.view", r); err != nil {
			b.Fatal(err)
		}
	}
}
