// SPDX-License-Identifier: Apache-2.0

package sso

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type clientRow struct {
	ID        string     `db:"id"`
	Secret    string     `db:"secret"`
	NameFA    string     `db:"name_fa"`
	NameEN    string     `db:"name_en"`
	OwnerFA   string     `db:"owner_fa"`
	OwnerEN   string     `db:"owner_en"`
	Sector    string     `db:"sector"`
	Redirects string     `db:"redirects"`
	Logouts   string     `db:"logouts"`
	Scopes    string     `db:"scopes"`
	Created   store.Time `db:"created_us"`
	By        string     `db:"created_by"`
	Ended     store.Time `db:"ended_us"`
}

func (r clientRow) client() Client {
	return Client{
		ID: r.ID, NameFA: r.NameFA, NameEN: r.NameEN, OwnerFA: r.OwnerFA, OwnerEN: r.OwnerEN, Sector: r.Sector,
		Redirects: strings.Fields(r.Redirects), Logouts: strings.Fields(r.Logouts), Scopes: scopes(r.Scopes),
		Public: r.Secret == "", Created: r.Created.Time, Ended: r.Ended.Time, secret: r.Secret,
	}
}

const clientColumns = `id, secret, name_fa, name_en, owner_fa, owner_en, sector, redirects, logouts, scopes, created_us, created_by, ended_us`

const (
	sqlClient      = `SELECT ` + clientColumns + ` FROM identity_sso_client WHERE id = $1`
	sqlClients     = `SELECT ` + clientColumns + ` FROM identity_sso_client ORDER BY id`
	sqlRenewClient = `UPDATE identity_sso_client SET secret = $2 WHERE id = $1 AND created_by = $3 AND created_us > $4 AND ended_us = 0`
	sqlEndClient   = `UPDATE identity_sso_client SET ended_us = $2 WHERE id = $1 AND ended_us = 0`
)

type keyRow struct {
	ID      string     `db:"id"`
	Sealed  string     `db:"sealed"`
	Created store.Time `db:"created_us"`
	Signs   store.Time `db:"signs_us"`
	Until   store.Time `db:"until_us"`
	Gone    store.Time `db:"gone_us"`
}

const (
	sqlKeys    = `SELECT id, sealed, created_us, signs_us, until_us, gone_us FROM identity_sso_key WHERE gone_us > $1 ORDER BY signs_us, id`
	sqlEndKey  = `UPDATE identity_sso_key SET until_us = $2 WHERE id = $1 AND until_us > $2`
	sqlDropKey = `UPDATE identity_sso_key SET gone_us = $2 WHERE id = $1 AND gone_us > $2`
)

type requestRow struct {
	ID         string      `db:"id"`
	Client     string      `db:"client"`
	Redirect   string      `db:"redirect"`
	Scopes     string      `db:"scopes"`
	State      string      `db:"state"`
	Nonce      string      `db:"nonce"`
	Challenge  string      `db:"challenge"`
	Prompt     string      `db:"prompt"`
	MaxAge     int64       `db:"max_age"`
	Level      int64       `db:"level"`
	Hint       string      `db:"hint"`
	Created    store.Time  `db:"created_us"`
	Expires    store.Time  `db:"expires_us"`
	Person     string      `db:"person"`
	Session    string      `db:"session"`
	Granted    string      `db:"granted"`
	Role       policy.Role `db:"role"`
	Unit       string      `db:"unit"`
	Branch     string      `db:"branch"`
	Subject    string      `db:"subject"`
	GivenLevel int64       `db:"given_level"`
	Auth       store.Time  `db:"auth_us"`
	Done       store.Time  `db:"done_us"`
	Code       string      `db:"code"`
	CodeUntil  store.Time  `db:"code_us"`
	Used       store.Time  `db:"used_us"`
	Grant      string      `db:"grant_id"`
}

const requestColumns = `id, client, redirect, scopes, state, nonce, challenge, prompt, max_age, level, hint, created_us, expires_us,
	person, session, granted, role, unit, branch, subject, given_level, auth_us, done_us, code, code_us, used_us, grant_id`

const (
	sqlRequest       = `SELECT ` + requestColumns + ` FROM identity_sso_request WHERE id = $1`
	sqlRequestOfCode = `SELECT ` + requestColumns + ` FROM identity_sso_request WHERE code = $1`
	sqlDone          = `UPDATE identity_sso_request SET person = $2, session = $3, granted = $4, role = $5, unit = $6, branch = $7,
		subject = $8, given_level = $9, auth_us = $10, done_us = $11, code = $12, code_us = $13
		WHERE id = $1 AND used_us = 0 AND expires_us > $11 AND (done_us = 0 OR (person = $2 AND session = $3 AND code <> ''))`
	sqlRefused = `UPDATE identity_sso_request SET person = $2, session = $3, done_us = $4 WHERE id = $1 AND done_us = 0 AND expires_us > $4`
	sqlUseCode = `UPDATE identity_sso_request SET used_us = $2, grant_id = $3 WHERE id = $1 AND used_us = 0 AND code_us > $2`
)

