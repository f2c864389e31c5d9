// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	// RecoveryCodes is how many somebody gets.
	RecoveryCodes = 10
	recoveryChars = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" // 32, none alike
	recoverySize  = 12
)

// MakeRecovery makes recovery codes, to be shown once: sixty bits each.
func MakeRecovery() []string {
	out := make([]string, RecoveryCodes)
	for i := range out {
		b := id.Bytes(recoverySize)
		for n := range b {
			b[n] = recoveryChars[b[n]&31]
		}
		out[i] = string(b[:4]) + "-" + string(b[4:8]) + "-" + string(b[8:])
	}
	return out
}

// SetRecoveryTx puts codes in force and ends all earlier ones.
func (s *Service) SetRecoveryTx(ctx context.Context, tx *store.Tx, person string, codes []string) (err error) {
	defer errs.Wrap(&err, "factor.SetRecoveryTx")
	if err := tx.Exec(ctx, sqlDropRecovery, person); err != nil {
		return err
	}
	for _, code := range codes {
		row := recoveryRow{Person: person, Hash: s.recoveryHash(person, code), Created: store.At(tx.Now())}
		if err := store.Insert(ctx, tx, "identity_recovery", row); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryTx spends a recovery code. errs.Invalid, field "code":
// identity.recovery.wrong, also for one that was used.
func (s *Service) UseRecoveryTx(ctx context.Context, tx *store.Tx, person, code string) (err error) {
	defer errs.Wrap(&err, "factor.UseRecoveryTx")
	n, err := tx.ExecN(ctx, sqlUseRecovery, person, s.recoveryHash(person, code), store.At(tx.Now()))
	if err == nil && n == 0 {
		err = wrongCode("identity.recovery.wrong")
	}
	return err
}

// RecoveryLeft is how many unused recovery codes a person has.
func (s *Service) RecoveryLeft(ctx context.Context, person string) (_ int, err error) {
	defer errs.Wrap(&err, "factor.RecoveryLeft")
	n, err := store.One[int64](ctx, s.d.DB, sqlRecoveryLeft, person)
	return int(n), err
}

// recoveryHash does not mind small letters, dashes, spaces and Persian digits.
func (s *Service) recoveryHash(person, code string) string {
	code = strings.ToUpper(persian.Identifier(code))
	h := hmac.New(sha256.New, s.derive("recovery codes"))
	h.Write([]byte(person + "\x00" + code))
	return hex.EncodeToString(h.Sum(nil))
}
