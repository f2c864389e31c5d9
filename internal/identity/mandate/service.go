// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/level"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/jobs"
	"github.com/tarazu/tarazu/internal/platform/ledger"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Locale holds the words of this package.
//
//go:embed locale/*.json
var Locale embed.FS

// Deps are what a Service needs; all of them.
type Deps struct {
	DB       *store.DB
	Clock    clock.Clock
	Jobs     *jobs.Runner
	Ledger   *ledger.Ledger
	Policy   *policy.Engine
	Catalog  *i18n.Catalog
	Identity *identity.Service
	SMS      *sms.Client
	Levels   level.Rules // what giving asks for; nil: nothing

	Notices []string // the groups of notices to which a mandate can be limited

	// Matters lists what a mandate of the actor's can be limited to: the cases of
	// whom he acts for, and the titles under which that person files. docket and
	// catalogue fill it; it may be nil.
	Matters func(ctx context.Context, a policy.Actor) (cases, titles []Matter, err error)
}

// Service is the mandates. It is safe for concurrent use.
type Service struct {
	d     Deps
	rules []Rule
}

// New makes the service. Call Jobs and mount Routes before it is used.
func New(d Deps) (_ *Service, err error) {
	defer errs.Wrap(&err, "mandate.New")
	if d.DB == nil || d.Clock == nil || d.Jobs == nil || d.Ledger == nil || d.Policy == nil || d.Catalog == nil || d.Identity == nil || d.SMS == nil {
		return nil, errors.New("a dependency is missing")
	}
	rules, err := Rules()
	return &Service{d: d, rules: rules}, err
}

func (s *Service) today() civil.Day { return civil.Of(s.d.Clock.Now()) }

func (s *Service) rule(k Kind) (Rule, bool) {
	i := slices.IndexFunc(s.rules, func(r Rule) bool { return r.Code == k })
	if i < 0 {
		return Rule{}, false
	}
	return s.rules[i], true
}

// Offers lists the kinds that the actor may give.
func (s *Service) Offers(a policy.Actor) []Rule {
	var out []Rule
	for _, r := range s.rules {
		if s.may(a, "mandate.give", Mandate{Giver: a.Owner(), Kind: r.Code}) == nil {
			out = append(out, r)
		}
	}
	return out
}

// shown is how many mandates a list has.
const shown = 100

// Mine lists what the actor, or whom he acts for by law, has given; and what the
// actor was offered. Both the newest first, with the names.
func (s *Service) Mine(ctx context.Context, a policy.Actor) (given, taken []Mandate, err error) {
	defer errs.Wrap(&err, "mandate.Mine")
	if !a.Delegated {
		if given, err = s.list(ctx, sqlGiven, a.Owner()); err != nil {
			return nil, nil, err
		}
	}
	taken, err = s.list(ctx, sqlTaken, a.Person)
	return given, taken, err
}

func (s *Service) list(ctx context.Context, query, person string) ([]Mandate, error) {
	rows, err := store.All[row](ctx, s.d.DB, query, person, shown)
	out := make([]Mandate, len(rows))
	for i, r := range rows {
		if out[i] = r.mandate(); err == nil {
			err = s.names(ctx, &out[i])
		}
	}
	return out, err
}

func (s *Service) names(ctx context.Context, m *Mandate) error {
	giver, err := s.d.Identity.Person(ctx, m.Giver)
	if err != nil {
		return err
	}
	taker, err := s.d.Identity.Person(ctx, m.Taker)
	m.GiverName, m.TakerName = giver.Name(), taker.Name()
	return err
}

// Get reads one mandate of the actor's. Somebody else's is errs.NotFound.
func (s *Service) Get(ctx context.Context, a policy.Actor, id string) (m Mandate, err error) {
	defer errs.Wrap(&err, "mandate.Get")
	if m, err = find(ctx, s.d.DB, a, id); err != nil {
		return Mandate{}, err
	}
	if err := s.mayChange(a, "mandate.view", m); err != nil {
		return Mandate{}, err
	}
	return m, s.names(ctx, &m)
}

// Look is one thing that was looked at or done under a mandate.
type Look struct {
	At     time.Time
	What   string // locale key
	Object string
}

