// SPDX-License-Identifier: Apache-2.0

package proofing

import (
	"context"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

type brokerRow struct {
	ID     string     `db:"id"`
	Since  store.Time `db:"since_us"`
	NameFA string     `db:"name_fa"`
	NameEN string     `db:"name_en"`
	Price  int64      `db:"price"`
	Seen   store.Time `db:"seen_us"`
	Until  store.Time `db:"until_us"`
}

func (r brokerRow) broker() Broker {
	return Broker{ID: r.ID, NameFA: r.NameFA, NameEN: r.NameEN, Price: r.Price, Since: r.Since.Time, Seen: r.Seen.Time}
}

const (
	selectBrokers = `SELECT id, since_us, name_fa, name_en, price, seen_us, until_us FROM proofing_broker WHERE until_us = 0 ORDER BY price, id`
	seeBroker     = `UPDATE proofing_broker SET seen_us = $3 WHERE id = $1 AND since_us = $2`
	endBroker     = `UPDATE proofing_broker SET until_us = $3 WHERE id = $1 AND since_us = $2 AND until_us = 0`
)

type orderRow struct {
	Owner   string     `db:"owner"`
	ID      string     `db:"id"`
	Broker  string     `db:"broker"`
	NameFA  string     `db:"name_fa"`
	NameEN  string     `db:"name_en"`
	Price   int64      `db:"price"`
	Payment string     `db:"payment"`
	State   State      `db:"state"`
	Tries   int64      `db:"tries"`
	Counted int64      `db:"counted"`
	Lang    i18n.Lang  `db:"lang"`
	Back    string     `db:"back"`
	Created store.Time `db:"created_us"`
	Ended   store.Time `db:"ended_us"`
}

func (r orderRow) order() Order {
	return Order{
		Owner: r.Owner, ID: r.ID, Broker: r.Broker, NameFA: r.NameFA, NameEN: r.NameEN, Price: r.Price, Payment: r.Payment, State: r.State,
		Counted: int(r.Counted), Lang: r.Lang, Return: r.Back, Created: r.Created.Time, Ended: r.Ended.Time, tries: r.Tries,
	}
}

const orderColumns = `owner, id, broker, name_fa, name_en, price, payment, state, tries, counted, lang, back, created_us, ended_us`

const (
	selectOrder = `SELECT ` + orderColumns + ` FROM proofing_order WHERE owner = $1 AND id = $2`
	selectUnder = `SELECT ` + orderColumns + ` FROM proofing_order WHERE owner = $1 AND state IN ('unpaid', 'ready') ORDER BY id DESC LIMIT 10`
	// The person's new way back: they may have come from another page this time.
	updateBack  = `UPDATE proofing_order SET back = $3 WHERE owner = $1 AND id = $2`
	updatePaid  = `UPDATE proofing_order SET state = 'ready' WHERE owner = ANY($1) AND id = $2 AND payment = $3 AND state = 'unpaid'`
	updateVoid  = `UPDATE proofing_order SET state = 'void', ended_us = $3 WHERE owner = $1 AND id = $2 AND state = 'unpaid'`
	takeTry     = `UPDATE proofing_order SET tries = CAST($3 AS BIGINT) + 1 WHERE owner = $1 AND id = $2 AND tries = CAST($3 AS BIGINT) AND state = 'ready' AND counted < $4 AND tries < $5`
	orderProved = `UPDATE proofing_order SET state = 'proved', counted = counted + 1, ended_us = $3 WHERE owner = $1 AND id = $2 AND state = 'ready'`
	countTry    = `UPDATE proofing_order SET counted = counted + 1 WHERE owner = $1 AND id = $2`
	// Without an attempt that counts it stays, for the money to be given back.
	orderUsed = `UPDATE proofing_order SET state = 'used', ended_us = $3 WHERE owner = $1 AND id = $2 AND state = 'ready' AND (counted >= $4 OR counted > 0 AND tries >= $5)`
	orderBack = `UPDATE proofing_order SET state = 'refused', ended_us = $4 WHERE owner = $1 AND id = $2 AND tries = $3 AND state = 'ready' AND counted = 0`
)

func loadOrder(ctx context.Context, q store.Querier, owner, id string) (Order, error) {
	r, found, err := store.Find[orderRow](ctx, q, selectOrder, owner, id)
	if err == nil && !found {
		err = errs.New(errs.NotFound, "proofing.video.not_found")
	}
	return r.order(), err
}

type tryRow struct {
	Owner     string     `db:"owner"`
	Order     string     `db:"order_id"`
	Number    int64      `db:"number"`
	Reference string     `db:"reference"`
	Token     string     `db:"token"`
	PageURL   string     `db:"page_url"`
	State     TryState   `db:"state"`
	Evidence  string     `db:"evidence"`
	Started   store.Time `db:"started_us"`
	Decided   store.Time `db:"decided_us"`
	Seen      store.Time `db:"seen_us"`
}

func (r tryRow) try() Try {
	return Try{Number: r.Number, Reference: r.Reference, Token: r.Token, PageURL: r.PageURL, State: r.State, Started: r.Started.Time, Decided: r.Decided.Time, seen: r.Seen.Time}
}

type tokenRow struct {
	Token  string `db:"token"`
	Owner  string `db:"owner"`
	Order  string `db:"order_id"`
	Number int64  `db:"number"`
}

const (
	selectTry = `SELECT owner, order_id, number, reference, token, page_url, state, evidence, started_us, decided_us, seen_us
	FROM proofing_try WHERE owner = $1 AND order_id = $2 AND number = $3`
	openTry = `UPDATE proofing_try SET state = 'open', token = $4, page_url = $5, started_us = $6
	WHERE owner = $1 AND order_id = $2 AND number = $3 AND state = 'reserved'`
	endTry = `UPDATE proofing_try SET state = $4, evidence = $5, decided_us = $6
	WHERE owner = $1 AND order_id = $2 AND number = $3 AND state = 'open'`
	refuseTry = `UPDATE proofing_try SET state = 'refused', decided_us = $4
	WHERE owner = $1 AND order_id = $2 AND number = $3 AND state = 'reserved'`
	seeTry      = `UPDATE proofing_try SET seen_us = $4 WHERE owner = $1 AND order_id = $2 AND number = $3 AND decided_us > 0 AND seen_us = 0`
	selectToken = `SELECT token, owner, order_id, number FROM proofing_token WHERE token = $1`
)

// loadTry is attempt n of an order, or found false.
func loadTry(ctx context.Context, q store.Querier, owner, order string, n int64) (_ Try, found bool, err error) {
	r, found, err := store.Find[tryRow](ctx, q, selectTry, owner, order, n)
	return r.try(), found, err
}
