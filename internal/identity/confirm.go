// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"slices"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ConfirmedName is a name as the civil registry has it, which may be spelled
// otherwise than it was asked.
type ConfirmedName struct{ First, Last string }

// ConfirmName asks the civil registry, on behalf of by, whether both names
// belong to nationalCode and returns the full name as the registry has it. An
// answer in the affirmative is recorded where the person who was asked about,
// if they have an account, can see it.
//
// The registry is no directory to guess in: the questions of one person are
// counted, and the wrong names tried on one code; those of the system are not.
// errs.NotFound, code
// identity.name_mismatch: the names do not belong to the code.
// errs.RateLimited, code identity.confirm.limited: too many questions.
// errs.Unavailable: no answer; the question does not count. errs.Invalid: no
// national code. errs.Forbidden: nobody asks.
func (s *Service) ConfirmName(ctx context.Context, by policy.Actor, nationalCode, first, last string) (_ ConfirmedName, err error) {
	defer errs.Wrap(&err, "identity.ConfirmName")
	if by.Person == "" && by.Role != policy.System {
		return ConfirmedName{}, errs.New(errs.Forbidden, "")
	}
	code, err := persian.NationalCode(nationalCode)
	if err != nil {
		return ConfirmedName{}, err
	}
	asker := brake{s.limits.ConfirmPerson, "confirm.person", []string{by.Person}}
	asked := brake{s.limits.ConfirmCode, "confirm.code", []string{code}}
	if by.Role == policy.System { // a job asks once more what somebody has asked
		asker.limit, asked.limit = Limit{Off: true}, Limit{Off: true}
	}
	if err := s.takeInTurn(ctx, "identity.confirm.limited", asker, asked); err != nil {
		return ConfirmedName{}, err
	}
	p, err := s.d.Population.ConfirmName(ctx, code, first, last)
	switch errs.KindOf(err) {
	case errs.NotFound:
		return ConfirmedName{}, errs.New(errs.NotFound, "identity.name_mismatch").Because(err)
	case errs.Unavailable:
		if berr := s.giveBack(ctx, asker, asked); berr != nil {
			return ConfirmedName{}, berr
		}
	}
	if err != nil {
		return ConfirmedName{}, err
	}
	if err := s.nameConfirmed(ctx, by, code, asked); err != nil {
		return ConfirmedName{}, err
	}
	return ConfirmedName{First: p.FirstName, Last: p.LastName}, nil
}

// takeInTurn counts one act against each brake until one refuses: who is over
// their own limit does not use up that of others.
func (s *Service) takeInTurn(ctx context.Context, code string, brakes ...brake) error {
	var wait time.Duration
	err := s.d.DB.Write(ctx, func(tx *store.Tx) (err error) {
		wait = 0
		for _, b := range brakes {
			if wait, err = s.takeTx(ctx, tx, b); err != nil || wait > 0 {
				return err
			}
		}
		return nil
	})
	if err == nil && wait > 0 {
		err = errs.New(errs.RateLimited, code, "minutes", minutes(wait))
	}
	return err
}

func (s *Service) giveBack(ctx context.Context, brakes ...brake) error {
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		for _, b := range brakes {
			if err := s.giveBackTx(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// nameConfirmed records that by was told a name is right. The person concerned
// is not told who it was if it was no official: somebody about to be sued would
// be warned by it. The row has the asker's id for an inquiry.
func (s *Service) nameConfirmed(ctx context.Context, by policy.Actor, code string, asked brake) error {
	person, _, err := store.Find[string](ctx, s.d.DB, sqlPersonOfNationalCode, code)
	if err != nil {
		return err
	}
	if slices.Contains(policy.Parties(), by.Role) {
		by.Name = ""
	}
	return s.d.DB.WriteBlind(ctx, func(tx *store.Tx) error {
		if err := s.giveBackTx(ctx, tx, asked); err != nil {
			return err
		}
		return insertAccess(ctx, tx, Access{Subject: person, By: by, What: "identity.access.name", Why: "identity.access.named"})
	})
}
