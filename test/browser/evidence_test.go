// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// TestEvidence is the way of somebody who sues two, one of them a company, with
// a photograph and a scan, begins on one device and ends on another, and has
// everything that comes back checked by others.
func TestEvidence(t *testing.T) {
	t.Parallel()
	w, c := boot(t), chromium(t)
	list := []look{{i18n.FA, "dark", phone, true}, {i18n.EN, "light", desktop, false}}
	if os.Getenv("TARAZU_TEST_FULL") != "" {
		list = looks()
	}
	for _, l := range list {
		t.Run(strings.ReplaceAll(l.String(), " ", "-"), func(t *testing.T) {
			t.Parallel()
			evidence(t, w, c, l)
		})
	}
}

func evidence(t *testing.T, w *world, c context.Context, l look) {
	me := w.resident("نرگس", "امینی", "هاشم", l.lang)
	other := w.resident("بابک", "تهرانی", "خسرو", l.lang)
	b := w.plain(t, c, l)
	b.signIn(me)
	b.startPetition()
	b.fillPlaintiff()
	draft := strings.TrimSuffix(b.path(), "/pages/plaintiff")
	b.next()
	b.fillDefendant(other)
	b.choose("defendant_more", "yes")
	b.next()
	b.at(draft + "/pages/defendant_2")
	b.company("defendant_2")
	if l.script { // saved without a button, and read on another device
		said := strings.Fields(b.p.T("filing.autosaved", "at", "|"))[0]
		wait(t, "the page to be saved by itself", func() bool { return strings.Contains(b.text(), said) })
		phone := w.plain(t, c, look{l.lang, "light", phone, true})
		phone.signIn(me)
		phone.press(firstItem(phone))
		phone.visit(draft + "/pages/defendant_2")
		phone.keeps("defendant_2_entity_name", "شرکت نمونهٔ البرز")
		phone.fill("defendant_2_entity_name", "شرکت نمونهٔ البرز (سهامی خاص)")
		phone.next()
		b.fill("defendant_2_entity_name", "نامی کهنه") // the first device is behind
		wait(t, "the old page to be told so", func() bool { return strings.Contains(b.text(), b.p.T("filing.stale_tab")) })
		b.examine("petition-stale")
		b.press(b.p.T("filing.stale_tab_link"))
		b.visit(draft + "/pages/defendant_2")
		b.keeps("defendant_2_entity_name", "شرکت نمونهٔ البرز (سهامی خاص)")
	}
	b.examine("petition-defendant-2")
	b.next()
	b.fillClaim(debt(other))
	b.choose("liability", "shares")
	b.next()
	b.fill("narrative", debt(other).story)
	b.next()
	b.fill("evidence_list", debt(other).evidence)

	dir := t.TempDir()
	b.upload("evidence_files", put(t, dir, "شکسته.pdf", scan[:len(scan)/2]))
	b.sees("شکسته.pdf", b.p.T("intake.pdf_damaged"))
	b.keeps("evidence_list", debt(other).evidence)
	b.examine("petition-file-refused")
	b.upload("evidence_files", put(t, dir, "عکس رسید.jpg", photograph(t)))
	b.sees("عکس رسید.jpg")
	b.upload("evidence_files", put(t, dir, "قرارداد.pdf", scan))
	b.sees("عکس رسید.jpg", "قرارداد.pdf")
	b.keeps("evidence_list", debt(other).evidence)
	b.examine("petition-files")
	kept := b.fetch(ask[string](b, `[...document.querySelectorAll(".file-name a")].find((a) => a.textContent.includes("jpg")).href`))
	turned, err := jpeg.Decode(bytes.NewReader(kept))
	if err != nil || turned.Bounds().Dx() != 60 || turned.Bounds().Dy() != 90 || bytes.Contains(kept, []byte("GPS")) {
		t.Errorf("%s: the photograph was kept as %v, %v; its place is still in it: %v", l, turned.Bounds(), err, bytes.Contains(kept, []byte("GPS")))
	}
	b.next()
	b.sees(b.p.T("filing.check.title"), "شرکت نمونهٔ البرز", other.last, "قرارداد.pdf")
	b.examine("check-files")
	b.press(b.p.T("filing.check.to_pay"))
	b.toBank()
	b.press(bankWords(l.lang).pay)
	b.sign(me)
	b.receiptReady(b.p.T("filing.done.receipt"), b.p.T("filing.done.to_pdf"), b.p.T("filing.done.paper_receipt"))
	b.examine("done-paper")
	got := proofs{
		receipt: b.download(b.p.T("filing.done.receipt")),
		paper:   b.download(b.p.T("filing.done.to_pdf")),
		ofPaper: b.download(b.p.T("filing.done.paper_receipt")),
	}
	if !bytes.HasPrefix(got.paper, []byte("%PDF-")) {
		t.Errorf("%s: the paper is no PDF", l)
	}
	got.command(t, w.vkey)
	stranger := w.plain(t, c, l)
	stranger.verifyPage(got)
}

// company answers the page of a defendant that is one: the fields of a company
// come when the first question is answered so.
func (b *tab) company(prefix string) {
	b.Helper()
	b.choose(prefix+"_kind", "entity")
	b.next()
	b.fill(prefix+"_entity_id", b.typed("10380284790"))
	b.fill(prefix+"_entity_name", "شرکت نمونهٔ البرز")
	b.choose(prefix+"_province", "tehran")
	b.choose(prefix+"_county", "tehran")
	b.fill(prefix+"_address", "تهران، خیابان مطهری، پلاک ۱۰۰")
	b.choose(prefix+"_more", "no")
}

