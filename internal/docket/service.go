// SPDX-License-Identifier: Apache-2.0

package docket

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"log/slog"
	"slices"

	"github.com/a-h/templ"

	"github.com/tarazu/tarazu/internal/authority"
	"github.com/tarazu/tarazu/internal/calendar"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/mandate"
	"github.com/tarazu/tarazu/internal/identity/shelter"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/notice/bulk"
	"github.com/tarazu/tarazu/internal/outage"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Locale holds the words of this module.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations makes the tables of this module.
var Migrations = store.Migrations{Module: "docket", FS: migrations}

// Deps are what a Service needs.
type Deps struct {
	DB        *store.DB
	Clock     clock.Clock
	Log       *slog.Logger
	Jobs      *jobs.Runner
	Ledger    *ledger.Ledger
	Policy    *policy.Engine
	Identity  *identity.Service
	Mandate   *mandate.Service
	Calendar  *calendar.Service
	Outage    *outage.Service
	Authority *authority.Service
	Notice    *notice.Service
	Bulk      *bulk.Service
	Shelter   *shelter.Service
	Catalog   *i18n.Catalog
	BaseURL   string // of the site, for addresses that are told
	// Contests shows what was said against the service of a case's notices; contest
	// fills it. It may be nil and may return nil.
	Contests func(c *web.Ctx, k Case) templ.Component
	// Moved hears of a party's new address in a case, in the transaction of the
	// change: papers on their way go there. It may be nil.
	Moved func(ctx context.Context, tx *store.Tx, was HomeIn, to Home) error
	Enter string // address where a lawyer enters appearance, a page of filing; "" if there is none
}

// Service is the register.
type Service struct {
	d      Deps
	offers offers
}

// New makes the service. Call Jobs and mount Routes before it is used.
func New(d Deps) (*Service, error) {
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil ||
		d.Identity == nil || d.Mandate == nil || d.Calendar == nil || d.Outage == nil || d.Authority == nil || d.Notice == nil || d.Bulk == nil || d.Shelter == nil || d.Catalog == nil {
		return nil, errors.New("docket: a dependency is missing")
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	rules, err := calendar.DefaultRules()
	if err != nil {
		return nil, err
	}
	table, err := parseOffers(noticesJSON, rules)
	return &Service{d: d, offers: table}, err
}

// Case returns a case that the actor may see, with its parties; the parties of
// the other side without identifiers and addresses. What he may not see is
// errs.NotFound. A reading by staff is recorded.
func (s *Service) Case(ctx context.Context, a policy.Actor, id string) (_ Case, err error) {
	defer errs.Wrap(&err, "docket.Case")
	c, err := s.visible(ctx, a, id)
	if err != nil {
		return Case{}, err
	}
	return c, s.record(ctx, a, c, "case")
}

// visible is Case without the record, for reads that make one themselves.
func (s *Service) visible(ctx context.Context, a policy.Actor, id string) (Case, error) {
	c, err := readCase(ctx, s.d.DB, id)
	if err != nil {
		return Case{}, err
	}
	if err := hidden(s.d.Policy.Check(a, "docket.view", caseResource(c))); err != nil {
		return Case{}, err
	}
	if !staff(a) { // staff see all sides, everybody else exactly one
		own, ok := c.PartyOf(a.Owner())
		if !ok {
			return Case{}, errs.New(errs.NotFound, "")
		}
		c.Side, c.Lawyer = own.Side, own.Person != a.Owner()
	}
	if s.d.Policy.Check(a, "docket.addresses", caseResource(c)) != nil {
		for i, p := range c.Parties {
			if !c.mine(a, p.ID) {
				c.Parties[i] = p.nameOnly()
			}
		}
	}
	return c, s.shelter(ctx, a, c)
}

// shelter takes the addresses of those who hide them out of a case, for everybody
// but themselves and who acts for them.
func (s *Service) shelter(ctx context.Context, a policy.Actor, c Case) error {
	people := make([]string, len(c.Parties))
	for i, p := range c.Parties {
		people[i] = p.Person
	}
	hiding, err := s.d.Shelter.Among(ctx, s.d.DB, people)
	if err != nil {
		return err
	}
	for i, p := range c.Parties {
		if slices.Contains(hiding, p.Person) {
			c.Parties[i].Hides = true
			if !c.mine(a, p.ID) {
				c.Parties[i].Address, c.Parties[i].Province, c.Parties[i].County = "", "", ""
			}
		}
	}
	return nil
}

// record writes who of the staff looked at whose data. Without the record there
// is no reading.
func (s *Service) record(ctx context.Context, a policy.Actor, c Case, what string) error {
	if !staff(a) {
		return s.d.Identity.RecordActing(ctx, a, "case", c.ID)
	}
	return s.RecordAccess(ctx, c, identity.Access{By: a, What: "docket.access." + what, Why: "docket.access.duty", Object: c.ID})
}

// both writes a text in both languages, for papers.
func (s *Service) both(key string, pairs ...any) Text {
	return Text{FA: s.d.Catalog.Printer(i18n.FA).T(key, pairs...), EN: s.d.Catalog.Printer(i18n.EN).T(key, pairs...)}
}

// find is the id of the case with a number, if the actor may see it; otherwise
// errs.Invalid with the field number.
func (s *Service) find(ctx context.Context, a policy.Actor, number string) (string, error) {
	unknown := errs.InvalidFields([]errs.Field{{Name: "number", Code: "docket.number_unknown"}})
	id, found, err := store.Find[string](ctx, s.d.DB, sqlByNumber, number)
	if err != nil || !found {
		return "", cmp.Or(err, unknown)
	}
	if _, err := s.visible(ctx, a, id); errs.Is(err, errs.NotFound) {
		return "", unknown
	} else if err != nil {
		return "", err
	}
	return id, nil
}
