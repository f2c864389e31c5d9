// SPDX-License-Identifier: Apache-2.0

// Package sms is the way to the providers of text messages. It owns the wire
// protocol and nothing that lasts. Where there are several providers, each
// message goes to one of them, chosen by the shares that they have at the time,
// and to the next if that one does not answer. Double stands in for a provider
// in tests and in the demo, whose pane shows what would have been sent.
package sms

import (
	"cmp"
	"context"
	"errors"
	"hash/fnv"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.sms.down.
const Name = "sms"

// Second is the name of a second provider's gateway.
const Second = "sms2"

// Message is a text message to be sent. Reference is the idempotency key: one
// provider sends the same one at most once, however often it is asked.
type Message struct {
	To        string `json:"to"` // + and digits (E.164)
	Text      string `json:"text"`
	Reference string `json:"reference"`
	// Neutral asks for the sender's name that does not say who we are.
	Neutral bool `json:"neutral,omitempty"`
}

// State of a message at the provider.
type State string

// The states of a message.
const (
	Accepted  State = "accepted"  // the provider has it
	Delivered State = "delivered" // the handset has it
	Failed    State = "failed"    // the provider has given up
)

// Taken says who has a message now.
type Taken struct {
	Provider string
	ID       string   // the provider's number of it
	Silent   []string // providers that were asked before and did not answer
}

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

// Shares tells how many of a hundred messages go to each provider, by name, at
// this time.
type Shares func(ctx context.Context) map[string]int

// Client sends messages. It is safe for concurrent use.
type Client struct {
	links  []*link.Link
	names  []string
	shares atomic.Pointer[Shares]
}

// New makes a client over the link of one provider and those of more. Until
// UseShares says otherwise all messages go to the first, and to the others in
// their order while it does not answer.
func New(first *link.Link, more ...*link.Link) *Client {
	c := &Client{links: append([]*link.Link{first}, more...)}
	for _, l := range c.links {
		name := Name
		if l != nil {
			name = l.State().Name
		}
		c.names = append(c.names, name)
	}
	return c
}

// UseShares lets s say where messages go.
func (c *Client) UseShares(s Shares) { c.shares.Store(&s) }

// Providers are the names of the providers, in the order in which they were
// given.
func (c *Client) Providers() []string { return c.names }

// Send is Hand for who only needs the provider's number of the message.
func (c *Client) Send(ctx context.Context, m Message) (providerID string, err error) {
	t, err := c.Hand(ctx, m)
	return t.ID, err
}

// Hand gives m to a provider. Sent again with the same Reference, it is the same
// message for that provider. errs.Unavailable, code gateway.sms.down: nobody
// knows whether one of them took it, so try again with the same Reference; Taken
// then holds who was silent. errs.Invalid, code gateway.sms.refused: the provider
// does not take this number. errs.Conflict, code gateway.sms.reference_reused:
// the Reference belongs to another message.
//
// A provider that took a message and was too slow to say so may send it beside
// the next one: two messages are better than none.
func (c *Client) Hand(ctx context.Context, m Message) (t Taken, err error) {
	defer errs.Wrap(&err, "sms.Send")
	for _, i := range c.order(ctx, m.Reference) {
		var a answer
		err = c.links[i].Act(ctx, "/v1/messages", m.Reference, m, &a, func() error { return a.about(m.Reference) })
		if err == nil {
			t.Provider, t.ID = c.names[i], a.ProviderID
			return t, nil
		}
		if _, refused := errors.AsType[*link.Refused](err); refused || ctx.Err() != nil {
			if err = refusal(err); !errs.Is(err, errs.Unavailable) || ctx.Err() != nil {
				t.Provider = c.names[i]
				return t, down(err)
			}
		}
		t.Silent = append(t.Silent, c.names[i])
	}
	return t, down(err)
}

// order is in which order the providers are asked for one message. It is the
// same whenever the message is handed over again while the shares stay.
func (c *Client) order(ctx context.Context, reference string) []int {
	places := make([]int, len(c.links))
	for i := range places {
		places[i] = i
	}
	use := c.shares.Load()
	if use == nil || len(places) == 1 {
		return places
	}
	shares, sum := (*use)(ctx), 0
	for _, name := range c.names {
		sum += shares[name]
	}
	if sum == 0 {
		return places
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(reference))
	at, first := int(h.Sum32()>>8)%sum, 0
	for i, name := range c.names {
		if at -= shares[name]; at < 0 {
			first = i
			break
		}
	}
	slices.SortStableFunc(places, func(a, b int) int {
		switch {
		case a == first:
			return -1
		case b == first:
			return 1
		}
		return cmp.Compare(shares[c.names[b]], shares[c.names[a]])
	})
	return places
}

// Status asks a provider what became of the message with reference.
// errs.NotFound: it never had it, or there is no such provider.
func (c *Client) Status(ctx context.Context, provider, reference string) (_ State, err error) {
	defer errs.Wrap(&err, "sms.Status")
	i := slices.Index(c.names, provider)
	if i < 0 {
		return "", errs.New(errs.NotFound, "")
	}
	var a answer
	err = c.links[i].Read(ctx, "/v1/status", statusQuestion{Reference: reference}, &a, func() error { return a.about(reference) })
	if err != nil {
		return "", down(refusal(err))
	}
	return a.State, nil
}

// down gives a failure of any provider the words of the gateway.
func down(err error) error {
	if errs.Is(err, errs.Unavailable) {
		return errs.New(errs.Unavailable, "gateway.sms.down").Because(err)
	}
	return err
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
