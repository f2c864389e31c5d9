// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"testing"

	"github.com/tarazu/tarazu/internal/notice"
)

// contested: somebody says that a paper did not reach him, forgets the proof, puts it
// right and signs; a judge reads it beside the record, sets the service aside, and
// the paper comes anew with the order.
func contested(t *testing.T, w *world, c context.Context, l look) {
	const why = "از روز ابلاغ تا دیروز در بیمارستان بستری بودم و تلفنم در دسترسم نبود. گواهی بستری پیوست است."
	plaintiff, defendant := w.resident("نسترن", "خواهان‌زاده", "اکبر", l.lang), w.resident("هومن", "بستری", "اصغر", l.lang)
	kase, _, j := w.served(t, c, l, plaintiff, defendant)
	d := w.plain(t, c, l)
	d.signIn(defendant)
	d.openNewest("contested")
	d.unfold(d.p.T("contest.card.title"))
	d.press(d.p.T("contest.card.link"))
	d.sees(d.p.T("contest.start.holds"), d.p.T("contest.here.title"))
	d.examine("contest")
	d.choose("reason", "no_access")
	d.fill("words", why)
	d.press(d.p.T("contest.start.next"))
	d.refused("files")
	d.keeps("words", why)
	d.examine("contest-refused")
	d.attach("files", put(t, t.TempDir(), "hospital.jpg", photograph(t)))
	d.press(d.p.T("contest.start.next"))
	d.sees(why, "hospital.jpg")
	d.examine("contest-draft")
	seen := len(w.messages(defendant))
	d.press(d.p.T("contest.sign.send"))
	code := w.code(t, defendant, seen)
	d.press(d.p.T("contest.sign.change"))
	d.press(d.p.T("contest.start.next")) // the same words: the code is still good
	d.press(d.p.T("contest.sign.send"))
	d.sees(d.p.T("contest.sign.code_waits"))
	d.fill("code", d.typed(code))
	d.examine("contest-code")
	d.press(d.p.T("contest.sign.go"))
	d.sees(d.p.T("contest.signed"), d.p.T("contest.state.open"))
	d.examine("contest-open")

	j.visit("/court/contests")
	j.examine("contests")
	j.press(defendant.name())
	j.sees(why, d.p.T("contest.record.title"), d.p.T("contest.here.title"))
	j.press(j.p.T("contest.decide.go"))
	j.refused("decision", "why")
	j.examine("contest-decide-refused")
	j.choose("decision", "set_aside")
	j.fill("why", "گواهی بستری با روزهای ابلاغ می‌خواند و عدم دسترسی ثابت است.")
	j.examine("contest-decide")
	j.press(j.p.T("contest.decide.go"))
	j.sees(j.p.T("contest.decided"), j.p.T("contest.state.set_aside"))
	j.examine("contest-decided")

	wait(t, "the paper and the order", func() bool {
		list, err := w.app.Notice.Inbox(t.Context(), w.actor(t, defendant, ""), notice.FilterAll, notice.Page{})
		must(t, err)
		return len(list.Notices) == 3
	})
	d.visit("/inbox")
	d.sees(d.p.T("contest.order.title"))
	d.examine("inbox-anew")
	d.visit(kase)
	d.sees(d.p.T("contest.state.set_aside"))
}
