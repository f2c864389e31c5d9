// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"github.com/tarazu/tarazu/internal/platform/held"
	"github.com/tarazu/tarazu/internal/platform/store"
)

const (
	sqlHeldPayments = `
SELECT id AS number, title_fa, title_en, amount, lines AS entered, state, bank, created_us AS made, paid_us AS paid
FROM payment_payment WHERE owner = $1 ORDER BY created_us DESC, id LIMIT $2`
	sqlHeldAttempts = `
SELECT payment AS number, reference, state, started_us AS since, ended_us AS ended
FROM payment_attempt WHERE owner = $1 ORDER BY started_us DESC, payment, number LIMIT $2`
)

// Held is what this module keeps about a person.
func Held() []held.Source {
	return []held.Source{
		held.ByPerson[struct {
			Number  string     `db:"number" held:"-"`
			TitleFA string     `db:"title_fa"`
			TitleEN string     `db:"title_en"`
			Amount  int64      `db:"amount" held:"money"`
			Lines   string     `db:"entered" held:"json"`
			State   string     `db:"state" held:"payment.held.state."`
			Bank    string     `db:"bank" held:"code"`
			Made    store.Time `db:"made"`
			Paid    store.Time `db:"paid"`
		}]("payment.held.payments", sqlHeldPayments),
		held.ByPerson[struct {
			Number    string     `db:"number" held:"-"`
			Reference string     `db:"reference" held:"code"`
			State     string     `db:"state" held:"payment.held.state."`
			Since     store.Time `db:"since"`
			Ended     store.Time `db:"ended"`
		}]("payment.held.attempts", sqlHeldAttempts),
	}
}
