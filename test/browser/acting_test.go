// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"strconv"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/policy"
)

// give gives a mandate of a kind to somebody, from the account page to the
// waiting for their answer. Rights are ticked beside those that are suggested.
func (b *tab) give(me, to someone, kind string, rights ...string) (path string) {
	b.Helper()
	b.visit("/account/mandates")
	b.inspect("mandates-" + kind)
	b.press(b.p.T("mandate.list.new"))
	if b.offers(b.p.T("mandate.kind." + kind)) {
		b.inspect("mandate-which-" + kind)
		b.press(b.p.T("mandate.kind." + kind))
	}
	b.inspect("mandate-new-" + kind)
	b.fill("taker", b.typed(to.code))
	b.fill("last_name", to.last)
	for _, r := range rights {
		b.choose("rights", r)
	}
	if kind == "lawyer" { // in all matters or in named ones
		b.choose("extent", "all")
	}
	y, m, d := b.w.today().Add(100).Jalali()
	b.fill("until.day", b.typed(strconv.Itoa(d)))
	b.choose("until.month", strconv.Itoa(m))
	b.fill("until.year", b.typed(strconv.Itoa(y)))
	b.press(b.p.T("mandate.new.go"))
	b.at("/account/mandates/")
	b.inspect("mandate-draft-" + kind)
	seen := len(b.w.messages(me))
	b.press(b.p.T("mandate.code.send"))
	b.fill("code", b.typed(b.w.code(b.T, me, seen)))
	b.press(b.p.T("mandate.give.go"))
	b.sees(b.p.T("mandate.give.done"), to.name())
	b.inspect("mandate-offered-" + kind)
	return b.path()
}

// accept takes a mandate and goes on in the name of who gave it.
func (b *tab) accept(path string, of someone) {
	b.Helper()
	b.visit(path)
	b.sees(of.name(), b.p.T("mandate.accept.title"))
	b.inspect("mandate-asked")
	b.press(b.p.T("mandate.accept.go"))
	b.press(b.p.T("mandate.show.choose_go"))
	b.at("/capacity")
	b.inspect("capacity-mandate")
	b.actFor(of)
}

// actFor chooses the capacity in the name of somebody.
func (b *tab) actFor(of someone) {
	b.Helper()
	b.visit("/capacity")
	id := ask[string](b, `([...document.querySelectorAll("input[name=capacity]")].find((e) => e.labels[0].textContent.includes($1)) || { value: "" }).value`, of.name())
	if id == "" {
		b.Fatalf("%s: no capacity for %s:\n%s", b.look, of.name(), b.text())
	}
	b.choose("capacity", id)
	b.press(b.p.T("identity.capacity.go"))
	b.at("/home")
	b.sees(of.name())
}

// helper: a daughter sees and prepares what her mother signs herself, and is out
// at the click after the mother takes it back.
func helper(t *testing.T, w *world, c context.Context, l look) {
	mother, daughter := w.resident("طوبی", "سالاری", "قنبر", l.lang), w.resident("ریحانه", "یاوری", "احمد", l.lang)
	m, d := w.open(t, c, l), w.open(t, c, l)
	m.signIn(mother)
	path := m.give(mother, daughter, "helper", "open_notices")

	d.signIn(daughter)
	d.accept(path, mother)
	d.inspect("home-helper")
	d.visit("/inbox")
	d.inspect("inbox-helper")
	d.visit("/filings/new")
	d.press(d.title("petition-debt"))
	d.at("/filings/")
	d.sees(mother.name())
	draft := d.path()
	d.inspect("filing-helper")

	m.visit(path)
	m.sees(m.p.T("mandate.show.looks"))
	m.inspect("mandate-active")

	// Fewer notices hold at her daughter's next click; more take a code and her yes.
	m.press(m.p.T("mandate.scope.title"))
	m.untick("notices", "all")
	m.press(m.p.T("mandate.scope.go"))
	m.refused("notices")
	m.inspect("mandate-scope-refused")
	m.choose("notices", "summons")
	m.choose("notices", "rest")
	m.inspect("mandate-scope")
	m.press(m.p.T("mandate.scope.go"))
	m.sees(m.p.T("mandate.scope.done"), m.p.T("notice.group.summons"))
	m.inspect("mandate-narrowed")
	d.visit("/inbox")
	d.sees(d.p.T("web.on_behalf_notices", "name", mother.name()))
	d.inspect("inbox-narrowed")
	d.visit("/capacity")
	d.sees(d.p.T("notice.group.summons"))
	d.inspect("capacity-narrowed")
	m.press(m.p.T("mandate.scope.title"))
	m.choose("notices", "judgments")
	m.press(m.p.T("mandate.scope.go"))
	m.sees(m.p.T("mandate.scope.wider"), m.p.T("mandate.show.replaces"))
	m.inspect("mandate-wider")
	m.visit("/account/mandates")
	m.inspect("mandates-scoped")
	m.visit(path)
	m.press(m.p.T("mandate.end.revoke"))
	m.inspect("mandate-end")
	m.press(m.p.T("mandate.end.revoke"))
	m.at("/account/mandates")
	m.inspect("mandate-ended")

	d.visit(draft)
	if got := d.path(); got == draft && d.status() == 200 {
		t.Errorf("%s: whoever was sent away still sees %s", l, draft)
	}
	d.inspect("capacity-over")
	m.visit(draft) // the draft stays with who was helped
	m.sees(m.p.T("filing.continue"))
}

// lawyersOffice: a client gives a contract to a lawyer, and the lawyer lets a
// clerk prepare; the clerk can pass nothing on.
func lawyersOffice(t *testing.T, w *world, c context.Context, l look) {
	client := w.resident("خسرو", "موکلی", "بهمن", l.lang)
	lawyer := w.post("شهرام", "وکیلی", policy.Lawyer, "", "", l.lang)
	clerk := w.resident("یاسمن", "دستیار", "بهزاد", l.lang)
	b, k, s := w.open(t, c, l), w.open(t, c, l), w.open(t, c, l)
	b.signIn(client)
	path := b.give(client, lawyer.someone, "lawyer")

	k.takeOffice(lawyer)
	k.inspect("home-lawyer")
	office := k.give(lawyer.someone, clerk, "office")
	k.visit("/account/mandates")
	k.press(client.name())
	k.at(path)
	k.accept(path, client)
	k.inspect("home-contract")

	s.signIn(clerk)
	s.accept(office, lawyer.someone)
	s.inspect("home-clerk")
	s.visit("/account/mandates")
	s.sees(s.p.T("mandate.list.may_not"))
	s.inspect("mandates-clerk")
}
