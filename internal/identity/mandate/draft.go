// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// maxOpen bounds the mandates of one giver that have not ended.
	maxOpen = 100
	// maxTries bounds how often in tryTime somebody looks for a taker: the
	// accounts are no directory.
	maxTries = 10
	tryTime  = time.Hour
)

// NewMandate is a mandate to be given.
type NewMandate struct {
	Kind     Kind
	Taker    string // national code or judicial identifier
	LastName string // of the taker, as a check
	Rights   []policy.Right
	Until    civil.Day
	Cases    []string // to which it is limited, of the giver's; with Titles empty: none
	Titles   []string // to which it is limited, of the catalogue
	Notices  []string // groups of notices that it covers; nil: all that the giver has
	Act      string   // key of the act: a double click drafts one
}

// Draft fixes the terms of a mandate, which takes effect with the giver's code
// and the taker's acceptance. errs.Invalid names what is wrong; that there is no
// such taker, and that the name is another, have one answer. errs.RateLimited,
// code mandate.too_many_tries. errs.Conflict, code mandate.too_many.
func (s *Service) Draft(ctx context.Context, a policy.Actor, n NewMandate) (m Mandate, err error) {
	defer errs.Wrap(&err, "mandate.Draft")
	m = Mandate{Giver: a.Owner(), ID: id.New(), Number: id.Digits(10), Kind: n.Kind, State: Draft, GivenBy: a.Person, Until: n.Until}
	if err := s.may(a, "mandate.give", m); err != nil {
		return Mandate{}, err
	}
	if err := s.known(a); err != nil {
		return Mandate{}, err
	}
	if n.Act == "" {
		n.Act = m.ID
	}
	if first, found, err := store.Find[row](ctx, s.d.DB, sqlOfAct, m.Giver, n.Act); err != nil || found {
		return first.mandate(), err
	}
	rule, _ := s.rule(n.Kind)
	if err := s.terms(a, &m, rule, n); err != nil {
		return Mandate{}, err
	}
	if err := s.limit(ctx, a, &m, rule, n); err != nil {
		return Mandate{}, err
	}
	taker, err := s.taker(ctx, a, m, rule, n)
	if err != nil {
		return Mandate{}, err
	}
	m.Taker = taker.ID
	if m.Kind == Office { // the staff of an office that is closed prepares nothing
		m.BaseOf, m.Base = a.Person, a.Capacity
	}
	return s.insert(ctx, m, n.Act)
}

// insert keeps a mandate whose terms are fixed. Whoever drafts it twice with one act
// finds the first.
func (s *Service) insert(ctx context.Context, m Mandate, act string) (Mandate, error) {
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error {
		open, err := store.One[int64](ctx, tx, sqlOpen, m.Giver, civil.Of(tx.Now()))
		if err != nil {
			return err
		}
		if open >= maxOpen {
			return errs.New(errs.Conflict, "mandate.too_many", "max", maxOpen)
		}
		m.Created = tx.Now()
		cases, titles := m.limited()
		return store.Insert(ctx, tx, "identity_mandate", row{
			Cases: cases, Titles: titles, LimitFA: strings.Join(m.OnlyFA, "\n"), LimitEN: strings.Join(m.OnlyEN, "\n"),
			Giver: m.Giver, ID: m.ID, Act: act, Number: m.Number, Kind: m.Kind, Taker: m.Taker, Rights: joined(m.Rights), Until: m.Until,
			State: Draft, Notices: strings.Join(m.Notices, " "), Replaces: m.Replaces,
			GivenBy: m.GivenBy, BaseOf: m.BaseOf, Base: m.Base, Created: store.At(tx.Now()),
		})
	})
	if errs.Is(err, errs.Conflict) { // the other half of a double click was faster
		if first, found, ferr := store.Find[row](ctx, s.d.DB, sqlOfAct, m.Giver, act); ferr == nil && found {
			return first.mandate(), nil
		}
	}
	return m, err
}

