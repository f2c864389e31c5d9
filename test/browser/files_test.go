// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/tarazu/tarazu/internal/filing"
	"github.com/tarazu/tarazu/internal/platform/id"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// TestFiles: files are attached and taken back with script and without, and a
// page saves itself while somebody types.
func TestFiles(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	for _, l := range looks() {
		t.Run(strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
			t.Parallel()
			files(t, w, c, l)
		})
	}
}

func files(t *testing.T, w *world, c context.Context, l look) {
	me := w.resident("سارا", "بردبار", "کریم", l.lang)
	person, _, err := w.app.Identity.FindByNationalCode(t.Context(), w.app.DB, me.code)
	must(t, err)
	f, err := w.app.Filing.Start(t.Context(), policy.Actor{Person: person.ID, Role: policy.Citizen}, filing.NewFiling{Service: "petition-debt", Act: id.New(), Lang: l.lang})
	must(t, err)
	dir := t.TempDir()
	photo, letter := filepath.Join(dir, "photo.png"), filepath.Join(dir, "letter.docx")
	out, err := os.Create(photo)
	must(t, err)
	must(t, png.Encode(out, image.NewRGBA(image.Rect(0, 0, 40, 30))))
	must(t, out.Close())
	must(t, os.WriteFile(letter, []byte("PK\x03\x04"), 0o600))

	b := w.open(t, c, l)
	b.signIn(me)
	page := "/filings/" + f.ID + "/pages/evidence"
	b.visit(page)
	b.inspect("files-none")
	const typed = "رسید دستی و دو پیام"
	b.fill("evidence_list", typed)
	choose := func(names ...string) {
		t.Helper()
		b.call("choose files", func(ctx context.Context) error {
			return chromedp.Do(ctx, chromedp.SetUploadFiles(`input[name="evidence_files"]`, names))
		})
		if !l.script {
			b.press(b.p.T("filing.files.upload"))
		}
	}
	listed := func(n int) {
		t.Helper()
		wait(t, "the list of files", func() bool { return ask[int](b, `document.querySelectorAll("li.file").length`) == n })
	}
	choose(photo)
	listed(1)
	b.sees("photo.png")
	b.inspect("files-one")
	choose(letter)
	wait(t, "the refusal", func() bool { return strings.Contains(b.text(), b.p.T("intake.office")) })
	listed(1)
	b.inspect("files-refused")
	if got := b.value("evidence_list"); got != typed {
		t.Errorf("%s: what was typed became %q", l, got)
	}
	b.press(b.p.T("filing.files.remove"))
	listed(0)
	if got := b.value("evidence_list"); got != typed {
		t.Errorf("%s: what was typed became %q when a file was taken back", l, got)
	}
	if !l.script {
		return
	}
	const more = typed + " و یک عکس"
	b.fill("evidence_list", more)
	saved, _, _ := strings.Cut(b.p.T("filing.autosaved"), "{")
	_, end, _ := strings.Cut(b.p.T("filing.autosaved"), "}")
	wait(t, "the page to save itself", func() bool {
		say := ask[string](b, `document.querySelector(".autosave").textContent`)
		return say != "" && strings.HasPrefix(say, saved) && strings.HasSuffix(say, end)
	})
	b.inspect("autosaved")
	other := w.open(t, c, l) // a second device
	other.signIn(me)
	other.visit(page)
	if got := other.value("evidence_list"); got != more {
		t.Errorf("%s: the second device shows %q", l, got)
	}
	other.fill("evidence_list", "از دستگاه دیگر")
	wait(t, "the second device to save", func() bool { return ask[string](other, `document.querySelector(".autosave").textContent`) != "" })
	b.fill("evidence_list", "کهنه")
	wait(t, "the first to be told", func() bool { return strings.Contains(b.text(), b.p.T("filing.stale_tab_link")) })
	b.takeTroubles() // the browser notes the refusal
	b.visit(page)
	if got := b.value("evidence_list"); got != "از دستگاه دیگر" {
		t.Errorf("%s: a page that was left behind wrote %q", l, got)
	}
}
