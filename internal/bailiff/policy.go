// SPDX-License-Identifier: Apache-2.0

package bailiff

import (
	_ "embed" // for the rules

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	policySchema string
)

// What may be done with a task.
const (
	actionAssign = "bailiff.assign"
	actionAsk    = "bailiff.ask"
	actionDecide = "bailiff.decide"
)

// Part is the rules of this module.
func Part() policy.Part {
	return policy.Part{Module: "bailiff", Policies: policies, Schema: policySchema}
}

func resource(t Task, had bool) policy.Resource {
	return policy.Resource{Type: "BailiffTask", ID: t.ID, Attrs: map[string]any{
		"unit": t.Unit, "bailiff": t.Bailiff, "had": had, "concealed": t.Concealed,
	}}
}

// hidden turns a refusal into "there is no such thing": who may not see a task
// may not learn that it exists.
func hidden(err error) error {
	if errs.Is(err, errs.Forbidden) {
		return errs.New(errs.NotFound, "").Because(err)
	}
	return err
}
