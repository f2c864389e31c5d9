// SPDX-License-Identifier: Apache-2.0

// Package obs is how an operator sees inside: the log, which never holds
// personal data or secrets, the metrics, the traces (off unless the operator
// names a collector), and the health of the program and of what it depends on.
package obs

import (
	"encoding"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"regexp"
	"strings"

	"github.com/tarazu/tarazu/internal/platform/persian"
)

// redacted stands for a value that must not be logged.
const redacted = "[redacted]"

// forbidden are attribute keys, without _ and - and in small letters, whose
// values are never logged.
var forbidden = map[string]bool{
	"password": true, "passwd": true, "pass": true, "secret": true, "token": true, "code": true, "otp": true, "pin": true,
	"key": true, "signature": true, "cookie": true, "setcookie": true, "authorization": true, "session": true, "csrf": true,
	"nationalcode": true, "nationalid": true, "legalid": true, "mobile": true, "phone": true, "email": true,
	"firstname": true, "lastname": true, "fullname": true, "fathername": true, "birth": true, "birthdate": true, "birthday": true,
	"address": true, "postal": true, "postalcode": true, "sheba": true, "iban": true, "card": true, "cardnumber": true,
	"dsn": true, "database": true, "body": true, "form": true, "answers": true,
}

// forbiddenEnds guard compound keys such as user_token and newPassword.
var forbiddenEnds = []string{"password", "secret", "token", "cookie", "nationalcode", "mobile"}

// NewLogger makes the program's log. Whatever an attribute is called, numbers
// that are a national code or a mobile number are taken out of every text, and
// structs are not written at all: their fields could be anything.
func NewLogger(w io.Writer, level slog.Leveler, format string) *slog.Logger {
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: guard}
	if format == "json" {
		return slog.New(traced{slog.NewJSONHandler(w, o)})
	}
	return slog.New(traced{slog.NewTextHandler(w, o)})
}

// guard is called for every attribute, the message included, also inside
// groups.
func guard(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
		return a
	}
	if a.Key == traceKey { // random hexadecimal digits, made here
		return a
	}
	if private(a.Key) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(scrub(a.Value.String()))
	case slog.KindInt64, slog.KindUint64: // a number that was kept as one
		if s := a.Value.String(); scrub(s) != s {
			a.Value = slog.StringValue(redacted)
		}
	case slog.KindAny:
		a.Value = slog.StringValue(scrub(plain(a.Value.Any())))
	}
	return a
}

func private(key string) bool {
	k := strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(key))
	if forbidden[k] {
		return true
	}
	for _, end := range forbiddenEnds {
		if strings.HasSuffix(k, end) {
			return true
		}
	}
	return false
}

// plain is the text of a value whose text is meant for people, and only the
// type of any other.
func plain(v any) string {
	switch x := v.(type) {
	case nil:
		return "<nil>"
	case error:
		return x.Error()
	case fmt.Stringer:
		return x.String()
	case encoding.TextMarshaler:
		if b, err := x.MarshalText(); err == nil {
			return string(b)
		}
	}
	switch t := reflect.TypeOf(v); t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return fmt.Sprint(v)
	case reflect.Slice, reflect.Array:
		switch t.Elem().Kind() {
		case reflect.String, reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64:
			return fmt.Sprint(v)
		}
	}
	return fmt.Sprintf("[%T not logged]", v)
}

// digits are runs of digits, Persian and Arabic ones included, that could be a
// mobile number or a national code.
var digits = regexp.MustCompile(`\+?[0-9۰-۹٠-٩]{8,14}`)

// scrub takes mobile numbers and national codes out of a text. One in eleven
// other numbers of ten digits looks like a national code too; that loss is
// smaller than the harm.
func scrub(s string) string {
	return digits.ReplaceAllStringFunc(s, func(n string) string {
		d := persian.Digits(strings.TrimPrefix(n, "+"))
		if len(d) == 10 {
			if _, err := persian.NationalCode(d); err == nil {
				return redacted
			}
		}
		if _, err := persian.Mobile(n); err == nil {
			return redacted
		}
		return n
	})
}
