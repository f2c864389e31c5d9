// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// BeginRaise takes up somebody who has an account and wants level 3. The code
// goes to the telephone of the account, and nothing of it is shown before. A
// name is what they sign in with, see identity.SignInName. errs.Invalid, field
// number: there is no such account, or it has level 3.
func (s *Service) BeginRaise(ctx context.Context, a policy.Actor, visitID, name string) (_ Visit, err error) {
	defer errs.Wrap(&err, "office.BeginRaise")
	if err := s.mayServe(ctx, a); err != nil {
		return Visit{}, err
	}
	if old, err := s.Visit(ctx, a, visitID); err == nil {
		return old, nil
	}
	var p identity.Person
	err = s.look(ctx, a, func() error {
		var found bool
		var err error
		p, found, err = s.d.Identity.FindByName(ctx, name)
		switch {
		case err != nil:
			return err
		case !found || p.Status != identity.Active || !p.Class.Natural():
			return invalid("number", "office.no_account")
		case p.ID == a.Person:
			return invalid("number", "office.yourself")
		}
		err = s.d.Identity.RecordAccess(ctx, identity.Access{Subject: p.ID, By: a, What: "office.access.exists", Why: "office.access.counter", Object: visitID})
		if err == nil && p.Assurance >= identity.SeenInPerson {
			err = invalid("number", "office.highest")
		}
		return err
	})
	if err != nil {
		return Visit{}, err
	}
	v := Visit{
		Client: Client{Class: p.Class, Mobile: p.Mobile, Birth: p.Birth, Lang: p.Lang},
		Office: a.Unit, ID: visitID, Kind: ToRaise, Operator: a.Person, Person: p.ID,
		FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName,
	}
	return v, s.openVisit(ctx, v)
}

func (s *Service) raise(ctx context.Context, a policy.Actor, v Visit) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.AddProofTx(ctx, tx, identity.Proof{Person: v.Person, Way: identity.ByOffice, By: a, Ref: v.ID}); err != nil {
			return err
		}
		return s.doneTx(ctx, tx, a, v)
	})
}
