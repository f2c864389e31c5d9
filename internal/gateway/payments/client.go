// SPDX-License-Identifier: Apache-2.0

// Package payments is the way to a payment service provider of the Shaparak
// network: a payment is started by us, made by the payer on the provider's own
// page, and must be confirmed by us, or the provider gives the money back. It
// owns the wire protocol and nothing that lasts. Double stands in for the
// provider in tests and in the demo, its page included.
//
// The life of a payment at the provider:
//
//  1. Start: we name a reference, an amount in rials and where the payer shall
//     return to; we get a token and the address of the provider's page.
//  2. The payer pays or cancels there and is sent back to us with the token. What
//     the browser brings back proves nothing.
//  3. Status: the provider says, server to server, how the payment stands.
//  4. Confirm: within 15 minutes of the payment we take the money; otherwise it
//     goes back to the payer by itself (State Returned).
//  5. Refund: money that we have taken for nothing goes back, whenever we say so.
package payments

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.payments.down.
const Name = "payments"

// Order is a payment to be started. Reference is ours, unique, and the
// idempotency key of Start. Description is shown to the payer and must hold no
// personal data.
type Order struct {
	Reference   string `json:"reference"`
	AmountRials int64  `json:"amount_rials"`
	ReturnURL   string `json:"return_url"`
	Lang        string `json:"lang"` // "fa" or "en"
	Description string `json:"description"`
}

// Started is a payment that waits for its payer at PayURL.
type Started struct {
	Token  string
	PayURL string
}

// State of a payment at the provider.
type State string

// The states of a payment. Paid covers both unconfirmed and confirmed.
const (
	Open      State = "open"
	Paid      State = "paid"
	Cancelled State = "cancelled"
	Expired   State = "expired"  // the payer did not come in time
	Returned  State = "returned" // paid, but not confirmed in time, or given back by us: the money went back
)

// Result is how a payment stands, by the provider's own books.
type Result struct {
	State       State
	Bank        string // the bank's reference number, if Paid
	AmountRials int64
	Reference   string // of the Order
}

type startAnswer struct {
	Reference   string `json:"reference"`
	AmountRials int64  `json:"amount_rials"`
	Token       string `json:"token"`
	PayURL      string `json:"pay_url"`
}

type tokenQuestion struct {
	Token string `json:"token"`
}

type result struct {
	Token       string `json:"token"`
	Reference   string `json:"reference"`
	State       State  `json:"state"`
	AmountRials int64  `json:"amount_rials"`
	Bank        string `json:"bank"`
}

// Client asks the provider.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// Start begins a payment. Started again with the same Reference and amount, it
// is the same payment; with another amount it is errs.Conflict, code
// gateway.payments.reference_reused. errs.Unavailable, code
// gateway.payments.down: nobody knows whether it was started, so start again
// with the same Reference.
func (c *Client) Start(ctx context.Context, o Order) (_ Started, err error) {
	defer errs.Wrap(&err, "payments.Start")
	var a startAnswer
	err = c.link.Act(ctx, "/v1/start", o.Reference, o, &a, func() error {
		u, err := url.Parse(a.PayURL)
		switch {
		case a.Reference != o.Reference || a.AmountRials != o.AmountRials:
			return errors.New("the answer is about another payment")
		case a.Token == "" || len(a.Token) > 200:
			return errors.New("the answer has no token")
		case err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil:
			return errors.New("the answer has no address of a page")
		}
		return nil
	})
	if err != nil {
		return Started{}, refusal(err)
	}
	return Started{Token: a.Token, PayURL: a.PayURL}, nil
}

// Status asks how the payment with token stands. The amount and the reference
// in the Result are the provider's: the caller compares them with its own.
// errs.NotFound, code gateway.payments.unknown_token: the provider has no such
// payment.
func (c *Client) Status(ctx context.Context, token string) (_ Result, err error) {
	defer errs.Wrap(&err, "payments.Status")
	var a result
	err = c.link.Read(ctx, "/v1/status", tokenQuestion{token}, &a, func() error { return a.about(token) })
	return a.out(), refusal(err)
}

// Confirm takes the money of a paid payment; done again it changes nothing. The
// Result says how the payment stands afterwards: only Paid means that the money
// is ours. Errors are those of Status; after errs.Unavailable nobody knows
// whether the money was taken, so confirm again.
func (c *Client) Confirm(ctx context.Context, token string) (_ Result, err error) {
	defer errs.Wrap(&err, "payments.Confirm")
	var a result
	err = c.link.Act(ctx, "/v1/confirm", "confirm-"+token, tokenQuestion{token}, &a, func() error { return a.about(token) })
	return a.out(), refusal(err)
}

// Refund gives the confirmed money of a payment back; done again it changes
// nothing. The Result says how the payment stands afterwards: only Returned means
// that the money goes back. Errors are those of Confirm.
func (c *Client) Refund(ctx context.Context, token string) (_ Result, err error) {
	defer errs.Wrap(&err, "payments.Refund")
	var a result
	err = c.link.Act(ctx, "/v1/refund", "refund-"+token, tokenQuestion{token}, &a, func() error { return a.about(token) })
	return a.out(), refusal(err)
}

func (r *result) about(token string) error {
	if r.Token != token {
		return errors.New("the answer is about another payment")
	}
	switch r.State {
	case Open, Cancelled, Expired, Returned:
		return nil
	case Paid:
		if r.Bank == "" {
			return errors.New("paid, but without the bank’s reference number")
		}
		return nil
	}
	return errors.New("the answer has an unknown state")
}

func (r *result) out() Result {
	return Result{State: r.State, Bank: r.Bank, AmountRials: r.AmountRials, Reference: r.Reference}
}

func refusal(err error) error {
	r, ok := errors.AsType[*link.Refused](err)
	switch {
	case !ok:
		return err
	case r.Status == http.StatusConflict && r.Code == "reference_reused":
		return errs.New(errs.Conflict, "gateway.payments.reference_reused").Because(err)
	case r.Status == http.StatusNotFound && r.Code == "unknown_token":
		return errs.New(errs.NotFound, "gateway.payments.unknown_token").Because(err)
	}
	return err
}
