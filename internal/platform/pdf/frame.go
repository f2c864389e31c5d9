// SPDX-License-Identifier: Apache-2.0

package pdf

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/boombuler/barcode/qr"
	"github.com/tarazu/tarazu/internal/platform/errs"
)

// frames draws head and foot of every page, once their number is known.
func (d *document) frames() error {
	var code *qrCode
	address := d.paper.address()
	if address != "" {
		var err error
		if code, err = newQR(address); err != nil {
			return err
		}
	}
	for i, pg := range d.pages {
		pg.mark(nil, func() {
			if i == 0 {
				d.firstHead(pg)
			} else {
				d.nextHead(pg)
			}
			d.foot(pg, i+1, code)
		})
		if code != nil {
			x := side
			if !d.rtl {
				x = pageWidth - side - qrSize
			}
			e := d.root.add("Link")
			pg.links = append(pg.links, link{x: x, y: footTop - 2*mm - qrSize, w: qrSize, h: qrSize, url: address, alt: d.p.T("pdf.verify") + " " + address, elem: e})
		}
	}
	return nil
}

// address is what the QR code says: where the paper can be checked, and which
// paper. The tracking code stands behind # so that servers on the way do not
// log it.
func (p Paper) address() string {
	if p.VerifyURL == "" || p.Tracking == "" || strings.Contains(p.VerifyURL, p.Tracking) {
		return p.VerifyURL
	}
	return p.VerifyURL + "#" + url.PathEscape(p.Tracking)
}

const (
	footTop mp = 42 * mm
	qrSize  mp = 25 * mm
)

// framed places a text in a column of the frame, at its start or at its end.
func (d *document) framed(pg *page, text string, st style, x, width, base mp, atEnd bool) mp {
	lines := d.shape(text, st, rtl(text, d.rtl)).lines(width)
	if len(lines) == 0 {
		return 0
	}
	l := lines[0] // a frame does not grow
	if len(lines) > 1 {
		l = d.shorten(text, st, width)
	}
	if atEnd != d.rtl {
		x += width - l.width
	}
	d.text(pg, l, x, base, 0)
	return l.width
}

// shorten cuts a text at the end so that it and an ellipsis fit into one line.
func (d *document) shorten(text string, st style, width mp) line {
	runes := clean(text)
	low, high := 0, len(runes)
	var best line
	for low < high {
		n := (low + high + 1) / 2
		cut := string(runes[:n]) + "…"
		if lines := d.shape(cut, st, rtl(text, d.rtl)).lines(width); len(lines) == 1 {
			low, best = n, lines[0]
		} else {
			high = n - 1
		}
	}
	return best
}

func (d *document) issuer() string {
	if d.paper.Court != "" {
		return d.paper.Court
	}
	return d.p.T("pdf.issuer")
}

// firstHead is the letterhead: the mark, the court, the numbers of the paper.
func (d *document) firstHead(pg *page) {
	const half = textWidth * 11 / 20
	top := pageHeight - 14*mm
	endX, markX := side+half, side
	textX := side + 15*mm
	if d.rtl {
		endX, markX, textX = side, pageWidth-side-12*mm, side+textWidth-half
	}
	drawScales(pg, markX, top, 12*mm)
	d.framed(pg, d.issuer(), style{bold, 13000, teal}, textX, half-15*mm, top-5*mm, false)
	if d.paper.Court != "" {
		d.framed(pg, d.p.T("pdf.issuer"), style{regular, smallSize, soft}, textX, half-15*mm, top-10*mm, false)
	}
	base := top - 5*mm
	for _, pair := range d.numbers() {
		d.framed(pg, pair, style{regular, 9500, ink}, endX, textWidth-half, base, true)
		base -= 5*mm + 500
	}
	pg.rule(side, pageHeight-30*mm, textWidth, 1400, teal)
	pg.rule(side, pageHeight-30*mm-2200, textWidth, 600, ochre)
}

// numbers are the lines at the end of the head.
func (d *document) numbers() []string {
	var out []string
	if d.paper.Number != "" {
		out = append(out, d.p.T("pdf.number")+" "+d.p.Digits(d.paper.Number))
	}
	if d.paper.Tracking != "" {
		out = append(out, d.p.T("pdf.tracking")+" "+d.p.Digits(d.paper.Tracking))
	}
	return out
}

