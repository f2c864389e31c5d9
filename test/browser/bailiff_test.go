// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/tarazu/tarazu/internal/bailiff"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestBailiff takes a paper to a door where there is no signal: what happened there is
// kept on the telephone, sent once when the signal is back, and begins the term.
func TestBailiff(t *testing.T) {
	t.Parallel()
	walks(t, boot(t), chromium(t), []walking{{"door", door}})
}

func door(t *testing.T, w *world, c context.Context, l look) {
	plaintiff, defendant := w.resident("شهلا", "پیگیر", "ناصر", l.lang), w.newcomer("فریدون", "بی‌حساب", "عباس")
	officer := w.post("یدالله", "پیک‌زاده", policy.Bailiff, civilCourt, "", l.lang)
	kase, k, _ := w.served(t, c, l, plaintiff, defendant)
	var task bailiff.Task
	clerk := w.clerkOf(t, k)
	wait(t, "the task of service on paper", func() bool {
		page, err := w.app.Bailiff.UnitTasks(t.Context(), clerk, bailiff.Open, "")
		must(t, err)
		i := slices.IndexFunc(page.Tasks, func(x bailiff.Task) bool { return "/cases/"+x.Case == kase })
		if i >= 0 {
			task = page.Tasks[i]
		}
		return i >= 0
	})
	k.visit("/court/service")
	k.sees(defendant.name())
	k.examine("service-open")
	k.choose("bailiff", w.person(officer.someone).ID)
	k.choose("task", task.ID)
	k.press(k.p.T("bailiff.unit.assign"))
	k.sees(k.p.T("bailiff.given"))
	k.examine("service-assigned")
	k.visit(kase + "/reach")
	k.sees(k.p.T("docket.reach.never.title"), k.p.T("docket.reach.waiting"))
	k.examine("reach-waiting")

	outside, line := w.wired(t)
	hand := look{l.lang, l.theme, phone, true}
	b := outside.plain(t, c, hand)
	b.place(35.7001, 51.3402)
	b.takeOffice(officer)
	b.visit("/bailiff")
	b.sees(defendant.name())
	b.examine("bailiff-route")
	b.press(defendant.name())
	b.at("/bailiff/tasks/")
	b.examine("bailiff-visit")
	b.visit("/bailiff")
	wait(t, "the telephone to be ready for no signal", func() bool {
		ready, err := try[bool](b, `!!(navigator.serviceWorker.controller && navigator.serviceWorker.controller.state === "activated")`)
		return err == nil && ready
	})
	b.visit("/bailiff/phone")
	kept := func() bool { return strings.Contains(b.text(), defendant.name()) }
	wait(t, "the papers on the telephone", kept)
	b.examine("bailiff-phone")

	b.signal(line, false)
	b.visit("/bailiff") // the page that is kept answers
	b.sees(b.p.T("bailiff.phone.title"))
	wait(t, "the papers without a signal", kept)
	b.takeTroubles() // the browser tells that there is no signal
	b.examine("bailiff-offline")
	b.tap(defendant.name())
	b.choose("code", "handed")
	b.tap(b.p.T("bailiff.visit.send"))
	wait(t, "what is missing", func() bool { return strings.Contains(b.text(), b.p.T("bailiff.phone.missing")) })
	b.examine("bailiff-missing")
	b.attach("photo", put(t, t.TempDir(), "door.jpg", photograph(t)))
	b.draw("[data-phone-form] .sign-pad")
	b.lacks(b.p.T("bailiff.phone.missing") + " ") // it is not needed any more
	b.examine("bailiff-signed")
	b.tap(b.p.T("bailiff.visit.send"))
	wait(t, "the visit to be kept", func() bool {
		return strings.Contains(b.text(), b.p.T("bailiff.phone.queued", "n", b.p.Int(1))) || strings.Contains(b.text(), b.p.T("bailiff.phone.nosignal"))
	})
	b.takeTroubles()
	b.examine("bailiff-kept")
	list, err := w.app.Bailiff.Attempts(t.Context(), clerk, task.ID)
	must(t, err)
	if len(list) != 0 {
		t.Fatalf("%s: without a signal the court has %+v", l, list)
	}

	b.signal(line, true)
	sent := func() bool {
		n, err := try[string](b, `localStorage.getItem("bailiff.unsent")`)
		return err == nil && n == "0"
	}
	wait(t, "the visit to be sent by itself", sent)
	b.signal(line, false) // and a second time there is nothing to send
	b.signal(line, true)
	b.visit("/bailiff")
	b.takeTroubles()
	wait(t, "the queue to be looked at again", sent)
	b.lacks(defendant.name())
	b.examine("bailiff-done")
	list, err = w.app.Bailiff.Attempts(t.Context(), clerk, task.ID)
	must(t, err)
	if len(list) != 1 || !list[0].Counted || !list[0].Offline || list[0].Photo == "" || list[0].Signature == "" || !list[0].Place.Known() || list[0].Place.LatE6 != 35_700_100 {
		t.Fatalf("%s: the court has %+v", l, list)
	}
	k.visit("/court/service/" + task.ID)
	k.sees(k.p.T("bailiff.outcome.handed"), k.p.T("bailiff.state.served"), k.p.T("bailiff.picture.photo"), k.p.T("bailiff.picture.signature"))
	k.examine("service-served")
	k.visit(kase + "/reach")
	k.sees(k.p.T("docket.reach.actual.title"))
	k.examine("reach-by-bailiff")
	wait(t, "the term to begin", func() bool {
		_, found, err := w.app.Docket.DeadlineOf(t.Context(), w.app.DB, task.Case, task.ID)
		must(t, err)
		return found
	})

	b.visit("/bailiff/paper/" + task.ID + "?h=" + strings.Repeat("0", 64)) // the code on the paper
	b.at("/bailiff/tasks/" + task.ID)
	stranger := w.plain(t, c, l)
	stranger.visit("/bailiff/paper/" + task.ID + "?h=" + strings.Repeat("0", 64))
	stranger.at("/verify")
	stranger.sees(stranger.p.T("proof.from_paper"))
	stranger.lacks(defendant.name())
	b.pressIn("page", b.p.T("web.sign_out"))
	wait(t, "nothing to be left on the telephone", func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		left, err := chromedp.Run(ctx, chromedp.Evaluate[string](jsLeft, chromedp.EvalAwaitPromise))
		return err == nil && left == ""
	})
	b.visit("/bailiff")
	b.at("/login")
	b.lacks(defendant.name())
}

