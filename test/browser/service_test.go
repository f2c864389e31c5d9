// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"context"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/alert"
	"github.com/tarazu/tarazu/internal/gateway/messenger"
	"github.com/tarazu/tarazu/internal/notice/series"
	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestService walks what stands around a notice: whom the papers have reached, the
// numbers and the calendar of whoever gets them, how they are told, when the service
// did not work, and which days are closed.
func TestService(t *testing.T) {
	t.Parallel()
	walks(t, boot(t), chromium(t), []walking{{"reached", reached}, {"wishes", wishes}, {"outage", outages}, {"closures", closures}, {"contested", contested}, {"sending", sending}})
}

// served files a suit and has it served on the defendant: case and branch as a court
// does it.
func (w *world) served(t *testing.T, c context.Context, l look, plaintiff, defendant someone) (kase string, k, j *tab) {
	t.Helper()
	clerk := w.post("مهناز", "دفترچی", policy.Clerk, civilCourt, "", l.lang)
	judge := w.post("بهرام", "داوری", policy.Judge, civilCourt, "1", l.lang)
	sued := against("defendant", defendant)
	sued["amount"] = int64(2_400_000_000)
	f := w.file(t, plaintiff, "petition-debt", sued)
	kase = "/cases/" + f.Case
	j, k = w.plain(t, c, l), w.plain(t, c, l)
	j.takeOffice(judge)
	j.visit(kase)
	j.choose("branch", "1")
	j.press(j.p.T("docket.refer.confirm"))
	k.takeOffice(clerk)
	k.visit(kase + "/reach")
	k.sees(defendant.name(), k.p.T("docket.reach.never.title"), k.p.T("docket.reach.nothing_sent"))
	k.examine("reach-nothing")
	k.visit("/court/filings/" + f.ID)
	k.fill("days", k.typed("15"))
	k.press(k.p.T("filing.desk.do.serve"))
	k.sees(k.p.T("filing.served"))
	return kase, k, j
}

// reached: a judge is told who would be judged without having seen anything; the
// defendant reads, takes the numbers along, checks them without this server, and has
// the days in a calendar.
func reached(t *testing.T, w *world, c context.Context, l look) {
	plaintiff, defendant := w.resident("سیمین", "خواهان", "اکبر", l.lang), w.resident("کامبیز", "خوانده", "اصغر", l.lang)
	kase, k, j := w.served(t, c, l, plaintiff, defendant)
	j.visit(kase)
	j.press(j.p.T("docket.send.title"))
	j.press(j.p.T("docket.send.kind.judgment"))
	j.sees(j.p.T("docket.guard.legal", "name", defendant.name()))
	j.examine("guard")
	j.press(j.p.T("docket.reach.link"))
	j.at(kase + "/reach")
	j.sees(j.p.T("docket.reach.legal.title"), j.p.T("docket.reach.issued.electronic"))
	j.examine("reach-legal")

	d := w.plain(t, c, l)
	d.signIn(defendant)
	d.openNewest("claim")
	d.waitDeadline()
	k.visit(kase + "/reach")
	k.sees(k.p.T("docket.reach.actual.title"))
	k.lacks(k.p.T("docket.reach.legal.title"))
	wait(t, "the text message among what was tried", func() bool {
		k.visit(kase + "/reach")
		return strings.Contains(k.text(), k.p.T("docket.reach.alert", "way", k.p.T("alert.channel.sms")))
	})
	k.examine("reach-actual")
	j.visit(kase)
	j.press(j.p.T("docket.send.title"))
	j.press(j.p.T("docket.send.kind.judgment"))
	j.lacks(j.p.T("docket.reach.link"))

	wait(t, "the number of the notice", func() bool {
		d.visit(series.Path)
		return d.offers(d.p.T("notice.series.download"))
	})
	d.sees(d.p.T("notice.series.list"))
	d.examine("numbers")
	file := d.download(d.p.T("notice.series.download"))
	var said bytes.Buffer
	dir := t.TempDir()
	if code := receipt.Command([]string{"--key", w.vkey, put(t, dir, "numbers.series.json", file)}, &said, &said, series.Kind()); code != receipt.ExitGood {
		t.Errorf("%s: tarazu verify refuses the numbers: %d\n%s", l, code, said.String())
	}
	forged := bytes.Replace(file, []byte(`"number": 1`), []byte(`"number": 2`), 1)
	if bytes.Equal(forged, file) {
		forged = bytes.Replace(file, []byte("0"), []byte("1"), 1)
	}
	if code := receipt.Command([]string{"--key", w.vkey, put(t, dir, "forged.series.json", forged)}, &said, &said, series.Kind()); code == receipt.ExitGood {
		t.Errorf("%s: tarazu verify accepts changed numbers", l)
	}
	d.feed()
}

