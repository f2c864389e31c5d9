// SPDX-License-Identifier: Apache-2.0

package filing

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Seen takes a filing off the desk that asks for nothing but to be read: a
// clerk has put it before the branch.
func (s *Service) Seen(ctx context.Context, a policy.Actor, filing string) (err error) {
	defer errs.Wrap(&err, "filing.Seen")
	r, err := s.received(ctx, a, filing)
	if err != nil {
		return err
	}
	if err := s.mayAct(a, ActSeen, r.f); err != nil {
		return err
	}
	if err := r.can(ActSeen); err != nil {
		return err
	}
	return s.atDesk(ctx, a, r, func(tx *store.Tx) error {
		return actTx(ctx, tx, a, a.Unit, r.f.ID, deskNew, deskDone, ActSeen)
	})
}
