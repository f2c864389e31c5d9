// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// found is what the registers outside said about the entries of a registration.
type found struct {
	FirstName    string `json:"-"` // these stand in columns of their own
	LastName     string `json:"-"`
	FatherName   string `json:"-"`
	NationalCode string `json:"national_code,omitempty"` // that the consular system knows
	ForeignCode  string `json:"foreign_code,omitempty"`
	Passport     string `json:"passport,omitempty"`
	Issuer       string `json:"issuer,omitempty"` // country of the passport
	Way          Way    `json:"way,omitempty"`
}

func (f found) text() string {
	if f == (found{FirstName: f.FirstName, LastName: f.LastName, FatherName: f.FatherName}) {
		return ""
	}
	b, err := json.Marshal(f)
	if err != nil { // strings only
		return ""
	}
	return string(b)
}

func (f *found) parse(text string) {
	if text != "" {
		_ = json.Unmarshal([]byte(text), f) // our own column
	}
}

// verdict is what became of an inquiry: the answer, or why not. With down it is
// a system outside that does not answer.
type verdict struct {
	who   found
	cause string
	down  bool
}

func (v verdict) fine() bool { return v.cause == "" }

// inquire compares the entries with the registers that know such people. Each
// class has its own; an error is ours.
func (s *Service) inquire(ctx context.Context, e Entries) (verdict, error) {
	switch e.Class {
	case Abroad:
		return s.askConsulate(ctx, e)
	case Foreign:
		return s.askForeigners(ctx, e)
	}
	v, err := s.askPopulation(ctx, e.NationalCode, e)
	if err != nil || !v.fine() {
		return v, err
	}
	v.who.Way = ByRegistry
	return s.askOwner(ctx, v, e.NationalCode, e.Mobile)
}

// silent turns the silence of a system outside into a verdict.
func silent(ctx context.Context, err error, cause string) (verdict, error) {
	if errs.Is(err, errs.Unavailable) && ctx.Err() == nil {
		return verdict{cause: cause, down: true}, nil
	}
	return verdict{}, err
}

func (s *Service) askPopulation(ctx context.Context, nationalCode string, e Entries) (verdict, error) {
	who, err := s.d.Population.Match(ctx, nationalCode, e.Birth)
	switch {
	case errs.Is(err, errs.NotFound):
		return verdict{cause: CauseNoMatch}, nil
	case err != nil:
		return silent(ctx, err, CausePopulation)
	case !who.Alive:
		return verdict{cause: CauseDeceased, who: namesOf(who)}, nil
	}
	return verdict{who: namesOf(who)}, nil
}

func namesOf(p population.Person) found {
	return found{FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName}
}

// askOwner asks whether a telephone of this country is theirs.
func (s *Service) askOwner(ctx context.Context, v verdict, owner, mobile string) (verdict, error) {
	owns, err := s.d.SimOwner.Owns(ctx, owner, mobile)
	if err != nil {
		return silent(ctx, err, CauseSimOwner)
	}
	if !owns {
		v.cause = CauseOtherMobile
	}
	return v, nil
}

// askConsulate: the mission knows who they are and how to reach them; nobody
// else's telephone or address will do. Where it names a national code, the
// civil registry is asked too.
func (s *Service) askConsulate(ctx context.Context, e Entries) (verdict, error) {
	p, err := s.d.Consular.Confirm(ctx, e.Number, e.Birth)
	switch {
	case errs.Is(err, errs.NotFound):
		return verdict{cause: CauseNoReference}, nil
	case errs.Is(err, errs.Conflict):
		return verdict{cause: consularCause(err)}, nil
	case err != nil:
		return silent(ctx, err, CauseConsular)
	}
	v := verdict{who: found{
		FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName, NationalCode: p.NationalCode, Passport: p.Passport, Issuer: Home, Way: ByConsul,
	}}
	if !reaches(p, e) {
		v.cause = CauseOtherContact
		return v, nil
	}
	if p.NationalCode == "" {
		return v, nil
	}
	civil, err := s.askPopulation(ctx, p.NationalCode, e)
	if err != nil || !civil.fine() {
		return civil, err
	}
	civil.who.NationalCode, civil.who.Passport, civil.who.Issuer, civil.who.Way = p.NationalCode, p.Passport, Home, ByConsul
	return civil, nil
}

func consularCause(err error) string {
	for code, cause := range map[string]string{
		"gateway.consular." + string(consular.Pending): CauseConsularPending,
		"gateway.consular." + string(consular.Expired): CauseConsularExpired,
	} {
		if isCode(err, code) {
			return cause
		}
	}
	return CauseConsularRefused
}

// reaches tells whether the code goes where the mission would write.
func reaches(p consular.Person, e Entries) bool {
	if e.Email != "" {
		return strings.EqualFold(e.Email, p.Email)
	}
	return e.Mobile != "" && e.Mobile == p.Mobile
}

// askForeigners: with a telephone of this country that is theirs the register's
// word counts; with any other they have only said who they are.
func (s *Service) askForeigners(ctx context.Context, e Entries) (verdict, error) {
	var p foreigners.Person
	var err error
	switch e.Kind {
	case ForeignCode:
		p, err = s.d.Foreigners.ByCode(ctx, e.Number, e.Birth)
	case Passport:
		p, err = s.d.Foreigners.ByPassport(ctx, e.Issuer, e.Number, e.Birth)
	default:
		return verdict{}, errs.New(errs.Internal, "").Because(errors.New("a foreign national without code and passport"))
	}
	switch {
	case errs.Is(err, errs.NotFound):
		return verdict{cause: CauseNoForeigner}, nil
	case err != nil:
		return silent(ctx, err, CauseForeigners)
	case p.Status == foreigners.Deceased:
		return verdict{cause: CauseDeceased}, nil
	}
	v := verdict{who: found{
		FirstName: p.FirstName, LastName: p.LastName, FatherName: p.FatherName, ForeignCode: p.Code, Passport: p.Passport, Issuer: p.Country, Way: BySelf,
	}}
	if e.Email != "" || !strings.HasPrefix(e.Mobile, "+98") || p.Code == "" {
		return v, nil
	}
	v.who.Way = ByRegistry
	return s.askOwner(ctx, v, p.Code, e.Mobile)
}
