// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"fmt"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/sandbox"
)

// onTheirWord: while the civil registry is silent two people make provisional
// accounts and begin to write. When it is back, one account is completed by
// itself; the other had a wrong birth date, is mended and completed.
func onTheirWord(t *testing.T, w *world, c context.Context, l look) {
	right, wrong := w.newcomer("سودابه", "شتابان", "قربان"), w.newcomer("یحیی", "بدنویس", "خلیل")
	slip := wrong
	slip.birth = wrong.birth.Add(1)
	must(t, w.app.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}))
	defer func() { must(t, w.app.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.OK})) }()
	b, s := w.open(t, c, l), w.open(t, c, l)
	b.provisional(right, right, "شتابان")
	s.quiet = true
	s.provisional(slip, wrong, "بدنویس")
	b.press(b.p.T("identity.done.go"))
	b.at("/home")
	b.inspect("home-provisional")
	b.visit("/account")
	b.sees(b.p.T("identity.provisional.asking.population"))
	b.inspect("account-provisional")
	b.visit("/account/provisional")
	b.inspect("provisional-own")
	b.visit("/account/level")
	b.inspect("level-provisional")
	b.visit("/filings/new")
	b.press(b.title("petition-debt"))
	b.at("/filings/")
	draft := b.path()

	must(t, w.app.Doubles.Population.Faults().Set(sandbox.Fault{Mode: sandbox.OK}))
	w.forward(b, 1)
	wait(t, "the account to be completed", func() bool {
		_, found, err := w.app.Identity.FindByNationalCode(t.Context(), w.app.DB, right.code)
		return err == nil && found
	})
	b.visit("/account")
	b.sees(right.name(), right.code)
	b.inspect("account-completed")
	b.visit(draft)
	b.sees(b.p.T("filing.continue"))

	s.visit("/account/provisional")
	wait(t, "the refusal", func() bool {
		s.visit("/account/provisional")
		return s.offers(s.p.T("identity.provisional.ask")) && s.hasText(s.p.T("identity.provisional.refused"))
	})
	s.examine("provisional-refused")
	s.visit("/account")
	s.examine("account-provisional-refused")
	s.press(s.p.T("identity.provisional.again"))
	s.at("/account/provisional")
	s.fillBirth(wrong)
	s.press(s.p.T("identity.provisional.ask"))
	wait(t, "the mended account to be completed", func() bool {
		_, found, err := w.app.Identity.FindByNationalCode(t.Context(), w.app.DB, wrong.code)
		return err == nil && found
	})
	s.visit("/account/provisional")
	s.at("/account")
	s.sees(wrong.name())
}

// provisional makes a provisional account with what somebody types of themselves.
func (b *tab) provisional(s, really someone, last string) {
	b.Helper()
	b.visit("/register")
	b.fillWho(s)
	b.press(b.p.T("identity.register.go"))
	b.at("/register/waiting")
	b.inspect("register-waiting-offer")
	seen := len(b.w.messages(really))
	b.press(b.p.T("identity.provisional.offer_go"))
	b.at("/register/provisional")
	b.inspect("register-provisional")
	b.press(b.p.T("identity.provisional.go"))
	b.refused("code", "first_name", "last_name", "password", "again")
	b.inspect("register-provisional-refused")
	b.fill("code", b.typed(b.w.code(b.T, really, seen)))
	b.fill("first_name", s.first)
	b.fill("last_name", last)
	b.fill("password", password)
	b.fill("again", password)
	b.press(b.p.T("identity.provisional.go"))
	b.at("/register/done")
	b.sees(b.p.T("identity.provisional.done"))
	b.inspect("register-provisional-done")
}

// hasText tells whether words can be read on the page.
func (b *tab) hasText(words string) bool {
	b.Helper()
	return ask[bool](b, `document.body.innerText.includes($1)`, words)
}

// onTheirWordAbroad: while the consular system is silent somebody abroad makes a
// provisional account with an e-mail address. The number of the case was mistyped;
// it is entered again and the account is completed.
func onTheirWordAbroad(t *testing.T, w *world, c context.Context, l look) {
	s := w.newcomer("نیلوفر", "دوردست", "جمشید")
	n := w.next.Load()
	mail, ref := fmt.Sprintf("niloofar%d@mail.example", n), fmt.Sprintf("M1404%06d", n)
	d := w.app.Doubles
	d.Consular.Add(consular.Entry{Reference: ref, State: consular.Confirmed, Person: consular.Person{
		NationalCode: s.code, FirstName: s.first, LastName: s.last, FatherName: s.father, Birth: s.birth, Passport: fmt.Sprintf("X9%06d", n), Country: "DE",
		Email: mail, Mission: "Berlin", Until: w.today().Add(1000),
	}})
	must(t, d.Consular.Faults().Set(sandbox.Fault{Mode: sandbox.Down, How: sandbox.Busy}))
	defer func() { must(t, d.Consular.Faults().Set(sandbox.Fault{Mode: sandbox.OK})) }()
	b := w.open(t, c, l)
	b.quiet = true // it is refused, and says so
	b.visit("/register/abroad")
	b.fill("number", "M1403"+ref[5:])
	b.fill("birth", b.typed(s.birth.JalaliString()))
	b.fill("email", mail)
	b.choose("country", "DE")
	b.choose("zone", "Europe/Berlin")
	b.press(b.p.T("identity.register.go"))
	b.at("/register/waiting")
	b.examine("register-waiting-abroad")
	b.press(b.p.T("identity.provisional.offer_go"))
	b.at("/register/provisional")
	b.examine("register-provisional-abroad")
	b.fill("code", b.typed(w.mailed(t, mail)))
	b.fill("first_name", s.first)
	b.fill("last_name", s.last)
	b.fill("password", password)
	b.fill("again", password)
	b.press(b.p.T("identity.provisional.go"))
	b.at("/register/done")
	b.sees(b.p.T("identity.provisional.asking.consular"))
	b.examine("register-provisional-abroad-done")

	must(t, d.Consular.Faults().Set(sandbox.Fault{Mode: sandbox.OK}))
	w.forward(b, 1)
	wait(t, "the refusal", func() bool {
		b.visit("/account/provisional")
		return b.offers(b.p.T("identity.provisional.ask")) && b.hasText(b.p.T("identity.provisional.refused"))
	})
	b.examine("provisional-abroad-refused")
	b.fill("number", ref)
	b.press(b.p.T("identity.provisional.ask"))
	wait(t, "the account to be completed", func() bool {
		_, found, err := w.app.Identity.FindByNationalCode(t.Context(), w.app.DB, s.code)
		return err == nil && found
	})
	b.visit("/account/provisional")
	b.at("/account")
	b.sees(s.name())
}
