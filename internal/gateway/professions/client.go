// SPDX-License-Identifier: Apache-2.0

// Package professions is the way to those who license legal professions (the
// bar associations, the Lawyers' Centre, the associations of official experts):
// it tells which licences somebody holds, by national code. It owns the wire
// protocol and nothing that lasts. Double stands in for them in tests and in the
// demo.
package professions

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.professions.down.
const Name = "professions"

// Kind is what a licence lets its holder be.
type Kind string

// The kinds.
const (
	Lawyer Kind = "lawyer"
	Expert Kind = "expert"
)

// Grade of a lawyer's licence; experts have none.
type Grade string

// The grades.
const (
	First   Grade = "1"
	Second  Grade = "2"
	Trainee Grade = "trainee"
)

// State of a licence.
type State string

// The states. Only Valid lets its holder act.
const (
	Valid     State = "valid"
	Suspended State = "suspended"
	Revoked   State = "revoked"
	Expired   State = "expired"
)

// Licence is what an issuer says of one of its members.
type Licence struct {
	Kind     Kind      `json:"kind"`
	Issuer   string    `json:"issuer"` // short name that stays, such as "bar-tehran" or "centre"
	Number   string    `json:"number"` // of the licence, as the issuer writes it
	Grade    Grade     `json:"grade"`
	State    State     `json:"state"`
	From     civil.Day `json:"from"`
	Until    civil.Day `json:"until"`    // the last day
	Province string    `json:"province"` // where an expert may act; "": everywhere
	Fields   []string  `json:"fields"`   // of an expert
}

type question struct {
	NationalCode string `json:"national_code"`
}

type answer struct {
	NationalCode string    `json:"national_code"` // whom the answer is about
	Licences     []Licence `json:"licences"`
}

// Client asks the issuers.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// Licences returns every licence that somebody holds or has held; none is an
// answer too. errs.Unavailable, code gateway.professions.down: no usable answer.
func (c *Client) Licences(ctx context.Context, nationalCode string) (_ []Licence, err error) {
	defer errs.Wrap(&err, "professions.Licences")
	var a answer
	err = c.link.Read(ctx, "/v1/licences", question{NationalCode: nationalCode}, &a, func() error {
		if a.NationalCode != nationalCode {
			return errors.New("the answer is about somebody else")
		}
		for _, l := range a.Licences {
			if !l.whole() {
				return errors.New("the answer has a licence that says too little")
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a.Licences, nil
}

func (l Licence) whole() bool {
	switch l.Grade {
	case First, Second, Trainee:
		if l.Kind != Lawyer {
			return false
		}
	case "":
		if l.Kind != Expert {
			return false
		}
	default:
		return false
	}
	switch l.State {
	case Valid, Suspended, Revoked, Expired:
		return l.Issuer != "" && l.Number != "" && l.From <= l.Until
	}
	return false
}
