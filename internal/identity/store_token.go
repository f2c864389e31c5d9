// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"strings"

	"github.com/tarazu/tarazu/internal/platform/api"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type tokenRow struct {
	Person   string     `db:"person"`
	ID       string     `db:"id"`
	Kind     string     `db:"kind"`
	Name     string     `db:"name"`
	Capacity string     `db:"capacity"`
	Scopes   string     `db:"scopes"`
	Act      string     `db:"act"`
	Hash     string     `db:"hash"`
	Created  store.Time `db:"created_us"`
	Expires  store.Time `db:"expires_us"`
	Used     store.Time `db:"used_us"`
	Revoked  store.Time `db:"revoked_us"`
}

type byTokenRow struct {
	Hash   string `db:"hash"`
	Person string `db:"person"`
	Token  string `db:"token"`

	Expires store.Time `db:"expires_us"`
}

func (r tokenRow) scopes() []api.Scope {
	var out []api.Scope
	for _, s := range strings.Fields(r.Scopes) {
		out = append(out, api.Scope(s))
	}
	return out
}

func (r tokenRow) token() Token {
	return Token{
		ID: r.ID, Personal: r.Kind == tokenPersonal, Name: r.Name, Capacity: r.Capacity, Scopes: r.scopes(),
		Created: r.Created.Time, Expires: r.Expires.Time, Used: r.Used.Time,
	}
}

const tokenColumns = `t.person, t.id, t.kind, t.name, t.capacity, t.scopes, t.act, t.hash, t.created_us, t.expires_us, t.used_us, t.revoked_us`

const (
	sqlTokenByHash = `SELECT ` + tokenColumns + ` FROM identity_by_token b JOIN identity_token t ON t.person = b.person AND t.id = b.token
		WHERE b.hash = $1`
	sqlTokenOfAct = `SELECT ` + tokenColumns + ` FROM identity_token t WHERE t.person = $1 AND t.act = $2`
	sqlTokens     = `SELECT ` + tokenColumns + ` FROM identity_token t
		WHERE t.person = $1 AND t.revoked_us = 0 AND t.expires_us > $2 ORDER BY t.id DESC LIMIT 100`
	sqlCountTokens   = `SELECT count(*) FROM identity_token WHERE person = $1 AND kind = $2 AND revoked_us = 0 AND expires_us > $3`
	sqlRenewToken    = `UPDATE identity_token SET hash = $3, expires_us = $4 WHERE person = $1 AND id = $2 AND revoked_us = 0`
	sqlTouchToken    = `UPDATE identity_token SET used_us = $3 WHERE person = $1 AND id = $2 AND used_us < $3`
	sqlRevokeToken   = `UPDATE identity_token SET revoked_us = $3 WHERE person = $1 AND id = $2 AND revoked_us = 0 AND expires_us > $3`
	sqlRevokeTokens  = `UPDATE identity_token SET revoked_us = $2 WHERE person = $1 AND revoked_us = 0`
	sqlTokenCapacity = `UPDATE identity_token SET capacity = $3 WHERE person = $1 AND id = $2 AND kind = $4 AND revoked_us = 0`
	sqlForgetToken   = `DELETE FROM identity_by_token WHERE hash = $1`
	sqlOldByTokens   = `DELETE FROM identity_by_token WHERE expires_us < $1
		AND hash IN (SELECT o.hash FROM identity_by_token o WHERE o.expires_us < $1 ORDER BY o.expires_us LIMIT $2)`
	sqlOldTokens = `DELETE FROM identity_token WHERE expires_us < $1
		AND (person, id) IN (SELECT o.person, o.id FROM identity_token o WHERE o.expires_us < $1 ORDER BY o.expires_us LIMIT $2)`
)
