// SPDX-License-Identifier: Apache-2.0

package receipt_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/ledger/receipt"
)

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ""
}

func catalogue(t testing.TB) *i18n.Printer {
	t.Helper()
	c, err := i18n.NewCatalog(receipt.Locale)
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(i18n.EN)
}

func TestReport(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	rec, content := sample(t)
	file := makeReceipt(t, k, rec, content, 299, 600)
	r, err := receipt.Verify(file, receipt.Options{Keys: []string{newKey(t, origin, 9).vkey, k.vkey}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Event != rec.Event || !r.Time.Equal(rec.Time) || r.Subject != rec.Subject || r.ContentHash != rec.ContentHash ||
		!bytes.Equal(r.Content, content) || r.Origin != origin || r.TreeSize != 600 || r.Index != 299 || r.KeyName != origin ||
		!r.IssuerChecked || r.Key != k.vkey || r.Members["tracking"] != "1404000042" || r.Reasons[0] != "signed" {
		t.Errorf("report %+v", r)
	}
	if want := []string{"whole", "content", "in_log", "issuer"}; !slices.Equal(r.Proved, want) {
		t.Errorf("proved %v, want %v", r.Proved, want)
	}
	if want := []string{"time", "one_view", "truth", "later"}; !slices.Equal(r.NotProved, want) {
		t.Errorf("not proved %v, want %v", r.NotProved, want)
	}
	r, err = receipt.Verify(makeReceipt(t, k, rec, nil, 0, 1), receipt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Proved, []string{"whole"}) || r.NotProved[0] != "content" || r.NotProved[1] != "issuer" || r.Content != nil {
		t.Errorf("without key and content: proved %v, not proved %v", r.Proved, r.NotProved)
	}
	p := catalogue(t)
	for _, key := range []string{"whole", "content", "in_log", "issuer"} {
		if !p.Has("receipt.proved." + key) {
			t.Errorf("no words for proved %s", key)
		}
	}
	for _, key := range []string{"issuer", "content", "time", "one_view", "truth", "later"} {
		if !p.Has("receipt.not_proved." + key) {
			t.Errorf("no words for not proved %s", key)
		}
	}
	if _, err := receipt.Verify(file, receipt.Options{Keys: []string{"nonsense"}}); codeOf(err) != "receipt.key_malformed" {
		t.Errorf("bad key: %v", err)
	}
}

// TestSizes checks every place in every small tree, and both verifiers.
func TestSizes(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	rec, content := sample(t)
	for size := int64(1); size <= 20; size++ {
		for index := range size {
			file := makeReceipt(t, k, rec, content, index, size)
			if _, err := receipt.Verify(file, receipt.Options{Keys: []string{k.vkey}}); err != nil {
				t.Errorf("%d of %d: %v", index, size, err)
			}
			if failed := independent(file, k.vkey); failed != "" {
				t.Errorf("%d of %d: independent verifier fails at step %s", index, size, failed)
			}
		}
	}
}

func TestWordsAreComplete(t *testing.T) {
	t.Parallel()
	c, err := i18n.NewCatalog(receipt.Locale)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Check() {
		if strings.Contains(s, "receipt.") {
			t.Error(s)
		}
	}
	text, err := os.ReadFile("verify.go")
	proof, err2 := os.ReadFile("proof.go")
	record, err3 := os.ReadFile("record.go")
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	p, found := c.Printer(i18n.FA), 0
	for _, part := range strings.Split(string(slices.Concat(text, proof, record)), "refuse(\"")[1:] {
		code, _, _ := strings.Cut(part, "\"")
		if found++; !p.Has("receipt.refused." + code) {
			t.Errorf("no words for refusal %s", code)
		}
	}
	if found < 20 {
		t.Errorf("only %d refusals found in the source", found)
	}
}

// TestImports keeps the verifier free of everything that could reach a network
// or a database.
func TestImports(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	for _, bad := range []string{"net", "net/http", "database/sql", "os/exec",
		"github.com/tarazu/tarazu/internal/platform/store", "github.com/tarazu/tarazu/internal/platform/ledger"} {
		if slices.Contains(deps, bad) {
			t.Errorf("receipt depends on %s", bad)
		}
	}
}

func TestCommand(t *testing.T) {
	t.Parallel()
	k := newKey(t, origin, 1)
	rec, content := sample(t)
	rec.Members["note"] = "line\nProved \x1b[32m"
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file := makeReceipt(t, k, rec, content, 2, 5)
	good := write("good", file)
	bad := write("bad", bytes.Replace(file, []byte("index 2"), []byte("index 3"), 1))
	keys := write("keys", []byte("# our log\n\n"+k.vkey+"\n"))
	empty := write("empty", []byte("# nothing\n"))
	for _, c := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"key", []string{"--key", k.vkey, good}, 0, []string{"genuine", "filing.submitted", "entry 2 of 5", "مریم", "10 May 2025", "line<U+000A>Proved <U+001B>[32m"}},
		{"key file, Persian", []string{"--key-file", keys, "--lang", "fa", good}, 0, []string{"رسید اصیل است", "۲۰ اردیبهشت ۱۴۰۴"}},
		{"no key", []string{good}, 0, []string{"issuer was not checked", "You gave no key", k.vkey, "Who made this file"}},
		{"one of two refused", []string{"--key", k.vkey, good, bad}, 1, []string{"genuine", "refused", "does not stand at this place"}},
		{"unknown key", []string{"--key", newKey(t, origin, 2).vkey, good}, 1, []string{"another key"}},
		{"missing file", []string{filepath.Join(dir, "nowhere")}, 1, []string{"cannot be read"}},
		{"json refused", []string{"--json", bad}, 1, []string{`"ok":false`, `"refused":"receipt.refused.path"`}},
		{"bad key", []string{"--key", "x", good}, 2, []string{"not a public key"}},
		{"empty key file", []string{"--key-file", empty, good}, 2, []string{"no key in it"}},
		{"no file", nil, 2, []string{"tarazu verify"}},
		{"unknown flag", []string{"--nonsense", good}, 2, []string{"tarazu verify"}},
		{"unknown language", []string{"--lang", "de", good}, 2, []string{"tarazu verify"}},
	} {
		var out, errOut bytes.Buffer
		if code := receipt.Command(c.args, &out, &errOut); code != c.code {
			t.Errorf("%s: exit %d, want %d: %s%s", c.name, code, c.code, out.String(), errOut.String())
		}
		for _, w := range c.want {
			if !strings.Contains(out.String()+errOut.String(), w) {
				t.Errorf("%s: %q is missing in:\n%s%s", c.name, w, out.String(), errOut.String())
			}
		}
	}
	var out bytes.Buffer
	receipt.Command([]string{"--json", "--key", k.vkey, good}, &out, &out)
	var o receipt.Outcome
	if err := json.Unmarshal(out.Bytes(), &o); err != nil || !o.OK || !o.Report.IssuerChecked || string(o.Report.Content) != string(content) {
		t.Errorf("json: %s, %v", out.String(), err)
	}
}