type lookRow struct {
	At     store.Time `db:"at_us"`
	What   string     `db:"what"`
	Object string     `db:"object"`
}

// Looks lists what was looked at and done under a mandate, the newest first, for
// its giver.
func (s *Service) Looks(ctx context.Context, a policy.Actor, m Mandate) (_ []Look, err error) {
	defer errs.Wrap(&err, "mandate.Looks")
	if err := s.mayChange(a, "mandate.revoke", m); err != nil {
		return nil, err
	}
	r, _ := s.rule(m.Kind)
	rows, err := store.All[lookRow](ctx, s.d.DB, sqlLooks, m.Giver, m.Taker, string(r.Role), store.At(m.Accepted), shown)
	out := make([]Look, len(rows))
	for i, l := range rows {
		out[i] = Look{At: l.At.Time, What: l.What, Object: l.Object}
	}
	return out, err
}

// DismissedTx tells whether the contract of a lawyer with a party about a case
// ended after a moment, and no other one holds: papers for the party no longer go to him from
// then on, also before anything has heard of it. An appeal counts as its case of
// first instance ("" if it is none): a contract about that one is about both.
func (s *Service) DismissedTx(ctx context.Context, tx *store.Tx, party, lawyer, caseID, first string, since time.Time) (_ bool, err error) {
	defer errs.Wrap(&err, "mandate.DismissedTx")
	n, err := store.One[int64](ctx, tx, sqlDismissed, party, lawyer, store.At(since), civil.Of(tx.Now()), "%"+caseID+"%", "%"+cmp.Or(first, caseID)+"%")
	return n > 0, err
}

// BoundTx tells whether a lawyer has a contract with a party about a case, or had
// one at any time since it was opened, so that he does not act for the opponent:
// unless the opponent's own contract with him, which holds, is the older one.
func (s *Service) BoundTx(ctx context.Context, tx *store.Tx, party, opponent, lawyer, caseID, first string, opened time.Time) (_ bool, err error) {
	defer errs.Wrap(&err, "mandate.BoundTx")
	n, err := store.One[int64](ctx, tx, sqlBound, party, opponent, lawyer, "%"+caseID+"%", "%"+cmp.Or(first, caseID)+"%",
		store.At(opened), civil.Of(opened), civil.Of(tx.Now()))
	return n > 0, err
}

// FitsTx tells whether the number that a lawyer quotes can be that of his contract
// with a party about a case. It cannot if the party gave a mandate of this number
// that is another's, no lawyer's contract, not in force, or limited to other matters.
// A contract that was made elsewhere is not known here, and fits.
func (s *Service) FitsTx(ctx context.Context, tx *store.Tx, party, lawyer, number, caseID, first string) (_ bool, err error) {
	defer errs.Wrap(&err, "mandate.FitsTx")
	n, err := store.One[int64](ctx, tx, sqlUnfit, party, persian.Identifier(number), lawyer, civil.Of(tx.Now()),
		"%"+caseID+"%", "%"+cmp.Or(first, caseID)+"%")
	return n == 0, err
}

// stage writes the evidence of a step.
func (s *Service) stage(ctx context.Context, tx *store.Tx, event string, m Mandate, by policy.Actor, members map[string]string) (string, error) {
	all := map[string]string{
		"number": m.Number, "kind": string(m.Kind), "giver": m.Giver, "taker": m.Taker, "rights": joined(m.Rights), "until": m.Until.String(),
		"notices": cmp.Or(strings.Join(m.Notices, " "), "all"),
	}
	if m.Replaces != "" {
		all["replaces"] = m.Replaces
	}
	if m.Only != nil {
		all["only_cases"], all["only_titles"] = strings.Join(m.Only.Cases, " "), strings.Join(m.Only.Titles, " ")
		all["only_fa"], all["only_en"] = strings.Join(m.OnlyFA, "\n"), strings.Join(m.OnlyEN, "\n")
	}
	for k, v := range members {
		all[k] = v
	}
	return s.d.Ledger.StageTx(ctx, tx, ledger.Record{
		Event: event, Owner: m.Giver, Subject: m.ID, Actor: by.Person, Role: string(by.Role), Capacity: by.Capacity, OnBehalf: by.For, Previous: m.previousEvidence, Members: all,
	})
}
