// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// askPause is between two questions to the registries about one person.
const askPause = time.Minute

// AskRegistries asks the civil registry and that of mobile lines about the actor
// again; where both agree, that is a proof of level 1. It is for those whose
// proofs have ended, and changes nothing for the others. errs.Conflict, code
// proofing.registry.…: why it cannot be done so; errs.RateLimited: just now;
// errs.Unavailable: a registry does not answer.
func (s *Service) AskRegistries(ctx context.Context, a policy.Actor) (err error) {
	defer errs.Wrap(&err, "proofing.AskRegistries")
	p, err := s.d.Identity.Person(ctx, a.Person)
	switch {
	case err != nil:
		return err
	case p.Assurance >= identity.RegistryChecked:
		return nil
	case p.Class != identity.Resident || p.NationalCode == "" || p.Mobile == "":
		return errs.New(errs.Conflict, "proofing.registry.not_for_you")
	}
	if err := s.takeTurn(ctx, p.ID); err != nil {
		return err
	}
	known, err := s.d.Population.Match(ctx, p.NationalCode, p.Birth)
	switch {
	case errs.Is(err, errs.NotFound):
		return errs.New(errs.Conflict, "proofing.registry.no_match").Because(err)
	case err != nil:
		return err
	case !known.Alive || known.Incapable || persian.Fold(known.LastName) != persian.Fold(p.LastName):
		return errs.New(errs.Conflict, "proofing.registry.no_match")
	}
	owns, err := s.d.SimOwner.Owns(ctx, p.NationalCode, p.Mobile)
	if err == nil && !owns {
		err = errs.New(errs.Conflict, "proofing.registry.number")
	}
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		status, _, err := s.d.Identity.StatusOf(ctx, tx, p.ID)
		if err == nil && status != identity.Active { // meanwhile
			err = errs.New(errs.Conflict, "proofing.changed")
		}
		if err != nil {
			return err
		}
		if err := s.d.Identity.NumberOwnedTx(ctx, tx, p.ID, p.Mobile); err != nil {
			return err
		}
		return s.d.Identity.AddProofTx(ctx, tx, identity.Proof{Person: p.ID, Way: identity.ByRegistry})
	})
}

// takeTurn lets one question a minute through.
func (s *Service) takeTurn(ctx context.Context, person string) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		now := tx.Now()
		n, err := tx.ExecN(ctx, takeTurn, person, store.At(now), store.At(now.Add(-askPause)))
		if err == nil && n == 0 {
			err = errs.New(errs.RateLimited, "proofing.registry.wait")
		}
		return err
	})
}
