// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/companies"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/identity/body"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestBodyDesk walks the desks of a government body: its head writes a rule and gives a
// post for one kind of notices, a notice comes to the desk, is opened there and handed
// on, and somebody else deals with it.
func TestBodyDesk(t *testing.T) {
	t.Parallel()
	walks(t, boot(t), chromium(t), []walking{{"body desk", bodyDesk}})
}

func bodyDesk(t *testing.T, w *world, c context.Context, l look) {
	head, writer, payer := w.resident("شیرین", "دستگاهی", "فرخ", l.lang), w.resident("بهنام", "کارگزار", "صفدر", l.lang), w.resident("پری", "حسابدار", "کاوه", l.lang)
	code := fmt.Sprintf("D%d", w.next.Add(1))
	w.app.Doubles.Companies.Add(companies.Entity{
		Code: code, Kind: companies.Body, Name: "سازمان میزها", State: companies.Active, Province: "tehran", Founded: 1,
		Officers: []companies.Officer{{NationalCode: head.code, FirstName: head.first, LastName: head.last, Office: companies.Director, From: 1, Until: w.today().Add(700)}},
	})
	made, err := w.app.Identity.RegisterEntity(t.Context(), w.actor(t, head, ""), identity.EntityRef{Code: code})
	must(t, err)
	by := w.actor(t, head, made.ID)
	units := map[string]body.Unit{}
	for _, name := range []string{"اجرا", "مالی"} {
		units[name], err = w.app.Body.Make(t.Context(), by, body.NewUnit{Code: strconv.Itoa(len(units) + 1), NameFA: name, NameEN: name})
		must(t, err)
	}
	seat := func(s someone, unit string, notices ...string) string {
		p, err := w.app.Body.Give(t.Context(), by, body.NewPost{
			Unit: units[unit].ID, Person: s.code, LastName: s.last, TitleFA: "کارشناس", Rights: []policy.Right{policy.See, policy.OpenNotices}, Notices: notices,
			Until: w.today().Add(90),
		})
		must(t, err)
		p, err = w.app.Body.Accept(t.Context(), w.actor(t, s, ""), p.ID)
		must(t, err)
		return p.Capacity
	}
	act := func(b *tab, s someone, capacity string) {
		b.takeOffice(official{someone: s, capacity: capacity})
		b.visit("/body/desk")
	}

	b := w.open(t, c, l)
	act(b, head, made.ID)
	b.sees(b.p.T("desk.empty.open"))
	b.press(b.p.T("desk.rules.link"))
	b.inspect("desk-rules-none")
	b.press(b.p.T("desk.rules.add"))
	b.refused("unit")
	b.inspect("desk-rules-refused")
	b.choose("groups", "execution")
	b.choose("unit", units["اجرا"].ID)
	b.press(b.p.T("desk.rules.add"))
	b.sees(b.p.T("desk.rules.set"))
	b.inspect("desk-rules")
	b.visit("/body/desk/programs")
	b.fill("label", "Registry")
	b.choose("unit", "top")
	b.press(b.p.T("desk.key.go"))
	b.sees(b.p.T("program.once"), "tarazu_inbox_")
	b.inspect("desk-key")
	b.visit("/body/desk/programs")
	b.inspect("desk-programs")
	var answer atomic.Int64
	answer.Store(http.StatusGone)
	program := httptest.NewServer(http.HandlerFunc(func(r http.ResponseWriter, _ *http.Request) { r.WriteHeader(int(answer.Load())) }))
	t.Cleanup(program.Close)
	b.fill("url", program.URL)
	b.press(b.p.T("program.hook.go"))
	b.sees(b.p.T("program.once"), "whsec_")

	desk, money, nothing := seat(writer, "اجرا", "execution"), seat(payer, "مالی", "execution"), w.resident("مینا", "بیکار", "داود", l.lang)
	idle := seat(nothing, "اجرا", "judgments")
	out, err := w.app.Notice.Deliver(t.Context(), notice.NewNotice{
		Key: "desk " + code, Owner: by.For, Addressee: notice.AddresseeBody, AddresseeName: "سازمان میزها", Kind: notice.KindWrit, Unit: "23101",
		UnitName: "شعبهٔ ۱ دادگاه عمومی حقوقی", UnitNameEN: "Branch 1, General Civil Court", Province: "tehran", IssuedBy: policy.Actor{Role: policy.System},
		Title: notice.Text{FA: "اجرائیهٔ سازمان", EN: "Writ for the body"}, Paper: notice.Text{FA: "مبلغ را بپردازید.", EN: "Pay the amount."},
	})
	must(t, err)
	_, err = w.app.Jobs.Drain(t.Context())
	must(t, err)
	untold := b.p.N("program.work.title", 1)
	desks := func(has bool) { // jobs of the server may be at work on it
		wait(t, untold, func() bool {
			b.visit("/body/desk")
			return strings.Contains(b.text(), untold) == has
		})
	}
	desks(true)
	b.sees(b.p.T("program.failure.gone"))
	b.inspect("desk-untold")
	b.press(b.p.T("program.work.look"))
	b.inspect("desk-programs-untold")
	answer.Store(http.StatusNoContent)
	b.press(b.p.T("program.work.try"))
	b.sees(b.p.T("program.work.tried"))
	desks(false)
	title := map[bool]string{true: "اجرائیهٔ سازمان", false: "Writ for the body"}[l.lang == "fa"]

	o := w.open(t, c, l)
	act(o, nothing, idle)
	o.sees(o.p.T("desk.empty.open"))
	o.visit("/body/desk/" + out.ID)
	if got := o.status(); got != 404 {
		t.Errorf("a post for another kind at the notice: %d", got)
	}

	k := w.open(t, c, l)
	act(k, writer, desk)
	k.inspect("desk")
	k.press(title)
	k.press(k.p.T("desk.do.take"))
	k.sees(k.p.T("desk.did.take"))
	k.inspect("desk-notice")
	k.press(k.p.T("desk.to_notice"))
	k.press(k.p.T("notice.open"))
	k.visit("/body/desk/" + out.ID)
	k.choose("unit", units["مالی"].ID)
	k.fill("note", "برای پرداخت")
	k.press(k.p.T("desk.hand.go"))
	k.at("/body/desk")
	k.sees(k.p.T("desk.did.hand"), k.p.T("desk.empty.open"))

	m := w.open(t, c, l)
	act(m, payer, money)
	m.press(title)
	m.sees("برای پرداخت")
	m.press(m.p.T("desk.do.done"))
	m.sees(m.p.T("desk.did.done"))
	b.visit("/body/desk?show=done")
	b.sees(title)
	b.inspect("desk-head")
}
