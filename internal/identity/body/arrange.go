// SPDX-License-Identifier: Apache-2.0

package body

import (
	"context"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// NewUnit is a unit to be made, or what one is to be called.
type NewUnit struct {
	Code           string
	NameFA, NameEN string // NameEN "": as in Persian
	Parent         string // "" at the top
	Act            string // key of the act: a double click makes one
}

// The longest that a unit is called, in letters.
const (
	maxCode = 30
	maxName = 120
)

func (n *NewUnit) check() error {
	n.Code, n.NameFA, n.NameEN = persian.Store(n.Code), persian.Store(n.NameFA), persian.Store(n.NameEN)
	n.Code = strings.ReplaceAll(persian.Digits(n.Code), " ", "")
	if n.NameEN == "" {
		n.NameEN = n.NameFA
	}
	var fields []errs.Field
	for _, f := range []struct {
		name, value string
		max         int
	}{{"code", n.Code, maxCode}, {"name_fa", n.NameFA, maxName}, {"name_en", n.NameEN, maxName}} {
		switch {
		case f.value == "":
			fields = append(fields, errs.Field{Name: f.name, Code: "form.required"})
		case len([]rune(f.value)) > f.max:
			fields = append(fields, errs.Field{Name: f.name, Code: "form.too_long", Args: []any{"max", f.max}})
		}
	}
	return errs.InvalidFields(fields)
}

func wrong(field, code string, args ...any) error {
	return errs.InvalidFields([]errs.Field{{Name: field, Code: code, Args: args}})
}

// codeFree refuses a code that another unit that stands has.
func (t tree) codeFree(code, except string) error {
	for _, u := range t.byID {
		if u.Code == code && u.ID != except {
			return wrong("code", "body.wrong.code")
		}
	}
	return nil
}

// Make adds a unit. A second click finds it made. errs.Invalid names what is wrong;
// errs.Conflict, code body.too_many_units.
func (s *Service) Make(ctx context.Context, a policy.Actor, n NewUnit) (u Unit, err error) {
	defer errs.Wrap(&err, "body.Make")
	if err := n.check(); err != nil {
		return Unit{}, err
	}
	uid := id.New()
	if n.Act == "" {
		n.Act = uid
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := s.standTx(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := s.may(a, p, actionArrange, ""); err != nil {
			return err
		}
		if first, found, err := store.Find[unitRow](ctx, tx, sqlUnitOfAct, a.For, n.Act); err != nil || found {
			u = first.unit()
			return err
		}
		if len(p.byID) >= s.limits.Units {
			return errs.New(errs.Conflict, "body.too_many_units", "max", s.limits.Units)
		}
		if err := p.codeFree(n.Code, ""); err != nil {
			return err
		}
		if code := p.mayMove("", n.Parent, s.limits.Depth); code != "" {
			return wrong("parent", code, "max", s.limits.Depth)
		}
		u = Unit{Body: a.For, ID: uid, Code: n.Code, NameFA: n.NameFA, NameEN: n.NameEN, Parent: n.Parent, From: civil.Of(tx.Now())}
		evidence, err := s.stepTx(ctx, tx, a, u, Made, nil)
		if err != nil {
			return err
		}
		return store.Insert(ctx, tx, "identity_unit", unitRow{
			Body: u.Body, ID: u.ID, Act: n.Act, Code: u.Code, NameFA: u.NameFA, NameEN: u.NameEN, Parent: u.Parent, From: u.From, Evidence: evidence,
		})
	})
	return u, err
}

// stepTx writes a step in the life of a unit: its history and its evidence.
func (s *Service) stepTx(ctx context.Context, tx *store.Tx, a policy.Actor, u Unit, what string, more map[string]string) (string, error) {
	row := changeRow{
		Body: u.Body, Unit: u.ID, ID: id.New(), What: what, Code: u.Code, NameFA: u.NameFA, NameEN: u.NameEN, Parent: u.Parent, By: a.Person, At: store.At(tx.Now()),
	}
	if err := store.Insert(ctx, tx, "identity_unit_change", row); err != nil {
		return "", err
	}
	members := map[string]string{"unit": u.ID, "code": u.Code, "name_fa": u.NameFA, "name_en": u.NameEN, "parent": u.Parent}
	for k, v := range more {
		members[k] = v
	}
	return s.stage(ctx, tx, eventUnit+what, u.Body, u.ID, u.evidence, a, members)
}

// change does something to a unit that stands and that the actor may arrange.
func (s *Service) change(ctx context.Context, a policy.Actor, unit string, do func(tx *store.Tx, p standpoint, u Unit) error) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		p, err := s.standTx(ctx, tx, a)
		if err != nil {
			return err
		}
		u, err := s.unit(ctx, tx, a, p, actionArrange, unit)
		if err != nil {
			return err
		}
		return do(tx, p, u)
	})
}

