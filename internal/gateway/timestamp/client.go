// SPDX-License-Identifier: Apache-2.0

package timestamp

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	tsp "github.com/digitorus/timestamp"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
)

// Name of the gateway: its error code is gateway.timestamp.down.
const Name = "timestamp"

// The content types of RFC 3161, section 3.4.
const (
	queryType = "application/timestamp-query"
	replyType = "application/timestamp-reply"
)

// nonceSize is the length of a nonce in bytes; the first bit is set, so that
// every implementation writes it alike.
const nonceSize = 16

// Options of a client.
type Options struct {
	Link  *link.Link
	Clock clock.Clock
	// Roots are the certificates that are trusted; nil: those of the system.
	Roots *x509.CertPool
	// Policy is the authority's policy to ask for; nil: its own choice.
	Policy asn1.ObjectIdentifier
}

// Client asks an authority for time stamps.
type Client struct{ o Options }

// New makes a client. It sends nothing.
func New(o Options) *Client { return &Client{o: o} }

// Connected tells whether there is an authority to ask.
func (c *Client) Connected() bool { return c.o.Link.Connected() }

// Stamp returns a checked token over digest. errs.Unavailable, code
// gateway.timestamp.down: no token that holds.
func (c *Client) Stamp(ctx context.Context, digest [32]byte) (t Token, err error) {
	defer errs.Wrap(&err, "timestamp.Stamp")
	raw := id.Bytes(nonceSize)
	raw[0] = raw[0]&0x3f | 0x40
	nonce := new(big.Int).SetBytes(raw)
	body, err := (&tsp.Request{
		HashAlgorithm: crypto.SHA256, HashedMessage: digest[:], Certificates: true, Nonce: nonce, TSAPolicyOID: c.o.Policy,
	}).Marshal()
	if err != nil {
		return t, err
	}
	asked := c.o.Clock.Now()
	err = c.o.Link.Raw(ctx, "", queryType, replyType, body, func(answer []byte) (err error) {
		ts, err := tsp.ParseResponse(answer)
		if err != nil {
			return fmt.Errorf("no token: %w", err)
		}
		if t, err = Check(ts.RawToken, digest, c.o.Roots); err != nil {
			return err
		}
		switch answered := c.o.Clock.Now(); {
		case ts.Nonce == nil || ts.Nonce.Cmp(nonce) != 0:
			return errors.New("the token answers another question")
		case c.o.Policy != nil && !ts.Policy.Equal(c.o.Policy):
			return errors.New("the token is under another policy")
		case t.Time.Before(asked.Add(-maxAccuracy)) || t.Time.After(answered.Add(maxAccuracy)):
			return errors.New("the authority's clock and ours are more than a minute apart")
		}
		return nil
	})
	return t, err
}
