// SPDX-License-Identifier: Apache-2.0

package form_test

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/civil"
	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/form"
)

const urlencoded = "application/x-www-form-urlencoded"

func post(body, contentType string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

func parse(t *testing.T, body string) *form.Form {
	t.Helper()
	f, err := form.Parse(httptest.NewRecorder(), post(body, urlencoded), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// codes are "field:code" of everything that was wrong.
func codes(err error) []string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return nil
	}
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Name+":"+f.Code)
	}
	return out
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, contentType string
		want                    errs.Kind
		code                    string
	}{
		{"too large", "a=" + strings.Repeat("x", 200), urlencoded, errs.TooLarge, "form.too_large"},
		{"invalid utf-8", "a=%ff%fe", urlencoded, errs.Invalid, "form.encoding"},
		{"invalid utf-8 name", "%ff=a", urlencoded, errs.Invalid, "form.encoding"},
		{"nul", "a=%00", urlencoded, errs.Invalid, "form.encoding"},
		{"bad escape", "a=%zz", urlencoded, errs.Invalid, "form.encoding"},
		{"json", `{"a":1}`, "application/json", errs.Invalid, "form.content_type"},
		{"no type", "a=1", "", errs.Invalid, "form.content_type"},
		{"broken multipart", "nothing", "multipart/form-data; boundary=x", errs.Invalid, "form.encoding"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := form.Parse(httptest.NewRecorder(), post(tt.body, tt.contentType), 100)
			if !errs.Is(err, tt.want) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			if e, _ := errors.AsType[*errs.Error](err); e.Code != tt.code {
				t.Errorf("code %s, want %s", e.Code, tt.code)
			}
		})
	}
}

func TestParseRefusesTooManyFields(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("a=1&", form.MaxFields)
	if _, err := form.Parse(httptest.NewRecorder(), post(body, urlencoded), 1<<20); !errs.Is(err, errs.Invalid) {
		t.Fatalf("error %v, want invalid", err)
	}
}

func TestValuesAreNormalisedAndKept(t *testing.T) {
	t.Parallel()
	typed := "  علي كريمي می\u200cروم\u202e "
	f := parse(t, url.Values{"name": {typed}, "code": {"۱۲۳ ۴۵۶"}, "rials": {"۳۱٬۲۵۰٬۰۰۰ ریال"}, "mobile": {"۰۹۱۲ ۳۴۵ ۶۷۸۹"}}.Encode())
	if got, want := f.Text("name"), "علی کریمی می\u200cروم"; got != want {
		t.Errorf("name %q, want %q", got, want)
	}
	if f.Raw("name") != typed {
		t.Errorf("what was typed is lost: %q", f.Raw("name"))
	}
	if got := f.Code("code", 6); got != "123456" {
		t.Errorf("code %q", got)
	}
	if got := f.Rials("rials"); got != 31_250_000 {
		t.Errorf("rials %d", got)
	}
	if got := f.Mobile("mobile"); got != "+989123456789" {
		t.Errorf("mobile %q", got)
	}
	if err := f.Err(); err != nil {
		t.Error(err)
	}
}

func TestFailuresNameTheFieldAndTheWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		ask        func(f *form.Form)
		want       []string
	}{
		{"required", "a=+", func(f *form.Form) { f.Text("a", form.Required) }, []string{"a:form.required"}},
		{"own words", "a=", func(f *form.Form) { f.Text("a", form.Missing("x.y")) }, []string{"a:x.y"}},
		{"own wrong words", "a=abc", func(f *form.Form) { f.Text("a", form.Max(2), form.Wrong("x.z")) }, []string{"a:x.z"}},
		{"max counts letters", "a=%D8%A8%D8%A8%D8%A8", func(f *form.Form) { f.Text("a", form.Max(3)) }, nil},
		{"too long", "a=abcd", func(f *form.Form) { f.Text("a", form.Max(3)) }, []string{"a:form.too_long"}},
		{"too short", "a=ab", func(f *form.Form) { f.Text("a", form.Min(3)) }, []string{"a:form.too_short"}},
		{"repeated", "a=1&a=2", func(f *form.Form) { f.Text("a") }, []string{"a:form.repeated"}},
		{"unknown", "a=1&b=2", func(f *form.Form) { f.Text("a") }, []string{":form.unknown_field"}},
		{"first failure stands", "a=x", func(f *form.Form) { f.Fail("a", "one"); f.Fail("a", "two") }, []string{"a:one"}},
		{"national code empty", "", func(f *form.Form) { f.NationalCode("a") }, []string{"a:form.required"}},
		{"national code wrong", "a=0012345678", func(f *form.Form) { f.NationalCode("a") }, []string{"a:persian.national_code.check"}},
		{"national code optional", "a=", func(f *form.Form) { f.NationalCode("a", form.Optional) }, nil},
		{"code", "a=12345", func(f *form.Form) { f.Code("a", 6) }, []string{"a:form.code"}},
		{"choice", "a=z", func(f *form.Form) { f.Choice("a", "x", "y") }, []string{"a:form.choose"}},
		{"choice missing", "", func(f *form.Form) { f.Choice("a", "x", "y") }, []string{"a:form.choose"}},
		{"choice may be empty", "", func(f *form.Form) { f.Choice("a", "x", "") }, nil},
		{"choices", "a=x&a=z", func(f *form.Form) { f.Choices("a", "x", "y") }, []string{"a:form.choose"}},
		{"rials words", "a=ten", func(f *form.Form) { f.Rials("a") }, []string{"a:form.rials"}},
		{"rials negative", "a=-5", func(f *form.Form) { f.Rials("a") }, []string{"a:form.rials"}},
		{"int negative", "a=-5", func(f *form.Form) { f.Int("a", 1, 10) }, []string{"a:form.range"}},
		{"day with a dash", "a.day=1-2&a.month=1&a.year=1404", func(f *form.Form) { f.Day("a") }, []string{"a:form.day_wrong"}},
		{"rials zero", "a=0", func(f *form.Form) { f.Rials("a") }, []string{"a:form.rials_zero"}},
		{"rials huge", "a=" + strings.Repeat("9", 40), func(f *form.Form) { f.Rials("a") }, []string{"a:form.rials_max"}},
		{"int range", "a=11", func(f *form.Form) { f.Int("a", 1, 10) }, []string{"a:form.range"}},
		{"int huge", "a=" + strings.Repeat("9", 40), func(f *form.Form) { f.Int("a", 1, 10) }, []string{"a:form.range"}},
		{"day missing", "a.day=&a.month=&a.year=", func(f *form.Form) { f.Day("a") }, []string{"a:form.day_missing"}},
		{"day incomplete", "a.day=1&a.month=&a.year=1404", func(f *form.Form) { f.Day("a") }, []string{"a:form.day_incomplete"}},
		{"day short year", "a.day=1&a.month=1&a.year=62", func(f *form.Form) { f.Day("a") }, []string{"a:form.day_wrong"}},
		{"day not a number", "a.day=x&a.month=1&a.year=1404", func(f *form.Form) { f.Day("a") }, []string{"a:form.day_wrong"}},
		{"day 30 Esfand of a common year", "a.day=30&a.month=12&a.year=1404", func(f *form.Form) { f.Day("a") }, []string{"a:form.day_none"}},
		{"bool", "a=maybe", func(f *form.Form) { f.Bool("a") }, []string{"a:form.choose"}},
		{"password empty", "a=", func(f *form.Form) { f.Password("a") }, []string{"a:form.required"}},
		{"file missing", "", func(f *form.Form) { f.File("a", form.Required) }, []string{"a:form.file_missing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := parse(t, tt.body)
			tt.ask(f)
			if got := codes(f.Err()); !slices.Equal(got, tt.want) {
				t.Errorf("failures %v, want %v", got, tt.want)
			}
		})
	}
}

func TestDayReadsPersianDigits(t *testing.T) {
	t.Parallel()
	f := parse(t, url.Values{"a.day": {"۳۱"}, "a.month": {"6"}, "a.year": {"۱۴۰۴"}}.Encode())
	want, err := civil.FromJalali(1404, 6, 31)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Day("a"); got != want || f.Err() != nil {
		t.Errorf("day %v, %v; want %v", got, f.Err(), want)
	}
}

func TestPasswordIsNotTouched(t *testing.T) {
	t.Parallel()
	const secret = " كلمه ۱۲ "
	f := parse(t, url.Values{"p": {secret}}.Encode())
	if got := f.Password("p"); got != secret {
		t.Errorf("password %q", got)
	}
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("title", "قرارداد"); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("paper", "contract.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("%PDF-1.7")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := form.Parse(httptest.NewRecorder(), post(body.String(), w.FormDataContentType()), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Text("title"); got != "قرارداد" {
		t.Errorf("title %q", got)
	}
	if got := codes(f.Err()); !slices.Equal(got, []string{":form.unknown_field"}) {
		t.Errorf("a file nobody asked for passes: %v", got)
	}
	h, ok := f.File("paper")
	if !ok || h.Filename != "contract.pdf" || h.Size != 8 || f.Err() != nil {
		t.Errorf("file %+v %v, %v", h, ok, f.Err())
	}
	if _, err := form.Parse(httptest.NewRecorder(), post(body.String(), w.FormDataContentType()), 100); !errs.Is(err, errs.TooLarge) {
		t.Errorf("error %v, want too large", err)
	}
}

func TestErrorsHoldNothingTyped(t *testing.T) {
	t.Parallel()
	const typed = "0012345678"
	f := parse(t, "a="+typed+"&secret-"+typed+"=1")
	f.NationalCode("a")
	if err := f.Err(); err == nil || strings.Contains(err.Error(), typed) {
		t.Errorf("error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a=1&b=2", "a=%ff", "a.day=31&a.month=7&a.year=1404", "a=۱۲۳", "a=%D9%8A", "&&&==", "a=1;b=2"} {
		f.Add(seed, urlencoded)
	}
	f.Add("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n", "multipart/form-data; boundary=x")
	f.Fuzz(func(t *testing.T, body, contentType string) {
		got, err := form.Parse(httptest.NewRecorder(), post(body, contentType), 4_000)
		if err != nil {
			if k := errs.KindOf(err); k != errs.Invalid && k != errs.TooLarge {
				t.Fatalf("kind %v: %v", k, err)
			}
			return
		}
		if s := got.Text("a"); !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			t.Fatalf("unclean text %q", s)
		}
		got.Day("a")
		got.Rials("a")
		got.NationalCode("a")
		got.Int("a", -5, 5)
		got.Code("a", 5)
		if err := got.Err(); err != nil && !errs.Is(err, errs.Invalid) {
			t.Fatal(err)
		}
	})
}
