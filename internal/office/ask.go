// SPDX-License-Identifier: Apache-2.0

package office

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// Begin asks the registries about a client at once and has a code sent to the
// client's own telephone. visitID is made by the page, so that both halves of a
// double click are one visit. errs.Invalid names the field that has to be
// mended; errs.Conflict, code office.known: there is an account, whose level can
// be raised; errs.Unavailable: a registry does not answer.
func (s *Service) Begin(ctx context.Context, a policy.Actor, visitID string, n Client) (_ Visit, err error) {
	defer errs.Wrap(&err, "office.Begin")
	if err := s.mayServe(ctx, a); err != nil {
		return Visit{}, err
	}
	if n.Birth > civil.Of(s.d.Clock.Now()) {
		return Visit{}, invalid("birth", "identity.register.birth_future")
	}
	v := Visit{Client: n, Office: a.Unit, ID: visitID, Kind: ToRegister, Operator: a.Person}
	if old, err := s.Visit(ctx, a, visitID); err == nil {
		return old, nil
	}
	err = s.look(ctx, a, func() error {
		// Only of somebody whom the registry has confirmed is it told whether they
		// have an account: a number alone tells nothing.
		if v, err = s.askRegistry(ctx, v); err != nil {
			return err
		}
		known, found, err := s.known(ctx, n)
		if err != nil || !found {
			return err
		}
		err = s.d.Identity.RecordAccess(ctx, identity.Access{Subject: known.ID, By: a, What: "office.access.exists", Why: "office.access.counter", Object: visitID})
		if err == nil {
			err = errs.New(errs.Conflict, "office.known")
		}
		return err
	})
	if err != nil {
		return Visit{}, err
	}
	return v, s.openVisit(ctx, v)
}

// lookLimit bounds the looks of one operator that come to no visit: the counter is
// no directory of who has an account. It is technical.
var lookLimit = identity.Limit{N: 30, Per: time.Hour}

// look counts what an operator looks for, and takes it back if somebody is there
// to be served, or if it is not known. errs.RateLimited, code office.limited.
func (s *Service) look(ctx context.Context, a policy.Actor, find func() error) error {
	if err := s.d.Identity.Count(ctx, lookLimit, "office.limited", "counter", a.Person); err != nil {
		return err
	}
	err := find()
	if err != nil && !errs.Is(err, errs.Unavailable) {
		return err
	}
	if back := s.d.Identity.Uncount(ctx, lookLimit, "counter", a.Person); back != nil {
		return back
	}
	return err
}

func invalid(field, code string) error {
	return errs.InvalidFields([]errs.Field{{Name: field, Code: code}})
}

// known finds the account of a client.
func (s *Service) known(ctx context.Context, n Client) (identity.Person, bool, error) {
	if n.NumberKind == "" {
		return s.d.Identity.FindByNationalCode(ctx, s.d.DB, n.Number)
	}
	return s.d.Identity.FindByIdentifier(ctx, s.d.DB, n.NumberKind, n.issuer(), n.Number)
}

// issuer is the country of a passport; other numbers have none.
func (n Client) issuer() string {
	if n.NumberKind == identity.Passport {
		return n.Country
	}
	return ""
}

// askRegistry fills in who the client is.
func (s *Service) askRegistry(ctx context.Context, v Visit) (_ Visit, err error) {
	if v.NumberKind != "" {
		return s.askForeigners(ctx, v)
	}
	who, err := s.d.Population.Match(ctx, v.Number, v.Birth)
	switch {
	case errs.Is(err, errs.NotFound):
		return v, invalid("number", "identity.register.no_match")
	case err != nil:
		return v, err
	case !who.Alive:
		return v, invalid("number", "identity.register.deceased")
	}
	v.FirstName, v.LastName, v.FatherName = who.FirstName, who.LastName, who.FatherName
	if v.Class != identity.Resident || v.Mobile == "" {
		return v, nil
	}
	owns, err := s.d.SimOwner.Owns(ctx, v.Number, v.Mobile)
	if err == nil && !owns {
		err = invalid("mobile", "office.other_mobile")
	}
	return v, err
}

