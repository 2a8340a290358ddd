import { createIntegerHistogram, createSampleColumns, labelsOf } from "@ferula/model";
import { encodeWriteRequest, type OutgoingSeries, packSnappy } from "@ferula/wire";
import { expect } from "../../harness.ts";

/** Steps of the written series, and how far they are apart. */
export const STEPS = 100;
export const STEP_SECONDS = 15;

/** Long, and still no reason to refuse a query or a label. */
export const MILLION = 1_000_000;

type LabelPairs = Readonly<Record<string, string>>;

const FLOATS: readonly (readonly [LabelPairs, (i: number) => number])[] = [
  [{ __name__: "written", job: "a", instance: "one" }, (i) => i],
  [{ __name__: "written", job: "a", instance: "two" }, (i) => i / 2],
  [{ __name__: "written", job: "b", instance: "one" }, (i) => -i],
  [{ __name__: "written_total", job: "a" }, (i) => i * 3],
  [{ __name__: "written_odd", kind: "nan" }, () => Number.NaN],
  [{ __name__: "written_odd", kind: "+inf" }, () => Infinity],
  [{ __name__: "written_odd", kind: "-inf" }, () => -Infinity],
  [{ __name__: "written_odd", kind: "tiny" }, () => 1e-7],
  [{ __name__: "written_odd", kind: "huge" }, () => 1e21],
  [{ __name__: "written_odd", kind: "zero" }, () => -0],
  [{ __name__: "written_text", text: '</script><b>&\u2028"\\\n' }, () => 1],
  [{ __name__: "written_text", text: "ünïcode 日本 🦄" }, () => 2],
];

/** Names that 2.x does not take. */
const UTF8_FLOATS: typeof FLOATS = [
  [{ __name__: "written.dotted", "http.status": "200", sömething: "x" }, (i) => i],
  [{ __name__: "written_long", text: "x".repeat(MILLION) }, () => 1],
];

/** The series, the newest samples of which are at `toSeconds`; `isUtf8`: those of names that only 3.x takes, too. */
export function writtenSeries(toSeconds: number, isUtf8: boolean): readonly OutgoingSeries[] {
  const all = [...FLOATS, ...(isUtf8 ? UTF8_FLOATS : [])];
  return [...all.map(([labels, valueAt]) => floats(labels, valueAt, toSeconds)), histograms(toSeconds)];
}

/** Sends them to the server at `url`. */
export async function writeSeries(url: string, toSeconds: number, isUtf8: boolean): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: "POST",
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
    body: Buffer.from(packSnappy(encodeWriteRequest(writtenSeries(toSeconds, isUtf8)))),
  });
  expect(response.status === 204, `remote write: ${response.status} ${await response.text()}`);
}

function timeOf(i: number, toSeconds: number): number {
  return (toSeconds - (STEPS - 1 - i) * STEP_SECONDS) * 1000;
}

function floats(labels: LabelPairs, valueAt: (i: number) => number, toSeconds: number): OutgoingSeries {
  const samples = createSampleColumns(STEPS);
  for (let i = 0; i < STEPS; i++) {
    samples.timestampsMs[i] = timeOf(i, toSeconds);
    samples.values[i] = valueAt(i);
  }
  samples.length = STEPS;
  return { labels: labelsOf(labels), samples };
}

function histograms(toSeconds: number): OutgoingSeries {
  const rows = Array.from({ length: STEPS }, (_, i) => ({
    timestampMs: timeOf(i, toSeconds),
    startTimestampMs: 0,
    histogram: createIntegerHistogram({
      schema: 0,
      zeroThreshold: 0.001,
      zeroCount: i,
      count: i * 3,
      sum: i * 2.5,
      positiveSpans: Int32Array.of(0, 2),
      positiveBuckets: Float64Array.of(i, 0),
    }),
  }));
  return { labels: labelsOf({ __name__: "written_native", job: "a" }), histograms: rows };
}
