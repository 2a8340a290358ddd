import protobuf from "protobufjs";

/** A span as it was sent. Identifiers are hexadecimal; that of a parent is empty for the first span of a trace. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: "internal" | "server" | "client";
  /** Since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Of a span that failed: why, or nothing. */
  readonly failure: string | undefined;
  /** Who sent it. */
  readonly resource: Readonly<Record<string, string | number | boolean>>;
}

/** What of OTLP's messages is read (opentelemetry-proto 1.x, trace/v1 and collector/trace/v1). */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
  }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`);

const Request = root.lookupType("Request");

/** The numbers of `SpanKind` and of `StatusCode`. */
const KINDS = ["internal", "internal", "server", "client"] as const;
const ERROR = 2;

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, string | number | boolean>>;
}

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: number;
  readonly endTimeUnixNano: number;
  readonly attributes: readonly KeyValue[];
  readonly status?: { readonly code: number; readonly message: string } | null;
}

interface SentRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

/** Reads the spans of a request's message. Throws where it is none. */
export function readSpans(message: Uint8Array): readonly CollectedSpan[] {
  const request = Request.toObject(Request.decode(message), { bytes: String, longs: Number, arrays: true, defaults: true, oneofs: true });
  return (request as SentRequest).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const of = readAttributes(resource.attributes);
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => collected(span, of)));
  });
}

function collected(span: SentSpan, resource: CollectedSpan["resource"]): CollectedSpan {
  const { traceState, name, kind, status } = span;
  return {
    traceId: hex(span.traceId),
    spanId: hex(span.spanId),
    parentSpanId: hex(span.parentSpanId),
    traceState,
    name,
    kind: KINDS[kind],
    startMs: span.startTimeUnixNano / 1e6,
    endMs: span.endTimeUnixNano / 1e6,
    attributes: readAttributes(span.attributes),
    failure: status?.code === ERROR ? status.message : undefined,
    resource,
  };
}

function readAttributes(pairs: readonly KeyValue[]): CollectedSpan["attributes"] {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value[String(value["value"])]]));
}

function hex(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