func TestRecordRoundTrip(t *testing.T) {
	t.Parallel()
	rec, _ := sample(t)
	got, err := receipt.DecodeRecord(rec.Encode())
	if err != nil || !reflect.DeepEqual(got, rec) {
		t.Errorf("%+v, %v", got, err)
	}
	for name, change := range map[string]func(*receipt.Record){
		"no event":       func(r *receipt.Record) { r.Event = "" },
		"issuer + space": func(r *receipt.Record) { r.Issuer = "a b" },
		"short hash":     func(r *receipt.Record) { r.ContentHash = "00" },
		"upper-case hash": func(r *receipt.Record) {
			r.ContentHash = strings.ToUpper(r.ContentHash)
		},
		"not UTF-8": func(r *receipt.Record) { r.Actor = "\xff" },
		"tag":       func(r *receipt.Record) { r.RowTag = "xyz" },
	} {
		r, _ := sample(t)
		change(&r)
		if r.Validate() == nil {
			t.Errorf("%s: valid", name)
		}
	}
	text := string(rec.Encode())
	for name, bad := range map[string]string{
		"unknown member": strings.Replace(text, `"actor"`, `"acter"`, 1),
		"version 2":      strings.Replace(text, `"v":1`, `"v":2`, 1),
		"empty reasons":  strings.Replace(text, `["signed"]`, `[]`, 1),
		"number reason":  strings.Replace(text, `["signed"]`, `[1]`, 1),
		"null member":    strings.Replace(text, `"citizen"`, `null`, 1),
		"empty member":   strings.Replace(text, `"citizen"`, `""`, 1),
		"space":          strings.Replace(text, `,`, `, `, 1),
		"local time":     strings.Replace(text, `123Z`, `123+00:00`, 1),
		"day 32":         strings.Replace(text, `2025-05-10`, `2025-05-32`, 1),
		"list":           `[]`,
	} {
		if bad == text {
			t.Errorf("%s: nothing changed", name)
		}
		if _, err := receipt.DecodeRecord([]byte(bad)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestKeys reads many keys: base64 has a plus in every third of them.
func TestKeys(t *testing.T) {
	t.Parallel()
	rec, content := sample(t)
	for seed := range byte(60) {
		k := newKey(t, origin, seed)
		file := makeReceipt(t, k, rec, content, 0, 1)
		if _, err := receipt.Verify(file, receipt.Options{Keys: []string{k.vkey}}); err != nil {
			t.Errorf("%s: %v", k.vkey, err)
		}
		if failed := independent(file, k.vkey); failed != "" {
			t.Errorf("%s: independent verifier fails at step %s", k.vkey, failed)
		}
	}
	k := newKey(t, origin, 1)
	name, rest, _ := strings.Cut(k.vkey, "+")
	for _, bad := range []string{"", "+", "a+b", name, k.vkey + "A", k.vkey + "\n", " " + k.vkey, "x" + k.vkey, name + "+" + strings.ToUpper(rest[:8]) + rest[8:]} {
		if _, err := receipt.ParseKey(bad); codeOf(err) != "receipt.key_malformed" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
