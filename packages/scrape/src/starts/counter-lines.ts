import type { LineSink } from "@ferula/exposition";
import type { MetricType } from "@ferula/model";
import { IGNORE_LINES, utf8 } from "../cache/comments.ts";
import type { ReadBody } from "../cache/layout.ts";
import type { Syntax } from "../cache/syntax.ts";
import type { Workspace } from "../cache/workspace.ts";

/** By line of a body, 1 where the start of its series may be made up. */
export type CounterLines = Uint8Array;

/** What names end in, by the type of their family; only these have starts that are made up. */
const SUFFIXES: Readonly<Partial<Record<MetricType, readonly Uint8Array[]>>> = {
  counter: ["_total"].map((suffix) => Buffer.from(suffix)),
  histogram: ["_bucket", "_sum", "_count"].map((suffix) => Buffer.from(suffix)),
};
const TOTAL: Uint8Array = Buffer.from("_total");

/** As many lines are looked at between two looks at the clock. */
const LINES_AT_ONCE = 1024;

/**
 * Whether the name from `start` to `end` is one of a family of counters or of histograms, whose own name is as long as `familyLength` from
 * `familyStart` on (scrape/scrape.go `isSeriesPartOfFamily`).
 */
export function isCounterName(
  u8: Uint8Array,
  start: number,
  end: number,
  type: MetricType | undefined,
  familyStart: number,
  familyLength: number,
): boolean {
  const suffixes = type === undefined ? undefined : SUFFIXES[type];
  if (suffixes === undefined || familyLength === 0 || end - start < familyLength) return false;
  for (let k = 0; k < familyLength; k++) if (u8[start + k] !== u8[familyStart + k]) return false;
  const family = type === "counter" ? lengthWithout(u8, familyStart, familyStart + familyLength, TOTAL) : familyLength;
  let length = end - start;
  for (let s = 0; s < suffixes.length && length === end - start; s++) length = lengthWithout(u8, start, end, suffixes[s]);
  return length === family;
}

function lengthWithout(u8: Uint8Array, start: number, end: number, suffix: Uint8Array): number {
  const from = end - suffix.length;
  if (from < start) return end - start;
  for (let k = 0; k < suffix.length; k++) if (u8[from + k] !== suffix[k]) return end - start;
  return from - start;
}

/** Finds the lines of counters and histograms of a body. Works in slices. */
export function* findCounterLines(body: ReadBody, { shared, line, slice }: Workspace, syntax: Syntax): Generator<undefined, CounterLines> {
  const { layout, lineCount, region } = body;
  const { u8, u32 } = shared;
  const counters = new Uint8Array(lineCount);
  const types = new Map<string, MetricType>();
  let [type, familyStart, familyLength, index]: [MetricType | undefined, number, number, number] = [undefined, 0, 0, 0];
  const family = (start: number, end: number, told?: MetricType): void => {
    const name = utf8(u8, start, end);
    if (told !== undefined) types.set(name, told);
    type = types.get(name);
    familyStart = start;
    familyLength = end - start;
  };
  const sink: LineSink = {
    ...IGNORE_LINES,
    type: (_start, _end, nameStart, nameEnd, told) => family(nameStart, nameEnd, told),
    help: (_start, _end, nameStart, nameEnd) => family(nameStart, nameEnd),
    unit: (_start, _end, nameStart, nameEnd) => family(nameStart, nameEnd),
    sample: ({ nameStart, nameEnd }) =>
      void (counters[index] = isCounterName(u8, nameStart, nameEnd, type, familyStart, familyLength) ? 1 : 0),
  };
  for (; index < lineCount; index++) {
    if (index % LINES_AT_ONCE === 0 && slice.isSpent()) yield;
    const start = region.address + u32[(layout.starts >>> 2) + index];
    syntax.scanLine(u8, start, start + u32[(layout.lineLengths >>> 2) + index], sink, line);
  }
  return counters;
}