// nextHead is the head of the pages after the first.
func (d *document) nextHead(pg *page) {
	const half = textWidth / 2 // an issuer that does not fit is shortened
	startX, endX := side, side+half
	if d.rtl {
		startX, endX = side+half, side
	}
	base := pageHeight - 17*mm
	d.framed(pg, d.issuer(), style{bold, 9500, teal}, startX, half, base, false)
	if numbers := d.numbers(); len(numbers) > 0 {
		d.framed(pg, numbers[0], style{regular, 9500, ink}, endX, half, base, true)
	}
	pg.rule(side, pageHeight-20*mm, textWidth, 700, teal)
}

// foot says how the paper is checked, and the number of the page.
func (d *document) foot(pg *page, n int, code *qrCode) {
	pg.rule(side, footTop, textWidth, 700, teal)
	textX, width := side, textWidth
	if code != nil {
		x := pageWidth - side - qrSize
		if d.rtl {
			x = side
			textX += qrSize + 5*mm
		}
		width -= qrSize + 5*mm
		code.draw(pg, x, footTop-2*mm-qrSize)
	}
	base := footTop - 6*mm
	put := func(text string, st style) {
		d.framed(pg, text, st, textX, width, base, false)
		base -= 5 * mm
	}
	if code != nil {
		put(d.p.T("pdf.verify"), style{regular, smallSize, soft})
		page, _, _ := strings.Cut(d.paper.VerifyURL, "?") // what stands behind it is for the code: people type the tracking code
		put(page, style{bold, smallSize, ink})
	}
	if d.paper.Tracking != "" {
		put(d.p.T("pdf.tracking")+" "+d.p.Digits(d.paper.Tracking), style{regular, smallSize, ink})
	}
	if d.paper.Hash != "" {
		put(d.p.T("pdf.hash"), style{regular, tinySize, soft})
		base += mm
		put(d.paper.Hash, style{regular, tinySize, soft})
	}
	page := d.p.T("pdf.page", "n", d.p.Int(int64(n)), "of", d.p.Int(int64(len(d.pages))))
	l := d.shape(page, style{regular, smallSize, soft}, d.rtl).lines(textWidth)
	d.text(pg, l[0], (pageWidth-l[0].width)/2, 10*mm, 0)
}

// qrCode is the grid of a QR code (ISO/IEC 18004).
type qrCode struct {
	size int
	dark func(x, y int) bool
}

func newQR(content string) (*qrCode, error) {
	c, err := qr.Encode(content, qr.M, qr.Unicode)
	if err != nil || c.Bounds().Dx() > 81 { // finer than 0.3 mm, cameras of phones fail
		return nil, errs.New(errs.Invalid, "pdf.address").Because(err)
	}
	return &qrCode{size: c.Bounds().Dx(), dark: func(x, y int) bool {
		r, _, _, _ := c.At(x, y).RGBA()
		return r == 0
	}}, nil
}

// draw fills the dark modules, each row in as few boxes as can be.
func (q *qrCode) draw(pg *page, x, y mp) {
	edge := func(i int) mp { return i * qrSize / q.size }
	pg.b.WriteString("0 0 0 rg\n")
	for j := range q.size {
		for i := 0; i < q.size; i++ {
			from := i
			for i < q.size && q.dark(i, j) {
				i++
			}
			if i > from {
				fmt.Fprintf(&pg.b, "%s %s %s %s re\n", pt(x+edge(from)), pt(y+qrSize-edge(j+1)), pt(edge(i)-edge(from)), pt(edge(j+1)-edge(j)))
			}
		}
	}
	pg.b.WriteString("f\n")
}

// drawScales draws the mark of Tarazu, a balance at rest, as the web pages
// show it, with its upper left corner at x, y.
func drawScales(pg *page, x, y, size mp) {
	scale := pt(size / 48)
	fmt.Fprintf(&pg.b, "q %s 0 0 -%s %s %s cm %s RG %s rg 2.2 w 1 J 1 j\n", scale, scale, pt(x), pt(y), teal, teal)
	pg.b.WriteString("24 8 m 24 40 l 16 41 m 32 41 l 7 14.5 m 13 16 18 13 24 13 c 30 13 35 16 41 14.5 c\n" +
		"10.5 15 m 5 28 l 16 28 l h 37.5 15 m 32 28 l 43 28 l h S\n" +
		"4 28 m 4 31.59 6.91 34.5 10.5 34.5 c 14.09 34.5 17 31.59 17 28 c h 31 28 m 31 31.59 33.91 34.5 37.5 34.5 c 41.09 34.5 44 31.59 44 28 c h f\n" +
		"26.6 8 m 26.6 9.44 25.44 10.6 24 10.6 c 22.56 10.6 21.4 9.44 21.4 8 c 21.4 6.56 22.56 5.4 24 5.4 c 25.44 5.4 26.6 6.56 26.6 8 c h f Q\n")
}
