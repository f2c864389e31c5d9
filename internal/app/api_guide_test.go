// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	. "github.com/tarazu/tarazu/internal/app/apptest"
	"github.com/tarazu/tarazu/internal/platform/id"
)

var (
	reCurl    = regexp.MustCompile(`(?m)^    curl (?:[^\n]*\\\n)*[^\n]*`)
	reMethod  = regexp.MustCompile(`-X (\w+)`)
	reAddress = regexp.MustCompile(`\$API(/[^\s"]*)`)
	reBody    = regexp.MustCompile(`(?s)-d '(.*?)'`)
)

// TestGuide holds every command of docs/api.md to the OpenAPI document: its
// path, its method, its key and token, its parameters, its body.
func TestGuide(t *testing.T) {
	t.Parallel()
	doc, _ := document(t, New(t, "sqlite"))
	guide, err := os.ReadFile(filepath.Join(root, "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	commands := reCurl.FindAllString(string(guide), -1)
	if len(commands) < 25 {
		t.Fatalf("only %d commands: the test sees nothing", len(commands))
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("https://example.test/openapi", doc); err != nil {
		t.Fatal(err)
	}
	for _, command := range commands {
		method := "get"
		if m := reMethod.FindStringSubmatch(command); m != nil {
			method = strings.ToLower(m[1])
		}
		address, err := url.Parse(reAddress.FindStringSubmatch(command)[1])
		if err != nil {
			t.Fatal(err)
		}
		path, op := operation(doc, method, address.Path)
		if op == nil {
			t.Errorf("no operation for %s", command)
			continue
		}
		if strings.Contains(command, "Idempotency-Key") != (method != "get") {
			t.Errorf("the key: %s", command)
		}
		_, open := op["x-scope"]
		if strings.Contains(command, "Bearer") != open {
			t.Errorf("the token: %s", command)
		}
		for name := range address.Query() {
			if !slices.ContainsFunc(op["parameters"].([]any), func(p any) bool { return p.(object)["name"] == name }) {
				t.Errorf("the parameter %s: %s", name, command)
			}
		}
		m := reBody.FindStringSubmatch(command)
		needs, _ := op["requestBody"].(object)
		if m == nil {
			if needs != nil && !strings.Contains(command, "--data-binary") {
				t.Errorf("no body: %s", command)
			}
			continue
		}
		body, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.ReplaceAll(m[1], "…", strings.Repeat("0", 64))))
		if err != nil {
			t.Errorf("%v: %s", err, command)
			continue
		}
		s, err := c.Compile("https://example.test/openapi#/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path) +
			"/" + method + "/requestBody/content/application~1json/schema")
		if err == nil {
			err = s.Validate(body)
		}
		if err != nil {
			t.Errorf("%v: %s", err, command)
		}
	}
}

// operation finds the operation at an address whose variables are $WORDS.
func operation(doc object, method, address string) (string, object) {
	steps := strings.Split(address, "/")
	for path, item := range doc["paths"].(object) {
		op, ok := item.(object)[method].(object)
		is := strings.Split(path, "/")
		if !ok || len(is) != len(steps) {
			continue
		}
		fits := true
		for i := range is {
			fits = fits && (is[i] == steps[i] || strings.HasPrefix(is[i], "{") && !slices.Contains([]string{"current", "find"}, steps[i]))
		}
		if fits {
			return path, op
		}
	}
	return "", nil
}

// FuzzBody: whatever is sent, no operation fails through our fault, and every
// refusal is a problem that repeats nothing of it.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `[]`, `"a"`, `1`, `{"answers":{"amount":1e400}}`, `{"answers":{"amount":-1,"debt_date":"1404-13-40","late_damages":"yes"}}`,
		`{"national_code":"۰۰۱۲۳۴۵۶۷۹","password":"x"}`, `{"code":"\ud800"}`, `{"code":"a\u0000"}`, `{"days":9223372036854775808}`, `{"service":"petition-debt","case":"' OR 1=1"}`,
		`{"name":"` + strings.Repeat("ب", 100) + `","scopes":["read","read"],"days":1}`, `{"receipt":"c2sp.org/tlog-proof@v1\n"}`,
		`{"kind":"hearing","parties":["x"],"hearing":{"at":"0001-01-01T00:00:00Z","place":""}}`, `{"kind":"other","parties":[],"title":{"fa":"","en":""}}`,
	} {
		for which := range uint16(60) { // more than there are writes
			f.Add([]byte(seed), which)
		}
	}
	e := New(f, "sqlite")
	w := world{Env: e, served: Filed{ID: "none", Case: "none", Payment: "none"}, waiting: Filed{Case: "none"}, draft: e.Draft(Plaintiff, Defendant, LargeClaim)}
	tokens := map[Who]string{Nobody: "", Plaintiff: e.API(Plaintiff).Token, Clerk: e.API(Clerk).Token, Judge: e.API(Judge).Token}
	var calls [][2]string
	for name, v := range apiCalls(w) {
		if method, _, _ := strings.Cut(name, " "); method != http.MethodGet && v.path != "/sessions/current" {
			calls = append(calls, [2]string{method, v.path})
		}
	}
	slices.SortFunc(calls, func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) })
	f.Fuzz(func(t *testing.T, body []byte, which uint16) {
		call := calls[int(which)%len(calls)]
		for who, token := range tokens {
			if fault := fuzzed(t, e.URL, call[0], call[1], token, body); fault != "" {
				t.Errorf("%s %s as %s: %s", call[0], call[1], who, fault)
			}
		}
	})
}

// fuzzed sends one body and says what is wrong with the answer.
func fuzzed(t *testing.T, site, method, path, token string, body []byte) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, site+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", id.New())
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	kind := res.Header.Get("Content-Type")
	if res.StatusCode >= 500 || res.StatusCode >= 400 && kind != "application/problem+json" || len(out) > 0 && !json.Valid(out) {
		return fmt.Sprintf("%d %s %s", res.StatusCode, kind, out)
	}
	return ""
}
