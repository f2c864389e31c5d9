// SPDX-License-Identifier: Apache-2.0

package alert

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/sms"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// codeUndelivered: the provider took a message and gave it up.
const codeUndelivered = "alert.code.undelivered"

const (
	sqlReference = `SELECT reference, owner, ref, kind, channel, device, n FROM alert_reference WHERE reference = $1`
	sqlTry       = `SELECT owner, ref, kind, channel, device, n, state, code, provider, reference, later_us, at_us, told_us FROM alert_try
		WHERE owner = $1 AND ref = $2 AND kind = $3 AND channel = $4 AND device = $5 AND n = $6`
	// What became of a message is settled once.
	sqlFate = `UPDATE alert_try SET state = $7, code = $8, told_us = $9
		WHERE owner = $1 AND ref = $2 AND kind = $3 AND channel = $4 AND device = $5 AND n = $6 AND state = 'sent'`
	sqlForget = `DELETE FROM alert_reference WHERE reference = $1`
	sqlOpen   = `SELECT owner, ref, kind, channel, device, n, state, code, provider, reference, later_us, at_us, told_us FROM alert_try
		WHERE state = 'sent' AND channel = 'sms' AND at_us < $1 AND told_us < $2 ORDER BY told_us, at_us LIMIT $3`
	sqlAsked = `UPDATE alert_try SET told_us = $7
		WHERE owner = $1 AND ref = $2 AND kind = $3 AND channel = $4 AND device = $5 AND n = $6 AND state = 'sent'`
)

// Report is what a provider says became of a message, by the reference that we
// gave it. Whoever says it was checked before (reporter.go). Said again, or about
// a message whose fate is known, it changes nothing; errs.NotFound: there is no
// such message of this provider.
func (s *Service) Report(ctx context.Context, provider, reference string, state sms.State) (err error) {
	defer errs.Wrap(&err, "alert.Report")
	at, found, err := store.Find[referenceRow](ctx, s.d.DB, sqlReference, reference)
	if err != nil {
		return err
	}
	if !found {
		return errs.New(errs.NotFound, "")
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		r, err := store.One[tryRow](ctx, tx, sqlTry, at.Owner, at.Ref, at.Kind, at.Channel, at.Device, at.N)
		if err != nil {
			return err
		}
		if r.Provider != provider {
			return errs.New(errs.NotFound, "")
		}
		switch state {
		case sms.Delivered:
			r.State = Delivered
		case sms.Failed:
			r.State, r.Code = Failed, codeUndelivered
		default:
			return nil
		}
		return s.fateTx(ctx, tx, r)
	})
}

// fateTx settles what became of a message.
func (s *Service) fateTx(ctx context.Context, tx *store.Tx, r tryRow) error {
	n, err := tx.ExecN(ctx, sqlFate, r.Owner, r.Ref, r.Kind, r.Channel, r.Device, r.N, r.State, r.Code, store.At(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	if err := tx.Exec(ctx, sqlForget, r.Reference); err != nil {
		return err
	}
	if err := s.provedTx(ctx, tx, r); err != nil {
		return err
	}
	return s.noteTx(ctx, tx, r)
}

const (
	kindAsk  = "alert.ask"
	askEvery = time.Minute
	askBatch = 500
)

// ask has the providers say what became of messages of which nothing was heard,
// those first that were not asked about for the longest. What nobody knows after
// some days stays unknown.
func (s *Service) ask(ctx context.Context) error {
	now := s.d.DB.Now()
	rows, err := store.All[tryRow](ctx, s.d.DB, sqlOpen, store.At(now.Add(-time.Duration(s.rules.AskSeconds)*time.Second)),
		store.At(now.Add(-time.Duration(s.rules.AskSeconds)*time.Second)), askBatch)
	if err != nil {
		return err
	}
	silent := map[string]bool{}
	for _, r := range rows {
		if silent[r.Provider] {
			continue
		}
		state, err := s.d.SMS.Status(ctx, r.Provider, r.Reference)
		if errs.Is(err, errs.Unavailable) {
			silent[r.Provider] = true // it is left alone until the next minute
			continue
		}
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if err := s.answered(ctx, r, state, err != nil || now.Sub(r.At.Time) >= time.Duration(s.rules.UnknownHours)*time.Hour); err != nil {
			return err
		}
	}
	return nil
}

// answered writes down what a provider said when it was asked; late: it will not
// be asked again.
func (s *Service) answered(ctx context.Context, r tryRow, state sms.State, late bool) error {
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		switch {
		case state == sms.Delivered:
			r.State = Delivered
		case state == sms.Failed:
			r.State, r.Code = Failed, codeUndelivered
		case late:
			r.State = Unknown
		default:
			return tx.Exec(ctx, sqlAsked, r.Owner, r.Ref, r.Kind, r.Channel, r.Device, r.N, store.At(tx.Now()))
		}
		return s.fateTx(ctx, tx, r)
	})
}
