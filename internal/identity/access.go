// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// shownAccesses is how many accesses and sign-ins a person is shown.
const shownAccesses = 100

// Access is one look of somebody at a person's data. What is what was looked
// at, Why the ground, both locale keys or plain words without personal data;
// Object is the id of the case, filing or paper.
type Access struct {
	Subject string // whose data
	By      policy.Actor
	What    string
	Why     string
	Object  string
	At      time.Time // zero: now
}

// AccessRow is one look, as the person is told of it.
type AccessRow struct {
	At     time.Time
	Name   string // of who looked
	Role   policy.Role
	Unit   string
	What   string
	Why    string
	Object string
}

// RecordAccess writes that somebody looked at a person's data. Looking at
// one's own is not recorded. The page must not be shown if this fails.
func (s *Service) RecordAccess(ctx context.Context, a Access) (err error) {
	defer errs.Wrap(&err, "identity.RecordAccess")
	return s.RecordAccesses(ctx, []Access{a})
}

// RecordAccesses is RecordAccess for a list that is shown at once: all rows in
// one write.
func (s *Service) RecordAccesses(ctx context.Context, list []Access) (err error) {
	defer errs.Wrap(&err, "identity.RecordAccesses")
	list = slices.DeleteFunc(slices.Clone(list), Access.own)
	if len(list) == 0 {
		return nil
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		for _, a := range list {
			if err := insertAccess(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

// RecordAccessesTx is RecordAccesses in the caller's transaction, for looks that
// a module above kept back until the person may know of them.
func (s *Service) RecordAccessesTx(ctx context.Context, tx *store.Tx, list []Access) (err error) {
	defer errs.Wrap(&err, "identity.RecordAccessesTx")
	for _, a := range list {
		if err := insertAccess(ctx, tx, a); err != nil {
			return err
		}
	}
	return nil
}

// actingSeen is how long one look at a thing on behalf of its owner counts as the
// same look.
const actingSeen = time.Hour

// RecordActing writes that somebody who acts on behalf of another looked at one
// of his things: what is filing, case, notice, payment or inbox, object its id.
// Who acts for himself is not recorded, and the same thing once an hour.
func (s *Service) RecordActing(ctx context.Context, a policy.Actor, what, object string) (err error) {
	defer errs.Wrap(&err, "identity.RecordActing")
	if a.For == "" {
		return nil
	}
	what = "identity.access.acting." + what
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		n, err := store.One[int64](ctx, tx, sqlActingSeen, a.For, a.Person, what, object, store.At(tx.Now().Add(-actingSeen)))
		if err != nil || n > 0 {
			return err
		}
		return insertAccess(ctx, tx, Access{Subject: a.For, By: a, What: what, Why: "identity.access.mandate", Object: object})
	})
}

// own tells that there is nothing to record: nobody's data, or one's own.
func (a Access) own() bool { return a.Subject == "" || a.Subject == a.By.Person }

func insertAccess(ctx context.Context, tx *store.Tx, a Access) error {
	if a.own() {
		return nil
	}
	if a.At.IsZero() {
		a.At = tx.Now()
	}
	return store.Insert(ctx, tx, "identity_access", accessRow{
		Subject: a.Subject, ID: id.New(), At: store.At(a.At), Person: a.By.Person, Name: a.By.Name, Role: a.By.Role,
		Unit: a.By.Unit, What: a.What, Why: a.Why, Object: a.Object,
	})
}

// Accesses lists who looked at a person's data, the newest first, at most 100.
func (s *Service) Accesses(ctx context.Context, person string) (_ []AccessRow, err error) {
	defer errs.Wrap(&err, "identity.Accesses")
	rows, err := store.All[accessRow](ctx, s.d.DB, sqlAccesses, person, shownAccesses)
	out := make([]AccessRow, len(rows))
	for i, r := range rows {
		out[i] = AccessRow{At: r.At.Time, Name: r.Name, Role: r.Role, Unit: r.Unit, What: r.What, Why: r.Why, Object: r.Object}
	}
	return out, err
}

// View reads a person on behalf of by, who must be that person or entitled to
// see people, and records it. why is the ground, see Access.
func (s *Service) View(ctx context.Context, by policy.Actor, person, why string) (_ Person, err error) {
	defer errs.Wrap(&err, "identity.View")
	err = s.d.Policy.Check(by, "identity.view_person", policy.Resource{
		Type: "Person", ID: person, Attrs: map[string]any{"person": person},
	})
	if err != nil {
		return Person{}, err
	}
	p, err := s.Person(ctx, person)
	if err != nil {
		return Person{}, err
	}
	return p, s.RecordAccess(ctx, Access{Subject: person, By: by, What: "identity.access.person", Why: why})
}
