// SPDX-License-Identifier: Apache-2.0

// Package population is the way to the civil registry (sabt-e ahval), which
// knows the identity of every national: whether a national code and a birth
// date belong together, and the person's names. It owns the wire protocol and
// nothing that lasts. Double stands in for the registry in tests and in the
// demo.
package population

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.population.down.
const Name = "population"

// Person is what the registry tells of somebody whom we asked for by national
// code and one more fact.
type Person struct {
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name"`
	FatherName string `json:"father_name"`
	Alive      bool   `json:"alive"`
	// Incapable: a court has put them under guardianship; the guardian acts.
	Incapable bool `json:"incapable,omitempty"`
	// Guardians are the national codes of the father and paternal grandfather who
	// act for a child by law, if they live.
	Guardians []string `json:"guardians,omitempty"`
}

type matchQuestion struct {
	NationalCode string    `json:"national_code"`
	Birth        civil.Day `json:"birth"`
}

type nameQuestion struct {
	NationalCode string `json:"national_code"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
}

type answer struct {
	NationalCode string  `json:"national_code"` // whom the answer is about
	Match        bool    `json:"match"`
	Person       *Person `json:"person,omitempty"` // if Match
}

// Client asks the registry.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// Match returns the person to whom nationalCode (ten digits) and birth belong.
// errs.NotFound, code gateway.population.no_match: they do not belong together;
// the registry does not say which of the two is wrong. errs.Unavailable, code
// gateway.population.down: no usable answer. A deceased person is returned with
// Alive false.
func (c *Client) Match(ctx context.Context, nationalCode string, birth civil.Day) (_ Person, err error) {
	defer errs.Wrap(&err, "population.Match")
	return c.ask(ctx, "/v1/match", nationalCode, matchQuestion{NationalCode: nationalCode, Birth: birth})
}

// ConfirmName returns the person to whom nationalCode and both names belong,
// compared by the registry without regard to the forms of letters. Errors are
// those of Match.
func (c *Client) ConfirmName(ctx context.Context, nationalCode, first, last string) (_ Person, err error) {
	defer errs.Wrap(&err, "population.ConfirmName")
	return c.ask(ctx, "/v1/confirm-name", nationalCode, nameQuestion{NationalCode: nationalCode, FirstName: first, LastName: last})
}

func (c *Client) ask(ctx context.Context, path, nationalCode string, question any) (Person, error) {
	var a answer
	err := c.link.Read(ctx, path, question, &a, func() error {
		switch {
		case a.NationalCode != nationalCode:
			return errors.New("the answer is about somebody else")
		case a.Match != (a.Person != nil), a.Match && (a.Person.FirstName == "" || a.Person.LastName == ""):
			return errors.New("the answer contradicts itself")
		}
		return nil
	})
	if err != nil {
		return Person{}, err
	}
	if !a.Match {
		return Person{}, errs.New(errs.NotFound, "gateway.population.no_match")
	}
	return *a.Person, nil
}
