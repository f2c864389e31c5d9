// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/catalogue"
	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/notice"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// The units of Tehran in the default country.
const (
	civilCourt = "23101"
	prosecutor = "23401"
)

// few are two looks that differ in everything; with TARAZU_TEST_FULL all.
func few() []look {
	if os.Getenv("TARAZU_TEST_FULL") != "" {
		return looks()
	}
	return []look{{i18n.FA, "light", phone, true}, {i18n.EN, "dark", desktop, false}}
}

// TestCourtroom is a suit from its defect to its appeal, with a lawyer who comes
// into it, seen from all desks.
func TestCourtroom(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	for _, l := range few() {
		t.Run(strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
			t.Parallel()
			courtroom(t, w, c, l)
		})
	}
}

func courtroom(t *testing.T, w *world, c context.Context, l look) {
	plaintiff, defendant := w.resident("گلنار", "شایان", "ایرج", l.lang), w.resident("فرهاد", "نیکو", "سهراب", l.lang)
	clerk := w.post("مهرداد", "دفتری", policy.Clerk, civilCourt, "", l.lang)
	judge := w.post("پروین", "دادگر", policy.Judge, civilCourt, "1", l.lang)
	sued := against("defendant", defendant)
	sued["amount"] = int64(2_400_000_000)
	f := w.file(t, plaintiff, "petition-debt", sued)
	kase := "/cases/" + f.Case

	k := w.open(t, c, l)
	k.takeOffice(clerk)
	k.halt(f)
	p := w.open(t, c, l)
	p.mend(plaintiff, f)

	j := w.open(t, c, l)
	j.takeOffice(judge)
	j.visit(kase)
	j.choose("branch", "1")
	j.press(j.p.T("docket.refer.confirm"))
	k.visit("/court/filings/" + f.ID)
	k.inspect("received-mended")
	k.fill("days", k.typed("15"))
	k.press(k.p.T("filing.desk.do.serve"))
	k.sees(k.p.T("filing.served"))
	d := w.open(t, c, l)
	d.signIn(defendant)
	d.openNewest("claim")

	k.summon(kase)
	d.visit(kase)
	d.sees(d.p.T("docket.hearing.title"))
	d.inspect("case-hearing")

	j.decide(kase)
	d.openNewest("judgment")
	d.waitDeadline()
	f = w.begin(t, w.actor(t, defendant, ""), filing.NewFiling{Lang: l.lang, Service: "appeal-civil", Case: f.Case, Notice: w.noticeOf(t, defendant, f.Case, notice.KindJudgment)})
	d.answer(f, catalogue.Answers{"opponent_name": plaintiff.name()})
	d.inspect("appeal-check")
	d.conclude(defendant)
	d.inspect("appeal-done")
	k.visit("/court/filings/" + f.ID)
	k.inspect("received-appeal")
	k.press(k.p.T("filing.desk.do.serve"))
	k.sees(k.p.T("filing.served"))
	p.openNewest("appeal")
	for _, b := range []*tab{p, d, k, j} {
		b.visit(kase)
		b.inspect("case-end")
		b.visit("/home")
		b.inspect("home-end")
	}
}

// noticeOf is the id of a notice that somebody was sent in a case.
func (w *world) noticeOf(t *testing.T, to someone, caseID, kind string) string {
	t.Helper()
	list, err := w.app.Docket.NoticesOf(t.Context(), w.actor(t, to, ""), caseID)
	must(t, err)
	for _, n := range list {
		if n.Kind == kind {
			return n.ID
		}
	}
	t.Fatalf("no %s among %+v", kind, list)
	return ""
}

