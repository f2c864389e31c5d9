// SPDX-License-Identifier: Apache-2.0

package factor

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldPasskeys = `
SELECT name, maker, created_us AS made, used_us AS used, ended_us AS ended FROM identity_passkey WHERE person = $1 ORDER BY id DESC LIMIT $2`
	sqlHeldApps = `
SELECT created_us AS made, used_us AS used FROM identity_totp WHERE person = $1 LIMIT $2`
	sqlHeldRecovery = `
SELECT created_us AS made, used_us AS used FROM identity_recovery WHERE person = $1 ORDER BY created_us DESC, hash LIMIT $2`
	sqlHeldSMSOff = `SELECT since_us AS made FROM identity_sms_off WHERE person = $1 LIMIT $2`
)

// Held is what this package keeps about a person. Secrets are not told: nobody
// can read them back.
func Held() []held.Source {
	type used struct {
		Made store.Time `db:"made"`
		Used store.Time `db:"used"`
	}
	return []held.Source{
		held.ByPerson[struct {
			Name  string     `db:"name"`
			Maker string     `db:"maker" held:"-"`
			Made  store.Time `db:"made"`
			Used  store.Time `db:"used"`
			Ended store.Time `db:"ended"`
		}]("identity.held.passkeys", sqlHeldPasskeys),
		held.ByPerson[used]("identity.held.apps", sqlHeldApps),
		held.ByPerson[used]("identity.held.recovery", sqlHeldRecovery),
		held.ByPerson[struct {
			Made store.Time `db:"made"`
		}]("identity.held.sms_off", sqlHeldSMSOff),
	}
}
