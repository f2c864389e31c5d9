// SPDX-License-Identifier: Apache-2.0

package docket

import (
	_ "embed" // for the rules

	"github.com/tarazu/tarazu/internal/notice"
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
	return policy.Part{Module: "docket", Policies: policies, Schema: policySchema}
}

func caseResource(c Case) policy.Resource {
	return policy.Resource{Type: "Case", ID: c.ID, Attrs: map[string]any{
		"case": c.ID, "unit": c.Unit, "branch": c.Branch, "parties": c.persons(""), "lawyers": c.lawyers(""), "at": units(c.at),
	}}
}

// units are the units that have the file, never nil.
func units(list []string) []string { return append([]string{}, list...) }

func deadlineResource(c Case, d Deadline, group string) policy.Resource {
	return policy.Resource{Type: "Deadline", ID: d.ID, Attrs: map[string]any{
		"case": c.ID, "group": group, "unit": c.Unit, "persons": c.persons(d.Side), "lawyers": c.lawyers(d.Side), "at": units(c.at),
	}}
}

func sendResource(c Case, kind string) policy.Resource {
	return policy.Resource{Type: "CaseNotice", ID: c.ID, Attrs: map[string]any{"unit": c.Unit, "branch": c.Branch, "kind": kind}}
}

// servedResource is a paper for a party that is in somebody's account, the
// party's own or its lawyer's; "" on paper.
func servedResource(c Case, p Party, r noticeRow) policy.Resource {
	return policy.Resource{Type: "ServedPaper", ID: r.Notice, Attrs: map[string]any{
		"case": c.ID, "party": p.Person, "account": r.Owner, "group": notice.GroupOf(r.Kind),
	}}
}

func partyResource(c Case, p Party) policy.Resource {
	return policy.Resource{Type: "Party", ID: p.ID, Attrs: map[string]any{"case": c.ID, "person": p.Person}}
}

// staff tells whether the actor reads for a court: that is recorded.
func staff(a policy.Actor) bool { return a.Role == policy.Clerk || a.Role == policy.Judge }

// hidden turns a refusal into "there is no such thing": who may not read a case
// may not learn that it exists.
func hidden(err error) error {
	if errs.Is(err, errs.Forbidden) && !policy.Outside(err) {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return err
}
