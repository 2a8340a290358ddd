import { formatFloat, formatLabels } from "@ferula/model";
import { defaultParseOptions } from "@ferula/promql-syntax";
import type { Queryable } from "@ferula/storage";
import { createEngine } from "../../src/index.ts";

const engine = createEngine({ syntax: { ...defaultParseOptions, experimentalFunctions: true, extendedRangeSelectors: true } });

/** When a query is evaluated; a step of 0 is an instant query. */
export interface QueryTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** The result of a query as lines `labels value@milliseconds …` in order, then its warnings and infos; or the text of its error. */
export async function queryLines(storage: Queryable, query: string, { startMs, endMs, stepMs }: QueryTimes): Promise<readonly string[]> {
  try {
    const run = stepMs === 0 ? engine.instant(storage, query, startMs) : engine.range(storage, query, startMs, endMs, stepMs);
    const { series, annotations } = await run;
    const { warnings, infos } = annotations.texts(query);
    const lines = series.map(({ labels, timestampsMs, values }) =>
      [formatLabels(labels), ...Array.from(values, (value, k) => `${formatFloat(value)}@${timestampsMs[k]}`)].join(" "),
    );
    return [...lines.toSorted(), ...warnings, ...infos];
  } catch (error) {
    return [(error as Error).message];
  }
}
