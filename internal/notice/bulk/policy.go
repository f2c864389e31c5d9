// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	_ "embed" // for the rules

	"github.com/tarazu/tarazu/internal/platform/policy"
)

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	policySchema string
)

// Part is the rules of this package.
func Part() policy.Part {
	return policy.Part{Module: "bulk", Policies: policies, Schema: policySchema}
}

func resource(b Batch) policy.Resource {
	return policy.Resource{Type: "NoticeBatch", ID: b.ID, Attrs: map[string]any{"sender": b.Sender, "sender_kind": b.SenderKind, "owner": b.By.For}}
}
