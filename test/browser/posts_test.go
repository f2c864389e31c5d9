// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// findPerson looks somebody up by a number on the page of posts.
func (b *tab) findPerson(s someone) {
	b.Helper()
	b.visit("/appointments")
	b.fill("name", b.typed(s.code))
	b.press(b.p.T("appoint.posts.find"))
	b.at("/appointments/")
	b.sees(s.name())
}

// posts: an administrator appoints a judge; she enters a guardian, who acts for
// his ward; a father does so by law. Who is an administrator is decided by two.
func posts(t *testing.T, w *world, c context.Context, l look) {
	one, two := w.admin(t, "ساسان", "گمارنده", l.lang), w.admin(t, "الهام", "همکار", l.lang)
	judge := w.lift(t, w.resident("مهین", "قضاوت", "نجف", l.lang), identity.ByOffice)
	guardian := w.lift(t, w.resident("صادق", "سرپرست", "ماشاالله", l.lang), identity.ByOffice)
	ward, child := w.child("پارسا", "یتیمی", "", l.lang), w.child("نازنین", "سرپرست", guardian.code, l.lang)
	a := w.open(t, c, l)
	a.takeOffice(one)
	a.visit("/appointments")
	a.inspect("posts")
	a.fill("name", a.typed("0000000000"))
	a.press(a.p.T("appoint.posts.find"))
	a.refused("name")
	a.findPerson(judge)
	a.inspect("posts-person")
	a.choose("role", "judge")
	a.fill("unit", "99999")
	a.fill("branch", a.typed("1"))
	a.fill("letter", "9000/1404/12")
	a.press(a.p.T("appoint.person.give"))
	a.refused("unit")
	a.inspect("posts-refused")
	a.fill("unit", civilCourt)
	a.press(a.p.T("appoint.person.give"))
	a.sees(a.p.T("appoint.person.given"), a.p.T("appoint.source.letter"))
	a.inspect("posts-given")

	j := w.open(t, c, l)
	j.signIn(judge)
	j.visit("/capacity")
	j.choose("capacity", w.capacity(t, judge, policy.Judge))
	j.press(j.p.T("identity.capacity.go"))
	j.visit("/guardianships")
	j.inspect("guardianships-none")
	j.fill("guardian", j.typed(guardian.code))
	j.fill("guardian_name", guardian.last)
	j.fill("ward", j.typed(ward.code))
	j.fill("ward_name", "نادرست")
	j.fill("decision", "1404-77")
	j.press(j.p.T("appoint.guardian.go"))
	j.refused("ward")
	j.inspect("guardianships-refused")
	j.fill("ward_name", ward.last)
	j.press(j.p.T("appoint.guardian.go"))
	j.sees(j.p.T("appoint.guardian.done"), guardian.name(), ward.name())
	j.inspect("guardianships")
	w.told(t, ward, j.p.T("identity.sms.alert.guarded"))

	g := w.open(t, c, l)
	g.signIn(guardian)
	g.actFor(ward)
	g.inspect("home-guardian")
	g.visit("/filings/new")
	g.press(g.title("petition-debt"))
	g.at("/filings/")
	g.sees(ward.name())
	g.inspect("filing-guardian")
	g.visit("/capacity/guardian")
	g.inspect("guardian-by-law")
	g.fill("national_code", g.typed(ward.code)) // somebody else's child
	g.fillBirth(ward)
	g.press(g.p.T("appoint.ward.go"))
	g.refused("national_code")
	g.inspect("guardian-by-law-refused")
	g.fill("national_code", g.typed(child.code))
	g.fillBirth(child)
	g.press(g.p.T("appoint.ward.go"))
	g.at("/capacity")
	g.sees(g.p.T("appoint.ward.done"), child.name())
	g.inspect("capacity-guardian")

	j.choose("capacity", w.capacity(t, guardian, policy.Guardian))
	j.fill("why", "ولی قهری پیدا شد")
	j.press(j.p.T("appoint.person.end"))
	j.sees(j.p.T("appoint.person.ended"), j.p.T("appoint.person.over"))
	j.inspect("guardianships-ended")

	a.findPerson(judge)
	a.choose("role", "administrator")
	a.fill("letter", "9000/1404/13")
	a.press(a.p.T("appoint.person.give"))
	a.sees(a.p.T("appoint.administrator.proposed"), a.p.T("steward.account.somebody_else"))
	a.inspect("posts-proposed")
	d := w.open(t, c, l)
	d.takeOffice(two)
	d.visit("/appointments")
	d.sees(one.name())
	d.inspect("posts-waiting")
	d.findPerson(judge)
	d.sees(d.p.T("appoint.administrator.decide", "name", one.name()))
	d.inspect("posts-decide")
	d.press(d.p.T("appoint.administrator.approve"))
	d.sees(d.p.T("appoint.administrator.decided"), d.p.T("appoint.title.administrator"))
	d.inspect("posts-decided")
}

// capacity is the one of a role that somebody holds.
func (w *world) capacity(t *testing.T, s someone, role policy.Role) string {
	t.Helper()
	list, err := w.app.Identity.Capacities(t.Context(), w.person(s).ID)
	must(t, err)
	for _, k := range list {
		if k.Role == role && k.Ended.IsZero() {
			return k.ID
		}
	}
	t.Fatalf("%s is no %s", s.name(), role)
	return ""
}

// child is somebody of about ten years with an account, whose guardian by law
// has a national code.
func (w *world) child(first, last, guardian string, lang i18n.Lang) someone {
	n := int(w.next.Add(1)) + 4000
	s := someone{code: nationalCode(n), mobile: fmt.Sprintf("+98935000%04d", n), first: first, last: last, father: "احمد", birth: w.today().Add(-3650)}
	p := population.Person{FirstName: first, LastName: last, FatherName: s.father, Alive: true}
	if guardian != "" {
		p.Guardians = []string{guardian}
	}
	w.app.Doubles.Population.Add(population.Entry{NationalCode: s.code, Birth: s.birth, Person: p})
	if guardian != "" { // the account is made when the guardian asks
		return s
	}
	_, err := w.app.Identity.Enrol(w.t.Context(), policy.Actor{Role: policy.System, Name: "test"}, identity.NewPerson{
		NationalCode: s.code, FirstName: s.first, LastName: s.last, FatherName: s.father, Birth: s.birth, Mobile: s.mobile,
		Lang: lang, Assurance: identity.RegistryChecked, Password: password,
	})
	must(w.t, err)
	return s
}

// fillBirth answers a question for the birth date.
func (b *tab) fillBirth(s someone) {
	b.Helper()
	y, m, d := s.birth.Jalali()
	b.fill("birth.day", b.typed(strconv.Itoa(d)))
	b.choose("birth.month", strconv.Itoa(m))
	b.fill("birth.year", b.typed(strconv.Itoa(y)))
}
