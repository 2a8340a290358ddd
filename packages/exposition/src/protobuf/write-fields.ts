/** A field of a message: its number on the wire and its name in the text form. */
export interface Field {
  readonly number: number;
  readonly name: string;
}

/** What a message is written to. Fields are told in the order of their numbers, as Go's library writes them. */
export interface FieldSink {
  readonly text: (field: Field, value: string) => void;
  /** A `uint64` or `uint32`, whole and not negative. */
  readonly uint: (field: Field, value: number) => void;
  /** An `int64` or `int32`, whole. */
  readonly int: (field: Field, value: number) => void;
  /** A `sint64` or `sint32`, whole. */
  readonly sint: (field: Field, value: number) => void;
  readonly double: (field: Field, value: number) => void;
  /** A `double` that is the stale marker. */
  readonly stale: (field: Field) => void;
  readonly enumeration: (field: Field, value: number, name: string) => void;
  /** What is told until `end` is the message in this field. */
  readonly begin: (field: Field) => void;
  readonly end: () => void;
}

function fields<Name extends string>(numbers: Readonly<Record<Name, number>>): Readonly<Record<Name, Field>> {
  const entries = Object.entries<number>(numbers).map(([name, number]) => [name, { name, number }]);
  return Object.freeze(Object.fromEntries(entries)) as Readonly<Record<Name, Field>>;
}

/*
 * The messages of io.prometheus.client (client_model, io/prometheus/client/metrics.proto).
 */

export const FAMILY = fields({ name: 1, help: 2, type: 3, metric: 4, unit: 5 });

export const METRIC = fields({ label: 1, gauge: 2, counter: 3, summary: 4, untyped: 5, timestamp_ms: 6, histogram: 7 });

export const LABEL = fields({ name: 1, value: 2 });

/** Of gauges and untyped metrics too: they have the value alone. */
export const COUNTER = fields({ value: 1, exemplar: 2, created_timestamp: 3 });

export const SUMMARY = fields({ sample_count: 1, sample_sum: 2, quantile: 3, created_timestamp: 4 });

export const QUANTILE = fields({ quantile: 1, value: 2 });

export const HISTOGRAM = fields({
  sample_count: 1,
  sample_sum: 2,
  bucket: 3,
  sample_count_float: 4,
  schema: 5,
  zero_threshold: 6,
  zero_count: 7,
  zero_count_float: 8,
  negative_span: 9,
  negative_delta: 10,
  negative_count: 11,
  positive_span: 12,
  positive_delta: 13,
  positive_count: 14,
  created_timestamp: 15,
  exemplars: 16,
});

export const BUCKET = fields({ cumulative_count: 1, upper_bound: 2, exemplar: 3, cumulative_count_float: 4 });

export const SPAN = fields({ offset: 1, length: 2 });

export const EXEMPLAR = fields({ label: 1, value: 2, timestamp: 3 });

/** google.protobuf.Timestamp; what is 0 is left out. */
export const TIMESTAMP = fields({ seconds: 1, nanos: 2 });
