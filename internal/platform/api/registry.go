// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tarazu/tarazu/internal/platform/clock"
	"github.com/tarazu/tarazu/internal/platform/i18n"
	"github.com/tarazu/tarazu/internal/platform/store"
	"github.com/tarazu/tarazu/internal/platform/web"
)

// Locale holds the words of this package: api.*.
//
//go:embed locale/fa.json locale/en.json
var Locale embed.FS

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this package (range 04xxx).
var Migrations = store.Migrations{Module: "api", FS: migrations}

// Deps is what a Registry needs.
type Deps struct {
	DB      *store.DB
	Clock   clock.Clock
	Log     *slog.Logger
	Catalog *i18n.Catalog
	Tokens  Tokens
	// Secret seals kept answers: at least 32 bytes, the same in all processes.
	Secret  []byte
	BaseURL string
	Version string // of the program
	Secure  bool   // served over HTTPS: HSTS
	// TrustedProxies are the addresses whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// PerToken and PerAddress bound how often one token, and one address
	// without a token, may call, in all processes; the zero Limit is none.
	PerToken, PerAddress Limit
}

// Registry holds the operations. Add everything, call Check, then use Handler.
type Registry struct {
	d      Deps
	mux    *http.ServeMux
	huma   huma.API
	ops    []Op
	wrong  []error
	limits *limiter
	spec   []byte
}

// New makes an API without operations but its own description.
func New(d Deps) (*Registry, error) {
	if d.DB == nil || d.Clock == nil || d.Log == nil || d.Catalog == nil || d.Tokens == nil || len(d.Secret) < 32 {
		return nil, errors.New("api: a dependency is missing")
	}
	r := &Registry{d: d, mux: http.NewServeMux(), limits: newLimiter(d.DB, d.Clock, d.Secret)}
	r.huma = huma.NewAPI(r.config(), adapter{r})
	return r, nil
}

// None is the answer of an operation that has nothing to say.
type None struct{}

// File is an answer that is no JSON.
type File struct {
	Name, Type string
	Body       []byte
}

// reply is an answer as huma takes it.
type reply[O any] struct{ Body O }

type noReply struct{}

type fileReply struct {
	ContentType        string `header:"Content-Type" hidden:"true"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

// Add registers an operation that answers JSON, or nothing if O is None. In is
// a struct with parameters (tags path, query) and perhaps a Body, as huma reads
// them. A wrong operation is left out and reported by Check.
func Add[I, O any](r *Registry, op Op, handle func(*Call, *I) (O, error)) {
	if reflect.TypeFor[O]() == reflect.TypeFor[None]() {
		if op.Status == 0 {
			op.Status = http.StatusNoContent
		}
		add(r, op, nil, func(ctx context.Context, in *I) (*noReply, error) {
			c := callOf(ctx)
			if _, err := handle(c, in); err != nil {
				return nil, r.problem(c, err)
			}
			return &noReply{}, nil
		})
		return
	}
	add(r, op, nil, func(ctx context.Context, in *I) (*reply[O], error) {
		c := callOf(ctx)
		out, err := handle(c, in)
		if err != nil {
			return nil, r.problem(c, err)
		}
		return &reply[O]{Body: out}, nil
	})
}

// AddFile registers an operation that answers a file of one of these types.
func AddFile[I any](r *Registry, op Op, types []string, handle func(*Call, *I) (File, error)) {
	add(r, op, types, func(ctx context.Context, in *I) (*fileReply, error) {
		c := callOf(ctx)
		out, err := handle(c, in)
		if err != nil {
			return nil, r.problem(c, err)
		}
		return &fileReply{
			ContentType: out.Type, ContentDisposition: mime.FormatMediaType("attachment", map[string]string{"filename": out.Name}), Body: out.Body,
		}, nil
	})
}

// add checks and binds an operation. huma and ServeMux panic on a wrong one.
func add[I, O any](r *Registry, op Op, files []string, handle func(context.Context, *I) (*O, error)) {
	defer func() {
		if p := recover(); p != nil {
			r.wrong = append(r.wrong, fmt.Errorf("api: operation %s %s: %v", op.ID, op.pattern(), p))
			r.ops = slices.DeleteFunc(r.ops, func(o Op) bool { return o.ID == op.ID })
		}
	}()
	if err := op.check(); err != nil {
		r.wrong = append(r.wrong, err)
		return
	}
	if slices.ContainsFunc(r.ops, func(o Op) bool { return o.ID == op.ID }) {
		r.wrong = append(r.wrong, fmt.Errorf("api: two operations are called %s", op.ID))
		return
	}
	r.ops = append(r.ops, op)
	huma.Register(r.huma, r.describe(op, files), handle)
}

// Check reports every operation that was added wrongly. The program must not
// start with an error here. It also fixes the OpenAPI document.
func (r *Registry) Check() error {
	if err := errors.Join(r.wrong...); err != nil {
		return err
	}
	var err error
	r.spec, err = r.document()
	return err
}

// Routes lists what was added, sorted by path and method, for the list of all
// routes.
func (r *Registry) Routes() []web.Route {
	list := []web.Route{{Method: http.MethodGet, Pattern: DocumentPath, Roles: web.Anyone}}
	for _, op := range r.ops {
		list = append(list, op.route())
	}
	slices.SortFunc(list, func(a, b web.Route) int {
		if n := strings.Compare(a.Pattern, b.Pattern); n != 0 {
			return n
		}
		return strings.Compare(a.Method, b.Method)
	})
	return list
}

// config is huma without its pages, its links and its own words.
func (r *Registry) config() huma.Config {
	c := huma.DefaultConfig("Tarazu", apiVersion)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.RejectUnknownQueryParameters = true
	c.Formats = map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	c.Transformers = []huma.Transformer{r.translate}
	describeAll(c.OpenAPI, r.d.BaseURL)
	return c
}

// jsonFormat reads what passes through databases and papers unharmed: UTF-8
// without NUL.
var jsonFormat = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if err := huma.DefaultJSONFormat.Unmarshal(data, v); err != nil {
			return errors.New("broken") // the cause would quote what was sent
		}
		if whole, ok := v.(*any); ok && !cleanValue(*whole, 0) {
			return errors.New("broken")
		}
		return nil
	},
}

// maxDepth is how deep a body may be nested.
const maxDepth = 20

func cleanValue(v any, depth int) bool {
	switch v := v.(type) {
	case string:
		return !strings.ContainsRune(v, 0)
	case map[string]any:
		for name, w := range v {
			if strings.ContainsRune(name, 0) || !cleanValue(w, depth+1) {
				return false
			}
		}
	case []any:
		for _, w := range v {
			if !cleanValue(w, depth+1) {
				return false
			}
		}
	}
	return depth <= maxDepth
}

// schemaName lets the modules call the types of their answers apiCase and
// apiFiling; the document calls them Case and Filing.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for _, prefix := range []string{"Api", "API", "ListApi", "ListAPI"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" {
			return strings.TrimSuffix(strings.TrimSuffix(prefix, "Api"), "API") + rest
		}
	}
	return name
}

// Sweep removes kept answers and counted calls whose time is over. The composition root runs it
// as a periodic job.
func (r *Registry) Sweep(ctx context.Context) error { return sweep(ctx, r.d.DB, r.d.Clock.Now()) }

// retryAfter tells a caller how long to wait, in whole seconds.
func retryAfter(h http.Header, d time.Duration) {
	h.Set("Retry-After", strconv.FormatInt(max(int64((d+time.Second-1)/time.Second), 1), 10))
}
