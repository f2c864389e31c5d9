// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"strconv"
	"testing"

	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// face is a picture as a camera gives it.
func face(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil))
	return put(t, t.TempDir(), "face.jpg", b.Bytes())
}

// The most that it may cost an operator at the keyboard to register somebody
// who has their papers and a telephone, from the counter's page to the slip.
const (
	counterKeys  = 40
	counterPages = 3
)

// counter: an operator registers somebody with the keyboard alone; the client
// sets the password on their own telephone and signs in with it.
func counter(t *testing.T, w *world, c context.Context, l look) {
	l.width, l.script = desktop, true // as counters are
	op := w.officer(t, "مینا", "متصدی", policy.Operator, l.lang)
	client := w.newcomer("خاتون", "مراجع", "صفر")
	picture := face(t)
	b := w.open(t, c, l)
	b.takeOffice(op)
	b.visit("/counter")
	b.inspect("counter")
	b.cost = cost{}
	b.hit(b.p.T("office.counter.register"))
	b.at("/counter/register")
	b.quiet = true
	b.examine("counter-register")
	y, m, d := client.birth.Jalali()
	b.typeIn("number", b.typed(client.code))
	b.typeIn("birth.day", b.typed(strconv.Itoa(d)))
	b.goTo(`select[name="birth.month"]`)
	b.option("birth.month", strconv.Itoa(m))
	b.typeIn("birth.year", b.typed(strconv.Itoa(y)))
	b.typeIn("mobile", b.typed(client.local()))
	seen := len(w.messages(client))
	b.enterKey()
	b.sees(client.name()) // from the registry
	b.examine("counter-captures")
	b.typeIn("code", b.typed(w.code(t, client, seen)))
	b.attach("picture", picture) // as the camera of the counter does
	b.typeIn("fingerprint", "FP-20260")
	b.enterKey()
	b.at("/counter/visits/")
	b.sees(b.p.T("office.done.register"))
	b.examine("counter-visit")
	t.Logf("%s: a registration at the counter takes %d keys, %d characters and %d pages", l, b.cost.keys, b.cost.chars, b.cost.pages)
	if b.cost.keys > counterKeys || b.cost.pages > counterPages {
		t.Errorf("that is more than %d keys and %d pages", counterKeys, counterPages)
	}
	b.hit(b.p.T("office.counter.next"))
	b.at("/counter/register")
	b.visit("/counter/look")
	b.examine("counter-look")

	w.welcome(t, c, l, client)
}

// welcome has a client set the password with the link that came by text
// message, and sign in.
func (w *world) welcome(t *testing.T, c context.Context, l look, client someone) {
	t.Helper()
	link := w.link(t, client, "/welcome/")
	l.width = phone
	b := w.open(t, c, l)
	b.visit(link)
	b.lacks(client.last) // the link alone tells nobody whose it is
	b.inspect("welcome")
	y, m, d := client.birth.Jalali()
	b.fill("birth.day", b.typed(strconv.Itoa(d)))
	b.choose("birth.month", strconv.Itoa(m))
	b.fill("birth.year", b.typed(strconv.Itoa(y)))
	b.fill("password", password)
	b.fill("again", password)
	b.press(b.p.T("identity.claim.go"))
	b.at("/login")
	b.sees(b.p.T("identity.claim.done"))
	b.visit(link)
	b.sees(b.p.T("identity.claim.gone_title"))
	b.inspect("welcome-gone")
	if client.code == "" {
		return
	}
	b.quiet = true
	b.signIn(client)
	b.at("/home")
	b.visit("/account")
	b.sees(b.p.T("office.access.enrol"))
}

// vouching: two people of level 2 vouch before the manager for somebody without
// papers.
func vouching(t *testing.T, w *world, c context.Context, l look) {
	manager := w.officer(t, "جمال", "رئیسی", policy.Manager, l.lang)
	one := w.lift(t, w.resident("غلام", "گواهی", "نوروز", l.lang), identity.ByVideo)
	two := w.lift(t, w.resident("خدیجه", "شاهدی", "نوروز", l.lang), identity.ByVideo)
	client := w.paperless()
	b := w.open(t, c, l)
	b.takeOffice(manager)
	b.visit("/counter")
	b.press(b.p.T("office.counter.vouch"))
	b.at("/counter/vouch")
	b.inspect("counter-vouch")
	y, m, d := client.birth.Jalali()
	b.fill("first_name", client.first)
	b.fill("last_name", client.last)
	b.fill("birth.day", b.typed(strconv.Itoa(d)))
	b.choose("birth.month", strconv.Itoa(m))
	b.fill("birth.year", b.typed(strconv.Itoa(y)))
	b.fill("mobile", b.typed(client.local()))
	b.fill("reason", "شناسنامه ندارد؛ گواهان همسایهٔ او هستند.")
	b.fill("voucher_1", b.typed(one.code))
	b.fill("voucher_2", b.typed(one.code))
	b.press(b.p.T("office.counter.send"))
	b.sees(b.p.T("office.voucher_twice"))
	b.inspect("counter-vouch-refused")
	b.fill("voucher_2", b.typed(two.code))
	was := len(w.messages(one)) + len(w.messages(two))
	b.press(b.p.T("office.counter.send"))
	b.inspect("counter-vouch-codes")
	wait(t, "the codes of the vouchers", func() bool { return len(w.messages(one))+len(w.messages(two)) >= was+2 })
	b.fill("code_1", b.typed(w.code(t, one, 0)))
	b.fill("code_2", b.typed(w.code(t, two, 0)))
	b.fill("code", b.typed(w.code(t, client, 0)))
	b.attach("picture", face(t))
	b.fill("fingerprint", "FP-20261")
	b.press(b.p.T("office.counter.finish.vouch"))
	b.at("/counter/visits/")
	b.sees(b.p.T("office.done.vouch"))
	b.inspect("counter-vouched")
	b.visit("/offices/" + serviceOffice + "/report")
	b.sees(manager.name())
	b.inspect("office-report")

	w.welcome(t, c, l, client)
}
