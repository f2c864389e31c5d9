// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/pdf"
	"github.com/tarazu/tarazu/internal/platform/policy"
)

// planFile is a small file that is attached to a question: a page with a text,
// or a picture if there is none.
type planFile struct{ field, name, text string }

// attach makes a file of a story and attaches it.
func (m *maker) attach(ctx context.Context, me policy.Actor, filing string, x planFile) (err error) {
	body := demoPicture()
	if strings.HasSuffix(x.name, ".pdf") {
		if m.pages == nil {
			if m.pages, err = pdf.New(m.Words); err != nil {
				return err
			}
		}
		if body, err = m.pages.Render(pdf.FromText(i18n.FA, x.text)); err != nil {
			return err
		}
	}
	_, err = m.Filing.Attach(ctx, me, filing, x.field, x.name, bytes.NewReader(body))
	return err
}

// demoPicture is a photograph of nothing in particular.
func demoPicture() []byte {
	const w, h = 640, 420
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(150 + x/8), uint8(140 + y/6), uint8(120 + (x+y)/16), 255}
			if (x/80+y/60)%2 == 0 {
				c = color.RGBA{uint8(90 + y/5), uint8(110 + x/10), 130, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 70}); err != nil {
		return nil // a picture in memory: cannot happen; an empty file is refused
	}
	return b.Bytes()
}
