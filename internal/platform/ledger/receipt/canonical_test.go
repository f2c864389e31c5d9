// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

func TestCanonical(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		` { "b" : 1 , "a" : [ true , null , -5 ] } `: `{"a":[true,null,-5],"b":1}`,
		`"\u0061\/\u20AC"`:                           `"a/€"`,
		`"\u000F\n\"\\\u0008\t\u007f"`:               "\"\\u000f\\n\\\"\\\\\\b\\t\x7f\"",
		`"\uD83D\uDE00"`:                             `"😀"`,
		`{"\ufb33":1,"\ud83d\ude00":2,"ö":3}`:        "{\"ö\":3,\"😀\":2,\"\ufb33\":1}", // RFC 8785, section 3.2.3: UTF-16 order
		`9007199254740991`:                           `9007199254740991`,
		`-9007199254740991`:                          `-9007199254740991`,
		`0`:                                          `0`,
		`[]`:                                         `[]`,
		`{}`:                                         `{}`,
		`"` + "\u2028می\u200cشود" + `"`:              `"` + "\u2028می\u200cشود" + `"`,
	} {
		got, err := receipt.CanonicalJSON([]byte(in))
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", in, got, err, want)
		}
		if !receipt.IsCanonical([]byte(want)) || in != want && receipt.IsCanonical([]byte(in)) {
			t.Errorf("IsCanonical is wrong about %s or %s", in, want)
		}
		if !indCanonical([]byte(want)) || in != want && indCanonical([]byte(in)) {
			t.Errorf("the independent verifier disagrees about %s or %s", in, want)
		}
	}
	for _, in := range []string{
		``, ` `, `1.5`, `1.0`, `1e3`, `-0`, `01`, `-`, `+1`, `9007199254740992`, `-9007199254740992`, `99999999999999999999`,
		`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"a":1,}`, `[1,]`, `[1 2]`, `{"a"}`, `{a:1}`, `{`, `[`, `"`, `"\`, `"\x"`, `"\u12"`, `"\u12g4"`,
		`"\ud800"`, `"\ud800\u0041"`, `"\udc00"`, "\"\x01\"", "\"\xff\"", `nul`, `NaN`, `1 1`, `{} x`, `{"a":1 "b":2}`,
		strings.Repeat("[", 100) + strings.Repeat("]", 100),
	} {
		if got, err := receipt.CanonicalJSON([]byte(in)); codeOf(err) != "receipt.json" {
			t.Errorf("%q: %s, %v; want a refusal", in, got, err)
		}
	}
	type inner struct {
		Z string `json:"z"`
		A int    `json:"a,omitempty"`
	}
	if got, err := receipt.Canonical(inner{Z: "<&>"}); err != nil || string(got) != `{"z":"<&>"}` {
		t.Errorf("struct: %s, %v", got, err)
	}
	if _, err := receipt.Canonical(map[string]any{"x": 0.5}); codeOf(err) != "receipt.json" {
		t.Errorf("fraction: %v", err)
	}
	if _, err := receipt.Canonical(func() {}); codeOf(err) != "receipt.json" {
		t.Errorf("function: %v", err)
	}
}

// FuzzCanonical: what is accepted becomes stable, and stays the same value for
// the second verifier.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"a":[1,"\u0000",null]}`, `"\ud83d\ude00"`, `{"b":1,"a":{"x":-1}}`, `1e5`, `{"a":1,"a":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := receipt.CanonicalJSON(in)
		if err != nil {
			return
		}
		if again, err := receipt.CanonicalJSON(c); err != nil || !bytes.Equal(again, c) {
			t.Fatalf("%q became %q, then %q (%v)", in, c, again, err)
		}
		if !indCanonical(c) {
			t.Fatalf("%q: the independent verifier does not think it canonical", c)
		}
	})
}

// FuzzReceipt: nothing makes the verifier panic; whatever file it accepts is
// the one spelling of its proof, and both verifiers agree.
func FuzzReceipt(f *testing.F) {
	k := newKey(f, origin, 1)
	rec, content := sample(f)
	f.Add(makeReceipt(f, k, rec, content, 2, 5))
	f.Add(makeReceipt(f, k, rec, nil, 0, 1))
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\na\n1\nAAAA\n\n— a AAAA\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if p, err := receipt.ParseProof(in); err == nil && !bytes.Equal(p.Format(), in) {
			t.Fatalf("two spellings: %q and %q", in, p.Format())
		}
		_, err := receipt.Verify(in, receipt.Options{})
		if failed := independent(in); (err == nil) != (failed == "") {
			t.Fatalf("verifier says %v, independent verifier says %q", err, failed)
		}
	})
}
