import { goQuote } from "@ferula/durations";
import { type Labels, labelsKey, LabelsBuilder, type Matcher, METRIC_NAME } from "@ferula/model";
import { instantParams } from "@ferula/promql";
import type { QueryService, VectorElement } from "./query-service.ts";

/** Which series are asked for, and since when. */
export interface NewestRequest {
  /** They find series of one metric. */
  readonly matchers: readonly Matcher[];
  /** Both ends inclusive. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly signal: AbortSignal;
}

/** The newest sample of a series. */
export interface NewestSample {
  /** Without the metric's name. */
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number;
}

/** Asks for the values and for their times in two instant queries, whose lookback is the whole range: both find the same samples. */
export async function readNewest(
  vector: QueryService["vector"],
  { matchers, minTimeMs, maxTimeMs, signal }: NewestRequest,
): Promise<readonly NewestSample[]> {
  const selector = `{${matchers.map(({ name, type, value }) => `${goQuote(name)}${type}${goQuote(value)}`).join(",")}}`;
  // The range of a lookback is open at its older end.
  const params = instantParams(maxTimeMs, { lookbackMs: maxTimeMs - minTimeMs + 1 });
  const [values, times] = await Promise.all([vector(selector, params, signal), vector(`timestamp(${selector})`, params, signal)]);
  const secondsByKey = new Map(times.map((element) => [keyOf(element), element.value]));
  const newest: NewestSample[] = [];
  for (const element of values) {
    if (element.histogram !== undefined) continue;
    const seconds = secondsByKey.get(keyOf(element));
    if (seconds !== undefined) {
      newest.push({ labels: withoutName(element.labels), timestampMs: Math.round(seconds * 1000), value: element.value });
    }
  }
  return newest;
}

function keyOf({ labels }: VectorElement): string {
  return labelsKey(withoutName(labels));
}

function withoutName(labels: Labels): Labels {
  return new LabelsBuilder(labels).delete(METRIC_NAME).labels();
}
