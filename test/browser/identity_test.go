// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
	"github.com/tarazu/tarazu/internal/platform/store"
)

// TestIdentity walks the ways of every class of persons and every capacity: how
// somebody gets an account, in whose name they act, and how they sign in. They
// share one country; each is walked in one look, each look by some of them, or
// all in all looks.
func TestIdentity(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	walks(t, w, c, []walking{
		{"abroad", fromAbroad},
		{"foreign", foreign},
		{"company", company},
		{"counter", counter},
		{"vouching", vouching},
		{"helper", helper},
		{"lawyer", lawyersOffice},
		{"consent", consent},
		{"ways", ways},
	})
}

// mailed waits for an e-mail with a code.
func (w *world) mailed(t *testing.T, to string) string {
	t.Helper()
	code := ""
	wait(t, "an e-mail with a code", func() bool {
		for _, m := range w.app.Doubles.Email.For(to) {
			if code = reCode.FindString(persian.Digits(m.Text)); code != "" {
				return true
			}
		}
		return false
	})
	return code
}

// fromAbroad: somebody whom a mission has confirmed gets an account with an
// e-mail address alone, and reads times as they are there.
func fromAbroad(t *testing.T, w *world, c context.Context, l look) {
	s := w.newcomer("نیما", "هجرتی", "رضا")
	n := w.next.Load()
	mail, ref := fmt.Sprintf("nima%d@mail.example", n), fmt.Sprintf("M1404%06d", n)
	w.app.Doubles.Consular.Add(consular.Entry{Reference: ref, State: consular.Confirmed, Person: consular.Person{
		NationalCode: s.code, FirstName: s.first, LastName: s.last, FatherName: s.father, Birth: s.birth, Passport: "X12345678", Country: "DE",
		Email: mail, Mission: "Berlin", Until: w.today().Add(1000),
	}})
	b := w.open(t, c, l)
	b.visit("/register")
	b.press(b.p.T("identity.register.as.abroad"))
	b.at("/register/abroad")
	b.inspect("register-abroad")
	b.fill("number", ref)
	b.fill("birth", b.typed(s.birth.JalaliString()))
	b.fill("email", mail)
	b.choose("country", "DE")
	b.choose("zone", "Europe/Berlin")
	b.press(b.p.T("identity.register.go"))
	b.at("/register/code")
	b.lacks(mail)
	b.inspect("register-abroad-code")
	b.fill("code", b.typed(w.mailed(t, mail)))
	b.press(b.p.T("identity.code.go"))
	b.at("/register/password")
	b.sees(s.name())
	b.password()
	b.at("/register/done")
	b.inspect("register-abroad-done")
	b.visit("/account")
	b.sees(s.name())
	b.inspect("account-abroad")
}

// foreign: a national of another country registers with a passport and the
// telephone of that country.
func foreign(t *testing.T, w *world, c context.Context, l look) {
	n := w.next.Add(1)
	passport, mobile := fmt.Sprintf("YA%07d", n), fmt.Sprintf("+39320%07d", n)
	birth := w.today().Add(-12_000)
	w.app.Doubles.Foreigners.Add(foreigners.Person{
		Code: fmt.Sprintf("98%07d", n), Passport: passport, Country: "IT", FirstName: "لوکا", LastName: "بیانکی", LatinFirst: "Luca", LatinLast: "Bianchi",
		Birth: birth, Status: foreigners.Visitor, Until: w.today().Add(90),
	})
	b := w.open(t, c, l)
	b.visit("/register/foreign")
	b.inspect("register-foreign")
	b.choose("document", "passport")
	b.fill("number", strings.ToLower(passport))
	b.choose("issuer", "IT")
	b.fill("birth", birth.String())
	b.press(b.p.T("identity.register.go"))
	b.refused("email", "country") // how to reach them is missing
	b.inspect("register-foreign-refused")
	b.fill("mobile", mobile)
	b.choose("country", "IT")
	b.choose("zone", "Europe/Berlin")
	b.press(b.p.T("identity.register.go"))
	b.at("/register/code")
	b.fill("code", b.typed(w.code(t, someone{mobile: mobile}, 0)))
	b.press(b.p.T("identity.code.go"))
	b.at("/register/password")
	b.password()
	b.at("/register/done")
	b.sees("لوکا بیانکی")
	b.visit("/account")
	b.inspect("account-foreign")
}

// company: whoever the register of companies names makes its account, acts for
// it, and changes back.
func company(t *testing.T, w *world, c context.Context, l look) {
	s := w.resident("سامان", "مدیری", "هرمز", l.lang)
	n := w.next.Add(1)
	id, name := legalID(int(n)), "شرکت آزمون"
	w.app.Doubles.Companies.Add(companies.Entity{
		NationalID: id, RegistrationNumber: fmt.Sprint(n), Kind: companies.Company, Name: name, State: companies.Active, Province: "tehran", Founded: 1,
		Officers: []companies.Officer{{NationalCode: s.code, FirstName: s.first, LastName: s.last, Office: companies.Director, From: 1, Until: w.today().Add(700)}},
	})
	b := w.open(t, c, l)
	b.signIn(s)
	b.visit("/capacity")
	b.inspect("capacity-citizen")
	b.press(b.p.T("identity.capacity.entity"))
	b.at("/capacity/entity")
	b.inspect("capacity-entity")
	b.fill("national_id", b.typed(id))
	b.fill("registration_number", b.typed(fmt.Sprint(n+1)))
	b.press(b.p.T("identity.entity.go"))
	b.refused("national_id")
	b.inspect("capacity-entity-refused")
	b.fill("registration_number", b.typed(fmt.Sprint(n)))
	b.press(b.p.T("identity.entity.go"))
	b.at("/home")
	b.sees(name)
	b.inspect("home-company")
	b.visit("/account/mandates")
	b.inspect("mandates-company")
	b.visit("/capacity")
	b.sees(name)
	b.inspect("capacity-company")
	b.choose("capacity", "citizen")
	b.press(b.p.T("identity.capacity.go"))
	b.visit("/capacity")
	if b.value("capacity") != "citizen" {
		t.Errorf("still acting as %q", b.value("capacity"))
	}
}

// legalID is the n-th national ID of a legal person, with its check digit.
func legalID(n int) string {
	for check := range 10 {
		if id, err := persian.LegalID(fmt.Sprintf("%010d%d", 1_400_000_000+n, check)); err == nil {
			return id
		}
	}
	return ""
}

// lift proves somebody in a way that gives a higher level.
func (w *world) lift(t *testing.T, s someone, way identity.Way) someone {
	t.Helper()
	p := w.person(s)
	must(t, w.app.DB.Write(t.Context(), func(tx *store.Tx) error {
		return w.app.Identity.AddProofTx(t.Context(), tx, identity.Proof{Person: p.ID, Way: way, Ref: "test"})
	}))
	return s
}

// officer has a post in the office of the demo country that is open.
func (w *world) officer(t *testing.T, first, last string, role policy.Role, lang i18n.Lang) official {
	t.Helper()
	o := w.post(first, last, role, serviceOffice, "", lang)
	w.lift(t, o.someone, identity.ByOffice)
	return o
}

// serviceOffice is an office of Tehran in the demo country.
const serviceOffice = "930101"

// paperless is somebody whom no register knows.
func (w *world) paperless() someone {
	n := w.next.Add(1)
	return someone{mobile: fmt.Sprintf("+98936000%04d", 4000+n), first: "گلنار", last: "بی‌نشان", father: "یوسف", birth: w.today().Add(-9000)}
}
