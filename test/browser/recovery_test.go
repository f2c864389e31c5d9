// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"regexp"
	"testing"

	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/identity"
	"github.com/tarazu/tarazu/internal/platform/persian"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// lostWay goes from the sign-in page as far as registry and telephone lead.
func (b *tab) lostWay(s someone) {
	b.Helper()
	b.visit("/login")
	b.unfold(b.p.T("identity.login.forgot"))
	b.press(b.p.T("identity.login.forgot_go"))
	b.at("/recover")
	b.inspect("recover")
	b.press(b.p.T("recovery.start.go"))
	b.at("/register")
	b.fillWho(s)
	seen := len(b.w.messages(s))
	b.press(b.p.T("identity.register.go"))
	b.at("/register/code")
	b.fill("code", b.typed(b.w.code(b.T, s, seen)))
	b.press(b.p.T("identity.code.go"))
	b.at("/recover/ways")
}

// renewed chooses the new password.
func (b *tab) renewed() {
	b.Helper()
	b.fill("password", password)
	b.fill("again", password)
	b.press(b.p.T("identity.password.set"))
}

// byRecoveryCode: somebody has kept recovery codes and has forgotten the password.
func byRecoveryCode(t *testing.T, w *world, c context.Context, l look) {
	me := w.resident("شکوفه", "فراموشکار", "حیدر", l.lang)
	b := w.open(t, c, l)
	b.signIn(me)
	b.visit("/account/ways")
	b.press(b.p.T("identity.ways.recovery_make"))
	b.sees(b.p.T("identity.recovery.made"))
	code := ask[string](b, `document.querySelector("main ol li").textContent.trim()`)
	b.leave()

	b.lostWay(me)
	b.inspect("recover-ways")
	b.press(b.p.T("recovery.ways.code_go"))
	b.at("/recover/password")
	b.inspect("recover-by-code")
	b.fill("code", "AAAA-AAAA-AAAA")
	b.renewed()
	b.refused("code")
	b.inspect("recover-by-code-wrong")
	b.fill("code", code)
	b.renewed()
	b.at("/account/ways")
	b.sees(b.p.T("recovery.done.code"))
	b.inspect("recovered-by-code")
	b.visit("/account/recovery")
	b.sees(b.p.T("recovery.mine.none"))
	b.inspect("recovery-none")
}

var reNumber = regexp.MustCompile(`\b\d{8}\b`)

// byOffice: somebody has lost telephone and password, asks with a new telephone,
// and an office that sees the papers lets the request go on at once.
func byOffice(t *testing.T, w *world, c context.Context, l look) {
	me := w.lift(t, w.resident("عباس", "گمشده", "کاظم", l.lang), identity.ByOffice)
	me.mobile = "+98937" + me.mobile[6:]
	w.app.Doubles.SimOwner.Add(simowner.Pair{NationalCode: me.code, Mobile: me.mobile})
	b := w.open(t, c, l)
	b.lostWay(me)
	b.inspect("recover-ways-proved")
	b.press(b.p.T("recovery.ways.request_go"))
	b.sees(b.p.T("recovery.ways.waiting"))
	b.inspect("recover-waiting")
	number := reNumber.FindString(persian.Digits(b.text()))

	at := l
	at.width, at.script = desktop, true // as counters are
	op := w.officer(t, "نرگس", "باجه‌دار", policy.Operator, l.lang)
	k := w.open(t, c, at)
	k.takeOffice(op)
	k.visit("/counter")
	k.press(k.p.T("office.counter.recover"))
	k.at("/counter/recover")
	k.inspect("counter-recover")
	k.fill("number", k.typed(me.code))
	k.fill("request", k.typed("00000000"))
	k.press(k.p.T("office.counter.ask"))
	k.refused("request")
	k.inspect("counter-recover-refused")
	k.fill("request", k.typed(number))
	seen := len(w.messages(me))
	k.press(k.p.T("office.counter.ask"))
	k.lacks(me.last) // before the client agrees
	k.inspect("counter-recover-captures")
	k.fill("code", k.typed(w.code(t, me, seen)))
	k.attach("picture", face(t))
	k.fill("fingerprint", "FP-20262")
	k.press(k.p.T("office.counter.finish.recover"))
	k.at("/counter/visits/")
	k.sees(k.p.T("office.done.recovered"))
	k.inspect("counter-recovered")

	b.visit("/recover/ways")
	b.sees(b.p.T("recovery.ways.open"))
	b.inspect("recover-open")
	b.press(b.p.T("recovery.ways.set"))
	b.at("/recover/password")
	b.inspect("recover-password")
	b.renewed()
	b.at("/account/ways")
	b.sees(b.p.T("recovery.done.request"))
	b.inspect("recovered-by-office")
	b.visit("/account/recovery")
	b.sees(b.p.T("recovery.state.done"))
	b.inspect("recovery-done")
}

// waiting: the owner stops with the link of the message what somebody else asked
// for; asked for by the owner, it goes on by itself when the hours are over.
func waiting(t *testing.T, w *world, c context.Context, l look) {
	me := w.lift(t, w.resident("زهره", "شکیبا", "فتح‌الله", l.lang), identity.ByVideo)
	other := me
	other.mobile = "+98938" + me.mobile[6:] // a line that stands in the owner's name
	w.app.Doubles.SimOwner.Add(simowner.Pair{NationalCode: me.code, Mobile: other.mobile})
	b, o := w.open(t, c, l), w.open(t, c, l)
	o.quiet = true
	o.lostWay(other)
	o.press(o.p.T("recovery.ways.request_go"))
	stop := w.link(t, me, "/recover/stop/")
	b.visit(stop)
	b.lacks(me.last, me.code)
	b.inspect("recover-stop")
	b.press(b.p.T("recovery.stop.go"))
	b.sees(b.p.T("recovery.stopped.done"))
	b.inspect("recover-stopped")
	b.visit(stop)
	b.sees(b.p.T("recovery.gone.title"))
	b.inspect("recover-gone")
	o.visit("/recover/password")
	o.at("/recover/ways")
	o.lacks(o.p.T("recovery.ways.set"))

	b.lostWay(me)
	b.press(b.p.T("recovery.ways.request_go"))
	b.sees(b.p.T("recovery.ways.waiting"))
	s := w.open(t, c, l)
	s.signIn(me) // a device on which the password was kept
	s.visit("/account/recovery")
	s.sees(s.p.T("recovery.state.waiting"), s.p.T("recovery.mine.stop"))
	s.inspect("recovery-mine")
	w.forward(s, 4)
	w.told(t, me, b.p.T("recovery.sms.ready"))
	b.lostWay(me) // the registries and the telephone are asked again
	b.sees(b.p.T("recovery.ways.open"))
	b.press(b.p.T("recovery.ways.set"))
	b.renewed()
	b.at("/account/ways")
	b.sees(b.p.T("recovery.done.request"))
	s.visit("/home")
	s.at("/login") // every other device is signed out
}

// forward moves the demo's clock.
func (w *world) forward(b *tab, days int) {
	b.Helper()
	b.visit("/demo")
	b.fill("days", b.typed(string(rune('0'+days))))
	b.pressIn("page", b.p.T("app.demo.move"))
	b.sees(b.p.T("app.demo.clock_moved"))
}