const (
	sqlSubject    = `SELECT subject FROM identity_sso_subject WHERE person = $1 AND sector = $2`
	sqlAddSubject = `INSERT INTO identity_sso_subject (person, sector, subject) VALUES ($1, $2, $3) ON CONFLICT (person, sector) DO NOTHING`
)

type consentRow struct {
	Person string     `db:"person"`
	Client string     `db:"client"`
	Given  string     `db:"given"`
	Asked  string     `db:"asked"`
	First  store.Time `db:"first_us"`
	Used   store.Time `db:"used_us"`
	Ended  store.Time `db:"ended_us"`
}

const consentColumns = `person, client, given, asked, first_us, used_us, ended_us`

const (
	sqlConsent      = `SELECT ` + consentColumns + ` FROM identity_sso_consent WHERE person = $1 AND client = $2`
	sqlConsents     = `SELECT ` + consentColumns + ` FROM identity_sso_consent WHERE person = $1 AND ended_us = 0 ORDER BY used_us DESC, client`
	sqlSetConsent   = `UPDATE identity_sso_consent SET given = $3, asked = $4, first_us = $5, used_us = $6, ended_us = 0 WHERE person = $1 AND client = $2`
	sqlTouchConsent = `UPDATE identity_sso_consent SET used_us = $3 WHERE person = $1 AND client = $2 AND used_us < $3`
	sqlEndConsent   = `UPDATE identity_sso_consent SET ended_us = $3 WHERE person = $1 AND client = $2 AND ended_us = 0`
)

type grantRow struct {
	Person  string      `db:"person"`
	ID      string      `db:"id"`
	Client  string      `db:"client"`
	Scopes  string      `db:"scopes"`
	Subject string      `db:"subject"`
	Role    policy.Role `db:"role"`
	Unit    string      `db:"unit"`
	Branch  string      `db:"branch"`
	Level   int64       `db:"level"`
	Auth    store.Time  `db:"auth_us"`
	Created store.Time  `db:"created_us"`
	Expires store.Time  `db:"expires_us"`
	Ended   store.Time  `db:"ended_us"`
	Why     string      `db:"why"`
}

const grantColumns = `person, id, client, scopes, subject, role, unit, branch, level, auth_us, created_us, expires_us, ended_us, why`

const (
	sqlGrant     = `SELECT ` + grantColumns + ` FROM identity_sso_grant WHERE person = $1 AND id = $2`
	sqlEndGrant  = `UPDATE identity_sso_grant SET ended_us = $3, why = $4 WHERE person = $1 AND id = $2 AND ended_us = 0`
	sqlEndGrants = `UPDATE identity_sso_grant SET ended_us = $3, why = $4 WHERE person = $1 AND client = $2 AND ended_us = 0`
	// Those that do not go on without the person.
	sqlEndOnline = `UPDATE identity_sso_grant SET ended_us = $3, why = $4 WHERE person = $1 AND client = $2 AND ended_us = 0
		AND ' ' || scopes || ' ' NOT LIKE $5`
	// When the password was renewed: what was given before it is over.
	sqlRenewed = `SELECT password_us FROM identity_person WHERE id = $1`
)

type tokenRow struct {
	ID      string     `db:"id"`
	Kind    string     `db:"kind"`
	Person  string     `db:"person"`
	Grant   string     `db:"grant_id"`
	Scopes  string     `db:"scopes"`
	Created store.Time `db:"created_us"`
	Expires store.Time `db:"expires_us"`
	Used    store.Time `db:"used_us"`
	Revoked store.Time `db:"revoked_us"`
}

const (
	sqlToken       = `SELECT id, kind, person, grant_id, scopes, created_us, expires_us, used_us, revoked_us FROM identity_sso_token WHERE id = $1 AND kind = $2`
	sqlUseToken    = `UPDATE identity_sso_token SET used_us = $2 WHERE id = $1 AND used_us = 0 AND revoked_us = 0 AND expires_us > $2`
	sqlRevokeToken = `UPDATE identity_sso_token SET revoked_us = $2 WHERE id = $1 AND revoked_us = 0`
)

// Each deletes at most $2 rows that ended before $1.
const (
	sqlOldRequests = `DELETE FROM identity_sso_request WHERE expires_us < $1
		AND id IN (SELECT o.id FROM identity_sso_request o WHERE o.expires_us < $1 ORDER BY o.expires_us LIMIT $2)`
	sqlOldTokens = `DELETE FROM identity_sso_token WHERE expires_us < $1
		AND id IN (SELECT o.id FROM identity_sso_token o WHERE o.expires_us < $1 ORDER BY o.expires_us LIMIT $2)`
	sqlOldGrants = `DELETE FROM identity_sso_grant WHERE expires_us < $1
		AND (person, id) IN (SELECT o.person, o.id FROM identity_sso_grant o WHERE o.expires_us < $1 ORDER BY o.expires_us LIMIT $2)`
)
