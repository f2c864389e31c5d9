// SPDX-License-Identifier: Apache-2.0

// Package proofing is the way to the exchange of the proofing brokers, private
// companies that prove by video who somebody is: a person chosen by us shows his
// face and reads a text aloud on the broker's page, and the broker says whether
// a living person sat there and whether it is the one whom the registry knows.
// It owns the wire protocol and nothing that lasts. Double stands in for the
// brokers in tests and in the demo, their page included.
//
// The life of a session:
//
//  1. Brokers tells who offers it and for how much.
//  2. Start: we name a reference, a broker and a person; we get a token and the
//     address of the broker's page.
//  3. The person goes there and is sent back to us with the token. The broker
//     calls CallbackURL with the token when it has decided. Neither proves
//     anything: each is only a reason to ask.
//  4. Status: the broker says, server to server, how the session stands.
package proofing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.proofing.down.
const Name = "proofing"

// Broker offers proofing by video.
type Broker struct {
	ID         string `json:"id"` // stays
	NameFA     string `json:"name_fa"`
	NameEN     string `json:"name_en"`
	PriceRials int64  `json:"price_rials"` // of one payment, whatever it covers
}

// Order is a session to be started. Reference is ours, unique, and the
// idempotency key of Start. The person is named by what the registries know.
type Order struct {
	Reference   string    `json:"reference"`
	Broker      string    `json:"broker"`
	Subject     string    `json:"subject"` // national code, comprehensive code or passport
	Birth       civil.Day `json:"birth"`
	FirstName   string    `json:"first_name"`
	LastName    string    `json:"last_name"`
	Lang        string    `json:"lang"` // "fa" or "en"
	ReturnURL   string    `json:"return_url"`
	CallbackURL string    `json:"callback_url"`
}

// Started is a session that waits for its person at PageURL.
type Started struct {
	Token   string
	PageURL string
}

// State of a session at the broker.
type State string

// The states. Only Live proves who somebody is; Live to Abandoned are final and
// count as an attempt, Expired does not.
const (
	Open       State = "open"
	Live       State = "live"        // a living person, and the one whom the registry knows
	NotLive    State = "not_live"    // a picture, a recording, a mask
	NoMatch    State = "no_match"    // a living person, but another one
	BadPicture State = "bad_picture" // too dark, not sharp, no sound
	Abandoned  State = "abandoned"   // the person broke off
	Expired    State = "expired"     // the person did not come in time
)

// Result is how a session stands, by the broker's own books.
type Result struct {
	State    State
	Broker   string
	Evidence string    // the broker's number of its recording, if Live
	At       time.Time // of the decision
}

type none struct{}

type brokersAnswer struct {
	Brokers []Broker `json:"brokers"`
}

type startAnswer struct {
	Reference string `json:"reference"`
	Broker    string `json:"broker"`
	Token     string `json:"token"`
	PageURL   string `json:"page_url"`
}

type tokenQuestion struct {
	Token string `json:"token"`
}

type statusAnswer struct {
	Token     string    `json:"token"`
	Reference string    `json:"reference"`
	Subject   string    `json:"subject"`
	Broker    string    `json:"broker"`
	State     State     `json:"state"`
	Evidence  string    `json:"evidence"`
	At        time.Time `json:"at"`
}

// Client asks the exchange.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// Brokers returns who offers proofing now.
func (c *Client) Brokers(ctx context.Context) (_ []Broker, err error) {
	defer errs.Wrap(&err, "proofing.Brokers")
	var a brokersAnswer
	err = c.link.Read(ctx, "/v1/brokers", none{}, &a, func() error {
		for _, b := range a.Brokers {
			if b.ID == "" || b.NameFA == "" || b.NameEN == "" || b.PriceRials < 0 {
				return errors.New("the answer has a broker that says too little")
			}
		}
		if len(a.Brokers) == 0 {
			return errors.New("the answer has no broker")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a.Brokers, nil
}

// Start begins a session. Started again with the same Reference, broker and
// subject, it is the same session; with others it is errs.Conflict, code
// gateway.proofing.reference_reused. errs.NotFound, code
// gateway.proofing.no_broker: this broker does not offer it any more.
// errs.Unavailable, code gateway.proofing.down: nobody knows whether it was
// started, so start again with the same Reference.
func (c *Client) Start(ctx context.Context, o Order) (_ Started, err error) {
	defer errs.Wrap(&err, "proofing.Start")
	var a startAnswer
	err = c.link.Act(ctx, "/v1/sessions", o.Reference, o, &a, func() error {
		u, err := url.Parse(a.PageURL)
		switch {
		case a.Reference != o.Reference || a.Broker != o.Broker:
			return errors.New("the answer is about another session")
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
	return Started{Token: a.Token, PageURL: a.PageURL}, nil
}

// Status asks how the session with token stands, which must be the one that was
// started with reference for subject. errs.NotFound, code
// gateway.proofing.unknown_token: there is no such session.
func (c *Client) Status(ctx context.Context, token, reference, subject string) (_ Result, err error) {
	defer errs.Wrap(&err, "proofing.Status")
	var a statusAnswer
	err = c.link.Read(ctx, "/v1/status", tokenQuestion{token}, &a, func() error {
		if a.Token != token || a.Reference != reference || a.Subject != subject {
			return errors.New("the answer is about another session")
		}
		return a.sound()
	})
	if err != nil {
		return Result{}, refusal(err)
	}
	return Result{State: a.State, Broker: a.Broker, Evidence: a.Evidence, At: a.At}, nil
}

func (a *statusAnswer) sound() error {
	switch a.State {
	case Open, Expired:
		return nil
	case Live, NotLive, NoMatch, BadPicture, Abandoned:
		switch {
		case a.At.IsZero():
			return errors.New("decided, but it does not say when")
		case a.State == Live && a.Evidence == "":
			return errors.New("proved, but without the number of the recording")
		}
		return nil
	}
	return errors.New("the answer has an unknown state")
}

// maxCallback bounds what is read of a callback, in bytes.
const maxCallback = 4 << 10

// Callback reads the body of a call to CallbackURL: the token of a session that
// has been decided, by whoever calls. Ask Status. errs.Invalid: it is none.
func Callback(body io.Reader) (token string, err error) {
	b, err := io.ReadAll(io.LimitReader(body, maxCallback+1))
	if err != nil || len(b) > maxCallback {
		return "", errs.New(errs.Invalid, "")
	}
	var q tokenQuestion
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil || q.Token == "" || len(q.Token) > 200 {
		return "", errs.New(errs.Invalid, "")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", errs.New(errs.Invalid, "")
	}
	return q.Token, nil
}

func refusal(err error) error {
	r, ok := errors.AsType[*link.Refused](err)
	switch {
	case !ok:
		return err
	case r.Status == http.StatusConflict && r.Code == "reference_reused":
		return errs.New(errs.Conflict, "gateway.proofing.reference_reused").Because(err)
	case r.Status == http.StatusNotFound && r.Code == "no_broker":
		return errs.New(errs.NotFound, "gateway.proofing.no_broker").Because(err)
	case r.Status == http.StatusNotFound && r.Code == "unknown_token":
		return errs.New(errs.NotFound, "gateway.proofing.unknown_token").Because(err)
	}
	return err
}