// jsLeft names what a browser keeps of the bailiff's pages.
const jsLeft = `(async () => [...(await indexedDB.databases()).map((d) => "database " + d.name), ...(await caches.keys()).map((n) => "cache " + n),
  ...Object.keys(localStorage).map((n) => "entry " + n)].filter((n) => n.includes("bailiff")).join(", "))()`

// clerkOf is who sits at a desk.
func (w *world) clerkOf(t *testing.T, k *tab) policy.Actor {
	t.Helper()
	return w.actor(t, k.office.someone, k.office.capacity)
}

// tap clicks what leads to no other page.
func (b *tab) tap(label string) {
	b.Helper()
	s := b.find(label, "", "button, a[href]")
	b.mouse(s.X, s.Y, 1)
}

// place is where the telephone is, and that it may tell.
func (b *tab) place(lat, lon float64) {
	b.Helper()
	accuracy := 12.0
	b.call("place", func(ctx context.Context) error {
		if _, err := chromedp.Call(ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: "geolocation"}, Setting: browser.PermissionSettingGranted, Origin: b.w.base,
			BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
		}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{Latitude: &lat, Longitude: &lon, Accuracy: &accuracy})
		return err
	})
}

// draw signs with a finger.
func (b *tab) draw(canvas string) {
	b.Helper()
	s := ask[spot](b, `(() => { const e = document.querySelector($1); e.scrollIntoView({ block: "center", behavior: "instant" });
		const r = e.getBoundingClientRect(); return { X: r.x + r.width / 4, Y: r.y + r.height / 2 }; })()`, canvas)
	move := func(typ input.DispatchMouseEventType, dx, dy float64, buttons int64) {
		b.call("signature", func(ctx context.Context) error {
			_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
				Type: typ, X: s.X + dx, Y: s.Y + dy, Button: input.MouseButtonLeft, Buttons: buttons, ClickCount: 1,
			})
			return err
		})
	}
	move("mousePressed", 0, 0, 1)
	for i := range 12 {
		move("mouseMoved", float64(10*i), float64(20*(i%3)-20), 1)
	}
	move("mouseReleased", 120, 0, 0)
}
