// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tarazu/tarazu/internal/platform/errs"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Problem is what is answered instead of a result (RFC 9457). What the caller
// sent never stands in it.
type Problem struct {
	Type     string         `json:"type" doc:"The kind of problem: urn:tarazu:problem:… Branch on it or on code." example:"urn:tarazu:problem:invalid"`
	Title    string         `json:"title" doc:"The kind in words, in the language asked for."`
	Status   int            `json:"status" doc:"The HTTP status." example:"422"`
	Code     string         `json:"code" doc:"What exactly, for programs. It does not depend on the language." example:"form.required"`
	Detail   string         `json:"detail" doc:"What exactly, in words for people."`
	Instance string         `json:"instance" doc:"The reference of this call; give it to support." example:"urn:tarazu:call:7K3M-2QPA"`
	Errors   []FieldProblem `json:"errors,omitempty" doc:"What is wrong with which member or parameter."`

	header http.Header
}

// FieldProblem is one wrong member or parameter.
type FieldProblem struct {
	Field  string `json:"field" doc:"Its name; a.b and a[0] for what stands deeper; empty if it concerns none of them alone." example:"national_code"`
	Code   string `json:"code" example:"form.required"`
	Detail string `json:"detail"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// The problems of the transport, which no errs.Kind has. The status of every
// other is web.StatusOf's.
var (
	noSuchPath   = transport(http.StatusNotFound, "not_found", "api.no_operation")
	wrongMethod  = transport(http.StatusMethodNotAllowed, "not_found", "api.method")
	wrongMedia   = transport(http.StatusUnsupportedMediaType, "invalid", "api.media")
	wrongCoding  = transport(http.StatusUnsupportedMediaType, "invalid", "api.encoding")
	brokenBody   = transport(http.StatusBadRequest, "invalid", "api.body.broken")
	missingBody  = transport(http.StatusBadRequest, "invalid", "api.body.missing")
	needlessBody = transport(http.StatusBadRequest, "invalid", "api.body.needless")
	brokenPath   = transport(http.StatusBadRequest, "invalid", "api.path")
	missingKey   = transport(http.StatusBadRequest, "invalid", "api.key.missing")
	malformedKey = transport(http.StatusBadRequest, "invalid", "api.key.shape")
	spentKey     = transport(http.StatusUnprocessableEntity, "invalid", "api.key.other")
	busyKey      = transport(http.StatusConflict, "conflict", "api.key.at_work")
	noToken      = transport(http.StatusUnauthorized, "unauthenticated", "api.token.missing")
	badToken     = transport(http.StatusUnauthorized, "unauthenticated", "api.token.wrong")
	noScope      = transport(http.StatusForbidden, "forbidden", "api.token.scope")
	tooOften     = transport(http.StatusTooManyRequests, "rate_limited", "api.too_often")
	tooLarge     = transport(http.StatusRequestEntityTooLarge, "too_large", "api.too_large")
)

// fault is a problem without words yet.
type fault struct {
	status     int
	kind, code string
	args       []any
	wait       time.Duration
}

func transport(status int, kind, code string) fault {
	return fault{status: status, kind: kind, code: code}
}

func (f fault) with(args ...any) fault {
	f.args = args
	return f
}

func (f fault) after(d time.Duration) fault {
	f.wait = d
	return f
}

// words is the problem in the language of the call.
func (f fault) words(c *Call) *Problem {
	p := &Problem{
		Type: "urn:tarazu:problem:" + f.kind, Title: c.P.T("api.problem." + f.kind), Status: f.status, Code: f.code,
		Instance: "urn:tarazu:call:" + c.Ref, header: http.Header{},
	}
	if c.P.Has(f.code) {
		p.Detail = c.P.T(f.code, f.args...)
	} else {
		p.Detail = c.P.T("api.detail." + f.kind)
	}
	switch {
	case f.status == http.StatusUnauthorized && f.code == badToken.code:
		p.header.Set("WWW-Authenticate", `Bearer realm="tarazu", error="invalid_token"`)
	case f.status == http.StatusUnauthorized:
		p.header.Set("WWW-Authenticate", `Bearer realm="tarazu"`)
	case f.code == noScope.code:
		p.header.Set("WWW-Authenticate", `Bearer realm="tarazu", error="insufficient_scope"`)
	}
	wait := f.wait
	switch f.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		wait = max(wait, waitIn(f.args))
	}
	if wait > 0 {
		retryAfter(p.header, wait)
	}
	return p
}

// waitIn finds how long to wait among the values of an error's words.
func waitIn(args []any) time.Duration {
	for i := 0; i+1 < len(args); i += 2 {
		n, ok := args[i+1].(int)
		switch {
		case ok && args[i] == "seconds":
			return time.Duration(n) * time.Second
		case ok && args[i] == "minutes":
			return time.Duration(n) * time.Minute
		}
	}
	return 30 * time.Second
}

// kinds are the errs.Kinds as the document names them.
var kinds = map[errs.Kind]string{
	errs.Internal: "internal", errs.Invalid: "invalid", errs.Unauthenticated: "unauthenticated", errs.Forbidden: "forbidden",
	errs.NotFound: "not_found", errs.Conflict: "conflict", errs.TooLarge: "too_large", errs.RateLimited: "rate_limited",
	errs.Unavailable: "unavailable",
}

// problem is err as the caller may know it, and logs what only the log may.
func (r *Registry) problem(c *Call, err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	status, kind := web.StatusOf(err), errs.KindOf(err)
	switch {
	case status == http.StatusInternalServerError:
		kind = errs.Internal
		c.log.Error("call failed", "error", err)
	case status == http.StatusServiceUnavailable:
		kind = errs.Unavailable
		c.log.Warn("call failed", "error", err)
	default:
		c.log.Info("call refused", "error", err)
	}
	f := fault{status: status, kind: kinds[kind], code: "errs." + kinds[kind]}
	e, ours := errors.AsType[*errs.Error](err)
	if !ours || kind == errs.Internal {
		f.code = "errs." + kinds[kind]
		p := f.words(c)
		p.Detail = c.P.T("api.detail." + f.kind)
		return p
	}
	if c.P.Has(e.Code) {
		f.code, f.args = e.Code, e.Args
	}
	p := f.words(c)
	if f.code == "errs."+f.kind { // those words speak of pages
		p.Detail = c.P.T("api.detail." + f.kind)
	}
	for _, field := range e.Fields {
		p.Errors = append(p.Errors, FieldOf(c, field))
	}
	return p
}

// FieldOf is a wrong field in the caller's words.
func FieldOf(c *Call, f errs.Field) FieldProblem {
	out := FieldProblem{Field: f.Name, Code: f.Code}
	switch {
	case c.P.Has(f.Code):
		args := slices.Clone(f.Args)
		for i, a := range args { // a text of both languages
			if t, ok := a.(interface{ In(i18n.Lang) string }); ok {
				args[i] = t.In(c.Lang())
			}
		}
		out.Detail = c.P.T(f.Code, args...)
	default:
		out.Code, out.Detail = "form.wrong", c.P.T("form.wrong")
	}
	return out
}

// translate turns what huma found into a problem of ours.
func (r *Registry) translate(ctx huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	c := callOf(ctx.Context())
	switch m.Status {
	case http.StatusBadRequest:
		if len(m.Errors) == 0 {
			return missingBody.words(c), nil
		}
		return brokenBody.words(c), nil
	case http.StatusUnsupportedMediaType:
		return wrongMedia.words(c), nil
	case http.StatusUnprocessableEntity:
	default:
		c.log.Error("huma failed", "status", m.Status)
		return fault{status: m.Status, kind: "internal", code: "errs.internal"}.words(c), nil
	}
	p := fault{status: m.Status, kind: "invalid", code: "errs.invalid_fields"}.words(c)
	for _, d := range m.Errors {
		if d != nil {
			p.Errors = append(p.Errors, FieldOf(c, schemaFault(d.Location, d.Message)))
		}
	}
	return p, nil
}

// schemaFault is what huma says about a place, in codes of ours. Its messages
// are English sentences; the tests hold this table to all of them.
func schemaFault(location, message string) errs.Field {
	f := errs.Field{Name: location, Code: "api.field.form"}
	for _, in := range []string{"body", "query", "path", "header"} {
		if rest, ok := strings.CutPrefix(location, in); ok && (rest == "" || rest[0] == '.') {
			f.Name = strings.TrimPrefix(rest, ".")
			break
		}
	}
	last := func() string { return message[strings.LastIndexByte(message, ' ')+1:] }
	has := func(prefix string) bool { return strings.HasPrefix(message, prefix) }
	switch {
	case has("unexpected property"), has("unknown query parameter"):
		f.Code = "api.field.unknown"
	case has("required ") && strings.HasSuffix(message, "parameter is missing"):
		f.Code = "form.required"
	case has("expected required property "):
		name := strings.TrimSuffix(strings.TrimPrefix(message, "expected required property "), " to be present")
		f.Name, f.Code = strings.TrimPrefix(f.Name+"."+name, "."), "form.required"
	case has("expected length >= "):
		f.Code, f.Args = "api.field.short", []any{"min", last()}
	case has("expected length <= "):
		f.Code, f.Args = "api.field.long", []any{"max", last()}
	case has("expected number >= "):
		f.Code, f.Args = "api.field.least", []any{"low", last()}
	case has("expected number <= "):
		f.Code, f.Args = "api.field.most", []any{"high", last()}
	case has("expected array length "), has("expected object with "):
		f.Code = "api.field.items"
	case has("expected value to be one of "):
		allowed := strings.Trim(strings.TrimPrefix(message, "expected value to be one of "), `"`)
		f.Code, f.Args = "api.field.choice", []any{"allowed", allowed}
	case message == "expected boolean", message == "expected number", message == "expected integer", message == "expected string",
		message == "expected array", message == "expected object":
		f.Code, f.Args = "api.field.type", []any{"type", last()}
	}
	return f
}
