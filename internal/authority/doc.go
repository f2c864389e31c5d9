// SPDX-License-Identifier: Apache-2.0

// Package authority owns the country's courts: provinces, counties, court
// units (civil, conciliation and family courts, prosecutors' offices, courts of
// appeal) with their branches and districts, and the rules and amounts that
// decide which of them hears what. It answers one question: to which unit does
// a filing go, and why.
//
// The life of a routing:
//
//  1. A country file (Country) is loaded; loading it again changes nothing,
//     loading a newer one updates and adds, and never removes what cases may
//     already name.
//  2. Amounts that the law sets (Threshold) stand in an embedded, dated table
//     with their citation; an administrator publishes changes with the day from
//     which they hold. A day in the past keeps the amount that held then.
//  3. What is heard where (data/jurisdiction.json) is dated data too: which kind
//     of unit hears a claim of some nature, and which places may count for it.
//     It also names the court that reviews a decision which is attacked within
//     some term (RouteReview).
//  4. Route takes the nature of a claim, its value and the place that counts,
//     and returns the unit with coded reasons, each with its citation and with
//     words in both languages.
//
// The embedded country file is demo data: real provinces and counties, invented
// courts.
package authority

import (
	"embed"
	"log/slog"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this module.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the schema steps of this module (13xxx).
var Migrations = store.Migrations{Module: "authority", FS: migrations}

var (
	//go:embed policy.cedar
	policies string
	//go:embed policy.cedarschema
	policySchema string
)

// Part is what this module brings to the policy engine.
func Part() policy.Part {
	return policy.Part{Module: "authority", Policies: policies, Schema: policySchema}
}

// Text is one text in both languages.
type Text struct {
	FA string `json:"fa"`
	EN string `json:"en"`
}

// In is the text in language l.
func (t Text) In(l i18n.Lang) string {
	if l == i18n.EN {
		return t.EN
	}
	return t.FA
}

// Deps are what the module needs.
type Deps struct {
	DB     *store.DB
	Clock  clock.Clock // nil: the database's
	Log    *slog.Logger
	Policy *policy.Engine
	// Ledger takes the evidence of every change. Without it the tables can be
	// read, but no amount can be published.
	Ledger *ledger.Ledger
}

// Service answers for this module. It is safe for concurrent use.
type Service struct {
	db       *store.DB
	clock    clock.Clock
	log      *slog.Logger
	policy   *policy.Engine
	ledger   *ledger.Ledger
	defaults []Threshold
	places   placeCache

	jurisdiction jurisdiction
}

// New makes the service. It fails only if the embedded tables are broken.
func New(d Deps) (*Service, error) {
	defaults, err := defaultThresholds()
	if err != nil {
		return nil, err
	}
	table, err := embeddedJurisdiction()
	if err != nil {
		return nil, err
	}
	log := d.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	clk := d.Clock
	if clk == nil {
		clk = d.DB
	}
	return &Service{db: d.DB, clock: clk, log: log, policy: d.Policy, ledger: d.Ledger, defaults: defaults, jurisdiction: table}, nil
}

// mayPublish checks that the actor may change what everybody relies on.
func (s *Service) mayPublish(a policy.Actor, what string) error {
	return s.policy.Check(a, "authority.publish", policy.Resource{Type: "CourtTable", ID: what})
}