var reFeed = regexp.MustCompile(`http://[^\s]+/calendar/[A-Za-z0-9_-]+\.ics`)

// feed makes an address for a calendar program, and takes it back.
func (b *tab) feed() {
	b.Helper()
	b.visit("/account/calendar")
	b.examine("calendar")
	b.press(b.p.T("docket.feed.make"))
	b.sees(b.p.T("docket.feed.made"), b.p.T("docket.feed.once"))
	b.examine("calendar-made")
	address := reFeed.FindString(b.text())
	read := func(want int) string {
		b.Helper()
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, http.NoBody)
		must(b.T, err)
		res, err := http.DefaultClient.Do(req)
		must(b.T, err)
		defer func() { _ = res.Body.Close() }()
		var body bytes.Buffer
		_, err = body.ReadFrom(res.Body)
		must(b.T, err)
		if res.StatusCode != want {
			b.Errorf("%s: the calendar at %q answers %d", b.look, address, res.StatusCode)
		}
		return body.String()
	}
	if ics := read(http.StatusOK); !strings.Contains(ics, "BEGIN:VEVENT") {
		b.Errorf("%s: the calendar has no day in it:\n%s", b.look, ics)
	}
	b.visit("/account/calendar")
	b.lacks(address) // told once
	b.sees(b.p.T("docket.feed.reads"))
	b.examine("calendar-there")
	b.press(b.p.T("docket.feed.end"))
	b.sees(b.p.T("docket.feed.ended"))
	read(http.StatusNotFound)
}

// wishes: how somebody wants to be told.
func wishes(t *testing.T, w *world, c context.Context, l look) {
	me := w.resident("آذر", "خبرخواه", "منوچهر", l.lang)
	b := w.plain(t, c, l)
	b.signIn(me)
	b.visit("/account")
	b.press(b.p.T("identity.account.alerts_go"))
	b.at("/account/alerts")
	b.examine("alerts")
	b.choose("quiet_from", "22:00")
	b.choose("quiet_to", "07:00")
	b.choose("neutral", "on")
	b.choose("safe", "on")
	b.choose("safe_from", "10:00")
	b.choose("safe_to", "10:00")
	b.press(b.p.T("alert.page.save"))
	b.refused("safe_to")
	b.keeps("quiet_from", "22:00", "quiet_to", "07:00", "safe_from", "10:00", "neutral", "on")
	b.examine("alerts-refused")
	b.choose("safe_to", "13:00")
	b.press(b.p.T("alert.page.save"))
	b.sees(b.p.T("alert.page.saved"))
	b.keeps("quiet_from", "22:00", "quiet_to", "07:00", "safe_from", "10:00", "safe_to", "13:00", "neutral", "on")
	b.examine("alerts-saved")

	b.press(b.p.T("alert.link.connect.bale"))
	b.sees(b.p.T("alert.link.send"))
	b.examine("alerts-code")
	a := w.actor(t, me, "")
	pending := func() alert.Pending {
		list, err := w.app.Alert.Pending(t.Context(), a)
		must(t, err)
		if len(list) != 1 {
			t.Fatalf("%d codes", len(list))
		}
		return list[0]
	}
	b.sees(pending().Code)
	chat, err := strconv.ParseInt(me.code, 10, 64)
	must(t, err)
	must(t, w.app.Doubles.Bale.Write(t.Context(), messenger.Written{Chat: chat, Name: me.name(), Text: "/start " + pending().Code}))
	wait(t, "the code at the bot", func() bool { return pending().Came })
	b.press(b.p.T("alert.link.look"))
	b.sees(b.p.T("alert.link.is_it_you"), me.name())
	b.examine("alerts-confirm")
	b.press(b.p.T("alert.link.yes"))
	b.sees(b.p.T("alert.link.done"), b.p.T("alert.page.spare"))
	b.examine("alerts-connected")
	must(t, w.app.Doubles.Bale.Write(t.Context(), messenger.Written{Chat: chat, Name: me.name(), Text: "/stop"}))
	wait(t, "the channel turned off", func() bool {
		wishes, err := w.app.Alert.Wishes(t.Context(), a)
		must(t, err)
		return !wishes.Bale
	})
	b.press(b.p.T("alert.link.disconnect"))
	b.sees(b.p.T("alert.link.ended"), b.p.T("alert.link.connect.bale"))
}

