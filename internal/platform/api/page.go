// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/base64"
	"encoding/json"
	"unicode/utf8"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// Paging is the parameters of a list. After is opaque: it is what the page
// before gave as next.
type Paging struct {
	After string `query:"after" maxLength:"400" doc:"Where the list goes on: the member next of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many items at most."`
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Give it as after for the next page; missing on the last one."`
}

// NewPage is a page whose items are never null.
func NewPage[T any](items []T, next string) Page[T] {
	if items == nil {
		items = []T{}
	}
	return Page[T]{Items: items, Next: next}
}

// Cursor writes a place in a list. It is readable for whoever cares; what may
// be seen there is decided anew at each page.
func Cursor(place any) string {
	b, err := json.Marshal(place)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ReadCursor reads one; "" leaves place as it is. What is no place is an
// errs.Invalid with the field after.
func ReadCursor(s string, place any) error {
	if s == "" {
		return nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	var whole any
	if err != nil || !utf8.Valid(b) || json.Unmarshal(b, &whole) != nil || !cleanValue(whole, 0) || json.Unmarshal(b, place) != nil {
		return BadCursor()
	}
	return nil
}

// BadCursor is what a list says of an after that it did not give.
func BadCursor() error {
	return errs.InvalidFields([]errs.Field{{Name: "after", Code: "api.field.after"}})
}
