// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	. "github.com/tarazu/tarazu/internal/app/apptest"
)

// document is the OpenAPI document of a running program.
func document(t *testing.T, e *Env) (doc object, text []byte) {
	t.Helper()
	text = e.API(Nobody).Get("/openapi.json").Want(http.StatusOK).Body
	text = []byte(strings.ReplaceAll(string(text), e.URL, "https://example.test"))
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc, text
}

// TestOpenAPI compares the document with docs/openapi.json and looks whether
// it is valid.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	doc, text := document(t, e)
	file := filepath.Join(root, "docs", "openapi.json")
	if *update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || string(kept) != string(text) {
		t.Errorf("docs/openapi.json is stale (%v): go test ./internal/app -run TestOpenAPI -update", err)
	}
	for _, fault := range documentFaults(doc) {
		t.Error(fault)
	}
	// Every operation is there, with its roles, and nothing else.
	said := map[string]string{}
	for path, item := range doc["paths"].(object) {
		for method, op := range item.(object) {
			roles := ""
			for _, r := range op.(object)["x-roles"].([]any) {
				roles += r.(string) + " "
			}
			said[strings.ToUpper(method)+" /api/v1"+path] = strings.TrimSpace(roles)
		}
	}
	for _, r := range e.App.API.Routes() {
		key := r.Method + " " + r.Pattern
		if want := strings.Join(r.RoleNames(), " "); said[key] != want && r.Pattern != "/api/v1/openapi.json" {
			t.Errorf("%s: the document says %q, the route %q", key, said[key], want)
		}
		delete(said, key)
	}
	if len(said) > 0 {
		t.Errorf("the document has more: %v", said)
	}
}

var reParam = regexp.MustCompile(`\{(\w+)\}`)

// documentFaults is what is wrong with an OpenAPI 3.1 document, as far as a
// program that reads ours would stumble: references, parameters, ids, schemas.
func documentFaults(doc object) (faults []string) {
	fault := func(s ...string) { faults = append(faults, strings.Join(s, ": ")) }
	if v, _ := doc["openapi"].(string); !strings.HasPrefix(v, "3.1.") {
		fault("version", v)
	}
	look := func(ref string) object {
		var at any = doc
		for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
			m, _ := at.(object)
			at = m[step]
		}
		m, _ := at.(object)
		return m
	}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case object:
			if ref, ok := v["$ref"].(string); ok && look(ref) == nil {
				fault(at, "nothing at "+ref)
			}
			for name, w := range v {
				walk(at+"/"+name, w)
			}
		case []any:
			for _, w := range v {
				walk(at, w)
			}
		}
	}
	walk("", doc)
	ids := map[string]bool{}
	for path, item := range doc["paths"].(object) {
		for method, op := range item.(object) {
			o, at := op.(object), method+" "+path
			id, _ := o["operationId"].(string)
			if id == "" || ids[id] {
				fault(at, "operationId", id)
			}
			ids[id] = true
			var inPath, headers []string
			params, _ := o["parameters"].([]any)
			for _, p := range params {
				q := p.(object)
				if ref, ok := q["$ref"].(string); ok {
					q = look(ref)
				}
				switch name, _ := q["name"].(string); q["in"] {
				case "path":
					inPath = append(inPath, name)
					if q["required"] != true {
						fault(at, name+" must be required")
					}
				case "header":
					headers = append(headers, name)
				case "query":
				default:
					fault(at, "a parameter of no kind", name)
				}
				if q["schema"] == nil {
					fault(at, "a parameter without a schema")
				}
			}
			for _, m := range reParam.FindAllStringSubmatch(path, -1) {
				if !slices.Contains(inPath, m[1]) {
					fault(at, "no parameter "+m[1])
				}
			}
			if slices.Contains(headers, "Idempotency-Key") != (method != "get") {
				fault(at, "Idempotency-Key")
			}
			responses, _ := o["responses"].(object)
			if responses["default"] == nil || len(responses) < 2 {
				fault(at, "responses")
			}
			for status, r := range responses {
				if res := r.(object); res["$ref"] == nil && res["description"] == nil {
					fault(at, status+" without a description")
				}
			}
			if o["summary"] == nil || o["security"] == nil || o["x-roles"] == nil {
				fault(at, "no summary, security or roles")
			}
		}
	}
	schemas := doc["components"].(object)["schemas"].(object)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("https://example.test/openapi", doc); err != nil {
		fault(err.Error())
	}
	for name := range schemas {
		if _, err := c.Compile("https://example.test/openapi#/components/schemas/" + name); err != nil {
			fault(name, err.Error())
		}
	}
	slices.Sort(faults)
	return faults
}

// TestOpenAPINotices shows that the check can fail.
func TestOpenAPINotices(t *testing.T) {
	t.Parallel()
	e := New(t, "sqlite")
	for want, spoil := range map[string]func(doc object){
		"nothing at": func(doc object) { delete(doc["components"].(object)["schemas"].(object), "Problem") },
		"operationId": func(doc object) {
			doc["paths"].(object)["/account"].(object)["get"].(object)["operationId"] = "getCase"
		},
		"no parameter id": func(doc object) { delete(doc["paths"].(object)["/cases/{id}"].(object)["get"].(object), "parameters") },
		"Idempotency-Key": func(doc object) { delete(doc["paths"].(object)["/verify"].(object)["post"].(object), "parameters") },
		"Problem: ": func(doc object) {
			doc["components"].(object)["schemas"].(object)["Problem"].(object)["type"] = "thing"
		},
	} {
		doc, _ := document(t, e)
		spoil(doc)
		if got := strings.Join(documentFaults(doc), "\n"); !strings.Contains(got, want) {
			t.Errorf("want %q, found %q", want, got)
		}
	}
}
