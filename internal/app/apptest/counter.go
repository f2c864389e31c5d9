// SPDX-License-Identifier: Apache-2.0

package apptest

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/tarazu/tarazu/internal/gateway/population"
	"github.com/tarazu/tarazu/internal/gateway/simowner"
	"github.com/tarazu/tarazu/internal/platform/civil"
)

// Walker is somebody whom the registries know and who has no account.
type Walker struct {
	NationalCode, Mobile string // Mobile "": none
	Birth                civil.Day
}

// Walker enters somebody into the registries.
func (e *Env) Walker(n int, mobile string) Walker {
	e.T.Helper()
	birth, err := civil.FromJalali(1340+n%40, 1+n%12, 1+n%29)
	if err != nil {
		e.T.Fatal(err)
	}
	w := Walker{NationalCode: NationalCode(n), Mobile: mobile, Birth: birth}
	e.App.Doubles.Population.Add(population.Entry{
		NationalCode: w.NationalCode, Birth: birth,
		Person: population.Person{FirstName: "مراجع", LastName: fmt.Sprintf("شماره %d", n), FatherName: "نمونه", Alive: true},
	})
	e.App.Doubles.SimOwner.Add(simowner.Pair{NationalCode: w.NationalCode, Mobile: mobile})
	return w
}

// Fields are what an operator enters.
func (w Walker) Fields() []string {
	y, m, d := w.Birth.Jalali()
	return []string{
		"class", "resident", "number", w.NationalCode, "mobile", w.Mobile, "lang", "fa",
		"birth.day", strconv.Itoa(d), "birth.month", strconv.Itoa(m), "birth.year", strconv.Itoa(y),
	}
}

// AtCounter has Operator register somebody at the counter of Office, and returns
// the visit.
func (e *Env) AtCounter(w Walker) (visit string) {
	e.T.Helper()
	me := e.As(Operator)
	page := me.Get("/counter/register").Want(http.StatusOK).Submit("/counter/register", w.Fields()...).Want(http.StatusOK)
	fields := []string{"fingerprint", "FP-1"}
	if w.Mobile != "" {
		fields = append(fields, "code", e.Code(w.Mobile))
	} else {
		fields = append(fields, "on_slip", "on")
	}
	page = page.Capture(Picture(), fields...).Follow().Want(http.StatusOK)
	e.Drain()
	return segment(page.Path, 3)
}

// Picture is a small photograph.
func Picture() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}

// Capture sends the form of a client's page with a picture, "" for none.
func (p *Page) Capture(picture []byte, fields ...string) *Page {
	e := p.Client.Env
	e.T.Helper()
	values, ok := p.Form("/counter/finish")
	if !ok {
		e.T.Fatalf("%s has no form for a client: %s", p.Path, p.Text())
	}
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, list := range values {
		for _, v := range list {
			if name != "picture" && name != "signature" {
				if err := w.WriteField(name, v); err != nil {
					e.T.Fatal(err)
				}
			}
		}
	}
	if len(picture) > 0 {
		part, err := w.CreateFormFile("picture", "face.jpg")
		if err == nil {
			_, err = part.Write(picture)
		}
		if err != nil {
			e.T.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		e.T.Fatal(err)
	}
	return p.Client.Send(http.MethodPost, "/counter/finish", w.FormDataContentType(), &body)
}
