// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"encoding/base64"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/tarazu/tarazu/internal/platform/store"
)

type passkeyRow struct {
	Person     string     `db:"person"`
	ID         string     `db:"id"`
	Name       string     `db:"name"`
	Credential string     `db:"credential"`
	PublicKey  []byte     `db:"public_key"`
	Kind       string     `db:"kind"`
	Maker      string     `db:"maker"`
	Transports string     `db:"transports"`
	Flags      int64      `db:"flags"`
	Counter    int64      `db:"counter"`
	Created    store.Time `db:"created_us"`
	Used       store.Time `db:"used_us"`
	Ended      store.Time `db:"ended_us"`
}

type byCredentialRow struct {
	Credential string `db:"credential"`
	Person     string `db:"person"`
	Passkey    string `db:"passkey"`
}

type spentRow struct {
	Key     string     `db:"key"`
	Expires store.Time `db:"expires_us"`
}

type totpRow struct {
	Person  string     `db:"person"`
	Secret  string     `db:"secret"`
	Step    int64      `db:"step"`
	Created store.Time `db:"created_us"`
	Used    store.Time `db:"used_us"`
}

type recoveryRow struct {
	Person  string     `db:"person"`
	Hash    string     `db:"hash"`
	Created store.Time `db:"created_us"`
	Used    store.Time `db:"used_us"`
}

const (
	sqlTOTP          = `SELECT person, secret, step, created_us, used_us FROM identity_totp WHERE person = $1`
	sqlTOTPForUpdate = `SELECT person, secret, step, created_us, used_us FROM identity_totp WHERE person = $1 FOR UPDATE`
	sqlUseTOTP       = `UPDATE identity_totp SET step = $2, used_us = $3 WHERE person = $1 AND step < $2`
	sqlDropTOTP      = `DELETE FROM identity_totp WHERE person = $1`
	sqlDropRecovery  = `DELETE FROM identity_recovery WHERE person = $1`
	sqlUseRecovery   = `UPDATE identity_recovery SET used_us = $3 WHERE person = $1 AND hash = $2 AND used_us = 0`
	sqlRecoveryLeft  = `SELECT count(*) FROM identity_recovery WHERE person = $1 AND used_us = 0`
)

type deviceRow struct {
	Person  string     `db:"person"`
	ID      string     `db:"id"`
	Hash    string     `db:"hash"`
	Name    string     `db:"name"`
	Label   string     `db:"label"`
	Method  string     `db:"method"`
	Session string     `db:"session"`
	First   store.Time `db:"first_us"`
	Last    store.Time `db:"last_us"`
}

const (
	sqlMeetDevice = `UPDATE identity_device SET name = $3, method = $4, session = $5, last_us = $6 WHERE person = $1 AND hash = $2`
	sqlDevices    = `SELECT person, id, hash, name, label, method, session, first_us, last_us FROM identity_device
		WHERE person = $1 ORDER BY last_us DESC, id LIMIT $2`
	sqlDevice       = `SELECT person, id, hash, name, label, method, session, first_us, last_us FROM identity_device WHERE person = $1 AND id = $2`
	sqlNameDevice   = `UPDATE identity_device SET label = $3 WHERE person = $1 AND id = $2`
	sqlCountDevices = `SELECT count(*) FROM identity_device WHERE person = $1`
	sqlForgetDevice = `DELETE FROM identity_device WHERE person = $1 AND id = $2`
)

const passkeyColumns = `p.person, p.id, p.name, p.credential, p.public_key, p.kind, p.maker, p.transports, p.flags, p.counter,
	p.created_us, p.used_us, p.ended_us`

const (
	sqlPasskeys = `SELECT ` + passkeyColumns + ` FROM identity_passkey p
		WHERE p.person = $1 AND p.ended_us = 0 ORDER BY p.created_us, p.id`
	sqlPasskeyOfCredential = `SELECT ` + passkeyColumns + ` FROM identity_by_credential b
		JOIN identity_passkey p ON p.person = b.person AND p.id = b.passkey
		WHERE b.credential = $1 AND b.person = $2 AND p.ended_us = 0`
	sqlCountPasskeys = `SELECT count(*) FROM identity_passkey WHERE person = $1 AND ended_us = 0`
	sqlRenamePasskey = `UPDATE identity_passkey SET name = $3 WHERE person = $1 AND id = $2 AND ended_us = 0`
	sqlEndPasskey    = `UPDATE identity_passkey SET ended_us = $3 WHERE person = $1 AND id = $2 AND ended_us = 0`
	sqlUsePasskey    = `UPDATE identity_passkey SET counter = $3, used_us = $4
		WHERE person = $1 AND id = $2 AND ended_us = 0 AND (counter < $3 OR counter = 0 AND $3 = 0)`
	sqlOldSpent = `DELETE FROM identity_spent WHERE expires_us < $1
		AND key IN (SELECT o.key FROM identity_spent o WHERE o.expires_us < $1 ORDER BY o.expires_us LIMIT $2)`
)

func (r passkeyRow) passkey() Passkey {
	return Passkey{
		ID: r.ID, Name: r.Name, Synced: protocol.AuthenticatorFlags(r.Flags).HasBackupEligible(), Created: r.Created.Time, Used: r.Used.Time,
	}
}

// credential is the key as the library wants it.
func (r passkeyRow) credential() webauthn.Credential {
	c := webauthn.Credential{
		PublicKey: r.PublicKey, AttestationFormat: r.Kind, Flags: webauthn.CredentialFlagsFromMsgpByte(byte(r.Flags)),
		Authenticator: webauthn.Authenticator{SignCount: uint32(r.Counter)},
	}
	c.ID, _ = base64.RawURLEncoding.DecodeString(r.Credential) // we have written it
	if model, err := uuid.Parse(r.Maker); err == nil {
		c.Authenticator.AAGUID = model[:]
	}
	for t := range strings.FieldsSeq(r.Transports) {
		c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
	}
	return c
}

func joinTransports(list []protocol.AuthenticatorTransport) string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return strings.Join(out, " ")
}
