// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/tarazu/tarazu/internal/gateway/population"
)

// myData: somebody looks through what is kept about them, says that the name is
// wrong, is answered by an administrator, and takes a copy of everything home.
func myData(t *testing.T, w *world, c context.Context, l look) {
	admin := w.admin(t, "بهزاد", "پاسخگو", l.lang)
	me := w.resident("مهتاب", "نام‌کهنه", "یدالله", l.lang)
	const now = "نام‌تازه"
	b, a := w.open(t, c, l), w.open(t, c, l)
	b.signIn(me)
	b.visit("/account")
	b.press(b.p.T("identity.account.mydata_go"))
	b.at("/account/data")
	b.inspect("data")
	b.press(b.p.T("held.module.identity"))
	b.at("/account/data/parts/identity")
	b.sees(me.last)
	b.inspect("data-identity")

	b.visit("/account/data/corrections")
	b.inspect("corrections")
	b.press(b.p.T("mydata.correction.send"))
	b.refused("field", "claimed", "reason")
	b.inspect("corrections-refused")
	b.choose("field", "names")
	b.fill("claimed", now)
	b.fill("reason", "نام خانوادگی خود را در ثبت احوال عوض کرده‌ام.")
	b.attach("proof", face(t))
	b.press(b.p.T("mydata.correction.send"))
	b.sees(b.p.T("mydata.correction.kept"), b.p.T("mydata.correction.state.asked"))
	b.inspect("corrections-asked")

	w.app.Doubles.Population.Add(population.Entry{NationalCode: me.code, Birth: me.birth, Person: population.Person{FirstName: me.first, LastName: now, FatherName: me.father, Alive: true}})
	list, err := w.app.MyData.Corrections(t.Context(), w.actor(t, me, ""))
	must(t, err)
	a.takeOffice(admin)
	a.visit("/admin/corrections")
	a.inspect("corrections-desk")
	a.visit("/admin/corrections/" + w.person(me).ID + "/" + list[0].ID)
	a.sees(me.name(), now, a.p.T("mydata.decide.means.names"))
	a.inspect("correction-decide")
	a.press(a.p.T("mydata.decide.grant.names"))
	a.refused("answer")
	a.fill("answer", "ثبت احوال نام تازه را تأیید کرد.")
	a.press(a.p.T("mydata.decide.grant.names"))
	a.at("/admin/corrections")
	a.sees(a.p.T("mydata.decide.kept"))

	b.visit("/account/data/corrections")
	b.sees(b.p.T("mydata.correction.state.done"), "ثبت احوال نام تازه را تأیید کرد.")
	b.inspect("corrections-answered")
	b.visit("/account/data/looks")
	b.sees(admin.name())
	b.inspect("data-looks")

	b.visit("/account/data")
	b.press(b.p.T("mydata.export.ask"))
	b.at("/account/data/exports/")
	b.inspect("export-asked")
	copied := b.path()
	b.reloads(b.p.T("mydata.export.is_ready"))
	b.inspect("export-ready")
	seen := len(w.messages(me))
	b.press(b.p.T("mydata.export.code_send"))
	b.sees(b.p.T("mydata.export.code_sent"))
	b.inspect("export-code")
	b.fill("code", b.typed("000000"))
	b.press(b.p.T("mydata.export.download"))
	b.refused("code")
	b.inspect("export-code-wrong")
	b.fill("code", b.typed(w.code(t, me, seen)))
	body := b.save(b.p.T("mydata.export.download"), "tarazu-data.zip")
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	must(t, err)
	for _, name := range []string{"data.json", "index.html"} {
		file, err := z.Open(name)
		must(t, err)
		text, err := io.ReadAll(file)
		must(t, err)
		if !strings.Contains(string(text), now) || name == "data.json" && (!json.Valid(text) || !strings.Contains(string(text), me.code)) {
			t.Errorf("%s: the copy's %s does not tell who it is about:\n%.600s", l, name, text)
		}
	}
	b.visit(copied)
	b.press(b.p.T("mydata.export.erase"))
	b.at("/account/data")
	b.sees(b.p.T("mydata.export.erased"), b.p.T("mydata.export.ask"))
}

// reloads waits for words on a page that is asked again by itself, or by its link.
func (b *tab) reloads(words string) {
	b.Helper()
	wait(b.T, words, func() bool {
		if text, err := try[string](b, `document.body ? document.body.innerText : ""`); err == nil && strings.Contains(text, words) {
			return true
		}
		if !b.look.script && b.offers(b.p.T("web.refresh.now")) {
			b.press(b.p.T("web.refresh.now"))
		}
		return false
	})
}

// save presses a button that gives a file, and reads what the browser has kept.
func (b *tab) save(label, name string) []byte {
	b.Helper()
	dir := b.TempDir()
	b.call("downloads", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
		})
		return err
	})
	s := b.find(label, "", clickable)
	b.mouse(s.X, s.Y, 1)
	var body []byte
	wait(b.T, "the file "+name, func() bool {
		var err error
		body, err = os.ReadFile(filepath.Join(dir, name))
		return err == nil
	})
	ask[bool](b, `delete window.leaving`)
	return body
}
