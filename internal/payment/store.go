// SPDX-License-Identifier: Apache-2.0

package payment

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
)

//go:embed migrations
var migrationFiles embed.FS

// Migrations are the module's schema steps, 16001 and on.
var Migrations = store.Migrations{Module: "payment", FS: migrationFiles}

type paymentRow struct {
	Owner    string     `db:"owner"`
	ID       string     `db:"id"`
	Subject  string     `db:"subject"`
	Purpose  string     `db:"purpose"`
	Lang     string     `db:"lang"`
	ReturnTo string     `db:"return_to"`
	TitleFA  string     `db:"title_fa"`
	TitleEN  string     `db:"title_en"`
	Lines    string     `db:"lines"`
	Amount   int64      `db:"amount"`
	State    string     `db:"state"`
	Reason   string     `db:"reason"`
	Attempts int64      `db:"attempts"`
	Settling string     `db:"settling"`
	Token    string     `db:"token"`
	Bank     string     `db:"bank"`
	Evidence string     `db:"evidence_id"`
	Created  store.Time `db:"created_us"`
	Paid     store.Time `db:"paid_us"`
}

func (r paymentRow) payment() (Payment, error) {
	p := Payment{
		ID: r.ID, Owner: r.Owner, Subject: r.Subject, Purpose: r.Purpose, Lang: i18n.Lang(r.Lang),
		ReturnTo: r.ReturnTo, TitleFA: r.TitleFA, TitleEN: r.TitleEN, Amount: r.Amount, State: State(r.State), Reason: Reason(r.Reason), Bank: r.Bank,
		Evidence: r.Evidence, Created: r.Created.Time, Paid: r.Paid.Time,
		attempts: r.Attempts, settling: r.Settling, token: r.Token,
	}
	if err := json.Unmarshal([]byte(r.Lines), &p.Lines); err != nil {
		return Payment{}, fmt.Errorf("payment: lines in the store: %w", err)
	}
	return p, nil
}

func insertPayment(ctx context.Context, tx *store.Tx, p Payment) error {
	lines, err := json.Marshal(p.Lines)
	if err != nil {
		return err
	}
	return store.Insert(ctx, tx, "payment_payment", paymentRow{
		Owner: p.Owner, ID: p.ID, Subject: p.Subject, Purpose: p.Purpose, Lang: string(p.Lang),
		ReturnTo: p.ReturnTo, TitleFA: p.TitleFA, TitleEN: p.TitleEN, Lines: string(lines), Amount: p.Amount, State: string(p.State), Created: store.At(p.Created),
	})
}

const selectPayment = `SELECT owner, id, subject, purpose, lang, return_to, title_fa, title_en, lines, amount, state, reason,
	attempts, settling, token, bank, evidence_id, created_us, paid_us
	FROM payment_payment WHERE owner = $1 AND id = $2`

func loadPayment(ctx context.Context, q store.Querier, owner string, id ID) (Payment, error) {
	r, found, err := store.Find[paymentRow](ctx, q, selectPayment, owner, id)
	switch {
	case err != nil:
		return Payment{}, err
	case !found:
		return Payment{}, errs.New(errs.NotFound, "payment.not_found")
	}
	return r.payment()
}

type attemptRow struct {
	Owner     string     `db:"owner"`
	Payment   string     `db:"payment"`
	Number    int64      `db:"number"`
	Reference string     `db:"reference"`
	Token     string     `db:"token"`
	PayURL    string     `db:"pay_url"`
	State     string     `db:"state"`
	Started   store.Time `db:"started_us"`
}

const selectAttempt = `SELECT owner, payment, number, reference, token, pay_url, state, started_us
	FROM payment_attempt WHERE owner = $1 AND payment = $2 AND number = $3`

// loadAttempt returns attempt number n of a payment, or found false.
func loadAttempt(ctx context.Context, q store.Querier, owner string, id ID, n int64) (_ Attempt, found bool, err error) {
	r, found, err := store.Find[attemptRow](ctx, q, selectAttempt, owner, id, n)
	return Attempt{Number: r.Number, Reference: r.Reference, Token: r.Token, PayURL: r.PayURL,
		State: AttemptState(r.State), Started: r.Started.Time}, found, err
}

