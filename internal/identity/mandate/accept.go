// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	newid "github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Accept has the taker accept: from here on he can choose the capacity. A second
// click finds it accepted. errs.Conflict, code mandate.not_offered: it has ended
// or was never given; mandate.wrong.no_licence: his own licence does not hold.
func (s *Service) Accept(ctx context.Context, a policy.Actor, id string) (_ Mandate, err error) {
	defer errs.Wrap(&err, "mandate.Accept")
	m, err := find(ctx, s.d.DB, a, id)
	if err != nil {
		return Mandate{}, err
	}
	if err := s.mayChange(a, "mandate.answer", m); err != nil || m.State == Active {
		return m, err
	}
	if m.State != Offered {
		return m, errs.New(errs.Conflict, "mandate.not_offered")
	}
	rule, _ := s.rule(m.Kind)
	if rule.Needs != "" {
		c, holds, err := s.licence(ctx, m.Taker, rule.Needs)
		if err != nil {
			return m, err
		}
		if !holds {
			return m, errs.New(errs.Conflict, "mandate.wrong.no_licence")
		}
		m.BaseOf, m.Base = c.Person, c.ID
	}
	giver, err := s.d.Identity.Person(ctx, m.Giver)
	if err != nil {
		return m, err
	}
	m.Capacity = newid.New()
	key := "mandate.capacity." + string(m.Kind)
	if m.Only != nil {
		key = "mandate.capacity.limited"
	}
	title := func(l i18n.Lang) string {
		return s.d.Catalog.Printer(l).T(key, "name", giver.Name())
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		m.From, m.Accepted = civil.Of(tx.Now()), tx.Now()
		if m.Replaces != "" {
			if err := s.replaceTx(ctx, tx, a, &m); err != nil {
				return err
			}
		}
		evidence, err := s.stage(ctx, tx, "mandate.accepted", m, a, map[string]string{"given_capacity": m.Capacity})
		if err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlAccept, m.Giver, m.ID, store.At(tx.Now()), m.From, m.Capacity, m.BaseOf, m.Base, evidence); err != nil {
			return err
		}
		err = s.d.Identity.AddCapacityTx(ctx, tx, a, identity.Capacity{
			ID: m.Capacity, Person: m.Taker, Role: rule.Role, TitleFA: title(i18n.FA), TitleEN: title(i18n.EN), From: m.From, Until: m.Until,
			Source: "mandate.source", Number: m.Number, For: m.Giver, Rights: m.Rights, Only: m.Only, Notices: m.Notices, Mandate: m.ID, BaseOf: m.BaseOf, Base: m.Base, Least: identity.RegistryChecked,
		})
		if err != nil {
			return err
		}
		if err := s.tellTx(ctx, tx, m, m.GivenBy, "accepted"); err != nil {
			return err
		}
		return s.d.Jobs.PublishTx(ctx, tx, GivenEvent{Mandate: m.ID, Number: m.Number, Kind: m.Kind, Giver: m.Giver, Taker: m.Taker, At: tx.Now()})
	})
	if err == nil {
		m.State = Active
		return m, nil
	}
	if now, rerr := read(ctx, s.d.DB, m.Giver, m.ID); rerr == nil && now.State == Active { // a second click
		return now, nil
	}
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "mandate.not_offered").Because(err)
	}
	return m, err
}

// End ends a mandate at once: revoked by the giver, or resigned or declined by
// the taker. It bites at the taker's next click. A second click finds it ended.
func (s *Service) End(ctx context.Context, a policy.Actor, id string) (err error) {
	defer errs.Wrap(&err, "mandate.End")
	m, err := find(ctx, s.d.DB, a, id)
	if err != nil {
		return err
	}
	why := Revoked
	switch {
	case a.Person != m.Taker:
		err = s.mayChange(a, "mandate.revoke", m)
	case m.State == Offered:
		why, err = Declined, s.mayChange(a, "mandate.answer", m)
	default:
		why, err = Resigned, s.mayChange(a, "mandate.answer", m)
	}
	if err != nil || m.State == Ended {
		return err
	}
	err = s.end(ctx, a, m, why)
	if now, rerr := read(ctx, s.d.DB, m.Giver, m.ID); rerr == nil && now.State == Ended {
		return nil // also if somebody was faster: what was asked for holds
	}
	return err
}

// end ends a mandate that stands in the state of m.
func (s *Service) end(ctx context.Context, by policy.Actor, m Mandate, why string) error {
	capacities, err := s.d.Identity.Capacities(ctx, m.Taker)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.endTx(ctx, tx, by, m, capacities, why) })
}

func (s *Service) endTx(ctx context.Context, tx *store.Tx, by policy.Actor, m Mandate, capacities []identity.Capacity, why string) error {
	evidence := ""
	var err error
	if m.State != Draft { // of what nobody was offered there is none
		if evidence, err = s.stage(ctx, tx, "mandate.ended", m, by, map[string]string{"why": why}); err != nil {
			return err
		}
	}
	err = tx.ExecOne(ctx, sqlEnd, m.Giver, m.ID, store.At(tx.Now()), by.Person, why, evidence, m.State)
	if err != nil || m.State == Draft {
		return err
	}
	if err := s.endCapacityTx(ctx, tx, by, m, capacities, why); err != nil {
		return err
	}
	// Whoever ended it knows; an account that is closed is told nothing.
	for _, who := range []string{m.Taker, m.GivenBy} {
		if who == by.Person || by.Person == "" && who == m.GivenBy && why == Over || why == Replaced {
			continue
		}
		if err := s.tellTx(ctx, tx, m, who, "ended"); err != nil {
			return err
		}
	}
	if m.State != Active {
		return nil
	}
	return s.d.Jobs.PublishTx(ctx, tx, EndedEvent{
		Mandate: m.ID, Number: m.Number, Kind: m.Kind, Giver: m.Giver, Taker: m.Taker, By: by.Person, Why: why, At: tx.Now(),
	})
}

func (s *Service) endCapacityTx(ctx context.Context, tx *store.Tx, by policy.Actor, m Mandate, list []identity.Capacity, why string) error {
	for _, c := range list {
		if c.ID != m.Capacity || !c.Ended.IsZero() { // an administrator has ended it before
			continue
		}
		return s.d.Identity.EndCapacityTx(ctx, tx, by, c, why)
	}
	return nil
}
