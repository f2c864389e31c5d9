// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// DocumentPath is where the OpenAPI document is served.
const DocumentPath = Prefix + "/openapi.json"

// apiVersion is the version of the interface, not of the program. Within one
// number nothing is taken away and nothing changes its meaning.
const apiVersion = "1.0"

const about = `Everything a person can do on the pages, for programs: register and sign in, file, pay, sign, be served, follow a case, and act for a court.

Answers and problems are in the language of Accept-Language (fa, en). Amounts are whole rials, times RFC 3339 in UTC, days Gregorian dates in Tehran. Every POST, PUT and DELETE needs an Idempotency-Key. Lists are paged by key. Unknown members and parameters are refused. docs/api.md is a short guide.`

// describeAll fills in what belongs to no single operation.
func describeAll(doc *huma.OpenAPI, baseURL string) {
	doc.Info.Description = about
	doc.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	doc.Servers = []*huma.Server{{URL: baseURL + Prefix}}
	doc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A personal token of the account page, or one from signing in (POST /sessions)."},
	}
	doc.Components.Parameters = map[string]*huma.Param{
		"AcceptLanguage": {Name: "Accept-Language", In: "header", Description: "fa or en; Persian if missing.", Schema: &huma.Schema{Type: "string"}},
		"IdempotencyKey": {
			Name: keyHeader, In: "header", Required: true, Schema: &huma.Schema{Type: "string", Pattern: keyPattern.String()},
			Description: "16 to 128 visible ASCII characters, best a UUID, new for each act. Sending the same request again with the same key gives the same answer for 24 hours, marked Idempotency-Replayed: true; another request with it is refused with 422. While the first is under way: 409 with Retry-After.",
		},
	}
	doc.Components.Responses = map[string]*huma.Response{
		"Problem": {
			Description: "What went wrong (RFC 9457).",
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}},
		},
	}
}

// describe is an operation as huma and the document have it.
func (r *Registry) describe(op Op, files []string) huma.Operation {
	if _, there := r.huma.OpenAPI().Components.Schemas.Map()["Problem"]; !there {
		huma.SchemaFromType(r.huma.OpenAPI().Components.Schemas, reflect.TypeFor[Problem]())
		r.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	}
	roles := op.route().RoleNames()
	o := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Note, Tags: []string{op.Tag},
		DefaultStatus: op.Status, MaxBodyBytes: -1, BodyReadTimeout: -1,
		Extensions: map[string]any{"x-roles": roles},
		Parameters: []*huma.Param{{Ref: "#/components/parameters/AcceptLanguage"}},
		Responses:  map[string]*huma.Response{"default": {Ref: "#/components/responses/Problem"}},
	}
	status := op.Status
	if status == 0 {
		status = http.StatusOK
	}
	o.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status)}
	if !op.open() {
		o.Security = []map[string][]string{{"token": {}}}
		o.Extensions["x-scope"] = string(op.Scope)
	} else {
		o.Security = []map[string][]string{{}}
	}
	if op.writes() {
		o.Parameters = append(o.Parameters, &huma.Param{Ref: "#/components/parameters/IdempotencyKey"})
	}
	if len(files) > 0 {
		content := map[string]*huma.MediaType{}
		for _, t := range files {
			content[t] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
		}
		o.Responses[strconv.Itoa(status)].Content = content
	}
	return o
}

// document is the OpenAPI document, with a fixed order and without the schemas
// that huma keeps for its own errors.
func (r *Registry) document() ([]byte, error) {
	doc := r.huma.OpenAPI()
	for _, own := range []string{"ErrorModel", "ErrorDetail"} {
		delete(doc.Components.Schemas.Map(), own)
	}
	b, err := doc.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var whole any
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&whole); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(whole) // members of an object sorted
	return out.Bytes(), err
}

// Document is the OpenAPI document. It is there after Check.
func (r *Registry) Document() []byte { return r.spec }
