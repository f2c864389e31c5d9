// SPDX-License-Identifier: Apache-2.0

// Package sms is the way to the provider of text messages. It owns the wire
// protocol and nothing that lasts. Double stands in for the provider in tests
// and in the demo, whose pane shows what would have been sent.
package sms

import (
	"context"
	"errors"
	"net/http"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.sms.down.
const Name = "sms"

// Message is a text message to be sent. Reference is the idempotency key: the
// same one sends at most one message, however often it is asked for.
type Message struct {
	To        string `json:"to"` // + and digits (E.164)
	Text      string `json:"text"`
	Reference string `json:"reference"`
}

// State of a message at the provider.
type State string

// The states of a message.
const (
	Accepted  State = "accepted"  // the provider has it
	Delivered State = "delivered" // the handset has it
	Failed    State = "failed"    // the provider has given up
)

type statusQuestion struct {
	Reference string `json:"reference"`
}

type answer struct {
	Reference  string `json:"reference"`
	ProviderID string `json:"provider_id"`
	State      State  `json:"state"`
}

func (a *answer) about(reference string) error {
	switch {
	case a.Reference != reference || a.ProviderID == "":
		return errors.New("the answer is about another message")
	case a.State != Accepted && a.State != Delivered && a.State != Failed:
		return errors.New("the answer has an unknown state")
	}
	return nil
}

// Client sends messages.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// Send hands m over and returns the provider's number of it. Sent again with
// the same Reference, it is the same message. errs.Unavailable, code
// gateway.sms.down: nobody knows whether it was taken, so try again with the
// same Reference. errs.Invalid, code gateway.sms.refused: the provider does not
// take this number. errs.Conflict, code gateway.sms.reference_reused: the
// Reference belongs to another message.
func (c *Client) Send(ctx context.Context, m Message) (providerID string, err error) {
	defer errs.Wrap(&err, "sms.Send")
	var a answer
	err = c.link.Act(ctx, "/v1/messages", m.Reference, m, &a, func() error { return a.about(m.Reference) })
	if err != nil {
		return "", refusal(err)
	}
	return a.ProviderID, nil
}

// Status asks what became of the message with reference. errs.NotFound: the
// provider never had it.
func (c *Client) Status(ctx context.Context, reference string) (_ State, err error) {
	defer errs.Wrap(&err, "sms.Status")
	var a answer
	err = c.link.Read(ctx, "/v1/status", statusQuestion{Reference: reference}, &a, func() error { return a.about(reference) })
	if err != nil {
		return "", refusal(err)
	}
	return a.State, nil
}

func refusal(err error) error {
	r, ok := errors.AsType[*link.Refused](err)
	if !ok {
		return err
	}
	switch {
	case r.Status == http.StatusUnprocessableEntity && r.Code == "number":
		return errs.New(errs.Invalid, "gateway.sms.refused").Because(err)
	case r.Status == http.StatusConflict:
		return errs.New(errs.Conflict, "gateway.sms.reference_reused").Because(err)
	case r.Status == http.StatusNotFound:
		return errs.New(errs.NotFound, "").Because(err)
	}
	return err
}
