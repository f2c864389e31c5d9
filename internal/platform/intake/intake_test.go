// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// written is a PDF of the objects 1, 2, …, with a plain table.
func written(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, at)
	return b.Bytes()
}

const (
	catalog = "<< /Type /Catalog /Pages 2 0 R >>"
	pages   = "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"
	page    = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.2 842] >>"
)

// page3 has two leaves of its own: no leaf may be counted twice.
func plain(trailer string, more ...string) []byte {
	return written(trailer, append([]string{catalog, "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>", page, page}, more...)...)
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

// packed is a PDF 1.5: its objects 1 to 3 (and more) stand in an object stream,
// and its references in a stream too.
func packed(predictor bool, objects ...string) []byte {
	var head, body, b bytes.Buffer
	for i, o := range objects {
		fmt.Fprintf(&head, "%d %d ", i+1, body.Len())
		body.WriteString(o + " ")
	}
	n := len(objects)
	b.WriteString("%PDF-1.5\n")
	first := b.Len()
	data := deflated(head.String() + body.String())
	fmt.Fprintf(&b, "%d 0 obj << /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >> stream\n%s\nendstream endobj\n", n+1, n, head.Len(), len(data), data)
	second := b.Len()
	rows := [][4]byte{{0, 0, 0, 0}}
	for i := range n {
		rows = append(rows, [4]byte{2, 0, byte(n + 1), byte(i)})
	}
	rows = append(rows, [4]byte{1, byte(first >> 8), byte(first), 0}, [4]byte{1, byte(second >> 8), byte(second), 0})
	var table bytes.Buffer
	var above [4]byte
	for _, r := range rows {
		if !predictor {
			table.Write(r[:])
			continue
		}
		table.WriteByte(2)
		for i := range r {
			table.WriteByte(r[i] - above[i])
		}
		above = r
	}
	parms := ""
	if predictor {
		parms = "/DecodeParms << /Predictor 12 /Columns 4 >>"
	}
	data = deflated(table.String())
	fmt.Fprintf(&b, "%d 0 obj << /Type /XRef /Size %d /W [1 2 1] /Root 1 0 R /Filter /FlateDecode %s /Length %d >> stream\n%s\nendstream endobj\nstartxref\n%d\n%%%%EOF", n+2, n+3, parms, len(data), data, second)
	return b.Bytes()
}

func TestPDF(t *testing.T) {
	t.Parallel()
	bomb := deflated(strings.Repeat("0", maxInflated+1))
	cases := []struct {
		name  string
		b     []byte
		pages int
		code  string
	}{
		{"plain", plain(""), 2, ""},
		{"something before the header", append([]byte("\xef\xbb\xbf"), plain("")...), 2, ""},
		{"packed", packed(false, catalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page), 1, ""},
		{"packed, with a predictor", packed(true, catalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page), 1, ""},
		{"a link is no action", plain("", "<< /Subtype /Link /A << /S /URI /URI (https://example.org/(a\\))) >> >>"), 2, ""},
		{"signs of an object in a picture", plain("", "<< /Length 20 >> stream\n9 0 obj <</S /Xx ( \nendstream"), 2, ""},

		{"one page twice", written("", catalog, pages, page), 0, "pdf_damaged"},
		{"a password", plain("/Encrypt 5 0 R", "<< /Filter /Standard >>"), 0, "pdf_locked"},
		{"a script", plain("", "<< /S /JavaScript /JS (app.alert(1)) >>"), 0, "pdf_script"},
		{"a script with another spelling", plain("", "<< /S /J#61vaScript >>"), 0, "pdf_script"},
		{"a script beside a broken dictionary", plain("", "<< /OpenAction << /S /JavaScript >> /X ] >>"), 0, "pdf_script"},
		{"a script that comes twice", plain("", "<< /S /JavaScript /S /URI >>"), 0, "pdf_script"},
		{"a packed script", packed(true, catalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, "<< /JS (x) >>"), 0, "pdf_script"},
		{"a script that no table names", append(plain(""), "\n77 0 obj << /JS (x) >> endobj"...), 0, "pdf_script"},
		{"a program", plain("", "<< /S /Launch /F (cmd.exe) >>"), 0, "pdf_action"},
		{"a file inside", plain("", "<< /Type /Filespec /EF << /F 4 0 R >> >>"), 0, "pdf_embedded"},
		{"a form that is a program", plain("", "<< /XFA [] >>"), 0, "pdf_form"},

		{"cut short", plain("")[:200], 0, "pdf_damaged"},
		{"no pages", written("", catalog, "<< /Type /Pages /Kids [] /Count 0 >>"), 0, "pdf_damaged"},
		{"no catalogue", written("", "[]"), 0, "pdf_damaged"},
		{"a tree that bites its tail", written("", catalog, "<< /Kids [2 0 R] >>"), 0, "pdf_damaged"},
		{"more pages than anybody reads", written("", catalog, "<< /Kids ["+strings.Repeat("<< /Type /Page >> ", maxPages+1)+"] >>"), 0, "pdf_pages"},
		{"a named object that cannot be read", plain("", "<< /A ] >>"), 0, "pdf_damaged"},
		{"a bomb", plain("", fmt.Sprintf("<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >> stream\n%s\nendstream", len(bomb), bomb)), 0, "pdf_damaged"},
		{"hidden by a filter", plain("", "<< /Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode /Length 2 >> stream\n00\nendstream"), 0, "pdf_damaged"},
		{"objects over each other", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj("), 200_000)...), 0, "pdf_damaged"},
		{"deep", plain("", strings.Repeat("[", 100_000)), 0, "pdf_damaged"},
		{"header only", []byte("%PDF-1.7"), 0, "pdf_damaged"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, err := New(10<<20).Take(t.Context(), "قولنامه.pdf", bytes.NewReader(c.b))
			wants(t, err, c.code)
			if c.code == "" && (f.Pages != c.pages || f.Type != PDF || !bytes.Equal(f.Bytes, c.b) || f.Name != "قولنامه.pdf") {
				t.Errorf("%d pages, type %s, %d of %d bytes, %s", f.Pages, f.Type, len(f.Bytes), len(c.b), f.Name)
			}
		})
	}
}

func wants(t *testing.T, err error, code string) {
	t.Helper()
	e, _ := errors.AsType[*errs.Error](err)
	switch {
	case code == "" && err != nil:
		t.Fatalf("refused: %v", err)
	case code != "" && (e == nil || e.Code != "intake."+code || e.Kind != errs.Invalid):
		t.Fatalf("%v; want %s", err, code)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for code, b := range map[string]string{
		"empty": "", "kind": "hello", "webp": "RIFF\x00\x00\x00\x00WEBPVP8 ", "heic": "\x00\x00\x00\x18ftypheic", "office": "PK\x03\x04",
		"too_large": strings.Repeat("x", 1<<20+1), "picture_damaged": "\xff\xd8\xff\xe0 and no more",
	} {
		_, err := New(1<<20).Take(t.Context(), "a.pdf", strings.NewReader(b))
		wants(t, err, code)
	}
}

// withExif puts an EXIF segment that says how to turn a JPEG, and where it was
// taken, behind its beginning.
func withExif(b []byte, turn uint16) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = binary.BigEndian.AppendUint16(tiff, turn)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00GPS 35.6892N"...)
	seg := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(seg)+2))...)
	return append(append(out, seg...), b[2:]...)
}