// outages: what an administrator declares is public at once, and who needs it has a
// paper that others can check.
func outages(t *testing.T, w *world, c context.Context, l look) {
	a, s := w.plain(t, c, l), w.plain(t, c, l)
	a.takeOffice(w.admin(t, "پرویز", "سامانه", l.lang))
	a.visit("/outages")
	a.examine("outages")
	a.press(a.p.T("outage.desk.declare_go"))
	if a.status() != 422 {
		t.Errorf("%s: an outage without anything is answered with %d", l, a.status())
	}
	a.examine("outages-refused")
	a.visit("/outages")
	now := w.app.Clock.Now()
	a.choose("part", "gateway.sms")
	a.choose("cause", "theirs")
	for name, at := range map[string]time.Time{"from": now.Add(-50 * time.Minute), "to": now.Add(-30 * time.Minute)} {
		y, m, d := civil.Of(at).Jalali()
		a.fill(name+".day", a.typed(strconv.Itoa(d)))
		a.choose(name+".month", strconv.Itoa(m))
		a.fill(name+".year", a.typed(strconv.Itoa(y)))
		a.fill(name+"_time", a.typed(at.In(clock.Tehran).Format("15:04")))
	}
	a.fill("text_fa", "پیامک‌ها نمی‌رسید.")
	a.fill("text_en", "Text messages did not arrive.")
	a.press(a.p.T("outage.desk.declare_go"))
	a.at("/status/")
	a.sees(a.p.T("outage.desk.declared"))
	a.examine("status-declared")
	one := a.path()

	s.visit("/status")
	s.sees(s.p.T("outage.cause.theirs"))
	s.examine("status")
	s.visit(one)
	label := s.p.T("outage.one." + string(l.lang))
	var paper []byte
	wait(t, "the certificate", func() bool {
		s.visit(one)
		if !s.offers(label) {
			return false
		}
		body, res := s.get(ask[string](s, `[...document.querySelectorAll("main a")].find((a) => a.textContent.trim() === $1).href`, label))
		paper = body
		return res.StatusCode == http.StatusOK && bytes.HasPrefix(body, []byte("%PDF-"))
	})
	s.examine("status-one")
	s.visit("/verify")
	s.attach("paper", put(t, t.TempDir(), "outage.pdf", paper))
	wait(t, "the certificate in the log", func() bool {
		s.press(s.p.T("proof.check_it"))
		if strings.Contains(s.text(), s.p.T("proof.paper_found")) {
			return true
		}
		s.visit("/verify")
		s.attach("paper", put(t, t.TempDir(), "outage.pdf", paper))
		return false
	})
	s.examine("verify-outage")

	a.visit(one)
	a.press(a.p.T("outage.desk.change"))
	a.examine("outage-change")
	a.press(a.p.T("outage.desk.withdraw"))
	a.fill("reason", "این قطعی نبود.")
	a.pressIn(a.p.T("outage.desk.reason_hint"), a.p.T("outage.desk.withdraw"))
	s.visit(one)
	s.sees(s.p.T("outage.one.withdrawn"))
	s.examine("status-withdrawn")
}

