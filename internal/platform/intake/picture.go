// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

// picture decodes a picture and encodes it anew: upright, on white, at most
// maxEdge long, with nothing but what is seen.
func picture(kind string, b []byte, max int64) (_ string, out []byte, err error) {
	decode, config := jpeg.Decode, jpeg.DecodeConfig
	if kind == PNG {
		decode, config = png.Decode, png.DecodeConfig
	}
	c, err := config(bytes.NewReader(b))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return "", nil, refuse("picture_damaged")
	}
	if int64(c.Width)*int64(c.Height) > maxPixels {
		return "", nil, refuse("too_many_pixels", "max", maxPixels>>20)
	}
	m, err := decode(bytes.NewReader(b))
	if err != nil {
		return "", nil, refuse("picture_damaged")
	}
	turn := 1
	if kind == JPEG {
		turn = orientation(b)
	}
	flat := upright(scaled(m), turn)
	var buf bytes.Buffer
	if kind == PNG {
		if err := png.Encode(&buf, flat); err != nil {
			return "", nil, err
		}
		if int64(buf.Len()) <= max {
			return PNG, buf.Bytes(), nil
		}
		buf.Reset() // a photograph in the wrong format
	}
	err = jpeg.Encode(&buf, flat, &jpeg.Options{Quality: jpegQuality})
	return JPEG, buf.Bytes(), err
}

// scaled draws m on white, brought to at most maxEdge on its long side.
func scaled(m image.Image) *image.RGBA {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	if long := max(w, h); long > maxEdge {
		w, h = max(1, w*maxEdge/long), max(1, h*maxEdge/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if w == m.Bounds().Dx() && h == m.Bounds().Dy() {
		draw.Draw(out, out.Bounds(), m, m.Bounds().Min, draw.Over)
	} else {
		draw.BiLinear.Scale(out, out.Bounds(), m, m.Bounds(), draw.Over, nil)
	}
	return out
}

// upright turns and mirrors m as the EXIF orientation o asks.
func upright(m *image.RGBA, o int) *image.RGBA {
	if o <= 1 || o > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if o >= 5 { // a quarter turn
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch o {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(out.Pix[out.PixOffset(tx, ty):][:4], m.Pix[m.PixOffset(x, y):][:4])
		}
	}
	return out
}
