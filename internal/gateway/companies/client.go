// SPDX-License-Identifier: Apache-2.0

// Package companies is the way to the register of legal persons: companies,
// institutions and government bodies, with those who act for them. It owns the
// wire protocol and nothing that lasts. Double stands in for the register in
// tests and in the demo.
package companies

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.companies.down.
const Name = "companies"

// Kind of a legal person.
type Kind string

// The kinds.
const (
	Company     Kind = "company"
	Institution Kind = "institution" // non-commercial institutions, associations
	Body        Kind = "body"        // ministries, agencies, municipalities
)

// State of a legal person.
type State string

// The states.
const (
	Active      State = "active"
	Liquidation State = "liquidation" // the liquidator acts for it
	Dissolved   State = "dissolved"
)

// Office is as what somebody acts for a legal person.
type Office string

// The offices.
const (
	Director       Office = "director"       // managing director, head of a body, liquidator
	Representative Office = "representative" // named by it to the register
)

// Officer is somebody who acts for a legal person.
type Officer struct {
	NationalCode string    `json:"national_code"`
	FirstName    string    `json:"first_name"`
	LastName     string    `json:"last_name"`
	Office       Office    `json:"office"`
	From         civil.Day `json:"from"`
	Until        civil.Day `json:"until"` // the last day; 0: no end is registered
}

// Entity is a legal person in the register. A body may have no registration
// number; only a body has a Code.
type Entity struct {
	NationalID         string    `json:"national_id"` // eleven digits
	RegistrationNumber string    `json:"registration_number"`
	Code               string    `json:"code"`
	Kind               Kind      `json:"kind"`
	Name               string    `json:"name"`
	Founded            civil.Day `json:"founded"`
	State              State     `json:"state"`
	Province           string    `json:"province"`
	Address            string    `json:"address"`
	Postal             string    `json:"postal"`
	Officers           []Officer `json:"officers"`
}

// Acts tells as what the person with nationalCode acts for e on day; false:
// not at all.
func (e Entity) Acts(nationalCode string, day civil.Day) (Officer, bool) {
	for _, o := range e.Officers {
		if o.NationalCode == nationalCode && o.From <= day && (o.Until == 0 || day <= o.Until) {
			return o, true
		}
	}
	return Officer{}, false
}

type question struct {
	NationalID         string `json:"national_id,omitempty"`
	RegistrationNumber string `json:"registration_number,omitempty"`
	Code               string `json:"code,omitempty"`
}

type answer struct {
	Asked  question `json:"asked"` // what the answer is about
	Match  bool     `json:"match"`
	Entity *Entity  `json:"entity,omitempty"` // if Match
}

// Client asks the register.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// Company returns the legal person to which a national ID (eleven digits) and a
// registration number belong. errs.NotFound, code gateway.companies.no_match:
// they do not belong together. errs.Unavailable, code gateway.companies.down: no
// usable answer.
func (c *Client) Company(ctx context.Context, nationalID, registrationNumber string) (_ Entity, err error) {
	defer errs.Wrap(&err, "companies.Company")
	return c.ask(ctx, question{NationalID: nationalID, RegistrationNumber: registrationNumber})
}

// GovernmentBody returns the government body with a code. Errors are those of
// Company.
func (c *Client) GovernmentBody(ctx context.Context, code string) (_ Entity, err error) {
	defer errs.Wrap(&err, "companies.GovernmentBody")
	return c.ask(ctx, question{Code: code})
}

func (c *Client) ask(ctx context.Context, q question) (Entity, error) {
	var a answer
	err := c.link.Read(ctx, "/v1/match", q, &a, func() error {
		switch {
		case a.Asked != q:
			return errors.New("the answer is about another legal person")
		case a.Match != (a.Entity != nil):
			return errors.New("the answer contradicts itself")
		case a.Match && !q.fits(*a.Entity):
			return errors.New("the answer is not the legal person asked for")
		case a.Match && !a.Entity.whole():
			return errors.New("the answer says too little about the legal person")
		}
		return nil
	})
	if err != nil {
		return Entity{}, err
	}
	if !a.Match {
		return Entity{}, errs.New(errs.NotFound, "gateway.companies.no_match")
	}
	return *a.Entity, nil
}

// fits tells whether e is what q asks for.
func (q question) fits(e Entity) bool {
	if q.Code != "" {
		return e.Kind == Body && e.Code == q.Code
	}
	return q.NationalID != "" && q.RegistrationNumber != "" && e.NationalID == q.NationalID && e.RegistrationNumber == q.RegistrationNumber
}

func (e Entity) whole() bool {
	switch e.Kind {
	case Company, Institution, Body:
	default:
		return false
	}
	switch e.State {
	case Active, Liquidation, Dissolved:
	default:
		return false
	}
	for _, o := range e.Officers {
		if o.NationalCode == "" || (o.Office != Director && o.Office != Representative) {
			return false
		}
	}
	return e.Name != ""
}
