// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// CapacityStep is what may happen to a capacity that somebody holds; the last
// part of the evidence's event.
type CapacityStep string

// The steps. CapacityRestored gives back what was ended by mistake.
const (
	CapacitySuspended CapacityStep = "suspended"
	CapacityResumed   CapacityStep = "resumed"
	CapacityRenewed   CapacityStep = "renewed" // another last day, grade, title, fields or place
	CapacityRestored  CapacityStep = "restored"
)

const (
	sqlChangeCapacity = `
UPDATE identity_capacity SET until_day = $3, grade = $4, title_fa = $5, title_en = $6, fields = $7, place = $8, suspended_us = $9,
	suspended_why = $10, ended_us = $11
WHERE person = $1 AND id = $2 AND until_day = $12 AND grade = $13 AND suspended_us = $14 AND ended_us = $15`
	// A licence is asked about when it was not for some time, or when its last day
	// is over and nobody has asked since.
	sqlLicencesDue = `
SELECT ` + capacityColumns + ` FROM identity_capacity
WHERE issuer <> '' AND number <> '' AND ended_us = 0 AND role IN ('lawyer', 'expert')
	AND (until_day = 0 OR until_day >= $3) AND (asked_us < $1 OR until_day < $4 AND asked_us < $2)
ORDER BY asked_us, id LIMIT $5`
	sqlIssued        = `SELECT ` + capacityColumns + ` FROM identity_capacity WHERE issuer = $1 AND role = $2 ORDER BY id DESC LIMIT $3`
	sqlCapacityAsked = `UPDATE identity_capacity SET asked_us = $3 WHERE person = $1 AND id = $2`
)

// ChangeCapacityTx takes a capacity from was to what now says of its last day,
// grade, title, fields, place, suspension and end; the rest stays. The holder is
// told when it is suspended or resumed. That by may, the caller has made sure. It
// only writes. errs.Conflict: somebody has changed it since was was read.
func (s *Service) ChangeCapacityTx(ctx context.Context, tx *store.Tx, by policy.Actor, step CapacityStep, was, now Capacity, why string) (err error) {
	defer errs.Wrap(&err, "identity.ChangeCapacityTx")
	w, n := was.row(), now.row()
	err = tx.ExecOne(ctx, sqlChangeCapacity, was.Person, was.ID, n.Until, n.Grade, n.TitleFA, n.TitleEN, n.Fields, n.Place, n.Halted, n.Why,
		n.Ended, w.Until, w.Grade, w.Halted, w.Ended)
	if err != nil {
		return err
	}
	facts := capacityFacts(now)
	facts["why"] = why
	if err := s.stage(ctx, tx, "identity.capacity_"+string(step), was.Person, was.ID, by, facts); err != nil {
		return err
	}
	if step == CapacitySuspended || was.Ended.IsZero() && !now.Ended.IsZero() {
		if err := s.licenceOverTx(ctx, tx, now, step == CapacitySuspended); err != nil {
			return err
		}
	}
	if step == CapacitySuspended || step == CapacityResumed {
		return s.alertTx(ctx, tx, was.Person, "capacity_"+string(step))
	}
	return nil
}

// LicencesDue lists capacities whose issuer is to be asked again: nobody asked
// since before, or the last day was within the last grace days and nobody asked
// since the day began.
func (s *Service) LicencesDue(ctx context.Context, before time.Time, grace, limit int) (_ []Capacity, err error) {
	defer errs.Wrap(&err, "identity.LicencesDue")
	today := civil.Of(s.d.Clock.Now())
	rows, err := store.All[capacityRow](ctx, s.d.DB, sqlLicencesDue, store.At(before), store.At(today.Time()), today.Add(-grace), today, limit)
	out := make([]Capacity, len(rows))
	for i, r := range rows {
		out[i] = r.capacity()
	}
	return out, err
}

// LicenceAskedTx notes that the issuer of a capacity has answered.
func (s *Service) LicenceAskedTx(ctx context.Context, tx *store.Tx, c Capacity) (err error) {
	defer errs.Wrap(&err, "identity.LicenceAskedTx")
	return tx.Exec(ctx, sqlCapacityAsked, c.Person, c.ID, store.At(tx.Now()))
}

// HeldTx lists somebody's capacities in the caller's transaction, which waits for
// whoever is giving or taking one of them.
func (s *Service) HeldTx(ctx context.Context, tx *store.Tx, person string) (_ []Capacity, err error) {
	defer errs.Wrap(&err, "identity.HeldTx")
	if err := tx.ExecOne(ctx, sqlTouchPerson, person); err != nil {
		return nil, err
	}
	rows, err := store.All[capacityRow](ctx, tx, sqlCapacities, person)
	out := make([]Capacity, len(rows))
	for i, r := range rows {
		out[i] = r.capacity()
	}
	return out, err
}

// Brake slows down somebody who asks a register again and again: as many times as
// one may try to register. errs.RateLimited with the given code.
func (s *Service) Brake(ctx context.Context, code, what, person string) (err error) {
	defer errs.Wrap(&err, "identity.Brake")
	return s.take(ctx, code, brake{s.limits.RegisterIdentity, "register." + what, []string{person}})
}

// Count counts one act of who against a limit of the caller's own, over all
// processes. errs.RateLimited with the given code.
func (s *Service) Count(ctx context.Context, l Limit, code, what, who string) (err error) {
	defer errs.Wrap(&err, "identity.Count")
	return s.take(ctx, code, brake{l, what, []string{who}})
}

// Uncount takes back one act that turned out to be harmless.
func (s *Service) Uncount(ctx context.Context, l Limit, what, who string) (err error) {
	defer errs.Wrap(&err, "identity.Uncount")
	return s.giveBack(ctx, brake{l, what, []string{who}})
}

// Issued lists capacities of a role that rest on what an issuer gave or decided,
// the newest first, with the names of who holds them and for whom.
func (s *Service) Issued(ctx context.Context, issuer string, role policy.Role, limit int) (_ []Post, err error) {
	defer errs.Wrap(&err, "identity.Issued")
	rows, err := store.All[capacityRow](ctx, s.d.DB, sqlIssued, issuer, role, limit)
	out := make([]Post, len(rows))
	for i, r := range rows {
		out[i].Capacity = r.capacity()
		for id, name := range map[string]*string{r.Person: &out[i].Name, r.For: &out[i].ForName} {
			if id == "" || err != nil {
				continue
			}
			var p Person
			p, err = s.Person(ctx, id)
			*name = p.Name()
		}
	}
	return out, err
}
