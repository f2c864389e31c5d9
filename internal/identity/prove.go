// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// ProofLife is how long a proof is fresh enough to change the ways of signing
// in: whoever finds a telephone lying open cannot make the account theirs.
const ProofLife = 5 * time.Minute

// AskPassword is Login for somebody who is signed in already: the right password
// sends a code. Errors are those of Login.
func (s *Service) AskPassword(ctx context.Context, person, password string, from From) (_ Challenge, err error) {
	defer errs.Wrap(&err, "identity.AskPassword")
	row, err := store.One[personRow](ctx, s.d.DB, sqlPerson, person)
	if err != nil {
		return Challenge{}, err
	}
	name := row.NationalCode
	if name == "" {
		name = row.ID
	}
	brakes, err := s.loginBrakes(ctx, row.ID, name, from)
	if err != nil {
		return Challenge{}, err
	}
	if err := s.take(ctx, "identity.login.limited", brakes...); err != nil {
		return Challenge{}, err
	}
	ok, stale, err := s.hasher.verify(ctx, row.Password, password)
	if err != nil {
		return Challenge{}, err
	}
	if !ok {
		return Challenge{}, errs.InvalidFields([]errs.Field{{Name: "password", Code: "identity.prove.wrong"}})
	}
	return s.challenge(ctx, row, brakes, password, stale, from)
}

// FinishProof enters the code that AskPassword sent. Errors are those of
// FinishLogin.
func (s *Service) FinishProof(ctx context.Context, c Challenge, entered string, from From) (err error) {
	defer errs.Wrap(&err, "identity.FinishProof")
	_, err = s.spendSecond(ctx, c, entered, from, func(*store.Tx, string) error { return nil })
	return err
}
