// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"context"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Asserted says that a person is at an authenticator of theirs. It counts once
// UsePasskeyTx has been committed.
type Asserted struct {
	Person  string
	Passkey string
	counter uint32
	c       ceremony
}

// Check looks at the answer of an authenticator that was asked ToEnter,
// ToProve or ToStep (a is the Ask again). errs.Invalid: identity.passkey.refused,
// identity.passkey.expired, identity.passkey.copied.
func (s *Service) Check(ctx context.Context, a Ask, state, answer string) (_ Asserted, err error) {
	defer errs.Wrap(&err, "factor.Check")
	c, err := s.ceremony(a, state)
	if err != nil {
		return Asserted{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return Asserted{}, errRefused(err)
	}
	person := string(parsed.Response.UserHandle)
	if !id.Valid(person) || a.Person != "" && a.Person != person {
		return Asserted{}, errRefused(nil)
	}
	row, found, err := store.Find[passkeyRow](ctx, s.d.DB, sqlPasskeyOfCredential, b64(parsed.RawID), person)
	switch {
	case err != nil:
		return Asserted{}, err
	case !found:
		return Asserted{}, errRefused(errors.New("unknown key"))
	}
	_, key, err := s.site.ValidatePasskeyLogin(
		func(_, _ []byte) (webauthn.User, error) {
			return owner{person: person, credentials: []webauthn.Credential{row.credential()}}, nil
		},
		webauthn.SessionData{Challenge: c.Challenge, RelyingPartyID: s.site.Config.RPID, UserVerification: protocol.VerificationRequired},
		parsed)
	switch {
	case err != nil:
		return Asserted{}, errRefused(err)
	case key.Authenticator.CloneWarning:
		return Asserted{}, errs.New(errs.Invalid, "identity.passkey.copied")
	}
	return Asserted{Person: person, Passkey: row.ID, counter: key.Authenticator.SignCount, c: c}, nil
}

// UsePasskeyTx spends the challenge. It only writes, and is right in a blind
// transaction. errs.Conflict: the answer was used before, the passkey was ended
// meanwhile, or a newer answer of it was faster.
func (s *Service) UsePasskeyTx(ctx context.Context, tx *store.Tx, a Asserted) (err error) {
	defer errs.Wrap(&err, "factor.UsePasskeyTx")
	if err := spendTx(ctx, tx, a.c.Challenge, a.c.until()); err != nil {
		return err
	}
	return tx.ExecOne(ctx, sqlUsePasskey, a.Person, a.Passkey, int64(a.counter), store.At(tx.Now()))
}
