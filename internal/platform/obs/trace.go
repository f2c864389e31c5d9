// SPDX-License-Identifier: Apache-2.0

package obs

import (
	"context"
	"log/slog"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/tarazu/tarazu/internal/platform/errs"
)

// scope names what made the spans.
const scope = "github.com/tarazu/tarazu"

// Tracer begins traces. A nil Tracer begins none, and everything below then
// costs next to nothing.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// TracerOptions say where spans go.
type TracerOptions struct {
	Endpoint string                // OTLP over HTTP; "" and no Exporter: nowhere
	Sample   float64               // the share of traces that are kept, 0 to 1
	Version  string                // of the program
	Exporter sdktrace.SpanExporter // instead of Endpoint, for tests
}

// NewTracer makes a tracer, nil if spans go nowhere. An endpoint that does not
// answer loses spans and delays nobody.
func NewTracer(ctx context.Context, o TracerOptions) (_ *Tracer, err error) {
	defer errs.Wrap(&err, "obs.NewTracer")
	var way sdktrace.TracerProviderOption
	switch {
	case o.Exporter != nil:
		way = sdktrace.WithSyncer(o.Exporter)
	case o.Endpoint == "":
		return nil, nil
	default:
		out, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(o.Endpoint))
		if err != nil {
			return nil, err
		}
		way = sdktrace.WithBatcher(out)
	}
	p := sdktrace.NewTracerProvider(way,
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(o.Sample))),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "tarazu"), attribute.String("service.version", o.Version))))
	return &Tracer{provider: p, tracer: p.Tracer(scope)}, nil
}

// Close sends what is left, for as long as ctx lets it.
func (t *Tracer) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// End ends a span; of an error only its kind is noted.
type End func(err error)

func noEnd(error) {}

// Root begins a trace, or a span below the one in ctx.
func (t *Tracer) Root(ctx context.Context, name string, facts ...attribute.KeyValue) (context.Context, End) {
	if t == nil {
		return ctx, noEnd
	}
	ctx, s := t.tracer.Start(ctx, name, trace.WithAttributes(facts...))
	return ctx, ending(s)
}

// Span begins a span below the one in ctx; without one nothing happens. name and
// facts are words of the program: never an id, an address, or anything a person
// has typed.
func Span(ctx context.Context, name string, facts ...attribute.KeyValue) (context.Context, End) {
	above := trace.SpanFromContext(ctx)
	if !above.IsRecording() {
		return ctx, noEnd
	}
	ctx, s := above.TracerProvider().Tracer(scope).Start(ctx, name, trace.WithAttributes(facts...))
	return ctx, ending(s)
}

func ending(s trace.Span) End {
	return func(err error) {
		if err != nil {
			s.SetStatus(codes.Error, errs.KindOf(err).String())
		}
		s.End()
	}
}

// Fact is something that a span may say: a word of the program.
func Fact(key, value string) attribute.KeyValue { return attribute.String(key, value) }

// Tracing tells whether what is done with ctx is traced.
func Tracing(ctx context.Context) bool { return trace.SpanFromContext(ctx).IsRecording() }

// Note notes that something happened in the span of ctx.
func Note(ctx context.Context, name string) { trace.SpanFromContext(ctx).AddEvent(name) }

// Describe names the span of a request once its route is known.
func Describe(ctx context.Context, route string, status int, role string) {
	s := trace.SpanFromContext(ctx)
	if !s.IsRecording() {
		return
	}
	s.SetName(route)
	s.SetAttributes(attribute.String("http.route", route), attribute.Int("http.response.status_code", status), attribute.String("role", role))
	if status >= http.StatusInternalServerError {
		s.SetStatus(codes.Error, "")
	}
}

// Propagate tells an outside system which trace its work belongs to (W3C Trace
// Context).
func Propagate(ctx context.Context, h http.Header) {
	if Tracing(ctx) {
		propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(h))
	}
}

// TraceID is the trace that ctx belongs to, "" if none.
func TraceID(ctx context.Context) string {
	if c := trace.SpanContextFromContext(ctx); c.HasTraceID() {
		return c.TraceID().String()
	}
	return ""
}

// Handler traces the requests to h. What a browser says about traces of its own
// is not believed.
func (t *Tracer) Handler(h http.Handler) http.Handler {
	if t == nil {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, end := t.Root(r.Context(), "request")
		defer end(nil)
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}

// traceKey is the attribute of log lines that names their trace.
const traceKey = "trace_id"

// traced adds the trace to log lines that are written with a context.
type traced struct{ slog.Handler }

func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if id := TraceID(ctx); id != "" {
		r.AddAttrs(slog.String(traceKey, id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traced) WithAttrs(a []slog.Attr) slog.Handler { return traced{h.Handler.WithAttrs(a)} }
func (h traced) WithGroup(name string) slog.Handler   { return traced{h.Handler.WithGroup(name)} }
