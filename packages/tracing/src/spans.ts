import {
  ROOT_CONTEXT,
  SpanKind as Kind,
  SpanStatusCode,
  trace,
  type Context,
  type Span as Recorded,
  type Tracer as Sampler,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import type { Attributes, RootOptions, Span, SpanKind, SpanOptions, Tracer } from "./span.ts";

const KINDS: Readonly<Record<SpanKind, Kind>> = { internal: Kind.INTERNAL, server: Kind.SERVER, client: Kind.CLIENT };

const propagator = new W3CTraceContextPropagator();

const getter = {
  get: (carrier: NonNullable<RootOptions["carrier"]>, key: string): string | string[] | undefined => carrier[key],
  keys: (carrier: NonNullable<RootOptions["carrier"]>): string[] => Object.keys(carrier),
};

const setter = { set: (carrier: Record<string, string>, key: string, value: string): void => void (carrier[key] = value) };

/** Our spans over OpenTelemetry's, whose contexts are passed on by hand: kept by Node they would slow each promise of the process. */
export function tracerOver(sampler: Sampler): Tracer {
  return {
    start(name, { carrier, ...options } = {}) {
      const from = carrier?.["traceparent"] === undefined ? ROOT_CONTEXT : propagator.extract(ROOT_CONTEXT, carrier, getter);
      return startSpan({ sampler, epochMs: Date.now() - performance.now() }, name, options, from);
    },
  };
}

/** What all spans of a trace share. */
interface Shared {
  readonly sampler: Sampler;
  /** When `performance.now()` was 0: one for all, as the clock is coarse, and a piece must not end after the whole. */
  readonly epochMs: number;
}

function startSpan(shared: Shared, name: string, { kind = "internal", startMs = performance.now() }: SpanOptions, from: Context): Span {
  const span = shared.sampler.startSpan(name, { kind: KINDS[kind], startTime: shared.epochMs + startMs }, from);
  return span.isRecording() ? new SampledSpan(shared, span, from) : new UnsampledSpan(span, from);
}

/** One that is recorded. */
class SampledSpan implements Span {
  readonly isSampled: boolean = true;
  readonly traceId: string;
  readonly spanId: string;
  readonly #shared: Shared;
  readonly #span: Recorded;
  readonly #context: Context;

  constructor(shared: Shared, span: Recorded, from: Context) {
    ({ traceId: this.traceId, spanId: this.spanId } = span.spanContext());
    this.#shared = shared;
    this.#span = span;
    this.#context = trace.setSpan(from, span);
  }

  headers(): Readonly<Record<string, string>> {
    return headersOf(this.#context);
  }

  child(name: string, options: SpanOptions = {}): Span {
    return startSpan(this.#shared, name, options, this.#context);
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  fail(message?: string): void {
    this.#span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
  }

  end(endMs: number = performance.now()): void {
    this.#span.end(this.#shared.epochMs + endMs);
  }
}

/** One that is only passed on, so that who answers doesn't sample it either. Its pieces are itself: there is nothing to tell them apart by. */
class UnsampledSpan implements Span {
  readonly isSampled: boolean = false;
  readonly #span: Recorded;
  readonly #from: Context;

  constructor(span: Recorded, from: Context) {
    this.#span = span;
    this.#from = from;
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  get spanId(): string {
    return this.#span.spanContext().spanId;
  }

  headers(): Readonly<Record<string, string>> {
    return headersOf(trace.setSpan(this.#from, this.#span));
  }

  child(): Span {
    return this;
  }

  set(): void {}

  fail(): void {}

  end(): void {}
}

function headersOf(context: Context): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagator.inject(context, headers, setter);
  return headers;
}
