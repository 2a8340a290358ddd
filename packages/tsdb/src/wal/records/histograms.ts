import type { ByteWriter } from "@ferula/bytes";
import { type Histogram, hasCustomBuckets, isHistogramError, isKnownSchema, MAX_EXPONENTIAL_SCHEMA, reduceResolution } from "@ferula/model";
import { readHistogram, writeHistogram } from "./histogram-fields.ts";
import { checkRecordType, type RecordType } from "./record-types.ts";
import { type TimedBase, TimedReader, TimedWriter } from "./timed-entries.ts";

/** A histogram of a series. */
export interface HistogramRow {
  readonly ref: number;
  readonly timestampMs: number;
  /** 0 stands for none. */
  readonly startTimestampMs: number;
  readonly histogram: Histogram;
}

/** What a record of histograms holds. */
export interface HistogramRows {
  readonly rows: HistogramRow[];
  /** Histograms that were left out, as their schema is not known. */
  readonly unknownSchemas: number;
}

/** Records of histograms. */
export type HistogramRecordType = Extract<RecordType, `${string}histogram_samples${string}`>;

interface HistogramRecordForm {
  readonly kind: Histogram["kind"];
  readonly hasCustomBuckets: boolean;
}

/** The second version takes custom buckets together with all others. */
export const HISTOGRAM_RECORDS: Readonly<Record<HistogramRecordType, HistogramRecordForm>> = {
  histogram_samples: { kind: "integer", hasCustomBuckets: false },
  float_histogram_samples: { kind: "float", hasCustomBuckets: false },
  custom_buckets_histogram_samples: { kind: "integer", hasCustomBuckets: true },
  custom_buckets_float_histogram_samples: { kind: "float", hasCustomBuckets: true },
  histogram_samples_v2: { kind: "integer", hasCustomBuckets: true },
  float_histogram_samples_v2: { kind: "float", hasCustomBuckets: true },
};

const HISTOGRAM_TYPES = Object.keys(HISTOGRAM_RECORDS) as HistogramRecordType[];

/** Whether a record of the type holds histograms. */
export function isHistogramRecord(type: RecordType): type is HistogramRecordType {
  return type in HISTOGRAM_RECORDS;
}

const FIRST_VERSION: Readonly<Record<Histogram["kind"], readonly [plain: HistogramRecordType, custom: HistogramRecordType]>> = {
  integer: ["histogram_samples", "custom_buckets_histogram_samples"],
  float: ["float_histogram_samples", "custom_buckets_float_histogram_samples"],
};

const SECOND_VERSION: Readonly<Record<Histogram["kind"], HistogramRecordType>> = {
  integer: "histogram_samples_v2",
  float: "float_histogram_samples_v2",
};

/** A record that `planHistogramRecords` asks for. */
export interface HistogramRecordPlan {
  readonly type: HistogramRecordType;
  readonly rows: readonly HistogramRow[];
  readonly base: TimedBase;
}

/**
 * Which records keep these rows: integer and float histograms stand in records of their own, and in the first version, which leaves start
 * timestamps out, so do those with custom buckets. The order of a series' rows is kept, as upstream keeps it (tsdb/head_append.go
 * `getCurrentBatch`): what is read before newer ones is lost otherwise.
 */
export function planHistogramRecords(rows: readonly HistogramRow[], version: 1 | 2): HistogramRecordPlan[] {
  return runsOfForms(rows).flatMap((run) => planRun(run, version));
}

/** Cuts the rows where a series goes on in another form. */
function runsOfForms(rows: readonly HistogramRow[]): HistogramRow[][] {
  const runs: HistogramRow[][] = [];
  const forms = new Map<number, number>();
  let start = 0;
  for (let i = 0; i < rows.length; i++) {
    const { ref, histogram } = rows[i];
    const form = (histogram.kind === "float" ? 1 : 0) + (hasCustomBuckets(histogram) ? 2 : 0);
    if ((forms.get(ref) ?? form) !== form) {
      runs.push(rows.slice(start, i));
      start = i;
      forms.clear();
    }
    forms.set(ref, form);
  }
  if (start < rows.length) runs.push(rows.slice(start));
  return runs;
}

function planRun(rows: readonly HistogramRow[], version: 1 | 2): HistogramRecordPlan[] {
  const plans: HistogramRecordPlan[] = [];
  for (const kind of ["integer", "float"] as const) {
    const ofKind = rows.filter(({ histogram }) => histogram.kind === kind);
    if (ofKind.length === 0) continue;
    if (version === 2) {
      plans.push({ type: SECOND_VERSION[kind], rows: ofKind, base: ofKind[0] });
      continue;
    }
    const [plain, custom] = FIRST_VERSION[kind];
    const withBuckets = ofKind.filter(({ histogram }) => hasCustomBuckets(histogram));
    const others = ofKind.filter(({ histogram }) => !hasCustomBuckets(histogram));
    // Upstream counts from the first row of the kind, even where that goes into the other record.
    if (others.length > 0) plans.push({ type: plain, rows: others, base: ofKind[0] });
    if (withBuckets.length > 0) plans.push({ type: custom, rows: withBuckets, base: withBuckets[0] });
  }
  return plans;
}

/** Writes one record. */
export function encodeHistograms(writer: ByteWriter, { type, rows, base }: HistogramRecordPlan): void {
  const entries = new TimedWriter(writer, type, base);
  for (const { ref, timestampMs, startTimestampMs, histogram } of rows) {
    entries.entry(ref, timestampMs, startTimestampMs);
    writeHistogram(writer, histogram);
  }
}

/**
 * Reads a record of histograms. Those finer than any schema in use are reduced to the finest. Throws RangeError when the record is
 * malformed.
 */
export function decodeHistograms(record: Uint8Array): HistogramRows {
  const type = checkRecordType(record, HISTOGRAM_TYPES) as HistogramRecordType;
  const { kind } = HISTOGRAM_RECORDS[type];
  const entries = new TimedReader(record, type);
  const rows: HistogramRow[] = [];
  let unknownSchemas = 0;
  while (entries.next()) {
    const { ref, timestampMs, startTimestampMs } = entries;
    const histogram = readHistogram(entries.reader, kind);
    if (isKnownSchema(histogram.schema)) rows.push({ ref, timestampMs, startTimestampMs, histogram: inUsedSchema(histogram) });
    else unknownSchemas++;
  }
  return { rows, unknownSchemas };
}

function inUsedSchema(histogram: Histogram): Histogram {
  if (histogram.schema <= MAX_EXPONENTIAL_SCHEMA) return histogram;
  try {
    reduceResolution(histogram, MAX_EXPONENTIAL_SCHEMA);
  } catch (error) {
    if (!isHistogramError(error)) throw error;
    throw new RangeError(`cannot reduce a histogram of schema ${histogram.schema}: ${error.message}`, { cause: error });
  }
  return histogram;
}
