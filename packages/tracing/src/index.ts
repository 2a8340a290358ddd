export { createTracing, type Tracing, type TracingDeps } from "./tracing.ts";
export { type CollectorTls, type TracedService, type TracingSettings } from "./settings.ts";
export { type Attributes, type RootOptions, type Span, type SpanKind, type SpanOptions, type Tracer, type TracerInForce } from "./span.ts";
export { noteFailure, noteResponse, requestAttributes, spanOf, startRequest, traceRequests } from "./http.ts";
