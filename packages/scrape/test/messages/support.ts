import { labelsKey, type Labels } from "@ferula/model";
import type { BodyReader, ReadOutcome } from "../../src/body-reader.ts";
import { createMessageReader, type MessageReaderDeps } from "../../src/messages/message-reader.ts";
import type { Workspaces } from "../../src/cache/workspace.ts";
import { described, plainRules, inOneGo, type ReaderInOneGo, seriesTable, workspaces, type SeriesTable } from "../cache/support.ts";

/** Bytes of a varint. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** A field with a message, a text or packed numbers in it. */
export function nested(field: number, content: readonly number[] | string): number[] {
  const bytes = typeof content === "string" ? [...Buffer.from(content)] : content;
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

/** A field with a whole number in it. */
export function whole(field: number, value: number): number[] {
  return [...varint(field * 8), ...varint(value)];
}

/** A field with a signed whole number in it. */
export function signed(field: number, value: number): number[] {
  return whole(field, value < 0 ? -2 * value - 1 : 2 * value);
}

/** A field with a double in it. */
export function double(field: number, value: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return [...varint(field * 8 + 1), ...bytes];
}

/** The field of a label. */
export function label(name: string, value: string): number[] {
  return nested(1, [...nested(1, name), ...nested(2, value)]);
}

/** Types of families by their numbers. */
export const TYPE = { counter: 0, gauge: 1, summary: 2, untyped: 3, histogram: 4, gaugeHistogram: 5 } as const;

/** A delimited family. */
export function family(name: string, type: keyof typeof TYPE, ...metrics: (readonly number[])[]): number[] {
  const content = [...nested(1, name), ...whole(3, TYPE[type]), ...metrics.flatMap((metric) => nested(4, metric))];
  return [...varint(content.length), ...content];
}

/** A gauge with a label `i`. */
export function gauge(i: string, value: number, ...more: number[]): number[] {
  return [...label("i", i), ...nested(2, double(1, value)), ...more];
}

/** An exemplar's content; without seconds it has no time. */
export function exemplar(id: string, value: number, seconds?: number): number[] {
  return [...label("id", id), ...double(2, value), ...(seconds === undefined ? [] : nested(3, whole(1, seconds)))];
}

/** A reader of a test, with the series that it found. */
export interface TestReader extends ReaderInOneGo {
  readonly series: SeriesTable;
  readonly readBytes: (bytes: readonly number[] | Uint8Array, timestampMs: number) => ReadOutcome;
}

export const everyForm = { readsNative: true, keepsClassic: false, convertsClassic: false };

/** Around a reader that `make` makes of what all readers need. */
export function testReader<D>(make: (deps: D) => BodyReader, options: Partial<D> & { readonly workspaces?: Workspaces }): TestReader {
  const series = seriesTable();
  const deps = {
    workspaces,
    rules: plainRules,
    honorTimestamps: true,
    takesExemplars: true,
    trackTimestampsStaleness: false,
    sampleLimit: () => 0,
    series: { seriesRef: series.ref, epoch: 0, isLive: () => true },
    limits: { bucketLimit: 0, finestSchema: 8 },
    ...options,
  };
  const reader = inOneGo(make(deps as D), deps.workspaces);
  return {
    ...reader,
    series,
    readBytes(bytes, timestampMs) {
      const region = deps.workspaces.regions.allocate(bytes.length + 1);
      deps.workspaces.shared.u8.set(bytes, region.address);
      return reader.read(region, bytes.length, timestampMs);
    },
  };
}

/** A reader of messages. */
export function messageReader(options: Partial<MessageReaderDeps> = {}): TestReader {
  return testReader<MessageReaderDeps>(createMessageReader, { forms: everyForm, takesStartTimestamps: true, ...options });
}

/** What a body gave, as lines: floats, histograms with their count and buckets, exemplars. */
export function lines({ batch, exemplars = [] }: ReadOutcome, { series }: TestReader): string[] {
  const name = (labels: Labels): string => labelsKey(labels).replaceAll("\0", "|").replace("__name__|", "");
  return [
    ...described(batch, series),
    ...(batch.histograms ?? []).map(
      ({ ref, histogram: h, timestampMs }) =>
        `${name(series.labels[ref - 1])} ${h.kind} ${h.counterResetHint} schema ${h.schema} count ${h.count} spans ${h.positiveSpans.join()} buckets ${h.positiveBuckets.join()} bounds ${h.customValues.join()} @${timestampMs}`,
    ),
    ...exemplars.map(
      ({ ref, value, timestampMs, labels }) => `exemplar of ${name(series.labels[ref - 1])}: ${labels.join("=")} ${value} @${timestampMs}`,
    ),
  ];
}
