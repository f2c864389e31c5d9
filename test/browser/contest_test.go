// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"slices"
	"testing"

	"github.com/tarazu/tarazu/internal/notice"
)

// nth tells people of the same name apart when a journey is walked in every look at
// the same time.
var nth = []string{"یکم", "دوم", "سوم", "چهارم", "پنجم", "ششم", "هفتم", "هشتم", "نهم", "دهم", "یازدهم", "دوازدهم", "سیزدهم", "چهاردهم", "پانزدهم", "شانزدهم"}

// contested: somebody says that a paper did not reach him, forgets the proof, puts it
// right and signs; a judge reads it beside the record, sets the service aside and
// orders paper, forgetting at first to say why; the order comes to both sides, and the
// paper is in no account.
func contested(t *testing.T, w *world, c context.Context, l look) {
	const why = "از روز ابلاغ تا دیروز در بیمارستان بستری بودم و تلفنم در دسترسم نبود. گواهی بستری پیوست است."
	const onPaper = "تلفن طرف نزد کس دیگری است و حساب در دست خود او نیست."
	plaintiff, defendant := w.resident("نسترن", "خواهان‌زاده", "اکبر", l.lang), w.resident("هومن", "بستری "+nth[slices.Index(looks(), l)], "اصغر", l.lang)
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
	j.choose("way", "paper")
	j.press(j.p.T("contest.decide.go"))
	j.refused("paper_why")
	j.keeps("why", "گواهی بستری با روزهای ابلاغ می‌خواند و عدم دسترسی ثابت است.")
	j.examine("contest-decide-paper")
	j.choose("decision", "set_aside")
	j.choose("way", "paper")
	j.fill("paper_why", onPaper)
	j.examine("contest-decide")
	j.press(j.p.T("contest.decide.go"))
	j.sees(j.p.T("contest.decided"), j.p.T("contest.state.set_aside"), onPaper)
	j.examine("contest-decided")

	has := func(who someone, n int) func() bool {
		return func() bool {
			list, err := w.app.Notice.Inbox(t.Context(), w.actor(t, who, ""), notice.FilterAll, notice.Page{})
			must(t, err)
			return len(list.Notices) == n
		}
	}
	wait(t, "the order, and no paper anew", has(defendant, 2))
	wait(t, "the order for the other side", has(plaintiff, 1))
	d.visit("/inbox")
	d.sees(d.p.T("contest.order.title"))
	d.examine("inbox-anew")
	o := w.plain(t, c, l)
	o.signIn(plaintiff)
	o.openNewest("contested-other-side")
	o.sees(o.p.T("contest.copy.why"))
	o.lacks(why, onPaper)
	o.examine("contest-copy")
	d.visit(kase)
	d.sees(d.p.T("contest.state.set_aside"))
}
