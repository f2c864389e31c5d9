// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldAlerts = `
SELECT a.kind, a.state, a.made_us AS made, coalesce(t.channel, '') AS way, coalesce(t.state, '') AS result, coalesce(t.at_us, 0) AS at
FROM alert_alert a LEFT JOIN alert_try t ON t.owner = a.owner AND t.ref = a.ref AND t.kind = a.kind
WHERE a.owner = $1 ORDER BY a.made_us DESC, a.ref, a.kind, t.at_us, t.channel, t.device, t.n LIMIT $2`
	sqlHeldWishes = `
SELECT sms, email, lang, bale, telegram, push, neutral, changed_us AS changed FROM alert_wishes WHERE person = $1 LIMIT $2`
	sqlHeldBounces = `
SELECT channel AS way, made_us AS made, ended_us AS ended FROM alert_bounce WHERE person = $1 ORDER BY made_us DESC, channel LIMIT $2`
	sqlHeldPush = `
SELECT device AS browser, endpoint, made_us AS made FROM alert_push WHERE person = $1 ORDER BY made_us, id LIMIT $2`
	sqlHeldLinks = `
SELECT messenger AS way, name, chat, made_us AS made FROM alert_link WHERE person = $1 ORDER BY messenger LIMIT $2`
)

// Held is what this module keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Kind   string     `db:"kind" held:"alert.kind."`
			State  string     `db:"state" held:"alert.state."`
			Made   store.Time `db:"made"`
			Way    string     `db:"way" held:"alert.channel."`
			Result string     `db:"result" held:"alert.try."`
			At     store.Time `db:"at"`
		}]("alert.held.alerts", sqlHeldAlerts),
		held.ByPerson[struct {
			SMS      bool       `db:"sms"`
			Email    bool       `db:"email"`
			Lang     string     `db:"lang" held:"-"`
			Bale     bool       `db:"bale"`
			Telegram bool       `db:"telegram"`
			Push     bool       `db:"push"`
			Neutral  bool       `db:"neutral"`
			Changed  store.Time `db:"changed"`
		}]("alert.held.wishes", sqlHeldWishes),
		held.ByPerson[struct {
			Way   string     `db:"way" held:"alert.channel."`
			Made  store.Time `db:"made"`
			Ended store.Time `db:"ended"`
		}]("alert.held.bounces", sqlHeldBounces),
		held.ByPerson[struct {
			Way  string     `db:"way" held:"alert.channel."`
			Name string     `db:"name"`
			Chat int64      `db:"chat"`
			Made store.Time `db:"made"`
		}]("alert.held.links", sqlHeldLinks),
		held.ByPerson[struct {
			Browser  string     `db:"browser"`
			Endpoint string     `db:"endpoint" held:"-"`
			Made     store.Time `db:"made"`
		}]("alert.held.push", sqlHeldPush),
	}
}
