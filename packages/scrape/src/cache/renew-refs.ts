import type { LineSink, SampleLine } from "@ferula/exposition";
import type { Appender, SeriesRef } from "@ferula/storage";
import type { ReadBody } from "./layout.ts";
import { IGNORE_LINES, isComment, utf8, type FamilyContext } from "./comments.ts";
import { seriesLabels, type SeriesRules } from "./series-maker.ts";
import { SYNTAXES, type SyntaxName } from "./syntax.ts";
import type { Workspace } from "./workspace.ts";

/** Where series are looked up, and whether they are still there. */
export type SeriesSource = Pick<Appender, "seriesRef" | "epoch" | "isLive">;

/** What looking up the series of a body again needs. */
export interface RenewDeps {
  readonly workspace: Workspace;
  readonly rules: SeriesRules;
  readonly syntax: SyntaxName;
  readonly series: SeriesSource;
}

/** As many lines are looked up between two looks at the clock. */
const LINES_AT_ONCE = 128;

/** Whether the storage dropped series of a body since the epoch `sinceEpoch`. */
export function hasDropped({ layout, lineCount }: ReadBody, sinceEpoch: number, { workspace, series }: RenewDeps): boolean {
  const { u32 } = workspace.shared;
  const refs = layout.refs >>> 2;
  for (let i = 0; i < lineCount; i++) if (u32[refs + i] !== 0 && !series.isLive(u32[refs + i], sinceEpoch)) return true;
  return false;
}

/**
 * Looks up again the series of those lines of a body that the storage dropped since the epoch `sinceEpoch`. They are made anew even if the
 * next body lacks them: then they get the stale marker that is due to them. Works in slices.
 */
export function* renewRefs({ layout, lineCount, region }: ReadBody, sinceEpoch: number, deps: RenewDeps): Generator<undefined, void> {
  const { workspace, rules, series } = deps;
  const { shared, line, slice } = workspace;
  const { scanLine } = SYNTAXES[deps.syntax];
  let context: FamilyContext = { type: undefined, unit: "" };
  let ref: SeriesRef = 0;
  let lookedUp = 0;
  const sink: LineSink = {
    ...IGNORE_LINES,
    sample(sample: SampleLine) {
      const labels = seriesLabels(shared.u8, sample, context, rules);
      ref = labels === undefined ? 0 : series.seriesRef(labels);
    },
    type: (_start, _end, _nameStart, _nameEnd, type) => void (context = { ...context, type }),
    unit: (_start, _end, _nameStart, _nameEnd, from, to) => void (context = { ...context, unit: utf8(shared.u8, from, to) }),
  };
  for (let i = 0; i < lineCount; i++) {
    // A new series may grow the memory, which makes its views anew.
    const { u8, u32 } = shared;
    const isSample = !isComment(u32, layout, i);
    const known = u32[(layout.refs >>> 2) + i];
    if (isSample && (known === 0 || series.isLive(known, sinceEpoch))) continue;
    const start = region.address + u32[(layout.starts >>> 2) + i];
    scanLine(u8, start, start + u32[(layout.lineLengths >>> 2) + i], sink, line);
    if (!isSample) continue;
    shared.u32[(layout.refs >>> 2) + i] = ref;
    if (++lookedUp % LINES_AT_ONCE === 0 && slice.isSpent()) yield;
  }
}

/** Does in one go what would work in slices. */
export function runThrough(slices: Generator<undefined, void>): void {
  while (slices.next().done !== true);
}