func (s *Service) askForeigners(ctx context.Context, v Visit) (_ Visit, err error) {
	var who foreigners.Person
	if v.NumberKind == identity.Passport {
		who, err = s.d.Foreigners.ByPassport(ctx, v.Country, v.Number, v.Birth)
	} else {
		who, err = s.d.Foreigners.ByCode(ctx, v.Number, v.Birth)
	}
	switch {
	case errs.Is(err, errs.NotFound):
		return v, invalid("number", "office.foreign_no_match")
	case err != nil:
		return v, err
	case who.Status == foreigners.Deceased:
		return v, invalid("number", "office.foreign_deceased")
	}
	v.FirstName, v.LastName, v.FatherName = who.FirstName, who.LastName, who.FatherName
	return v, nil
}

// openVisit writes a visit and has the client's code sent.
func (s *Service) openVisit(ctx context.Context, v Visit) error {
	err := s.d.DB.Write(ctx, func(tx *store.Tx) error { return s.openVisitTx(ctx, tx, v) })
	if errs.Is(err, errs.Conflict) { // the other half of a double click
		return nil
	}
	return err
}

func (s *Service) openVisitTx(ctx context.Context, tx *store.Tx, v Visit) error {
	row := visitRow{
		Office: v.Office, ID: v.ID, Kind: v.Kind, State: visitAsked, Operator: v.Operator, Person: v.Person, Class: v.Class,
		Number: v.Number, NumberKind: v.NumberKind, Country: v.Country, Birth: v.Birth, Mobile: v.Mobile, Email: v.Email, Lang: v.Lang,
		FirstName: v.FirstName, LastName: v.LastName, FatherName: v.FatherName, Reason: v.Reason, Created: store.At(tx.Now()),
	}
	if v.Mobile != "" {
		code, err := s.d.Identity.SendCodeTx(ctx, tx, v.code())
		if err != nil {
			return err
		}
		row.Code = code
	}
	return store.Insert(ctx, tx, "office_visit", row)
}

// code is the client's code of a visit: good for this visit only.
func (v Visit) code() identity.Code {
	return identity.Code{Purpose: identity.ForConsent, Person: v.Person, Mobile: v.Mobile, Subject: "office visit " + v.Office + " " + v.ID, Lang: v.Lang}
}

// Resend sends the client another code. errs.RateLimited while the last one is
// too young.
func (s *Service) Resend(ctx context.Context, a policy.Actor, visitID string) (err error) {
	defer errs.Wrap(&err, "office.Resend")
	v, err := s.Visit(ctx, a, visitID)
	if err != nil {
		return err
	}
	if v.Mobile == "" || !v.Done.IsZero() {
		return errs.New(errs.Conflict, "office.visit_done")
	}
	return s.d.DB.Write(ctx, func(tx *store.Tx) error {
		code, err := s.d.Identity.SendCodeTx(ctx, tx, v.code())
		if err != nil {
			return err
		}
		return tx.ExecOne(ctx, sqlVisitCode, v.Office, v.ID, code)
	})
}

// Visit reads a visit of the actor's own. errs.NotFound, code office.no_visit:
// none, or a colleague's.
func (s *Service) Visit(ctx context.Context, a policy.Actor, visitID string) (_ Visit, err error) {
	defer errs.Wrap(&err, "office.Visit")
	row, found, err := store.Find[visitRow](ctx, s.d.DB, sqlVisit, a.Unit, visitID)
	if err != nil {
		return Visit{}, err
	}
	if !found || row.Operator != a.Person || a.Unit == "" {
		return Visit{}, errs.New(errs.NotFound, "office.no_visit")
	}
	return row.visit(), s.mayServe(ctx, a)
}

// mayServe checks that the actor may serve clients now: the office is open, and
// it is theirs.
func (s *Service) mayServe(ctx context.Context, a policy.Actor) error {
	o, err := s.find(ctx, s.d.DB, a.Unit)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return s.may(a, "office.serve", o, "")
}
