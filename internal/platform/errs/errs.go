// SPDX-License-Identifier: Apache-2.0

// Package errs is the one error type of Tarazu. An error has three faces: a
// kind that the program branches on, a code that names words safe for the
// public (a locale key, translated at the edge), and a cause that only the log
// may see. Nothing a person typed, and no personal data, is put into any of
// them.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is what the program branches on. It is mapped to HTTP in one place,
// platform/web.
type Kind uint8

// The kinds. Internal is the zero value: an error nobody classified.
const (
	Internal        Kind = iota // our fault; the public sees only a reference
	Invalid                     // the input is wrong; Fields says where
	Unauthenticated             // nobody is signed in
	Forbidden                   // signed in, but not allowed
	NotFound                    // does not exist, or the asker may not know that it does
	Conflict                    // somebody else was faster, or the state has moved on
	TooLarge                    // the body or a file is larger than allowed
	RateLimited                 // too many tries; wait
	Unavailable                 // an outside system or our store does not answer
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden", "not found",
	"conflict", "too large", "rate limited", "unavailable",
}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Field is one wrong input: the name of the form or JSON field and the locale
// key of the words that say how to mend it.
type Field struct {
	Name string
	Code string
	Args []any
}

// Error is an error with a kind, public words and a private cause.
type Error struct {
	Kind   Kind
	Code   string  // locale key of the public words; empty: the kind's default words
	Args   []any   // values for the words; never personal data
	Fields []Field // wrong inputs, in the order of the page
	Cause  error   // for the log only
}

// New makes an error of a kind whose public words stand under code in the
// locale files.
func New(kind Kind, code string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Args: args}
}

// InvalidFields makes an Invalid error from wrong inputs, or nil if there are
// none.
func InvalidFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "errs.invalid_fields", Fields: fields}
}

// Because returns a copy of e with a cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// Error is for the log, not for the public.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Code != "" {
		b.WriteString(" ")
		b.WriteString(e.Code)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Code)
	}
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the outermost *Error in err's chain, Internal if
// there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is tells whether err is of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// Wrap gives *errp a trail for the log and keeps its kind and words. Use it as
// the first deferred call of a function:
//
//	defer errs.Wrap(&err, "filing.Submit")
func Wrap(errp *error, format string, args ...any) {
	if *errp == nil {
		return
	}
	*errp = fmt.Errorf(format+": %w", append(args, *errp)...)
}
