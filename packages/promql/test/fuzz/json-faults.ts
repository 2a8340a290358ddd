import type { CollectedResult, ResultSeries } from "../../src/index.ts";
import type { FuzzQuery } from "./queries.ts";

type Histogram = {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [number, string, string, string])[];
};
type Point<Value> = readonly [seconds: number, value: Value];

/** A series as the HTTP API writes it. */
export interface JsonSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Point<string>;
  readonly histogram?: Point<Histogram>;
  readonly values?: readonly Point<string>[];
  readonly histograms?: readonly Point<Histogram>[];
}

/** A result as the HTTP API writes it. */
export type JsonResult =
  | { readonly resultType: "vector"; readonly result: readonly JsonSeries[] }
  | { readonly resultType: "matrix"; readonly result: readonly JsonSeries[] }
  | { readonly resultType: "scalar"; readonly result: Point<string> }
  | { readonly resultType: "string"; readonly result: Point<string> };

const NUMBER = /^(NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]\d\d+)?)$/;

/** What is wrong with the JSON of a result, which `collected` is too, as sentences. */
export function jsonFaults(json: string, collected: CollectedResult, query: FuzzQuery): readonly string[] {
  const { resultType, result } = JSON.parse(json) as JsonResult;
  if (resultType !== collected.type) return [`${resultType} in JSON, ${collected.type} collected`];
  if (resultType === "string") return result[1] === collected.text ? [] : ["another text"];
  if (resultType === "scalar") return numberFaults(result[1], collected.series[0].values[0]);
  const labels = result.map(({ metric }) => JSON.stringify(metric));
  const faults = new Set(labels).size === labels.length ? [] : ["two series with the same labels"];
  if (result.length !== collected.series.length) return [...faults, "not as many series in JSON as collected"];
  for (const [i, series] of result.entries()) faults.push(...seriesFaults(series, collected.series[i], query));
  return faults;
}

function seriesFaults(series: JsonSeries, collected: ResultSeries, query: FuzzQuery): string[] {
  const floats = series.values ?? (series.value === undefined ? [] : [series.value]);
  const histograms = series.histograms ?? (series.histogram === undefined ? [] : [series.histogram]);
  const faults = [...timeFaults(floats, collected.timestampsMs, query), ...timeFaults(histograms, collected.histogramTimestampsMs, query)];
  if (floats.length + histograms.length === 0) faults.push("a series without samples");
  if (Object.values(series.metric).includes("")) faults.push("a label without a value");
  for (const [i, [, value]] of floats.entries()) faults.push(...numberFaults(value, collected.values[i]));
  for (const [i, [, { count, sum, buckets }]] of histograms.entries()) {
    const { count: wantCount, sum: wantSum } = collected.histograms[i];
    faults.push(...numberFaults(count, wantCount), ...numberFaults(sum, wantSum));
    for (const [rule, ...numbers] of buckets ?? []) {
      if (![0, 1, 2, 3].includes(rule) || !numbers.every((number) => NUMBER.test(number)))
        faults.push(`a bucket ${rule} ${numbers.join()}`);
    }
  }
  return faults;
}

/** Times ascend, and those of a range query are steps of it. JSON's are seconds, in doubles. */
function timeFaults(points: readonly Point<unknown>[], timesMs: Float64Array, { startMs, endMs, stepMs }: FuzzQuery): string[] {
  if (points.length !== timesMs.length) return [`${points.length} points in JSON, ${timesMs.length} collected`];
  return points.flatMap(([seconds], i) => {
    const timeMs = timesMs[i];
    if (i > 0 && timeMs <= timesMs[i - 1]) return ["times that do not ascend"];
    if (seconds !== Number((timeMs / 1000).toFixed(3)) && Math.abs(timeMs) < 2 ** 50) return [`${seconds} s for ${timeMs} ms`];
    if (stepMs === 0) return [];
    return timeMs >= startMs && timeMs <= endMs && Number.isInteger((timeMs - startMs) / stepMs) ? [] : [`${timeMs} ms, which is no step`];
  });
}

function numberFaults(text: string, want: number): string[] {
  if (!NUMBER.test(text)) return [`a number "${text}"`];
  const value = Number(text.replace("Inf", "Infinity"));
  return Object.is(value, want) ? [] : [`"${text}" for ${want}`];
}