// decide sends the judgment.
func (b *tab) decide(kase string) {
	b.Helper()
	b.visit(kase)
	b.press(b.p.T("docket.send.title"))
	b.press(b.p.T("docket.send.kind.judgment"))
	b.inspect("send-judgment")
	b.fill("text", "دادگاه خوانده را به پرداخت ۲٬۴۰۰٬۰۰۰٬۰۰۰ ریال بابت اصل خواسته و هزینهٔ دادرسی محکوم می‌کند.")
	b.choose("rule", "cpc-336")
	b.press(b.p.T("docket.send.preview"))
	b.inspect("send-judgment-preview")
	b.press(b.p.T("docket.preview.send"))
	b.sees(b.p.T("docket.send.done"))
}

// TestOtherWays are a complaint, a declaration with its reply, and a certificate:
// what is no suit between two.
func TestOtherWays(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	for _, l := range few() {
		t.Run(strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
			t.Parallel()
			me, other := w.resident("شیرین", "مهرجو", "بهمن", l.lang), w.resident("داریوش", "کمالی", "سیاوش", l.lang)
			clerk := w.post("ژاله", "دفتری", policy.Clerk, civilCourt, "", l.lang)
			secretary := w.post("کامران", "بایگان", policy.Clerk, prosecutor, "", l.lang)
			head := w.post("هدایت", "دادستان", policy.Judge, prosecutor, "1", l.lang)
			a := w.actor(t, me, "")
			b, d, k := w.open(t, c, l), w.open(t, c, l), w.open(t, c, l)
			b.signIn(me)
			b.visit("/filings/new")
			b.inspect("filing-new")

			b.press(b.title("complaint-insult"))
			f, _, err := w.app.Filing.Get(t.Context(), a, strings.Split(b.path(), "/")[2])
			must(t, err)
			more := against("suspect", other)
			more["crime_county"] = "tehran"
			b.answer(f, more)
			b.inspect("complaint-check")
			b.conclude(me)
			b.inspect("complaint-done")
			number := b.caseNumber()
			j := w.open(t, c, l)
			j.takeOffice(head)
			j.visit("/cases")
			j.press(number)
			j.press(j.p.T("docket.refer.confirm"))
			k.takeOffice(secretary)
			k.visit("/court")
			k.inspect("desk-prosecutor")
			k.press(number)
			k.inspect("received-complaint")
			k.press(k.p.T("filing.desk.do.seen"))
			k.inspect("received-complaint-seen")
			d.signIn(other)
			d.visit("/cases")
			d.lacks(number) // nobody has told him yet

			f = w.begin(t, a, filing.NewFiling{Lang: l.lang, Service: "declaration-debt"})
			b.answer(f, against("addressee", other))
			b.inspect("declaration-check")
			b.conclude(me)
			number = b.caseNumber()
			desk := w.open(t, c, l)
			desk.takeOffice(clerk)
			desk.visit("/court")
			desk.press(number)
			desk.inspect("received-declaration")
			desk.press(desk.p.T("filing.desk.do.serve"))
			desk.sees(desk.p.T("filing.served"))
			d.openNewest("declaration")
			f, _, err = w.app.Filing.Get(t.Context(), a, f.ID)
			must(t, err)
			f = w.begin(t, w.actor(t, other, ""), filing.NewFiling{Lang: l.lang, Service: "reply-declaration", Case: f.Case})
			d.answer(f, nil)
			d.inspect("reply-check")
			d.conclude(other)
			d.visit("/cases")
			d.sees(number)
			d.press(firstItem(d))
			d.inspect("case-declaration")
			b.visit("/cases/" + f.Case)
			b.inspect("case-declaration-sender")

			f = w.begin(t, a, filing.NewFiling{Lang: l.lang, Service: "certificate-criminal-record"})
			b.answer(f, catalogue.Answers{"plaintiff_county": "tehran", "letter": false})
			b.inspect("certificate-check")
			b.conclude(me)
			b.inspect("certificate-done")
			k.visit("/court")
			k.inspect("desk-certificate")
		})
	}
}

