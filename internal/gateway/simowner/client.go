// SPDX-License-Identifier: Apache-2.0

// Package simowner is the way to the registry of SIM-card owners (Shahkar),
// which says whether a mobile number is registered in a person's name. It owns
// the wire protocol and nothing that lasts. Double stands in for the registry in
// tests and in the demo.
package simowner

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.simowner.down.
const Name = "simowner"

type question struct {
	NationalCode string `json:"national_code"`
	Mobile       string `json:"mobile"` // +989xxxxxxxxx
}

type answer struct {
	NationalCode string `json:"national_code"`
	Mobile       string `json:"mobile"`
	Owns         bool   `json:"owns"`
}

// Client asks the registry.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// Owns tells whether mobile (+989xxxxxxxxx) is registered in the name of
// nationalCode. errs.Unavailable, code gateway.simowner.down: no usable answer.
func (c *Client) Owns(ctx context.Context, nationalCode, mobile string) (_ bool, err error) {
	defer errs.Wrap(&err, "simowner.Owns")
	var a answer
	err = c.link.Read(ctx, "/v1/owns", question{NationalCode: nationalCode, Mobile: mobile}, &a, func() error {
		if a.NationalCode != nationalCode || a.Mobile != mobile {
			return errors.New("the answer is about another pair")
		}
		return nil
	})
	return a.Owns && err == nil, err
}
