// SPDX-License-Identifier: Apache-2.0

package app

import (
	"github.com/tarazu/tarazu/internal/gateway/professions"
	"strings"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/gateway/consular"
	"github.com/tarazu/tarazu/internal/gateway/foreigners"
	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/civil"
)

// emigrant is a citizen who lives in another country.
func emigrant(n int, first, last, father string, y, m, d int, e elsewhere) person {
	p := someone(n, first, last, father, y, m, d)
	p.class, p.elsewhere, p.abroad = identity.Abroad, e, true
	p.mobile, p.address = "+49151000"+p.mobile[len(p.mobile)-5:], demoAbroad[0]
	return p
}

// foreigner is a national of another country, known by the code of their
// register. Who does not live here has no telephone of this country.
func foreigner(n int, code, first, last string, y, m, d int, e elsewhere) person {
	p := someone(n, first, last, "", y, m, d)
	p.class, p.code, p.elsewhere = identity.Foreign, code, e
	if e.country != identity.Home {
		p.mobile, p.abroad = "", true
	}
	return p
}

// seen is somebody whom an office has seen.
func (p person) seen() person { p.level = identity.SeenInPerson; return p }

// strangers are known to the registers of those who live elsewhere or come from
// there, and have no account.
func strangers() []person {
	return []person{
		emigrant(demoLeaving, "سیما", "رادمنش", "کورش", 1369, 2, 2, elsewhere{
			email: "sima@mail.example", country: "DE", zone: "Europe/Berlin", reference: "M140400104", passport: "X10400104",
		}),
		foreigner(demoRefugee, "1300105001050", "حمیدالله", "نورزی", 1371, 8, 8, elsewhere{country: identity.Home, latin: "Hamidullah Noorzai", issuer: "AF"}),
		foreigner(demoVisitor, "98765106", "لوکا", "روسی", 1374, 6, 15, elsewhere{
			email: "luca@mail.example", country: "IT", zone: "Europe/Berlin", latin: "Luca Rossi", passport: "YA1060106", issuer: "IT",
		}),
	}
}

// Those of them by number.
const (
	demoLeaving = 104
	demoRefugee = 105
	demoVisitor = 106
)

// identifiers are what registers outside call somebody.
func (p person) identifiers() []identity.Identifier {
	var out []identity.Identifier
	add := func(kind identity.IdentifierKind, country, value, source string) {
		if value != "" {
			out = append(out, identity.Identifier{Kind: kind, Country: country, Value: value, Source: source})
		}
	}
	switch p.class {
	case identity.Abroad:
		add(identity.ConsularRef, "", p.reference, "identity.source.abroad")
	case identity.Foreign:
		add(identity.ForeignCode, "", p.code, "identity.source.foreign")
		add(identity.Passport, p.issuer, p.passport, "identity.source.foreign")
	}
	return out
}

// nationalCode is "" for a foreign national.
func (p person) nationalCode() string {
	if p.class == identity.Foreign {
		return ""
	}
	return p.code
}

// enterAt enters somebody into the registers that know such people.
func (p person) enterAt(d *Doubles, alive bool) {
	if p.class == identity.Foreign {
		first, last, _ := strings.Cut(p.latin, " ")
		status := foreigners.Resident
		if p.abroad {
			status = foreigners.Visitor
		}
		d.Foreigners.Add(foreigners.Person{
			Code: p.code, Passport: p.passport, Country: p.issuer, FirstName: p.first, LastName: p.last, LatinFirst: first, LatinLast: last,
			Birth: p.birth, Status: status, Until: demoLong,
		})
	} else {
		d.Population.Add(population.Entry{
			NationalCode: p.code, Birth: p.birth, Person: population.Person{FirstName: p.first, LastName: p.last, FatherName: p.father, Alive: alive},
		})
	}
	if p.class == identity.Abroad {
		d.Consular.Add(consular.Entry{Reference: p.reference, State: consular.Confirmed, Person: consular.Person{
			NationalCode: p.code, FirstName: p.first, LastName: p.last, FatherName: p.father, Birth: p.birth, Passport: p.passport, Country: p.country,
			Email: p.email, Mobile: p.mobile, Mission: "Berlin", Until: demoLong,
		}})
	}
	if strings.HasPrefix(p.mobile, "+98") {
		d.SimOwner.Add(simowner.Pair{NationalCode: p.code, Mobile: p.mobile})
	}
	for _, k := range p.posts {
		if k.licence != nil {
			d.Professions.Add(professions.Entry{NationalCode: p.code, Licence: *k.licence})
		}
	}
}

// demoLong is a day far ahead, on which papers of the demo end.
var demoLong = civil.Day(40_000)

// demoEntity is a legal person of the demo country: a body if it has a code.
type demoEntity struct {
	officer                        int // number of the main character who acts for it
	nationalID, registration, code string
	name                           string
	address, postal                string // of its seat, in Tehran
	joined                         bool   // has an account; otherwise a visitor may make it
}

func demoEntities() []demoEntity {
	return []demoEntity{
		{officer: demoDirector, nationalID: "10001234598", registration: "218214", name: "شرکت سازهٔ البرز نمونه", joined: true,
			address: "تهران، خیابان سهروردی شمالی، کوچهٔ نمونه، پلاک ۴۱", postal: "1557611111"},
		{officer: demoDefendant, nationalID: "10001234604", registration: "218202", name: "شرکت بازرگانی دریای نمونه",
			address: "تهران، خیابان طالقانی، پلاک ۱۲۰", postal: "1415611111"},
		{officer: demoHead, code: "B215", name: "سازمان آب نمونه", joined: true,
			address: "تهران، بلوار کشاورز، پلاک ۸", postal: "1415811111"},
	}
}

// enterAt enters it into the register of legal persons.
func (e demoEntity) enterAt(d *Doubles, officer person) {
	kind := companies.Company
	if e.code != "" {
		kind = companies.Body
	}
	d.Companies.Add(companies.Entity{
		NationalID: e.nationalID, RegistrationNumber: e.registration, Code: e.code, Kind: kind, Name: e.name, State: companies.Active, Province: "tehran",
		Address: e.address, Postal: e.postal, Founded: officer.birth, Officers: []companies.Officer{{
			NationalCode: officer.code, FirstName: officer.first, LastName: officer.last, Office: companies.Director, From: officer.birth, Until: demoLong,
		}},
	})
}
