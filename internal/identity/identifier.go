// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"time"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// IdentifierKind is a register outside that gives people numbers. The civil
// registry's national code is no such kind: it stands in the person.
type IdentifierKind string

// The kinds (domain C).
const (
	ForeignCode        IdentifierKind = "foreign_code"        // comprehensive code of a foreign national (kod-e faragir), 8 to 16 digits
	Passport           IdentifierKind = "passport"            // with the country that issued it
	ConsularRef        IdentifierKind = "consular_ref"        // case of the consular system (Mikhak)
	EntityID           IdentifierKind = "entity_id"           // national id of a legal entity, 11 digits
	RegistrationNumber IdentifierKind = "registration_number" // of a legal entity in the register of companies
	BodyCode           IdentifierKind = "body_code"           // of a government body
)

// Identifier is what a register outside calls a person, and since when. A
// number that was given up stays in the list with its end.
type Identifier struct {
	ID      string
	Kind    IdentifierKind
	Country string // ISO 3166-1 alpha-2 of whoever issued a passport; else ""
	Value   string // normal: see CleanIdentifier
	Source  string // who said so
	From    time.Time
	Until   time.Time // zero: still theirs
}

// CleanIdentifier brings a number of a kind into the form in which it is kept.
// errs.Invalid, with a code under persian or identity.identifier, says what is
// wrong with it.
func CleanIdentifier(kind IdentifierKind, value string) (string, error) {
	s := persian.Identifier(value)
	switch kind {
	case EntityID:
		return persian.LegalID(value)
	case ForeignCode:
		if len(s) < 8 || len(s) > 16 || !digits(s) {
			return "", errs.New(errs.Invalid, "identity.identifier.foreign_code")
		}
	case Passport:
		if s = upper(s); len(s) < 5 || len(s) > 20 || !plain(s) {
			return "", errs.New(errs.Invalid, "identity.identifier.passport")
		}
	case ConsularRef, RegistrationNumber, BodyCode:
		if s = upper(s); s == "" || len(s) > 40 || !plain(s) {
			return "", errs.New(errs.Invalid, "identity.identifier.other")
		}
	default:
		return "", errs.New(errs.Invalid, "identity.identifier.other")
	}
	return s, nil
}

// SignInName is what somebody types to sign in, in the form in which it is
// looked up: a national code, a judicial identifier, or a foreign national's
// code. errs.Invalid says which digits cannot be right.
func SignInName(s string) (string, error) {
	n := persian.Identifier(s)
	switch {
	case n == "" || !digits(n):
		return "", errs.New(errs.Invalid, "identity.login.name")
	case len(n) == judicialDigits && luhn(n[:judicialDigits-1]) == int(n[judicialDigits-1]-'0'):
		return n, nil
	case len(n) == judicialDigits:
		return "", errs.New(errs.Invalid, "identity.login.judicial_id")
	case len(n) == 10:
		return persian.NationalCode(n)
	}
	if n, err := CleanIdentifier(ForeignCode, n); err == nil {
		return n, nil
	}
	return persian.NationalCode(n) // its words fit: digits are missing
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// plain is ASCII letters and digits.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// AddIdentifierTx gives a person a number. What they had of the same kind and
// country ends now, and stays in their history. errs.Conflict: it is somebody
// else's.
func (s *Service) AddIdentifierTx(ctx context.Context, tx *store.Tx, person string, n Identifier) (err error) {
	defer errs.Wrap(&err, "identity.AddIdentifierTx")
	value, err := CleanIdentifier(n.Kind, n.Value)
	if err != nil {
		return err
	}
	old, err := store.All[identifierRow](ctx, tx, sqlIdentifiersNow, person, n.Kind, n.Country)
	if err != nil {
		return err
	}
	for _, o := range old {
		if o.Value == value {
			return nil
		}
		if err := tx.ExecOne(ctx, sqlEndIdentifier, person, o.ID, store.At(tx.Now())); err != nil {
			return err
		}
		if err := tx.Exec(ctx, sqlForgetIdentifier, o.Kind, o.Country, o.Value, person); err != nil {
			return err
		}
	}
	if err := store.Insert(ctx, tx, "identity_by_identifier", byIdentifierRow{n.Kind, n.Country, value, person}); err != nil {
		return err
	}
	return store.Insert(ctx, tx, "identity_identifier", identifierRow{
		Person: person, ID: id.New(), Kind: n.Kind, Country: n.Country, Value: value, Source: n.Source, From: store.At(tx.Now()),
	})
}

// Identifiers lists what registers outside call a person, those of the past too.
func (s *Service) Identifiers(ctx context.Context, person string) (_ []Identifier, err error) {
	defer errs.Wrap(&err, "identity.Identifiers")
	rows, err := store.All[identifierRow](ctx, s.d.DB, sqlIdentifiers, person)
	out := make([]Identifier, len(rows))
	for i, r := range rows {
		out[i] = Identifier{ID: r.ID, Kind: r.Kind, Country: r.Country, Value: r.Value, Source: r.Source, From: r.From.Time, Until: r.Until.Time}
	}
	return out, err
}

// FindByIdentifier looks somebody up by the number of a register outside, in
// the caller's transaction if q is one. value must be clean.
func (s *Service) FindByIdentifier(ctx context.Context, q store.Querier, kind IdentifierKind, country, value string) (_ Person, found bool, err error) {
	defer errs.Wrap(&err, "identity.FindByIdentifier")
	personID, found, err := store.Find[string](ctx, q, sqlPersonOfIdentifier, kind, country, value)
	if err != nil || !found {
		return Person{}, false, err
	}
	row, found, err := store.Find[personRow](ctx, q, sqlPerson, personID)
	return row.person(), found, err
}