func ended() error { return errs.New(errs.Conflict, "body.ended") }

// Rename gives a unit another code and name; Parent and Act do not matter. A second
// click finds it so. errs.Conflict, code body.ended.
func (s *Service) Rename(ctx context.Context, a policy.Actor, unit string, n NewUnit) (err error) {
	defer errs.Wrap(&err, "body.Rename")
	if err := n.check(); err != nil {
		return err
	}
	return s.change(ctx, a, unit, func(tx *store.Tx, p standpoint, u Unit) error {
		switch {
		case !u.Stands():
			return ended()
		case u.Code == n.Code && u.NameFA == n.NameFA && u.NameEN == n.NameEN:
			return nil
		}
		if err := p.codeFree(n.Code, u.ID); err != nil {
			return err
		}
		was := map[string]string{"was_code": u.Code, "was_name_fa": u.NameFA, "was_name_en": u.NameEN}
		u.Code, u.NameFA, u.NameEN = n.Code, n.NameFA, n.NameEN
		evidence, err := s.stepTx(ctx, tx, a, u, Renamed, was)
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlRename, u.Body, u.ID, u.Code, u.NameFA, u.NameEN, evidence)
	})
}

// Move puts a unit, with everything below it, under another one or at the top (""). A
// second click finds it there. errs.Invalid: it would stand under itself or too deep.
func (s *Service) Move(ctx context.Context, a policy.Actor, unit, parent string) (err error) {
	defer errs.Wrap(&err, "body.Move")
	return s.change(ctx, a, unit, func(tx *store.Tx, p standpoint, u Unit) error {
		switch {
		case !u.Stands():
			return ended()
		case u.Parent == parent:
			return nil
		}
		if code := p.mayMove(u.ID, parent, s.limits.Depth); code != "" {
			return wrong("parent", code, "max", s.limits.Depth)
		}
		was := map[string]string{"was_parent": u.Parent}
		u.Parent = parent
		evidence, err := s.stepTx(ctx, tx, a, u, Moved, was)
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlMove, u.Body, u.ID, u.Parent, evidence)
	})
}

// Close ends a unit and every post at it, at once. A second click finds it ended.
// errs.Conflict, code body.has_units: another one stands under it.
func (s *Service) Close(ctx context.Context, a policy.Actor, unit string) (err error) {
	defer errs.Wrap(&err, "body.Close")
	return s.change(ctx, a, unit, func(tx *store.Tx, p standpoint, u Unit) error {
		switch {
		case !u.Stands():
			return nil
		case len(p.below[u.ID]) > 0:
			return errs.New(errs.Conflict, "body.has_units")
		}
		rows, err := store.All[postRow](ctx, tx, sqlOpenAt, u.Body, u.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := s.endTx(ctx, tx, a, r.post(), UnitEnded); err != nil {
				return err
			}
		}
		evidence, err := s.stepTx(ctx, tx, a, u, Closed, nil)
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlEndUnit, u.Body, u.ID, civil.Of(tx.Now()), evidence)
	})
}

// arranger refuses who does not manage the body, before a form is shown.
func (s *Service) arranger(ctx context.Context, a policy.Actor) (standpoint, error) {
	p, err := s.stand(ctx, s.d.DB, a)
	if err == nil && s.may(a, p, actionArrange, "") != nil {
		err = errs.New(errs.Forbidden, "body.not_yours")
	}
	return p, err
}

// arranged is arranger for a form about one unit, which stands.
func (s *Service) arranged(ctx context.Context, a policy.Actor, unit string) (standpoint, Unit, error) {
	p, err := s.arranger(ctx, a)
	if err != nil {
		return p, Unit{}, err
	}
	u, err := s.unit(ctx, s.d.DB, a, p, actionArrange, unit)
	if err == nil && !u.Stands() {
		err = ended()
	}
	return p, u, err
}
