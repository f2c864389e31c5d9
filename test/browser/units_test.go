// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
)

// TestUnits walks a government body: whom its register names makes its account and its
// units, gives a post in one, and somebody acts for the body from there.
func TestUnits(t *testing.T) {
	t.Parallel()
	walks(t, boot(t), chromium(t), []walking{{"units", units}})
}

func units(t *testing.T, w *world, c context.Context, l look) {
	head, clerk := w.resident("شیرین", "دستگاهی", "فرخ", l.lang), w.resident("بهنام", "کارگزار", "صفدر", l.lang)
	code, name := fmt.Sprintf("U%d", w.next.Add(1)), "سازمان آزمون"
	w.app.Doubles.Companies.Add(companies.Entity{
		Code: code, Kind: companies.Body, Name: name, State: companies.Active, Province: "tehran", Founded: 1,
		Officers: []companies.Officer{{NationalCode: head.code, FirstName: head.first, LastName: head.last, Office: companies.Director, From: 1, Until: w.today().Add(700)}},
	})
	b, o := w.open(t, c, l), w.open(t, c, l)
	b.signIn(head)
	b.visit("/capacity/entity")
	b.choose("kind", "body")
	b.fill("code", code)
	b.press(b.p.T("identity.entity.go"))
	b.at("/home")
	b.sees(name)

	b.visit("/capacity")
	b.press(b.p.T("identity.capacity.units"))
	b.at("/account/body")
	b.sees(b.p.T("body.tree.none"))
	b.inspect("units-none")
	b.unit("حقوقی", "10", "")
	b.inspect("unit-new")
	legal := b.path()
	b.visit("/account/body")
	b.unit("دعاوی", "101", "حقوقی")
	b.visit("/account/body/units/new")
	b.press(b.p.T("body.new.go"))
	b.refused("name_fa", "code")
	b.inspect("unit-refused")
	b.visit("/account/body")
	b.sees("حقوقی", "دعاوی")

	b.visit(legal)
	b.press(b.p.T("body.unit.rename"))
	b.inspect("unit-name")
	b.fill("name_fa", "امور حقوقی")
	b.press(b.p.T("body.name.go"))
	b.sees("امور حقوقی", b.p.T("body.change.renamed"))
	b.press(b.p.T("body.unit.move"))
	b.inspect("unit-place")
	b.visit(legal)
	b.press(b.p.T("body.unit.give"))
	b.inspect("post-new")
	b.fill("person", b.typed(clerk.code))
	b.fill("last_name", clerk.last)
	b.fill("title_fa", "کارشناس")
	b.choose("notices", "all")
	y, m, d := w.today().Add(100).Jalali()
	b.fill("until.day", b.typed(strconv.Itoa(d)))
	b.choose("until.month", strconv.Itoa(m))
	b.fill("until.year", b.typed(strconv.Itoa(y)))
	b.press(b.p.T("body.give.go"))
	b.sees(b.p.T("body.give.done"), clerk.name())
	b.inspect("unit-offered")

	o.signIn(clerk)
	o.visit("/account/posts")
	o.sees(name)
	o.inspect("posts-mine")
	o.press("کارشناس – " + name)
	o.sees(o.p.T("body.seat.asked"))
	o.inspect("post-asked")
	o.press(o.p.T("mandate.accept.go"))
	o.sees(o.p.T("body.seat.accepted"))
	seat := o.path()
	id := ask[string](o, `location.pathname`)
	if id != seat {
		t.Errorf("at %s", id)
	}
	o.visit("/capacity")
	capacity := ask[string](o, `([...document.querySelectorAll("input[name=capacity]")].find((e) => e.labels[0].textContent.includes($1)) || { value: "" }).value`, name)
	o.choose("capacity", capacity)
	o.press(o.p.T("identity.capacity.go"))
	o.at("/home")
	o.sees(name)
	o.visit("/inbox")
	o.sees(name)
	o.visit("/account/body") // holding a post gives no say in the units
	if got := o.status(); got != 403 {
		t.Errorf("the holder of a post at the units: %d", got)
	}

	b.visit(legal)
	b.press(clerk.name())
	b.sees(b.p.T("body.seat.looks"))
	b.inspect("post-active")
	b.press(b.p.T("body.seat.end"))
	b.inspect("post-end")
	b.press(b.p.T("body.seat.end"))
	b.sees(b.p.T("body.seat.ended"))
	o.visit("/home")
	o.lacks(name)
	b.visit("/account/body")
	b.press("دعاوی")
	b.press(b.p.T("body.unit.end"))
	b.inspect("unit-end")
	b.press(b.p.T("body.unit.end"))
	b.at("/account/body")
	b.sees(b.p.T("body.end.done"))
	b.inspect("units")
}

// unit adds a unit, under another one or at the top ("").
func (b *tab) unit(name, code, under string) {
	b.Helper()
	b.press(b.p.T("body.tree.new"))
	b.at("/account/body/units/new")
	b.fill("name_fa", name)
	b.fill("code", code)
	if under != "" {
		b.choose("parent", ask[string](b, `[...document.querySelectorAll("select[name=parent] option")].find((o) => o.textContent.includes($1)).value`, under))
	}
	b.press(b.p.T("body.new.go"))
	b.sees(b.p.T("body.new.done"), name)
}