// TestPictureIsTurnedAndStripped: red stands at the upper left whatever the
// camera's position was, and the place is gone.
func TestPictureIsTurnedAndStripped(t *testing.T) {
	t.Parallel()
	// Where the red quarter of a stored 96 × 48 picture must be so that it stands
	// at the upper left when shown.
	at := map[uint16]image.Point{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {0, 1}, 7: {1, 1}, 8: {1, 0}}
	for turn, corner := range at {
		m := image.NewRGBA(image.Rect(0, 0, 96, 48))
		for y := range 48 {
			for x := range 96 {
				c := color.RGBA{0, 0, 255, 255}
				if x/48 == corner.X && y/24 == corner.Y {
					c = color.RGBA{255, 0, 0, 255}
				}
				m.Set(x, y, c)
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, nil); err != nil {
			t.Fatal(err)
		}
		f, err := New(1<<20).Take(t.Context(), "a.png", bytes.NewReader(withExif(b.Bytes(), turn)))
		if err != nil || f.Type != JPEG || f.Name != "a.jpg" || bytes.Contains(f.Bytes, []byte("GPS")) || bytes.Contains(f.Bytes, []byte("Exif")) {
			t.Fatalf("%d: %s %s, %v", turn, f.Type, f.Name, err)
		}
		got, err := jpeg.Decode(bytes.NewReader(f.Bytes))
		if err != nil {
			t.Fatal(err)
		}
		if quarter := turn >= 5; quarter != (got.Bounds().Dy() == 96) {
			t.Errorf("%d: shown as %v", turn, got.Bounds())
		}
		red := func(x, y int) bool { r, _, b, _ := got.At(x, y).RGBA(); return r > 0xc000 && b < 0x4000 }
		if w, h := got.Bounds().Dx(), got.Bounds().Dy(); !red(4, 4) || red(w-5, 4) || red(4, h-5) || red(w-5, h-5) {
			t.Errorf("%d: red does not stand at the upper left", turn)
		}
	}
}

func TestPictureIsBounded(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	m := image.NewNRGBA(image.Rect(0, 0, 2*maxEdge, 10)) // transparent
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	f, err := New(1<<20).Take(t.Context(), "", bytes.NewReader(b.Bytes()))
	if err != nil || f.Type != PNG || f.Name != "file.png" || f.Pages != 1 {
		t.Fatalf("%+v, %v", f.Type, err)
	}
	got, err := png.Decode(bytes.NewReader(f.Bytes))
	if err != nil || got.Bounds() != image.Rect(0, 0, maxEdge, 5) {
		t.Errorf("%v, %v", got.Bounds(), err)
	}
	if r, _, _, a := got.At(1, 1).RGBA(); r != 0xffff || a != 0xffff {
		t.Error("what was transparent is not white")
	}

	// A head that promises a hundred times a hundred thousand pixels.
	head := bytes.Clone(b.Bytes())
	binary.BigEndian.PutUint32(head[16:], 100_000)
	binary.BigEndian.PutUint32(head[20:], 100_000)
	crc := pngCRC(head[12:29])
	binary.BigEndian.PutUint32(head[29:], crc)
	_, err = New(1<<20).Take(t.Context(), "a.png", bytes.NewReader(head))
	wants(t, err, "too_many_pixels")
	_, err = New(1<<20).Take(t.Context(), "a.png", bytes.NewReader(b.Bytes()[:b.Len()/2]))
	wants(t, err, "picture_damaged")
}

func TestNames(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                           "file.pdf",
		"قولنامه ۱۴۰۴.PDF":           "قولنامه ۱۴۰۴.pdf",
		"می\u200cخواهم.jpeg":         "می\u200cخواهم.pdf",
		`C:\Users\me\deed.docx`:      "deed.pdf",
		"../../etc/passwd":           "passwd.pdf",
		"invoice\u202egpj.exe":       "invoicegpj.pdf",
		"a\r\nSet-Cookie: x.pdf":     "aSet-Cookie_ x.pdf",
		"...":                        "file.pdf",
		"\xff\xfe.pdf":               "file.pdf",
		"a  b\t.pdf":                 "a b.pdf",
		strings.Repeat("ب", 200):     strings.Repeat("ب", maxName) + ".pdf",
		"no.ending at all, a phrase": "no.ending at all, a phrase.pdf",
	} {
		if got := cleanName(in, PDF); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
