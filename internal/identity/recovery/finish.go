// SPDX-License-Identifier: Apache-2.0

package recovery

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Finish gives the account of a known registration a new password and its
// telephone: with one of the owner's recovery codes, or with the living request
// if its time has come or an office has proved it. Sessions and tokens end.
// errs.Invalid, field password or code. errs.Conflict: identity.register.step;
// recovery.not_yet, nothing allows it now.
func (s *Service) Finish(ctx context.Context, regID, password, code string) (_ identity.Person, err error) {
	defer errs.Wrap(&err, "recovery.Finish")
	c, err := s.Case(ctx, regID)
	if err != nil {
		return identity.Person{}, err
	}
	if code == "" && !c.Request.Open(s.d.Clock.Now()) {
		return identity.Person{}, errs.New(errs.Conflict, "recovery.not_yet")
	}
	// Before the password, because hashing costs as much as a guess must.
	if code != "" {
		if err := s.d.Identity.TrySecond(ctx, c.Person.ID); err != nil {
			return identity.Person{}, err
		}
	}
	hash, err := s.d.Identity.HashPassword(ctx, c.Person, password)
	if err != nil {
		return identity.Person{}, err
	}
	err = s.d.DB.Write(ctx, func(tx *store.Tx) error {
		r := identity.Renewal{Password: hash}
		if code != "" {
			r.Source = "recovery code"
			if err := s.d.Identity.SpendRecoveryTx(ctx, tx, c.Person.ID, code); err != nil {
				return err
			}
		} else {
			r.Source, r.Ref, r.Clear, r.Lower = "waiting", c.Request.ID, true, c.Request.State == Waiting
			if c.Request.State == Proved {
				r.Source = "proof"
			}
			n, err := tx.ExecN(ctx, sqlFinish, c.Person.ID, c.Request.ID, store.At(tx.Now()))
			if err != nil {
				return err
			}
			if n == 0 { // stopped meanwhile
				return errs.New(errs.Conflict, "recovery.not_yet")
			}
		}
		if err := tx.Exec(ctx, sqlEndOthers, c.Person.ID, c.Request.ID, store.At(tx.Now())); err != nil {
			return err
		}
		return s.d.Identity.RenewTx(ctx, tx, c.Registration, r)
	})
	return c.Person, err
}
