// SPDX-License-Identifier: Apache-2.0

// Package form owns what arrives in a request's fields: it reads a body within
// a size limit, refuses what is not UTF-8, normalises Persian text and digits,
// checks each field as it is asked for, and keeps what was typed so that the
// page can be shown again. A field that nobody asked for is an error: a page
// and its handler never drift apart unseen.
//
// Errors carry locale keys (form.* and persian.*, whose words stand in
// platform/web and platform/i18n), never what was typed.
package form

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// MaxFields is how many fields (names and repetitions together) one request
// may carry.
const MaxFields = 500

// inMemory is how much of an upload is kept in memory; the rest goes to
// temporary files.
const inMemory = 1 << 20

// Form is the fields of one request and what was wrong with those that were
// asked for so far. It is used by one goroutine.
type Form struct {
	values url.Values
	files  map[string][]*multipart.FileHeader
	asked  map[string]bool
	fields []errs.Field
}

// Parse reads the fields of r: the body of a POST or PUT (urlencoded or
// multipart) of at most max bytes, the query of a GET. Errors: errs.TooLarge,
// or errs.Invalid for a broken encoding, text that is not UTF-8, NUL bytes, an
// unknown content type or more than MaxFields fields.
func Parse(w http.ResponseWriter, r *http.Request, max int64) (_ *Form, err error) {
	defer errs.Wrap(&err, "form.Parse")
	f := &Form{asked: map[string]bool{}}
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		err = f.readQuery(r.URL.RawQuery)
	default:
		err = f.readBody(w, r, max)
	}
	if err != nil {
		return nil, err
	}
	if err := f.checkText(); err != nil {
		return nil, err
	}
	return f, nil
}

// New makes a form from values that did not come from a request: a saved draft
// shown for editing, or a test.
func New(values url.Values) *Form {
	f := &Form{values: url.Values{}, asked: map[string]bool{}}
	for name, vs := range values {
		f.values[name] = slices.Clone(vs)
	}
	return f
}

func (f *Form) readBody(w http.ResponseWriter, r *http.Request, max int64) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return errs.New(errs.Invalid, "form.content_type").Because(err)
	}
	r.Body = http.MaxBytesReader(w, r.Body, max)
	switch kind {
	case "application/x-www-form-urlencoded", "":
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return readError(err)
		}
		if kind == "" && len(body) > 0 {
			return errs.New(errs.Invalid, "form.content_type")
		}
		return f.readQuery(string(body))
	case "multipart/form-data":
		if err := r.ParseMultipartForm(inMemory); err != nil {
			return readError(err)
		}
		f.values, f.files = url.Values(r.MultipartForm.Value), r.MultipartForm.File
		n := 0
		for _, vs := range f.values {
			n += len(vs)
		}
		for _, fs := range f.files {
			n += len(fs)
		}
		if n > MaxFields {
			return errs.New(errs.Invalid, "form.too_many_fields")
		}
		return nil
	default:
		return errs.New(errs.Invalid, "form.content_type")
	}
}

func (f *Form) readQuery(raw string) error {
	if strings.Count(raw, "&") >= MaxFields {
		return errs.New(errs.Invalid, "form.too_many_fields")
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return errs.New(errs.Invalid, "form.encoding") // the cause would quote what was typed
	}
	f.values = values
	return nil
}

// readError tells too much apart from broken. The cause is left out where it
// may quote the body.
func readError(err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.New(errs.TooLarge, "form.too_large").Because(tooLarge)
	}
	if errors.Is(err, multipart.ErrMessageTooLarge) {
		return errs.New(errs.TooLarge, "form.too_large").Because(multipart.ErrMessageTooLarge)
	}
	return errs.New(errs.Invalid, "form.encoding")
}

func (f *Form) checkText() error {
	for name, vs := range f.values {
		if !clean(name) || slices.ContainsFunc(vs, func(v string) bool { return !clean(v) }) {
			return errs.New(errs.Invalid, "form.encoding")
		}
	}
	for name, fs := range f.files {
		if !clean(name) || slices.ContainsFunc(fs, func(h *multipart.FileHeader) bool { return !clean(h.Filename) }) {
			return errs.New(errs.Invalid, "form.encoding")
		}
	}
	return nil
}

func clean(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Raw is the first value of a field as it was typed, for showing it again.
func (f *Form) Raw(name string) string {
	f.asked[name] = true
	return f.values.Get(name)
}

// RawAll is every value of a field as it was typed (checkboxes).
func (f *Form) RawAll(name string) []string {
	f.asked[name] = true
	return slices.Clone(f.values[name])
}

// Has tells whether the field was sent at all, even empty.
func (f *Form) Has(name string) bool {
	f.asked[name] = true
	return f.values.Has(name)
}

// Values is a copy of all fields as typed, files excepted.
func (f *Form) Values() url.Values {
	c := url.Values{}
	for name, vs := range f.values {
		c[name] = slices.Clone(vs)
	}
	return c
}

// Known marks names as expected without reading them.
func (f *Form) Known(names ...string) {
	for _, name := range names {
		f.asked[name] = true
	}
}

// Fail records that a rule of the page failed; code is the locale key of the
// words that say how to mend it. The first failure of a field stands.
func (f *Form) Fail(name, code string, pairs ...any) {
	f.asked[name] = true
	if name != "" && f.Failed(name) {
		return
	}
	f.fields = append(f.fields, errs.Field{Name: name, Code: code, Args: pairs})
}

// Forgive takes back what is wrong with a field: it was not asked of the person
// yet.
func (f *Form) Forgive(name string) {
	f.fields = slices.DeleteFunc(f.fields, func(e errs.Field) bool { return e.Name == name })
}

// Failed tells whether the field has failed already.
func (f *Form) Failed(name string) bool {
	return slices.ContainsFunc(f.fields, func(e errs.Field) bool { return e.Name == name })
}

// Err is nil if every field was right, else errs.Invalid with Fields in the
// order in which they were asked for. A field that was sent but never asked
// for is an error without a name. Call it after the last field was read.
func (f *Form) Err() error {
	fields := slices.Clone(f.fields)
	unknown := false
	for name := range f.values {
		unknown = unknown || !f.asked[name]
	}
	for name := range f.files {
		unknown = unknown || !f.asked[name]
	}
	if unknown {
		fields = append(fields, errs.Field{Code: "form.unknown_field"})
	}
	return errs.InvalidFields(fields)
}
