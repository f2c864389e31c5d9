// SPDX-License-Identifier: Apache-2.0

package steward

import (
	"context"
	"fmt"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// system is who acts when the registry has spoken.
var system = policy.Actor{Role: policy.System}

// Causes of a change of status; locale keys.
const (
	WhyRegistry = "steward.why.registry" // the civil registry answered so
	WhyFeed     = "steward.why.feed"     // a file of the civil registry says so
)

// verdict is what the registry says of one account.
type verdict struct {
	person string
	to     identity.Status // "": nothing has changed
}

// AskRegistry asks the civil registry about one batch of accounts and closes
// those of whom it says that they have died or are under guardianship. It stops
// at the first silence; the next run begins there. Whom it is not believed to speak
// of rightly is asked about again later, so that the others do not wait behind.
func (s *Service) AskRegistry(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "steward.AskRegistry")
	rows, err := store.All[askedRow](ctx, s.d.DB, sqlAskDue, store.At(s.d.Clock.Now().Add(-s.d.AskEvery)), s.d.AskBatch)
	if err != nil {
		return err
	}
	var said []verdict
	ended := 0
	for _, r := range rows {
		v, err := s.ask(ctx, r)
		if errs.Is(err, errs.Unavailable) {
			s.d.Log.Warn("the civil registry does not answer; the rest is asked later", "asked", len(said), "due", len(rows))
			break
		}
		if err != nil {
			return err
		}
		if v.to != "" {
			ended++
		}
		said = append(said, v)
	}
	believed, err := s.d.Identity.Believes(ctx, identity.DoubtRegistry, ended, len(said))
	if err != nil {
		return err
	}
	for _, v := range said {
		if v.to != "" && !believed {
			err = s.postpone(ctx, v)
		} else {
			err = s.settle(ctx, v)
		}
		if err != nil {
			return err
		}
	}
	if !believed {
		return fmt.Errorf("the civil registry reports the end of %d of %d accounts, or of too many within a day: none of these was closed; ask the registry, then decide on the page of doubted answers", ended, len(said))
	}
	return nil
}

// ask puts one question. Somebody whom the registry does not know under this
// birth date any more stays as they are: that is no death.
func (s *Service) ask(ctx context.Context, r askedRow) (verdict, error) {
	v := verdict{person: r.ID}
	who, err := s.d.Population.Match(ctx, r.NationalCode, r.Birth)
	switch {
	case errs.Is(err, errs.NotFound):
		return v, nil
	case err != nil:
		return v, err
	case !who.Alive:
		v.to = identity.Deceased
	case who.Incapable:
		v.to = identity.Incapable
	}
	return v, nil
}

// settle writes what the registry said of one account.
func (s *Service) settle(ctx context.Context, v verdict) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Exec(ctx, sqlAsked, v.person, store.At(tx.Now())); err != nil || v.to == "" {
			return err
		}
		_, err := s.endTx(ctx, tx, v.person, v.to, WhyRegistry, "")
		return err
	})
}

// postpone has the registry asked again soon about somebody of whom it was not
// believed. By then administrators may have found out that it is true.
func (s *Service) postpone(ctx context.Context, v verdict) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		return tx.Exec(ctx, sqlAsked, v.person, store.At(tx.Now().Add(askAgain-s.d.AskEvery)))
	})
}

// endTx closes an account. One that is not active any more stays as it is.
func (s *Service) endTx(ctx context.Context, tx *store.Tx, person string, to identity.Status, why, ref string) (done bool, err error) {
	now, _, err := s.d.Identity.StatusOf(ctx, tx, person)
	if err != nil || now != identity.Active {
		return false, err
	}
	err = s.d.Identity.ChangeStatusTx(ctx, tx, identity.StatusChange{Person: person, From: now, To: to, Why: why, Ref: ref, By: system})
	return err == nil, err
}
