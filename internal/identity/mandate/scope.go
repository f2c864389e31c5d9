// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// groups is what a mandate keeps for the groups of notices that were chosen; false:
// some of them are not there, or not the actor's to give.
func (s *Service) groups(a policy.Actor, chosen []string) (list []string, ok bool) {
	if chosen == nil {
		return a.Notices, true
	}
	for _, g := range s.d.Notices {
		if slices.Contains(chosen, g) {
			list = append(list, g)
		}
	}
	known := !slices.ContainsFunc(chosen, func(g string) bool { return g != identity.NoNotices && !slices.Contains(s.d.Notices, g) })
	if slices.Contains(chosen, identity.NoNotices) || len(list) == 0 {
		return []string{identity.NoNotices}, known && len(list) == 0
	}
	return list, known && within(list, a.Notices)
}

// within tells whether groups of notices are among others; nil is all of them.
func within(list, others []string) bool {
	return others == nil || list != nil && !slices.ContainsFunc(list, func(g string) bool { return g != identity.NoNotices && !slices.Contains(others, g) })
}

// common is what two choices of groups have in common.
func common(a, b []string) []string {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	list := slices.DeleteFunc(slices.Clone(a), func(g string) bool { return !slices.Contains(b, g) })
	if len(list) == 0 {
		return []string{identity.NoNotices}
	}
	return list
}

// SetNotices changes the groups of notices that a mandate which holds covers; nil is
// all of them. What it covered and is not among them ends at once (narrowed). For
// what is among them and was not covered a mandate is drafted that takes the place of
// this one (wider): it takes the giver's code and the taker's acceptance like any
// other, and until then this one stands. errs.Invalid: some group is unknown.
// errs.Conflict, code mandate.not_active: it does not hold; mandate.changed_meanwhile.
func (s *Service) SetNotices(ctx context.Context, a policy.Actor, id string, notices []string, act string) (now Mandate, wider *Mandate, err error) {
	defer errs.Wrap(&err, "mandate.SetNotices")
	m, err := find(ctx, s.d.DB, a, id)
	if err != nil {
		return m, nil, err
	}
	if err := s.mayChange(a, "mandate.revoke", m); err != nil {
		return m, nil, err
	}
	if !m.Holds(s.today()) {
		return m, nil, errs.New(errs.Conflict, "mandate.not_active")
	}
	list, ok := s.groups(a, notices)
	if !ok {
		return m, nil, errs.InvalidFields([]errs.Field{{Name: "notices", Code: "mandate.wrong.notices"}})
	}
	more := !within(list, m.Notices)
	if more {
		if err := s.mayChange(a, "mandate.give", m); err != nil {
			return m, nil, err
		}
		if err := s.known(a); err != nil {
			return m, nil, err
		}
		if list != nil && slices.Contains(m.Rights, policy.Data) {
			return m, nil, errs.InvalidFields([]errs.Field{{Name: "notices", Code: "mandate.wrong.notices_data"}})
		}
	}
	if act != "" { // a second click finds what the first drafted
		if first, found, err := store.Find[row](ctx, s.d.DB, sqlOfAct, m.Giver, act); err != nil {
			return m, nil, err
		} else if found {
			w := first.mandate()
			return m, &w, nil
		}
	}
	if err := s.endWider(ctx, a, m); err != nil {
		return m, nil, err
	}
	if less := common(list, m.Notices); !slices.Equal(less, m.Notices) {
		if m, err = s.narrow(ctx, a, m, less); err != nil {
			return m, nil, err
		}
	}
	if !more {
		return m, nil, nil
	}
	w, err := s.widen(ctx, a, m, list, act)
	return m, &w, err
}

// narrow leaves a mandate fewer groups, in one transaction with the capacity: it bites
// at the taker's next click.
func (s *Service) narrow(ctx context.Context, a policy.Actor, m Mandate, list []string) (Mandate, error) {
	capacities, err := s.d.Identity.Capacities(ctx, m.Taker)
	if err != nil {
		return m, err
	}
	i := slices.IndexFunc(capacities, func(c identity.Capacity) bool { return c.ID == m.Capacity })
	if i < 0 {
		return m, errs.New(errs.Conflict, "mandate.not_active")
	}
	was, c := m.Notices, capacities[i]
	m.Notices, c.Notices = list, list
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.StandsTx(ctx, tx, a); err != nil {
			return err
		}
		evidence, err := s.stage(ctx, tx, "mandate.narrowed", m, a, map[string]string{"notices_before": cmp.Or(strings.Join(was, " "), "all")})
		if err != nil {
			return err
		}
		if err := tx.ExecOne(ctx, sqlNarrow, m.Giver, m.ID, strings.Join(list, " "), evidence, strings.Join(was, " ")); err != nil {
			return err
		}
		if err := s.d.Identity.NarrowTx(ctx, tx, a, c); err != nil {
			return err
		}
		return s.tellTx(ctx, tx, m, m.Taker, "narrowed")
	})
	if errs.Is(err, errs.Conflict) { // ended or changed by somebody who was faster
		err = errs.New(errs.Conflict, "mandate.changed_meanwhile").Because(err)
	}
	if err != nil {
		return m, err
	}
	return read(ctx, s.d.DB, m.Giver, m.ID)
}

// endWider ends what was to take the place of a mandate and was not accepted: who says
// anew what it covers does not mean that any more.
func (s *Service) endWider(ctx context.Context, a policy.Actor, m Mandate) error {
	rows, err := store.All[row](ctx, s.d.DB, sqlWider, m.Giver, m.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.end(ctx, a, r.mandate(), Revoked); err != nil {
			return err // also if it was accepted at this moment: then this one has ended
		}
	}
	return nil
}

// widen drafts what takes the place of a mandate and differs from it in the groups.
func (s *Service) widen(ctx context.Context, a policy.Actor, m Mandate, list []string, act string) (Mandate, error) {
	w := m
	w.ID, w.Number, w.State, w.GivenBy, w.Notices, w.Replaces = id.New(), id.Digits(10), Draft, a.Person, list, m.ID
	w.Capacity, w.From, w.code, w.previousEvidence = "", 0, "", ""
	w.GiverName, w.TakerName = "", ""
	if w.Kind != Office { // of the others the acceptance finds the licence
		w.BaseOf, w.Base = "", ""
	}
	return s.insert(ctx, w, cmp.Or(act, w.ID))
}

// replaceTx ends the mandate whose place one takes that is being accepted, and hands on
// the cases that came to it meanwhile. errs.Conflict: it does not hold any more.
func (s *Service) replaceTx(ctx context.Context, tx *store.Tx, by policy.Actor, m *Mandate) error {
	former, err := read(ctx, tx, m.Giver, m.Replaces)
	if err != nil {
		return err
	}
	if !former.Holds(civil.Of(tx.Now())) {
		return errs.New(errs.Conflict, "mandate.not_offered")
	}
	if former.Only != nil {
		m.Only.Cases = former.Only.Cases
		if err := tx.ExecOne(ctx, sqlCases, m.Giver, m.ID, strings.Join(m.Only.Cases, " ")); err != nil {
			return err
		}
	}
	capacities, err := s.d.Identity.CapacitiesTx(ctx, tx, former.Taker)
	if err != nil {
		return err
	}
	return s.endTx(ctx, tx, by, former, capacities, Replaced)
}