// closures: a day is closed after it was seen what that moves, and a year is called
// complete.
func closures(t *testing.T, w *world, c context.Context, l look) {
	b := w.plain(t, c, l)
	b.takeOffice(w.admin(t, "فریبا", "تقویمی", l.lang))
	year, name := 1408, "توفان شن آزمون"
	if l.lang == "en" {
		name = "Sandstorm of the test"
	}
	b.visit("/closures?year=" + strconv.Itoa(year))
	b.sees(b.p.T("calendar.page.unknown_year"))
	b.examine("closures")
	b.unfold(b.p.T("calendar.page.new"))
	b.press(b.p.T("calendar.page.look"))
	if b.status() != 422 {
		t.Errorf("%s: a closure without anything is answered with %d", l, b.status())
	}
	b.examine("closures-refused")
	b.fill("date.day", b.typed("12"))
	b.choose("date.month", "4")
	b.fill("date.year", b.typed(strconv.Itoa(year)))
	b.choose("kind", "government")
	b.choose("province", "tehran")
	b.fill("name_fa", "توفان شن آزمون")
	b.fill("name_en", "Sandstorm of the test")
	b.fill("source", "استانداری تهران")
	b.press(b.p.T("calendar.page.look"))
	b.sees(b.p.T("calendar.preview.title"), b.p.T("calendar.preview.moves"), name)
	b.examine("closures-preview")
	b.press(b.p.T("calendar.preview.change"))
	b.keeps("name_fa", "توفان شن آزمون", "source", "استانداری تهران")
	b.press(b.p.T("calendar.page.look"))
	b.press(b.p.T("calendar.preview.publish"))
	b.sees(b.p.T("calendar.page.published"), name)
	b.press(name)
	b.sees("استانداری تهران", b.p.T("calendar.page.history"))
	b.examine("closure")

	b.visit("/closures?year=" + strconv.Itoa(year))
	b.press(b.p.T("calendar.year.title"))
	b.examine("closures-year")
	b.press(b.p.T("calendar.page.look"))
	b.refused("source")
	b.fill("source", "شورای مرکز تقویم")
	b.press(b.p.T("calendar.page.look"))
	b.examine("closures-year-preview")
	b.press(b.p.T("calendar.preview.publish"))
	b.visit("/closures?year=" + strconv.Itoa(year))
	b.lacks(b.p.T("calendar.page.unknown_year"))
	b.sees(b.p.T("calendar.state.year"))

	// A term for contesting service, for what is issued in that year: the present is left
	// as it is for everybody else.
	b.visit("/admin/contest-terms")
	b.sees(b.p.T("contest.terms.effect"))
	b.fill("days", b.typed("20"))
	b.fill("from.year", b.typed(strconv.Itoa(year)))
	b.press(b.p.T("contest.terms.go"))
	b.refused("source")
	b.keeps("days", b.typed("20"))
	b.examine("contest-terms-refused")
	b.choose("reason", "not_me")
	b.fill("source", "آیین‌نامهٔ آزمون، مادهٔ ۱۲")
	b.press(b.p.T("contest.terms.go"))
	b.sees(b.p.T("contest.terms.done"), "آیین‌نامهٔ آزمون، مادهٔ ۱۲")
	b.examine("contest-terms")
}
