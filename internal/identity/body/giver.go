// SPDX-License-Identifier: Apache-2.0

package body

import (
	"context"
	"slices"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// What somebody accepted stands when who gave it has gone (ADR 0033). What was only
// offered does not: nobody has arranged their work by it, and who was sent away could
// still let people in.

// endOffersTx ends what was offered under a post that ends.
func (s *Service) endOffersTx(ctx context.Context, tx *store.Tx, by policy.Actor, p Post) error {
	if p.Gives == GivesNone {
		return nil
	}
	rows, err := store.All[postRow](ctx, tx, sqlOfferedUnder, p.Body, p.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.endTx(ctx, tx, by, r.post(), GiverGone); err != nil {
			return err
		}
	}
	return nil
}

// givenTx makes sure that who offered a post may still give posts for the body: under
// the post of their own that they gave it by, or as who manages the body.
func (s *Service) givenTx(ctx context.Context, tx *store.Tx, p Post) error {
	held, err := s.d.Identity.CapacitiesTx(ctx, tx, p.GivenBy)
	if err != nil {
		return err
	}
	stands := func(c identity.Capacity) bool {
		return c.Role == policy.Representative && c.For == p.Body && c.Mandate == p.GivenPost && c.Holds(civil.Of(tx.Now())) &&
			(p.GivenPost != "" || slices.Contains(c.Rights, policy.Sign))
	}
	if !slices.ContainsFunc(held, stands) {
		return errs.New(errs.Conflict, "body.not_offered")
	}
	return nil
}