type tokenRow struct {
	Token   string `db:"token"`
	Owner   string `db:"owner"`
	Payment string `db:"payment"`
	Number  int64  `db:"number"`
}

const selectToken = `SELECT token, owner, payment, number FROM payment_token WHERE token = $1`

// takeNumber gives the next attempt its number, if nobody else just did and no
// attempt is being confirmed.
const takeNumber = `UPDATE payment_payment SET attempts = CAST($3 AS BIGINT) + 1
	WHERE owner = $1 AND id = $2 AND attempts = CAST($3 AS BIGINT) AND settling = '' AND state = ANY($4)`

// openAttempt gives a reserved attempt its token.
const openAttempt = `UPDATE payment_attempt SET state = 'open', token = $4, pay_url = $5, started_us = $6
	WHERE owner = $1 AND payment = $2 AND number = $3 AND state = 'reserved'`

// startPayment moves a payment to started.
const startPayment = `UPDATE payment_payment SET state = 'started', reason = ''
	WHERE owner = $1 AND id = $2 AND attempts = $3 AND state = ANY($4)`

// lapseAttempt gives up waiting for a decision.
const lapseAttempt = `UPDATE payment_attempt SET state = 'lapsed'
	WHERE owner = $1 AND payment = $2 AND number = $3 AND state = 'open'`

// endAttempt keeps the last word about an attempt.
const endAttempt = `UPDATE payment_attempt SET state = $4, reason = $5, ended_us = $6
	WHERE owner = $1 AND payment = $2 AND number = $3 AND state IN ('open', 'lapsed')`

// endDisputed is endAttempt for an attempt that was disputed.
const endDisputed = `UPDATE payment_attempt SET state = $4, reason = $5, ended_us = $6
	WHERE owner = $1 AND payment = $2 AND number = $3 AND state = 'disputed'`

// holdUnclaimed keeps the payment's row as it is until the transaction ends, if
// the attempt has no claim.
const holdUnclaimed = `UPDATE payment_payment SET settling = settling WHERE owner = $1 AND id = $2 AND settling <> $3`

// disputePayment stops a payment whose claim cannot be resolved, and keeps it.
const disputePayment = `UPDATE payment_payment SET state = 'disputed', reason = $4
	WHERE owner = $1 AND id = $2 AND settling = $3 AND state = ANY($5)`

// undispute ends the dispute: the money went back.
const undispute = `UPDATE payment_payment SET state = 'failed', reason = $4, settling = ''
	WHERE owner = $1 AND id = $2 AND settling = $3 AND state = 'disputed'`

// endPayment moves a payment that waits for its last attempt.
const endPayment = `UPDATE payment_payment SET state = $4, reason = $5
	WHERE owner = $1 AND id = $2 AND attempts = $3 AND state = 'started'`

// claim gives one attempt the right to be confirmed. A claim made before is
// kept through failures of the provider and crashes.
const claim = `UPDATE payment_payment SET settling = $3
	WHERE owner = $1 AND id = $2 AND settling IN ('', $3) AND state = ANY($4)`

// release takes the claim back.
const release = `UPDATE payment_payment SET settling = '' WHERE owner = $1 AND id = $2 AND settling = $3`

// recordPaid records the money, once.
const recordPaid = `UPDATE payment_payment SET state = 'paid', reason = '', settling = '', token = $3, bank = $4, paid_us = $5
	WHERE owner = $1 AND id = $2 AND settling = $3 AND state = ANY($6)`

const keepEvidence = `UPDATE payment_payment SET evidence_id = $3 WHERE owner = $1 AND id = $2`

// voidPayment needs that nothing is being confirmed.
const voidPayment = `UPDATE payment_payment SET state = 'void', reason = ''
	WHERE owner = $1 AND id = $2 AND settling = '' AND state = ANY($3)`