// terms checks what may be done and until when.
func (s *Service) terms(a policy.Actor, m *Mandate, rule Rule, n NewMandate) error {
	var fields []errs.Field
	for _, r := range policy.Rights() {
		if slices.Contains(n.Rights, r) && slices.Contains(rule.Rights, r) {
			m.Rights = append(m.Rights, r)
		}
	}
	if !slices.Contains(m.Rights, policy.See) || len(m.Rights) != len(n.Rights) {
		fields = append(fields, errs.Field{Name: "rights", Code: "mandate.wrong.rights"})
	}
	if today := s.today(); n.Until < today || n.Until > today.Add(rule.Days) {
		fields = append(fields, errs.Field{Name: "until", Code: "mandate.wrong.until", Args: []any{"days", rule.Days}})
	}
	var ok bool
	if m.Notices, ok = s.groups(a, n.Notices); !ok {
		fields = append(fields, errs.Field{Name: "notices", Code: "mandate.wrong.notices"})
	}
	if m.Notices != nil && slices.Contains(m.Rights, policy.Data) { // all notices are in there
		fields = append(fields, errs.Field{Name: "rights", Code: "mandate.wrong.notices_data"})
	}
	return errs.InvalidFields(fields)
}

// taker finds who is to act.
func (s *Service) taker(ctx context.Context, a policy.Actor, m Mandate, rule Rule, n NewMandate) (identity.Person, error) {
	if err := s.countTry(ctx, a); err != nil {
		return identity.Person{}, err
	}
	wrong := func(code string) error {
		return errs.InvalidFields([]errs.Field{{Name: "taker", Code: code}})
	}
	var p identity.Person
	var found bool
	var err error
	switch code := persian.Identifier(n.Taker); len(code) {
	case 10:
		p, found, err = s.d.Identity.FindByNationalCode(ctx, s.d.DB, code)
	case 12:
		p, found, err = s.d.Identity.FindByJudicialID(ctx, code)
	}
	switch {
	case err != nil:
		return p, err
	}
	onWord, err := s.d.Identity.OnTheirWord(ctx, p.ID) // the name is their own
	switch {
	case err != nil:
		return p, err
	case onWord:
		return p, wrong("mandate.wrong.taker")
	case !found, !p.Class.Natural(), p.Status != identity.Active, !sameName(p.LastName, n.LastName):
		return p, wrong("mandate.wrong.taker")
	case p.ID == a.Person, p.ID == m.Giver:
		return p, wrong("mandate.wrong.self")
	case rule.Needs == "":
		return p, nil
	}
	_, holds, err := s.licence(ctx, p.ID, rule.Needs)
	if err == nil && !holds {
		err = wrong("mandate.wrong.no_licence")
	}
	return p, err
}

// sameName compares names the way people type them.
func sameName(a, b string) bool {
	plain := func(s string) string { return strings.ReplaceAll(persian.Fold(s), " ", "") }
	return plain(a) != "" && plain(a) == plain(b)
}

// licence is a capacity of a person in their own right, that holds today.
func (s *Service) licence(ctx context.Context, person string, role policy.Role) (identity.Capacity, bool, error) {
	list, err := s.d.Identity.Capacities(ctx, person)
	for _, c := range list {
		if c.Role == role && c.For == "" && c.Holds(s.today()) {
			return c, true, nil
		}
	}
	return identity.Capacity{}, false, err
}

// countTry counts a look for a taker. The lock puts the tries of one person in line,
// so that many at once, in however many processes, are no more than the others.
func (s *Service) countTry(ctx context.Context, a policy.Actor) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.d.Identity.LockTx(ctx, tx, a.Person); err != nil {
			return err
		}
		n, err := store.One[int64](ctx, tx, sqlTries, a.Person, store.At(tx.Now().Add(-tryTime)))
		if err != nil {
			return err
		}
		if n >= maxTries {
			return errs.New(errs.RateLimited, "mandate.too_many_tries", "max", maxTries)
		}
		return store.Insert(ctx, tx, "identity_mandate_try", tryRow{Person: a.Person, At: store.At(tx.Now()), ID: id.New()})
	})
}
