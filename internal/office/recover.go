// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/recovery"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// BeginRecover takes up somebody who has lost the way into their account and
// brings the number of their request (package recovery). The code goes to the
// telephone of that request, which the SIM registry gave to them, because that of
// the account may be lost. name is what they sign in with; it must be the account
// of the request. errs.Invalid names the field.
func (s *Service) BeginRecover(ctx context.Context, a policy.Actor, visitID, name, number string) (_ Visit, err error) {
	defer errs.Wrap(&err, "office.BeginRecover")
	if err := s.mayServe(ctx, a); err != nil {
		return Visit{}, err
	}
	if old, err := s.Visit(ctx, a, visitID); err == nil {
		return old, nil
	}
	var p identity.Person
	var r recovery.Request
	err = s.look(ctx, a, func() error {
		var found bool
		var err error
		if p, found, err = s.d.Identity.FindByName(ctx, name); err != nil {
			return err
		}
		r, err = s.d.Recovery.ByNumber(ctx, number)
		switch {
		case err != nil && !errs.Is(err, errs.NotFound):
			return err
		case err != nil, !found, r.Person != p.ID, p.Status != identity.Active: // the same, whichever is wrong
			return invalid("request", "office.no_request")
		case p.ID == a.Person:
			return invalid("number", "office.yourself")
		}
		return nil
	})
	if err != nil {
		return Visit{}, err
	}
	err = s.d.Identity.RecordAccess(ctx, identity.Access{Subject: p.ID, By: a, What: "office.access.exists", Why: "office.access.counter", Object: visitID})
	if err != nil {
		return Visit{}, err
	}
	v := Visit{
		Client: Client{Class: p.Class, Mobile: r.Mobile, Email: r.Email, Birth: p.Birth, Lang: p.Lang},
		Office: a.Unit, ID: visitID, Kind: ToRecover, Operator: a.Person, Person: p.ID,
		FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName,
	}
	return v, s.openVisit(ctx, v)
}

// recover proves the request: the owner goes on with it by themselves, and the
// operator learns and sets nothing.
func (s *Service) recover(ctx context.Context, a policy.Actor, v Visit) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.d.Identity.AddProofTx(ctx, tx, identity.Proof{Person: v.Person, Way: identity.ByOffice, By: a, Ref: v.ID}); err != nil {
			return err
		}
		if err := s.d.Recovery.ProveTx(ctx, tx, a, v.Person, v.Mobile, v.Email, string(identity.ByOffice), v.ID); err != nil {
			return err
		}
		return s.doneTx(ctx, tx, a, v)
	})
}
