// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// broker are the buttons of the trial broker's page, which belongs to somebody
// else and has words of its own.
type broker struct{ live, notLive, noMatch, abandoned string }

func brokerWords(l i18n.Lang) broker {
	if l == i18n.FA {
		return broker{"هویت تأیید شود", "فرد زنده دیده نشد", "چهره با عکس ثبت احوال نخواند", "از ادامه منصرف شوم"}
	}
	return broker{"Confirm the identity", "No living person was seen", "The face did not fit the registry’s picture", "Break off"}
}

// demanding publishes the declaration of a debt anew, as one that asks for
// somebody who has been seen.
func (w *world) demanding(t *testing.T) {
	t.Helper()
	const service = "declaration-debt"
	if d, err := w.app.Catalogue.Current(t.Context(), service, w.today()); err == nil && d.Assurance > 1 {
		return
	}
	b, err := os.ReadFile("../../internal/catalogue/services/" + service + ".json")
	must(t, err)
	b = bytes.Replace(b, []byte(`"version": 1`), []byte(`"version": 3`), 1)
	b = bytes.Replace(b, []byte(`"assurance": 1`), []byte(`"assurance": 2`), 1)
	_, err = w.app.Catalogue.Publish(t.Context(), policy.Actor{Role: policy.System, Name: "test"}, b)
	if d, cerr := w.app.Catalogue.Current(t.Context(), service, w.today()); cerr != nil || d.Assurance != 2 { // another look may have been first
		t.Fatal(err, cerr)
	}
}

// levels: what somebody wants to sign asks for more than is known of them. They
// are led to the step, pay a broker, get the money back, pay again, fail three
// times, pay once more, succeed, and sign where they were.
func levels(t *testing.T, w *world, c context.Context, l look) {
	w.demanding(t)
	me, other := w.resident("گلاره", "نادیده", "صفدر", l.lang), w.resident("اصغر", "مخاطب", "رحیم", l.lang)
	f := w.paid(t, me, "declaration-debt", against("addressee", other), l.lang)
	words, bank := brokerWords(l.lang), bankWords(l.lang)
	b := w.open(t, c, l)
	b.signIn(me)
	b.visit("/account/level")
	b.inspect("level")
	b.visit("/filings/" + f.ID + "/sign")
	b.at("/account/level?for=")
	b.sees(b.p.T("proofing.missing.title"), b.p.T("proofing.kept"))
	b.inspect("level-missing")

	payment := ""
	order := func() {
		t.Helper()
		b.press(b.p.T("proofing.video.go"))
		b.at("/account/level/video")
		b.inspect("video")
		b.choose("broker", "simin")
		b.press(b.p.T("proofing.video.order"))
		b.at("/payments/")
		payment = b.path()
		b.inspect("video-payment")
		b.press(b.p.T("payment.begin"))
		b.press(b.p.T("payment.to_bank"))
		b.press(bank.pay)
		b.at("/account/level/video/")
		b.sees(b.p.T("proofing.order.title.ready"))
	}
	order()
	b.inspect("video-ready")
	paidAt := b.path()
	b.unfold(b.p.T("proofing.order.back_title"))
	b.press(b.p.T("proofing.order.back_go"))
	b.at(paidAt)
	b.sees(b.p.T("proofing.order.title.refused"))
	b.inspect("video-back")
	wait(t, "the money to go back", func() bool { b.visit(payment); return b.hasText(b.p.T("payment.says.refunded")) })
	b.inspect("payment-refunded")
	b.visit(paidAt)
	b.sees(b.p.T("proofing.order.says.refunded"))
	b.press(b.p.T("proofing.video.other_ways"))

	order()
	attempt := func(outcome, title string) {
		t.Helper()
		if b.offers(b.p.T("proofing.order.begin")) {
			b.press(b.p.T("proofing.order.begin"))
		} else {
			b.press(b.p.T("proofing.order.begin_again"))
		}
		b.sees(b.p.T("proofing.order.title.open"))
		b.inspect("video-open")
		b.press(b.p.T("proofing.order.to_broker"))
		b.inspect("broker")
		b.press(outcome)
		b.at("/account/level/video/")
		b.sees(b.p.T("proofing.order.title." + title))
		b.inspect("video-" + title)
	}
	attempt(words.notLive, "not_live")
	attempt(words.abandoned, "abandoned")
	attempt(words.noMatch, "used")
	b.lacks(b.p.T("proofing.order.back_go")) // attempts were made
	b.press(b.p.T("proofing.video.other_ways"))

	order()
	attempt(words.live, "proved")
	b.press(b.p.T("proofing.reached.go"))
	b.at("/filings/" + f.ID + "/sign")
	b.quiet = true
	b.sign(me)
	b.sees(b.p.T("filing.done.title"))
	b.quiet = false
	b.visit("/account/level")
	b.sees(b.p.T("identity.assurance.2"))
	b.inspect("level-two")
}
