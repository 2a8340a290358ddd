import { formatFloat, formatLabels } from "@ferula/model";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { createEngine } from "../../src/index.ts";
import { storageOf } from "../memory-storage.ts";

const MINUTE_MS = 60_000;
const engine = createEngine({ syntax: { ...defaultParseOptions, experimentalFunctions: true, binopFillModifiers: true } });

/** Series that begin late, end, turn to NaN, overflow when added, or take turns. */
const storage = storageOf(
  MINUTE_MS,
  'requests{job="api",i="0"} 0 10 20 30',
  'requests{job="api",i="1"} 5 _ NaN 7',
  'requests{job="web",i="0"} 1 2 stale 4',
  'limit{job="api"} 10x3',
  'limit{job="web"} _ 2 _ 4',
  'limit{job="db"} 3x3',
  'big{k="a"} 1e308x3',
  'big{k="b"} 1e308x3',
  'odd{k="a"} Inf -Inf NaN 1',
  'odd{k="b"} 1 1 1 2',
  'turn{m="x",i="1"} 1 1 stale',
  'turn{m="x",i="2"} _ _ 2 2',
);

/** A query, and its result from minute 0 to 3 as lines `labels value@minute …`, or the text of its error. */
export type RangeRow = readonly [query: string, want: readonly string[] | string];

/** What a query gives, in the form of `RangeRow`. */
export async function rangeLines(query: string): Promise<readonly string[] | string> {
  try {
    const { series } = await engine.range(storage, query, 0, 3 * MINUTE_MS, MINUTE_MS);
    return series.map(({ labels, timestampsMs, values }) => {
      const samples = [...values].map((value, i) => `${formatFloat(value)}@${timestampsMs[i] / MINUTE_MS}`);
      return `${formatLabels(labels)} ${samples.join(" ")}`;
    });
  } catch (error) {
    return (error as Error).message;
  }
}