// upload chooses a file as with the system's own window. With script it is sent
// by itself; without, by the button beside it.
func (b *tab) upload(field string, files ...string) {
	b.Helper()
	b.attach(field, files...)
	if !b.look.script {
		b.press(b.p.T("filing.files.upload"))
		return
	}
	name := filepath.Base(files[len(files)-1])
	wait(b.T, "the upload of "+name, func() bool {
		done, err := try[bool](b, `[...document.querySelectorAll("[data-files='" + $1 + "'] .file-name, [data-files='" + $1 + "'] .error")].some((e) => e.textContent.includes($2))`, field, name)
		return err == nil && done
	})
}

// attach sets the files of a field.
func (b *tab) attach(field string, files ...string) {
	b.Helper()
	b.call("files", func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.SetUploadFiles(`input[type=file][name="`+field+`"]`, files))
	})
}

// put writes a file to be uploaded.
func put(t *testing.T, dir, name string, body []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	must(t, os.WriteFile(path, body, 0o600))
	return path
}

// photograph is a JPEG as a telephone makes it: lying on its side, with the
// place in it.
func photograph(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 90, 60))
	for i := range 90 * 60 {
		m.Set(i%90, i/90, color.RGBA{uint8(i), 90, 160, 255})
	}
	var out bytes.Buffer
	must(t, jpeg.Encode(&out, m, nil))
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS 35.6892N 51.3890E")
	seg := append([]byte("Exif\x00\x00"), tiff...)
	head := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(seg)+2))...)
	return append(append(head, seg...), out.Bytes()[2:]...)
}

// scan is a PDF of one empty page.
var scan = emptyPDF()

func emptyPDF() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, obj := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>",
		"<< /Length 28 >>\nstream\n0 0 1 rg 100 100 50 50 re f\n\nendstream",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, obj)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, x := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", x)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// proofs are what somebody has downloaded.
type proofs struct{ receipt, paper, ofPaper []byte }

// broken is p with another byte in its receipt, or in its paper.
func (p proofs) broken(paper bool) proofs {
	change := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[len(b)/2] ^= 1
		return b
	}
	if paper {
		p.paper = change(p.paper)
	} else {
		p.ofPaper = change(p.ofPaper)
	}
	return p
}

// command checks everything with `tarazu verify`.
func (p proofs) command(t *testing.T, key string) {
	t.Helper()
	verify := func(p proofs, args ...string) int {
		dir := t.TempDir()
		at := []string{"--key", key}
		for _, a := range args {
			switch a {
			case "paper":
				at = append(at, "--paper", put(t, dir, "paper.pdf", p.paper))
			case "ofPaper":
				at = append(at, put(t, dir, "paper.tlog-proof", p.ofPaper))
			case "receipt":
				at = append(at, put(t, dir, "receipt.tlog-proof", p.receipt))
			}
		}
		var said bytes.Buffer
		code := receipt.Command(at, &said, &said)
		t.Logf("tarazu verify %v: %d", args, code)
		return code
	}
	if verify(p, "receipt") != receipt.ExitGood || verify(p, "paper", "ofPaper") != receipt.ExitGood {
		t.Error("tarazu verify refuses what is genuine")
	}
	if verify(p.broken(false), "ofPaper") != receipt.ExitRefused || verify(p.broken(true), "paper", "ofPaper") != receipt.ExitRefused {
		t.Error("tarazu verify accepts what was changed")
	}
}

// verifyPage has a stranger check the paper and its receipt on the public page.
func (b *tab) verifyPage(p proofs) {
	b.Helper()
	check := func(p proofs) {
		b.visit("/verify")
		if b.look.script {
			b.drop("[data-drop]", map[string][]byte{"paper.pdf": p.paper, "paper.tlog-proof": p.ofPaper})
		} else {
			dir := b.TempDir()
			b.attach("paper", put(b.T, dir, "paper.pdf", p.paper))
			b.attach("receipt", put(b.T, dir, "paper.tlog-proof", p.ofPaper))
		}
		b.press(b.p.T("proof.check_it"))
	}
	b.visit("/verify")
	b.examine("verify")
	check(p)
	b.sees(b.p.T("proof.genuine"), b.p.T("proof.genuine_paper"))
	b.lacks(b.p.T("proof.refused"))
	b.examine("verify-genuine")
	check(p.broken(true))
	b.sees(b.p.T("proof.refused"), b.p.T("proof.check.paper"))
	b.lacks(b.p.T("proof.genuine_paper"))
	b.examine("verify-refused")
	check(p.broken(false))
	b.sees(b.p.T("proof.refused"))
}

// drop lets files fall on a zone.
func (b *tab) drop(zone string, files map[string][]byte) {
	b.Helper()
	all := map[string]string{}
	for name, body := range files {
		all[name] = base64.StdEncoding.EncodeToString(body)
	}
	if !ask[bool](b, `(() => { const zone = document.querySelector($1), all = $2, data = new DataTransfer();
		for (const name in all) data.items.add(new File([Uint8Array.from(atob(all[name]), (c) => c.charCodeAt(0))], name, { type: name.endsWith(".pdf") ? "application/pdf" : "" }));
		for (const what of ["dragenter", "dragover", "drop"]) zone.dispatchEvent(new DragEvent(what, { dataTransfer: data, bubbles: true, cancelable: true }));
		return [...zone.querySelectorAll("input[type=file]")].every((i) => i.files.length === 1); })()`, zone, all) {
		b.Fatalf("%s at %s: what was dropped is not in the form", b.look, b.path())
	}
}

// fetch loads an address with the cookies of this tab.
func (b *tab) fetch(href string) []byte {
	b.Helper()
	body, res := b.get(href)
	if res.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s answers %d", b.look, href, res.StatusCode)
	}
	return body
}
