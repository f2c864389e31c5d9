// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// firm is a company as its register and its people know it.
type firm struct {
	someone // its name
	seat    string
}

// company enters a company into its register and makes its account through who
// directs it.
func (w *world) company(t *testing.T, director someone, id, number, name string) firm {
	t.Helper()
	f := firm{someone: someone{first: "شرکت", last: name}, seat: "تهران، خیابان سهروردی، پلاک ۴۱"}
	w.app.Doubles.Companies.Add(companies.Entity{
		NationalID: id, RegistrationNumber: number, Kind: companies.Company, Name: f.name(), State: companies.Active, Province: "tehran", Address: f.seat,
		Officers: []companies.Officer{{NationalCode: director.code, FirstName: director.first, LastName: director.last, Office: companies.Director, From: w.today() - 1000}},
	})
	me := policy.Actor{Person: w.person(director).ID, Role: policy.Citizen, Assurance: identity.RegistryChecked}
	_, err := w.app.Identity.RegisterEntity(t.Context(), me, identity.EntityRef{NationalID: id, RegistrationNumber: number})
	must(t, err)
	return f
}

// TestCompanyPetition: the director of a company files a petition in its name, sees
// the receipt and the paper; the clerk sees the company and who signed for it; among
// the director's own things there is nothing.
func TestCompanyPetition(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	for i, l := range []look{{i18n.FA, "light", phone, true}, {i18n.EN, "dark", desktop, false}} {
		t.Run(strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
			t.Parallel()
			companyPetition(t, w, c, l, []string{"10380284790", "14003778990"}[i], []string{"پخش سپید", "پخش نیلی"}[i])
		})
	}
}

func companyPetition(t *testing.T, w *world, c context.Context, l look, id, name string) {
	director, against := w.resident("شهلا", "مدیری", "اکبر", l.lang), w.resident("بهروز", "بدهکاری", "نادر", l.lang)
	f := w.company(t, director, id, "4521", name)
	b := w.open(t, c, l)
	b.signIn(director)
	b.actFor(f.someone)
	b.startPetition()
	b.sees(b.p.T("filing.seat.title", "name", f.name()))
	if b.value("plaintiff_address") != f.seat {
		t.Errorf("%s: the address is %q, not that of the register", l, b.value("plaintiff_address"))
	}
	b.lacks(`name="plaintiff_job"`) // a company has none
	b.inspect("company-seat")
	b.choose("plaintiff_county", "tehran")
	b.next()
	b.fillDefendant(against)
	b.next()
	claim := debt(against)
	b.fillClaim(claim)
	b.next()
	b.fill("narrative", claim.story)
	b.next()
	b.fill("evidence_list", claim.evidence)
	b.next()
	b.sees(b.p.T("filing.check.title"), b.p.T("filing.filer.title"), f.name(), director.name())
	b.inspect("company-check")
	b.press(b.p.T("filing.check.to_pay"))
	b.toBank()
	b.press(bankWords(b.look.lang).pay)
	b.at("/filings/")
	b.sees(b.p.T("filing.sign.paid_title"))
	b.sign(director)
	b.sees(b.p.T("filing.done.title"))
	number := b.caseNumber()
	b.receiptReady(b.p.T("filing.done.receipt"))
	b.inspect("company-done")
	b.visit("/cases")
	b.sees(number)
	b.press(b.title("petition-debt"))
	b.sees(f.name(), director.name(), b.p.T("docket.party.agent"))
	b.inspect("company-case")

	k := w.open(t, c, l)
	k.enter("سارا نوری")
	k.press(number)
	k.sees(f.name(), director.name(), k.p.T("filing.filer.agent"), k.p.T("filing.filer.registration"))
	k.inspect("company-received")

	own := w.open(t, c, l)
	own.signIn(director)
	own.visit("/cases")
	own.lacks(number)
}
