// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"testing"

	"github.com/tarazu/tarazu/internal/filing"
)

// merging: somebody has two accounts. One administrator proposes to make them
// one, another decides; what was in either is there, with either number. Then it
// is taken back.
func merging(t *testing.T, w *world, c context.Context, l look) {
	one, two := w.admin(t, "سیاوش", "سرپرست", l.lang), w.admin(t, "کتایون", "ناظر", l.lang)
	first, second := w.resident("فریده", "دوحسابی", "منوچهر", l.lang), w.resident("فریده", "دوحسابی", "منوچهر", l.lang)
	f := w.begin(t, w.actor(t, second, ""), filing.NewFiling{Service: "petition-debt", Lang: l.lang})
	draft := "/filings/" + f.ID
	p, a, d := w.open(t, c, l), w.open(t, c, l), w.open(t, c, l)
	p.signIn(second)
	p.at("/home")

	a.takeOffice(one)
	a.visit("/admin/merges")
	a.inspect("merges")
	a.fill("one", a.typed(first.code))
	a.fill("two", a.typed(first.code))
	a.press(a.p.T("merge.list.compare"))
	a.refused("two")
	a.inspect("merges-refused")
	a.fill("two", a.typed(second.code))
	a.press(a.p.T("merge.list.compare"))
	a.at("/admin/merges/compare/")
	a.sees(first.code, second.code)
	a.inspect("merge-compare")
	a.choose("into", w.person(first).ID)
	a.press(a.p.T("merge.compare.button"))
	a.refused("reason")
	a.inspect("merge-compare-refused")
	a.fill("reason", "کارت ملی و شناسنامه را دیدم؛ هر دو حساب از یک نفر است.")
	a.press(a.p.T("merge.compare.button"))
	a.at("/admin/merges/")
	a.sees(a.p.T("merge.flash.proposed"), a.p.T("steward.account.somebody_else"))
	a.lacks(a.p.T("merge.one.approve"))
	a.inspect("merge-proposed")
	path := a.path()

	d.takeOffice(two)
	d.visit("/admin/merges")
	d.sees(one.name())
	d.inspect("merges-waiting")
	d.visit(path)
	d.sees(one.name(), d.p.T("merge.compare.what_happens"))
	d.inspect("merge-decide")
	d.press(d.p.T("merge.one.approve"))
	d.sees(d.p.T("merge.flash.approved"), d.p.T("merge.one.moved"))
	d.inspect("merge-done")

	w.told(t, first, p.p.T("merge.sms.into"))
	w.told(t, second, p.p.T("merge.sms.gone"))
	p.visit("/home")
	p.at("/login") // the account that ended is outside
	now := second
	now.mobile = first.mobile
	p.signIn(now) // with the number of the account that ended
	p.at("/home")
	wait(t, "the draft to come over", func() bool { p.visit(draft); return p.status() == 200 && p.path() != "/home" })
	p.visit("/account")
	p.sees(first.name())
	p.inspect("account-merged")
	p.visit("/account/level")
	p.inspect("level-after-merge")

	d.visit(path)
	d.fill("reason", "هم‌نام بودند؛ دو کارت ملی جدا دیده شد.")
	d.press(d.p.T("merge.one.undo_button"))
	d.sees(d.p.T("merge.flash.proposed"), d.p.T("steward.account.somebody_else"))
	d.inspect("merge-undo-proposed")
	a.visit("/admin/merges")
	a.inspect("merges-undo-waiting")
	a.visit(path)
	a.sees(two.name(), a.p.T("merge.one.undo_back"))
	a.inspect("merge-undo-decide")
	a.press(a.p.T("merge.one.approve_undo"))
	a.sees(a.p.T("merge.flash.undo_approved"), a.p.T("merge.state.undone"))
	a.inspect("merge-undone")

	w.told(t, second, p.p.T("merge.sms.undone"))
	wait(t, "the draft to go back", func() bool { p.visit(draft); return p.status() != 200 || p.path() == "/login" })
	p.leave()
	p.quiet = true
	p.signIn(second)
	p.at("/home")
	p.visit(draft)
	p.sees(p.p.T("filing.continue"))
}
