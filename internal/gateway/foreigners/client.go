// SPDX-License-Identifier: Apache-2.0

// Package foreigners is the way to the register of foreign nationals, which
// knows them by their comprehensive code (kod-e faragir) and by the passport
// with which they entered. It owns the wire protocol and nothing that lasts.
// Double stands in for the register in tests and in the demo.
package foreigners

import (
	"context"
	"errors"

	"github.com/tarazu/tarazu/internal/gateway/link"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Name of the gateway: its error code is gateway.foreigners.down.
const Name = "foreigners"

// Status is how somebody's stay in the country stands. A stay that has ended
// takes nobody's way to the courts: it is told, and the caller decides.
type Status string

// The statuses.
const (
	Resident Status = "resident" // with a permit to live here
	Refugee  Status = "refugee"
	Visitor  Status = "visitor"
	Ended    Status = "ended" // the permit has ended or was taken back
	Deceased Status = "deceased"
)

// Person is somebody in the register. Code may be "" (a visitor has none yet),
// Passport too (a refugee may have none). The names in Latin letters are those
// of the passport.
type Person struct {
	Code       string    `json:"code"` // comprehensive code, 8 to 16 digits
	Passport   string    `json:"passport"`
	Country    string    `json:"country"` // of nationality, ISO 3166-1 alpha-2
	FirstName  string    `json:"first_name"`
	LastName   string    `json:"last_name"`
	FatherName string    `json:"father_name"`
	LatinFirst string    `json:"latin_first"`
	LatinLast  string    `json:"latin_last"`
	Birth      civil.Day `json:"birth"`
	Status     Status    `json:"status"`
	Until      civil.Day `json:"until"` // last day of the permit
}

type question struct {
	Code     string    `json:"code,omitempty"`
	Passport string    `json:"passport,omitempty"`
	Country  string    `json:"country,omitempty"`
	Birth    civil.Day `json:"birth"`
}

type answer struct {
	Asked  question `json:"asked"` // what the answer is about
	Match  bool     `json:"match"`
	Person *Person  `json:"person,omitempty"` // if Match
}

// Client asks the register.
type Client struct{ link *link.Link }

// New makes a client over l.
func New(l *link.Link) *Client { return &Client{link: l} }

// ByCode returns the person to whom a comprehensive code and a birth date
// belong. errs.NotFound, code gateway.foreigners.no_match: they do not belong
// together. errs.Unavailable, code gateway.foreigners.down: no usable answer.
func (c *Client) ByCode(ctx context.Context, code string, birth civil.Day) (_ Person, err error) {
	defer errs.Wrap(&err, "foreigners.ByCode")
	return c.ask(ctx, question{Code: code, Birth: birth})
}

// ByPassport returns the person to whom a passport of a country (ISO 3166-1
// alpha-2) and a birth date belong. Errors are those of ByCode.
func (c *Client) ByPassport(ctx context.Context, country, passport string, birth civil.Day) (_ Person, err error) {
	defer errs.Wrap(&err, "foreigners.ByPassport")
	return c.ask(ctx, question{Passport: passport, Country: country, Birth: birth})
}

func (c *Client) ask(ctx context.Context, q question) (Person, error) {
	var a answer
	err := c.link.Read(ctx, "/v1/match", q, &a, func() error {
		switch {
		case a.Asked != q:
			return errors.New("the answer is about somebody else")
		case a.Match != (a.Person != nil):
			return errors.New("the answer contradicts itself")
		case a.Match && !q.fits(*a.Person):
			return errors.New("the answer is not the person asked for")
		case a.Match && !a.Person.whole():
			return errors.New("the answer says too little about the person")
		}
		return nil
	})
	if err != nil {
		return Person{}, err
	}
	if !a.Match {
		return Person{}, errs.New(errs.NotFound, "gateway.foreigners.no_match")
	}
	return *a.Person, nil
}

// fits tells whether p is whom q asks for.
func (q question) fits(p Person) bool {
	if p.Birth != q.Birth {
		return false
	}
	if q.Code != "" {
		return p.Code == q.Code
	}
	return q.Passport != "" && p.Passport == q.Passport && p.Country == q.Country
}

func (p Person) whole() bool {
	switch p.Status {
	case Resident, Refugee, Visitor, Ended, Deceased:
		return p.FirstName != "" && p.LastName != "" && len(p.Country) == 2
	}
	return false
}
