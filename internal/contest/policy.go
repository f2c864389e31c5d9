// SPDX-License-Identifier: Apache-2.0

package contest

import (
	_ "embed" // for the rules

	"github.com/tarazu/tarazu/internal/docket"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	policySchema string
)

// Part is the rules of this module.
func Part() policy.Part {
	return policy.Part{Module: "contest", Policies: policies, Schema: policySchema}
}

// firstBranch decides while no branch is confirmed: its head refers the cases.
const firstBranch = "1"

func branchOf(c docket.Case) string {
	if c.Branch == "" {
		return firstBranch
	}
	return c.Branch
}

// resource is a contest in its case.
func resource(c docket.Case, k Contest) policy.Resource {
	party, lawyers, involved := "", []string{}, []string{}
	add := func(list *[]string, who string) {
		if who != "" {
			*list = append(*list, who)
		}
	}
	for _, p := range c.Parties {
		add(&involved, p.Person)
		add(&involved, p.AgentPerson)
		if p.ID == k.Party && !p.Joined.IsZero() {
			party = p.Person
		}
	}
	for _, l := range c.Lawyers {
		add(&involved, l.Lawyer)
		if l.Party == k.Party {
			add(&lawyers, l.Lawyer)
		}
	}
	add(&involved, k.Person)
	add(&involved, k.Owner)
	if party == "" {
		party = "-" // nobody: no account is the party's
	}
	return policy.Resource{Type: "Contest", ID: k.ID, Attrs: map[string]any{
		"case": c.ID, "unit": c.Unit, "branch": branchOf(c), "party": party, "lawyers": lawyers, "owner": k.Owner,
		"involved": involved, "signed": !k.Signed.IsZero(),
	}}
}

// staff tells whether the actor reads for a court: that is recorded.
func staff(a policy.Actor) bool { return a.Role == policy.Clerk || a.Role == policy.Judge }

// hidden turns a refusal into "there is no such thing".
func hidden(err error) error {
	if errs.Is(err, errs.Forbidden) && !policy.Outside(err) {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return err
}
