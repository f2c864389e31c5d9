// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

func pngCRC(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

// FuzzPDF: whatever comes in is taken or refused with words; what is taken has
// pages and none of the words that act.
func FuzzPDF(f *testing.F) {
	f.Add(plain(""))
	f.Add(packed(true, catalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page))
	f.Add(packed(false, catalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, "<< /JS (x) >>"))
	f.Add(plain("/Encrypt 5 0 R", "<< /Filter /Standard >>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")) {
			return
		}
		pages, err := readPDF(b)
		if (err == nil) != (pages > 0) || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%d pages, %v", pages, err)
		}
	})
}

// FuzzImage: what is taken is a picture of a bounded size that can be decoded.
func FuzzImage(f *testing.F) {
	m := image.NewRGBA(image.Rect(0, 0, 9, 5))
	var j, p bytes.Buffer
	_ = jpeg.Encode(&j, m, nil)
	_ = png.Encode(&p, m)
	f.Add(j.Bytes())
	f.Add(p.Bytes())
	f.Add(withExif(j.Bytes(), 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		kind := sniff(b)
		if kind != JPEG && kind != PNG {
			return
		}
		if c, _, err := image.DecodeConfig(bytes.NewReader(b)); err == nil && c.Width*c.Height > 1<<20 {
			return // within the bound, but slow to try by the thousand
		}
		kind, out, err := picture(kind, b, 1<<20)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Error(err)
			}
			return
		}
		got, format, err := image.Decode(bytes.NewReader(out))
		if err != nil || "image/"+format != kind || max(got.Bounds().Dx(), got.Bounds().Dy()) > maxEdge {
			t.Errorf("%s %s, %v", kind, format, err)
		}
	})
}
