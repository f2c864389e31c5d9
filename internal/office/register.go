// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Register enters an office with its licence; it is licensed and not open yet.
// errs.Invalid names what is wrong. errs.Conflict, code office.exists: there is
// an office with this code.
func (s *Service) Register(ctx context.Context, by policy.Actor, o Office) (_ Office, err error) {
	defer errs.Wrap(&err, "office.Register")
	if err := s.may(by, "office.register", o, ""); err != nil {
		return Office{}, err
	}
	places, err := s.d.Authority.Places(ctx)
	if err != nil {
		return Office{}, err
	}
	if o, err = o.clean(places); err != nil {
		return Office{}, err
	}
	o.State = Licensed
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		at := store.At(tx.Now())
		row := officeRow{
			Code: o.Code, NameFA: o.Name.FA, NameEN: o.Name.EN, Province: o.Province, County: o.County, Address: o.Address, Phone: o.Phone,
			Lat: o.Point.Lat, Lon: o.Point.Lon, State: o.State, From: o.From, Until: o.Until, Source: o.Source, Created: at, Changed: at,
		}
		if err := store.Insert(ctx, tx, "office_office", row); err != nil {
			return err
		}
		if err := s.stepTx(ctx, tx, by, o.Code, Licensed, o.Source); err != nil {
			return err
		}
		facts := map[string]any{"office": o.Code, "name": o.Name.FA, "province": o.Province, "county": o.County, "address": o.Address, "from": o.From.String(), "source": o.Source}
		if o.Until != 0 {
			facts["until"] = o.Until.String()
		}
		return s.stage(ctx, tx, "office.registered", o.Code, by, facts)
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.InvalidFields([]errs.Field{{Name: "code", Code: "office.exists"}})
	}
	return o, err
}

func (s *Service) stepTx(ctx context.Context, tx *store.Tx, by policy.Actor, code string, to State, why string) error {
	return store.Insert(ctx, tx, "office_step", stepRow{
		Office: code, ID: id.New(), State: to, Why: why, Person: by.Person, Role: by.Role, At: store.At(tx.Now()),
	})
}

// SetState opens, suspends or closes an office. Closing ends what everybody in
// it may do. errs.Conflict, code office.state: it cannot go there from where it
// is, or somebody was faster.
func (s *Service) SetState(ctx context.Context, by policy.Actor, code string, to State, why string) (err error) {
	defer errs.Wrap(&err, "office.SetState")
	if why = persian.Store(why); why == "" {
		return errs.InvalidFields([]errs.Field{{Name: "why", Code: "office.why"}})
	}
	o, err := s.find(ctx, s.d.DB, code)
	if err != nil {
		return err
	}
	if err := s.may(by, "office.set_state", o, ""); err != nil {
		return err
	}
	if !o.State.may(to) {
		return errs.New(errs.Conflict, "office.state")
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.ExecOne(ctx, sqlSetState, code, o.State, to, store.At(tx.Now())); err != nil {
			return err
		}
		if err := s.stepTx(ctx, tx, by, code, to, why); err != nil {
			return err
		}
		if to == Closed {
			if err := s.dismissAllTx(ctx, tx, by, code, why); err != nil {
				return err
			}
		}
		return s.stage(ctx, tx, "office.state_set", code, by, map[string]any{"office": code, "from": string(o.State), "to": string(to), "why": why})
	})
	if errs.Is(err, errs.Conflict) {
		err = errs.New(errs.Conflict, "office.state").Because(err)
	}
	return err
}

func (s *Service) dismissAllTx(ctx context.Context, tx *store.Tx, by policy.Actor, code, why string) error {
	posts, err := s.d.Identity.PostsAt(ctx, tx, code)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if !p.Ended.IsZero() {
			continue
		}
		if err := s.d.Identity.EndCapacityTx(ctx, tx, by, p.Capacity, why); err != nil {
			return err
		}
	}
	return nil
}
