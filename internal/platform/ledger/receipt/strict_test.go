// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

// FuzzIsCanonical compares the one-pass answer with what the definition says:
// text is canonical if writing what it means gives the same bytes.
func FuzzIsCanonical(f *testing.F) {
	for _, s := range []string{
		`{}`, `[]`, `""`, `0`, `-0`, `-1`, `01`, `999999999999999`, `9007199254740991`, `9007199254740992`, `{"a":1,"b":[true,null]}`, `{"b":1,"a":1}`,
		`{"a":1,"a":1}`, `{"a":{"b":"\n\u000f"}}`, `"\u000F"`, `"\u000a"`, `"\/"`, `"\u0041"`, "\"\x7f\"", `{"\ufb33":1,"😀":2}`, `{"😀":2,"` + "\ufb33" + `":1}`,
		`{"\"":1,"a":2}`, `{"a":1,"\"":2}`, `{"\n":1," ":2}`, `[1,]`, `[1 ,2]`, `nul`, `"`, `"\`, `"\u00`, "\"\xff\"", `{"می‌شود":"بله"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := receipt.CanonicalJSON(text)
		if want := err == nil && bytes.Equal(c, text); receipt.IsCanonical(text) != want {
			t.Errorf("%q: IsCanonical says %v; written again it is %q, %v", text, !want, c, err)
		}
	})
}

// FuzzValidate: what Validate accepts can be read again, and nothing else can.
func FuzzValidate(f *testing.F) {
	f.Add("id", "log.example/1", "a.b", "s", "a", "", "r", "k", "v", int64(1_700_000_000_000_000))
	f.Add("", "log", "e", "", "", "00", "", "", "", int64(0))
	f.Add("i d", "log", "e", "\xff", "", "", "\"\n", "\xff", "\\", int64(-1))
	f.Add("i", "l", "e", "", "", "", "", "", "", int64(1)<<62)
	f.Fuzz(func(t *testing.T, id, issuer, event, subject, actor, hash, reason, key, value string, us int64) {
		r := receipt.Record{
			ID: id, Issuer: issuer, Event: event, Subject: subject, Actor: actor, ContentHash: hash,
			Time: time.UnixMicro(us), Reasons: []string{reason}, Members: map[string]string{key: value},
		}
		_, err := receipt.DecodeRecord(r.Encode())
		if got := r.Validate(); (got == nil) != (err == nil) {
			t.Errorf("%+v: Validate says %v, reading it again %v", r, got, err)
		}
	})
}
