// SPDX-License-Identifier: Apache-2.0

package mandate

import (
	"context"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// endings says why a mandate ends when the account of who gave or took it comes
// into a status: by death and by incapacity of either (Civil Code 678 [mem]); the
// account into which another was merged gives and takes its own.
var endings = map[identity.Status]string{
	identity.Deceased: Died, identity.Incapable: Incapacity, identity.Merged: Merged,
}

// onStatus ends the mandates of an account that may not be used any more. They
// do not come back if it is opened again: who gave them gives them anew.
func (s *Service) onStatus(ctx context.Context, e identity.StatusChanged) error {
	why, closes := endings[e.To]
	if !closes {
		return nil
	}
	for _, query := range []string{sqlOpenGiven, sqlOpenTaken} {
		for {
			rows, err := store.All[row](ctx, s.d.DB, query, e.Person, overBatch)
			if err != nil || len(rows) == 0 {
				if err != nil {
					return err
				}
				break
			}
			for _, r := range rows {
				err := s.end(ctx, policy.Actor{Role: policy.System}, r.mandate(), why)
				if err != nil && !errs.Is(err, errs.Conflict) { // somebody was faster
					return err
				}
			}
		}
	}
	return nil
}
