// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ChangePassword gives a's account a new password. Tokens end with it, sessions
// right after, and the owner is told. The caller has seen to a fresh proof.
// errs.Invalid, field password.
func (s *Service) ChangePassword(ctx context.Context, a policy.Actor, password string) (err error) {
	defer errs.Wrap(&err, "identity.ChangePassword")
	p, err := s.Person(ctx, a.Person)
	if err != nil {
		return err
	}
	hash, err := s.HashPassword(ctx, p, password)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := s.setPasswordTx(ctx, tx, p.ID, hash); err != nil {
			return err
		}
		facts := map[string]any{"person": p.ID, "judicial_id": p.JudicialID, "source": "owner"}
		if err := s.stage(ctx, tx, "identity.password_changed", p.ID, p.ID, a, facts); err != nil {
			return err
		}
		return s.alertTx(ctx, tx, p.ID, "password_changed")
	})
}
