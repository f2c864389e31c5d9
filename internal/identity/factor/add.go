// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"context"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Registered is a new passkey whose proof was looked at. AddPasskeyTx writes it.
type Registered struct {
	row passkeyRow
	c   ceremony
}

// CheckNew looks at the answer of an authenticator that was asked ToAdd.
// errs.Invalid: identity.passkey.refused, identity.passkey.expired, or the field
// "name".
func (s *Service) CheckNew(person, session, state, answer, name string) (_ Registered, err error) {
	defer errs.Wrap(&err, "factor.CheckNew")
	name, err = cleanName(name)
	if err != nil {
		return Registered{}, err
	}
	c, err := s.ceremony(Ask{Purpose: ToAdd, Person: person, Session: session}, state)
	if err != nil {
		return Registered{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return Registered{}, errRefused(err)
	}
	who := owner{person: person}
	key, err := s.site.CreateCredential(who, webauthn.SessionData{
		Challenge: c.Challenge, RelyingPartyID: s.site.Config.RPID, UserID: who.WebAuthnID(),
		UserVerification: protocol.VerificationRequired, CredParams: webauthn.CredentialParametersDefault(),
	}, parsed)
	if err != nil {
		return Registered{}, errRefused(err)
	}
	row := passkeyRow{
		Person: person, ID: id.New(), Name: name, Credential: b64(key.ID), PublicKey: key.PublicKey, Kind: key.AttestationFormat,
		Transports: joinTransports(key.Transport), Flags: int64(key.Flags.MsgpByte()), Counter: int64(key.Authenticator.SignCount),
	}
	if model, err := uuid.FromBytes(key.Authenticator.AAGUID); err == nil {
		row.Maker = model.String()
	}
	return Registered{row: row, c: c}, nil
}

// AddPasskeyTx writes a passkey. errs.Conflict: identity.passkey.too_many, or
// the challenge was used or the passkey is there already.
func (s *Service) AddPasskeyTx(ctx context.Context, tx *store.Tx, r Registered) (_ Passkey, err error) {
	defer errs.Wrap(&err, "factor.AddPasskeyTx")
	n, err := s.CountPasskeysTx(ctx, tx, r.row.Person)
	if err != nil {
		return Passkey{}, err
	}
	if n >= MaxPasskeys {
		return Passkey{}, errs.New(errs.Conflict, "identity.passkey.too_many", "max", MaxPasskeys)
	}
	if err := spendTx(ctx, tx, r.c.Challenge, r.c.until()); err != nil {
		return Passkey{}, err
	}
	row := r.row
	row.Created = store.At(tx.Now())
	if err := store.Insert(ctx, tx, "identity_by_credential", byCredentialRow{Credential: row.Credential, Person: row.Person, Passkey: row.ID}); err != nil {
		return Passkey{}, err
	}
	return row.passkey(), store.Insert(ctx, tx, "identity_passkey", row)
}

// CountPasskeysTx is how many living passkeys a person has.
func (s *Service) CountPasskeysTx(ctx context.Context, tx *store.Tx, person string) (int64, error) {
	return store.One[int64](ctx, tx, sqlCountPasskeys, person)
}

// EndPasskeyTx ends a passkey. errs.NotFound: the person has no such passkey, or
// it has ended already.
func (s *Service) EndPasskeyTx(ctx context.Context, tx *store.Tx, person, passkey string) (err error) {
	defer errs.Wrap(&err, "factor.EndPasskeyTx")
	return changed(tx.ExecN(ctx, sqlEndPasskey, person, passkey, store.At(tx.Now())))
}

// RenamePasskey gives a passkey another name. errs.Invalid, field "name".
// errs.NotFound: the person has no such passkey.
func (s *Service) RenamePasskey(ctx context.Context, person, passkey, name string) (err error) {
	defer errs.Wrap(&err, "factor.RenamePasskey")
	name, err = cleanName(name)
	if err != nil {
		return err
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		return changed(tx.ExecN(ctx, sqlRenamePasskey, person, passkey, name))
	})
}

// changed turns an update that met no row into errs.NotFound.
func changed(n int64, err error) error {
	if err == nil && n == 0 {
		err = errs.New(errs.NotFound, "")
	}
	return err
}
