// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/i18n"
)

// maxPicture is how large a picture of README may be, in bytes.
const maxPicture = 200 << 10

// TestPictures takes the pictures of README from real pages, into the folder
// TARAZU_TEST_PICTURES. Without it there is nothing to take.
func TestPictures(t *testing.T) {
	dir := os.Getenv("TARAZU_TEST_PICTURES")
	if dir == "" {
		t.Skip("no TARAZU_TEST_PICTURES: `make screenshots` takes them")
	}
	must(t, os.MkdirAll(dir, 0o750))
	w, c := boot(t), chromium(t)
	const clerk = "سارا نوری"
	hand := look{i18n.FA, "light", phone, true}
	desk := look{i18n.EN, "light", desktop, true}
	plaintiff := w.resident("نیلوفر", "صادقی", "حسین", i18n.FA)
	defendant := w.resident("بهرام", "فتحی", "منصور", i18n.FA)

	p := w.plain(t, c, look{i18n.FA, "light", desktop, true})
	p.visit("/login")
	p.shoot(dir, "sign-in", 800, "")
	p.as(hand)
	p.signIn(plaintiff)
	p.startPetition()
	p.fillPlaintiff()
	p.next()
	p.fillDefendant(defendant)
	p.next()
	p.fillClaim(debt(defendant))
	p.shoot(dir, "petition", 844, "")
	p.next()
	p.fill("narrative", debt(defendant).story)
	p.next()
	p.fill("evidence_list", debt(defendant).evidence)
	p.next()
	p.as(desk)
	p.visit(p.path())
	p.shoot(dir, "fees", 800, p.p.T("filing.check.where"))
	p.as(hand)
	p.visit(p.path())
	p.press(p.p.T("filing.check.to_pay"))
	p.toBank()
	p.press(bankWords(i18n.FA).pay)
	p.sign(plaintiff)
	p.receiptReady(p.p.T("filing.done.receipt"))
	p.shoot(dir, "done", 844, "")
	number := p.caseNumber()

	s := w.plain(t, c, desk)
	s.confirmBranch(number)
	s.enter(clerk)
	s.press(number)
	s.fill("days", "15")
	s.shoot(dir, "desk", 1060, "")
	s.press(s.p.T("filing.desk.do.serve"))

	d := w.plain(t, c, hand)
	d.signIn(defendant)
	d.press(d.p.T("filing.home.to_inbox"))
	d.press(firstItem(d))
	d.shoot(dir, "notice", 1560, "")
	d.press(d.p.T("notice.open"))
	d.waitDeadline()
	d.as(look{i18n.FA, "light", desktop, true})
	d.visit(d.path())
	d.press(d.p.T("docket.deadline.why"))
	d.shoot(dir, "deadline", 1170, "")

	k := w.plain(t, c, look{i18n.FA, "light", desktop, true})
	k.enter("مینا صالحی")
	k.visit("/counter/register")
	k.shoot(dir, "counter", 800, "")
	h := w.plain(t, c, hand)
	h.enter("پروانه سلطانی")
	h.visit("/home")
	h.shoot(dir, "helper", 844, "")

	s.visit("/cases")
	s.press(number)
	s.press(s.p.T("docket.reach.title"))
	s.shoot(dir, "reach", 1060, "")
	o := w.plain(t, c, hand)
	o.enter("علی منصوری")
	o.press(firstItem(o))
	o.shoot(dir, "bailiff", 844, o.p.T("bailiff.visit.title"))
	n := w.plain(t, c, look{i18n.FA, "light", desktop, true})
	n.visit("/status")
	n.shoot(dir, "status", 800, n.p.T("outage.status.own"))

	p.as(look{i18n.EN, "dark", desktop, true})
	p.visit("/cases")
	p.press(firstItem(p))
	p.shoot(dir, "case", 800, "")
}

// shoot writes a picture of a window of this height, scrolled to the heading
// with the words of from.
func (b *tab) shoot(dir, name string, height int64, from string) {
	b.Helper()
	scale := 1.0
	if b.look.width == phone {
		scale = 1.5
	}
	b.view(b.look.width, height, scale)
	if !ask[bool](b, `(() => { const at = [...document.querySelectorAll("h1, h2")].find((e) => e.textContent.trim() === $1);
		if (document.activeElement) document.activeElement.blur();
		if (at) at.scrollIntoView({ block: "start", behavior: "instant" }); else window.scrollTo(0, 0);
		return !!at || $1 === ""; })()`, from) {
		b.Fatalf("%s: no heading %q", b.path(), from)
	}
	small, err := quantise(b.picture(false))
	must(b.T, err)
	if len(small) > maxPicture {
		b.Errorf("the picture %s has %d bytes", name, len(small))
	}
	must(b.T, os.WriteFile(filepath.Join(dir, name+".png"), small, 0o600))
	b.as(b.look)
}

// quantise writes a PNG anew with its 256 most frequent colours: pages have
// few, and the rest are edges of letters.
func quantise(file []byte) ([]byte, error) {
	src, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	count := map[color.RGBA]int{}
	for y := src.Bounds().Min.Y; y < src.Bounds().Max.Y; y++ {
		for x := src.Bounds().Min.X; x < src.Bounds().Max.X; x++ {
			r, g, b, _ := src.At(x, y).RGBA()
			count[color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}]++
		}
	}
	all := make([]color.RGBA, 0, len(count))
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for _, c := range all[:min(len(all), 256)] {
		palette = append(palette, c)
	}
	dst := image.NewPaletted(src.Bounds(), palette)
	draw.Draw(dst, dst.Bounds(), src, src.Bounds().Min, draw.Src)
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, dst)
	return out.Bytes(), err
}
