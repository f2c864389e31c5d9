// SPDX-License-Identifier: Apache-2.0

// Package catalogue owns the services people can file. A service is data: one
// definition file says its questions, the shape of the answers (JSON Schema),
// when a question is asked or must be answered, the fees and the routing (CEL),
// and the paper that is composed from the answers, in both languages and with
// the articles of law behind it.
//
// The life of a definition:
//
//  1. Somebody writes services/CODE.json (or CODE.vN.json) and runs
//     `tarazu catalogue check`, which names every fault with file and line.
//  2. Whoever reads a definition first expands the pages that repeat (several
//     defendants): behind the parser there are only pages, fields and answers.
//  3. Install puts the embedded files into the database; an administrator
//     publishes further versions while the program runs. A version never
//     changes once it is there.
//  4. Current gives the version whose days hold; a draft remembers its version
//     and reads it again with Version, whatever has been published since.
//  5. Read and Validate check answers, Visible and Required follow them; Fees,
//     Routing, Parties and Compose work on the answers that are visible. A page
//     without a visible question is skipped (PageVisible). Files stand beside
//     the answers: a definition says where they are asked for and how many.
//
// A definition is asked for a filer (For): a human being or a legal person, who
// signs or through somebody. Its conditions see that as filer.legal and
// filer.agent, its papers name {agent.name} with title and contract.
//
// Beside its questions a definition says what happens to a filing: on which
// cases and for which side it is offered (On), what it attacks (Against), and
// whether and with which term it is served on the other side (Service).
//
// Amounts stand in a dated fee table of their own (data/fees.json and what an
// administrator published), because fees change more often than questions.
package catalogue

import (
	"embed"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this module.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the schema steps of this module (14xxx).
var Migrations = store.Migrations{Module: "catalogue", FS: migrations}

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	policySchema string
	//go:embed definition.schema.json
	definitionSchema []byte
	//go:embed services/*.json
	services embed.FS
)

// Part is what this module brings to the policy engine.
func Part() policy.Part {
	return policy.Part{Module: "catalogue", Policies: policies, Schema: policySchema}
}

// Text is one text in both languages.
type Text = authority.Text
