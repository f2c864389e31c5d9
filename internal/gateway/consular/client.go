// SPDX-License-Identifier: Apache-2.0

// Package consular is the way to the Foreign Ministry's consular system
// (Mikhak), where an Iranian abroad shows himself to a mission and gets a
// reference number; with it the system tells us who he is. It owns the wire
// protocol and nothing that lasts. Double stands in for the system in tests and
// in the demo.
package consular

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.consular.down.
const Name = "consular"

// State is how a mission's confirmation of somebody's identity stands.
type State string

// The states of a confirmation. Only Confirmed tells who somebody is.
const (
	Confirmed State = "confirmed"
	Pending   State = "pending" // the mission has not decided
	Refused   State = "refused" // the mission could not confirm it
	Expired   State = "expired" // confirmed once, for a time that is over
)

// Person is whom a mission has confirmed. NationalCode may be "": there are
// Iranians abroad who never had one. Mobile (E.164, any country) and Email are
// those that the mission has seen working; each may be "".
type Person struct {
	NationalCode string    `json:"national_code"`
	FirstName    string    `json:"first_name"`
	LastName     string    `json:"last_name"`
	FatherName   string    `json:"father_name"`
	Birth        civil.Day `json:"birth"`
	Passport     string    `json:"passport"`
	Country      string    `json:"country"` // of residence, ISO 3166-1 alpha-2
	Mobile       string    `json:"mobile"`
	Email        string    `json:"email"`
	Mission      string    `json:"mission"` // that confirmed, by its name in the consular system
	Until        civil.Day `json:"until"`   // the last day on which the confirmation holds
}

type question struct {
	Reference string    `json:"reference"`
	Birth     civil.Day `json:"birth"`
}

type answer struct {
	Reference string  `json:"reference"` // which the answer is about
	Match     bool    `json:"match"`
	State     State   `json:"state,omitempty"`  // if Match
	Person    *Person `json:"person,omitempty"` // if Confirmed
}

// Client asks the consular system.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// Confirm returns whom a mission has confirmed under reference; the birth date
// keeps others from trying numbers. errs.NotFound, code
// gateway.consular.no_match: the two do not belong together. errs.Conflict,
// code gateway.consular.pending, .refused or .expired: there is no confirmation
// that holds. errs.Unavailable, code gateway.consular.down: no usable answer.
func (c *Client) Confirm(ctx context.Context, reference string, birth civil.Day) (_ Person, err error) {
	defer errs.Wrap(&err, "consular.Confirm")
	var a answer
	err = c.link.Read(ctx, "/v1/confirmation", question{Reference: reference, Birth: birth}, &a, func() error { return a.about(reference, birth) })
	switch {
	case err != nil:
		return Person{}, err
	case !a.Match:
		return Person{}, errs.New(errs.NotFound, "gateway.consular.no_match")
	case a.State != Confirmed:
		return Person{}, errs.New(errs.Conflict, "gateway.consular."+string(a.State))
	}
	return *a.Person, nil
}

func (a *answer) about(reference string, birth civil.Day) error {
	switch a.State {
	case "", Confirmed, Pending, Refused, Expired:
	default:
		return errors.New("the answer has an unknown state")
	}
	p := a.Person
	switch {
	case a.Reference != reference:
		return errors.New("the answer is about another confirmation")
	case a.Match != (a.State != ""), (a.State == Confirmed) != (p != nil):
		return errors.New("the answer contradicts itself")
	case p != nil && (p.FirstName == "" || p.LastName == "" || p.Birth != birth || len(p.Country) != 2):
		return errors.New("the answer says too little about the person")
	}
	return nil
}