// halt sends the filing back for its address.
func (b *tab) halt(f filing.Filing) {
	b.Helper()
	b.visit("/court")
	b.inspect("desk")
	b.press(f.CaseNumber)
	b.inspect("received-to-halt")
	b.press(b.p.T("filing.desk.do.halt"))
	b.inspect("halt")
	b.press(b.p.T("filing.halt.send"))
	b.sees(b.p.T("filing.defect_none"))
	b.inspect("halt-wrong")
	b.unfold(ask[string](b, `document.getElementById("f-reason_defendant_address").closest("details").querySelector("summary").textContent.replace(/\s+/g, " ").trim()`))
	b.choose("reason_defendant_address", "address")
	b.fill("note_defendant_address", "پلاک و واحد را بنویسید.")
	b.press(b.p.T("filing.halt.send"))
	b.sees(b.p.T("filing.halted"))
	b.inspect("received-halted")
}

// mend corrects what is defective, and can correct nothing else.
func (b *tab) mend(me someone, f filing.Filing) {
	b.Helper()
	b.signIn(me)
	b.inspect("home-halted")
	wait(b.T, "the term to mend", func() bool {
		b.visit("/filings/" + f.ID)
		return !strings.Contains(b.text(), b.p.T("filing.mend.term_soon_title"))
	})
	b.at("/filings/" + f.ID + "/mend")
	b.sees(b.p.T("filing.mend.what"), "پلاک و واحد را بنویسید.")
	b.inspect("mend")
	b.press(b.p.T("filing.mend.start"))
	b.inspect("mend-page")
	if n := ask[int](b, `document.querySelectorAll("main form input[type=text], main form textarea, main form select, main form input[type=radio]").length`); n != 1 {
		b.Errorf("%s: %d answers can be changed, one is defective", b.look, n)
	}
	b.fill("defendant_address", "تهران، خیابان ولیعصر، کوچهٔ بهار، پلاک ۷، واحد ۳")
	b.next()
	b.sees(b.p.T("filing.check.title"))
	b.inspect("mend-check")
	b.press(b.p.T("filing.check.to_sign"))
	b.sign(me)
	b.receiptReady(b.p.T("filing.done.receipt"))
	b.sees(f.CaseNumber)
	b.inspect("mend-done")
}

// openNewest opens the newest notice: before, its effect is told.
func (b *tab) openNewest(name string) {
	b.Helper()
	b.visit("/inbox")
	b.inspect("inbox-" + name)
	b.press(firstItem(b))
	b.at("/inbox/")
	if b.offers(b.p.T("notice.open")) {
		b.sees(b.p.T("notice.before.title"))
		b.inspect("notice-before-" + name)
		b.press(b.p.T("notice.open"))
	}
	b.sees(b.p.T("notice.evidence.title"))
	b.inspect("notice-" + name)
}

// summon calls everybody to a hearing in twenty days or some more.
func (b *tab) summon(kase string) {
	b.Helper()
	b.visit(kase)
	b.press(b.p.T("docket.send.title"))
	b.inspect("send-choose")
	b.press(b.p.T("docket.send.kind.hearing"))
	b.inspect("send-hearing")
	b.press(b.p.T("docket.send.preview"))
	if b.status() != 422 {
		b.Errorf("%s: a hearing without a day is answered with %d", b.look, b.status())
	}
	b.inspect("send-hearing-wrong")
	day := b.w.today().Add(20)
	for day.Weekday().String() != "Sunday" {
		day = day.Add(1)
	}
	y, m, d := day.Jalali()
	b.fill("hearing.day", b.typed(strconv.Itoa(d)))
	b.choose("hearing.month", strconv.Itoa(m))
	b.fill("hearing.year", b.typed(strconv.Itoa(y)))
	b.fill("time", b.typed("09:30"))
	b.press(b.p.T("docket.send.preview"))
	b.sees(b.p.T("docket.preview.ways"))
	b.inspect("send-hearing-preview")
	b.press(b.p.T("docket.preview.send"))
	b.sees(b.p.T("docket.send.done"))
	b.inspect("case-clerk")
}
