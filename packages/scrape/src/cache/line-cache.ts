import { ExpositionError, lineNumber } from "@ferula/exposition";
import { HAS_TIMESTAMP, type Region } from "@ferula/kernels";
import type { SampleBatch } from "@ferula/model";
import type { BodyReader, Reading, ReadOutcome, Settlement } from "../body-reader.ts";
import type { Layout, ReadBody } from "./layout.ts";
import { hasDropped, renewRefs, runThrough } from "./renew-refs.ts";
import { ScrapeError, type ScrapeCounts } from "./scrape-error.ts";
import { isComment } from "./comments.ts";
import { type CreatedLines, findCreatedLines, IS_CREATED_LINE } from "./created-lines.ts";
import { SYNTAXES } from "./syntax.ts";
import { type CounterLines, findCounterLines } from "../starts/counter-lines.ts";
import { createMadeUpStarts } from "../starts/made-up-starts.ts";
import { RefList } from "./ref-list.ts";
import { createRefusals, markersOf, SETTLED } from "./refusals.ts";
import { batchOf, pushStale, SPARE_ROWS, withoutFuture } from "./body-batch.ts";
import { endWithNewline, MAX_AHEAD_MS, NEWLINE } from "./body-limits.ts";
import { createMetadataRecord, type MetadataRecord, type Told, toldByComments } from "./target-metadata.ts";
import { addedCount, limitedCount, sampleLineCount, startWalk, walkBody, type Walk, type WalkDeps } from "./walk.ts";
import type { Workspace, Workspaces } from "./workspace.ts";

/** How a target's bodies are read; `syntax` is their format. */
export interface LineCacheDeps extends Omit<WalkDeps, "workspace"> {
  readonly workspaces: Workspaces;
  /** The metadata of the target, whichever format its bodies come in; a record of its own, when it is left out. */
  readonly record?: MetadataRecord;
  /** Whether series with timestamps of their own get stale markers too. */
  readonly trackTimestampsStaleness: boolean;
  /** Whether starts are made up for counters that have none (upstream's feature st-synthesis). Default: false. */
  readonly makesUpStarts?: boolean;
}

/** As many references are compared between two looks at the clock. */
const REFS_AT_ONCE = 16_384;

/** The bytes of `# EOF`. */
const END_MARK = [0x23, 0x20, 0x45, 0x4f, 0x46];

/**
 * A reader of text that knows no body yet. It remembers each line of its target's last good body and the series that it is of. The next body
 * is walked by the kernel: lines that are the same are not even parsed; only lines never seen are parsed, relabelled and looked up.
 */
export function createLineCache(given: LineCacheDeps): BodyReader {
  const madeUp = given.makesUpStarts === true ? createMadeUpStarts(given.series) : undefined;
  const deps: LineCacheDeps = madeUp === undefined ? given : { ...given, onRenamed: madeUp.exclude };
  const { workspaces, series, honorTimestamps, sampleLimit } = deps;
  const tracksAll = deps.trackTimestampsStaleness || !honorTimestamps;
  const { shared, regions } = workspaces;
  const { isOpenMetrics } = SYNTAXES[deps.syntax];
  const hasStarts = isOpenMetrics && deps.takesStartTimestamps === true;
  const record = deps.record ?? createMetadataRecord();
  const refusals = createRefusals();
  let last: ReadBody | undefined;
  /** Those of the last body: mostly all are read in the same workspace. */
  let walkDeps: WalkDeps | undefined;
  /** Those of `last`; none where they are not looked for. */
  let created: CreatedLines | undefined;
  /** The same of the lines of counters. */
  let counters: CounterLines | undefined;
  /** Whether the series of `last` are live, or have got their stale markers. */
  let isLive = false;
  /** The epoch of the storage in which all series of `last` were there. */
  let epoch = series.epoch;

  function* read(region: Region, sizeBytes: number, timestampMs: number, workspace: Workspace): Reading {
    if (sizeBytes === 0) {
      regions.free(region);
      return { batch: markAllStale(timestampMs, workspace), scraped: 0, afterRelabelling: 0, added: 0, tooFarAhead: 0 };
    }
    if (walkDeps?.workspace !== workspace) walkDeps = { ...deps, workspace };
    const depsNow = walkDeps;
    let walk: Walk | undefined;
    try {
      const size = sizeOf(region, sizeBytes);
      let gone: Uint32Array;
      let countersNow: CounterLines | undefined;
      do {
        if (walk !== undefined) regions.free(walk.layout.region);
        walk = undefined;
        yield* renew(depsNow);
        walk = startWalk(last, region.address, size, timestampMs, depsNow);
        yield* walkBody(walk, depsNow);
        if (madeUp !== undefined) countersNow = yield* counterLinesOf(region, size, walk, workspace);
        gone = yield* goneRefs(walk, workspace);
        // Where the storage has dropped series between two slices, those of this body may be among them.
      } while (series.epoch !== epoch);
      const now = { region, sizeBytes: size, layout: walk.layout, lineCount: walk.writeIndex };
      const createdNow = hasStarts ? createdLinesOf(now, walk, workspace) : undefined;
      const outcome = finish(walk, gone, createdNow, countersNow, workspace);
      record.bodyRead(() => toldBy(now), last === undefined || walk.hasNewMetadata || hasLostComments(walk));
      freeLast();
      last = now;
      created = createdNow;
      counters = countersNow;
      isLive = true;
      return outcome;
    } catch (error) {
      const scrapeError = walk === undefined ? error : asScrapeError(error, walk, workspace);
      if (walk !== undefined) {
        if (scrapeError instanceof ScrapeError) record.bodyFailed(toldBy(upToFault(region, walk, scrapeError)));
        regions.free(walk.layout.region);
      }
      regions.free(region);
      throw scrapeError;
    }
  }

  /** Fails as `seriesRef` does. */
  function* renew(renewDeps: WalkDeps): Generator<undefined, void> {
    while (series.epoch !== epoch) {
      const { epoch: present } = series;
      if (last !== undefined && hasDropped(last, epoch, renewDeps)) {
        // Series that are over are only made again if a body has them again.
        if (isLive) yield* renewRefs(last, epoch, renewDeps);
        else forget();
      }
      refusals.forgetDropped(series, epoch);
      epoch = present;
    }
  }

  /** The size that the body counts as. The newline is needed behind it in any case. */
  function sizeOf({ address }: Region, sizeBytes: number): number {
    const size = endWithNewline(shared.u8, address, sizeBytes);
    // In OpenMetrics only the last line of a whole body may do without.
    return !isOpenMetrics || hasEndMark(shared.u8, address, address + sizeBytes) ? size : sizeBytes;
  }

  function toldBy(body: ReadBody): Told {
    return toldByComments(body, workspaces, SYNTAXES[deps.syntax]);
  }

  /** The lines before the one at fault; the kernel may have gone on behind it. */
  function upToFault(region: Region, { layout, writeIndex, offset, sizeBytes }: Walk, { failure }: ScrapeError): ReadBody {
    const { u32 } = shared;
    let lineCount = writeIndex;
    if (failure !== "sample-limit") while (lineCount > 0 && u32[(layout.starts >>> 2) + lineCount - 1] >= offset) lineCount--;
    return { region, sizeBytes, layout, lineCount };
  }

  function createdLinesOf(now: ReadBody, { hasNewLines }: Walk, workspace: Workspace): CreatedLines {
    const isSame = !hasNewLines && created?.length === now.lineCount;
    return isSame && created !== undefined ? created : findCreatedLines(now, workspace, SYNTAXES[deps.syntax]);
  }

  function* counterLinesOf(region: Region, sizeBytes: number, walk: Walk, workspace: Workspace): Generator<undefined, CounterLines> {
    if (!walk.hasNewLines && counters?.length === walk.writeIndex) return counters;
    const body = { region, sizeBytes, layout: walk.layout, lineCount: walk.writeIndex };
    return yield* findCounterLines(body, workspace, SYNTAXES[deps.syntax]);
  }

  function finish(
    walk: Walk,
    gone: Uint32Array,
    createdNow: CreatedLines | undefined,
    countersNow: CounterLines | undefined,
    workspace: Workspace,
  ): ReadOutcome {
    const counts = countsOf(walk, workspace, createdNow);
    const limit = sampleLimit();
    if (limit > 0 && counts.afterRelabelling > limit && limitedCount(walk, limit, { ...deps, workspace }) > limit)
      throw new ScrapeError("sample limit exceeded", "sample-limit");
    const { timestampMs, sampleCount } = walk;
    walk.rows = workspace.rows(sampleCount + gone.length + SPARE_ROWS);
    const batch = batchOf(shared, walk.rows, sampleCount + gone.length);
    if (!honorTimestamps) batch.timestampsMs.fill(timestampMs, 0, sampleCount);
    if (createdNow !== undefined) batch.startTimestampsMs = startsOf(createdNow, walk.layout, batch.length);
    const isCounter = countersNow === undefined ? undefined : counterRows(countersNow, walk.layout, batch.length);
    const wasRefused = refusals.refs().slice();
    refusals.clear();
    batch.length = withoutFuture(batch, sampleCount, timestampMs + MAX_AHEAD_MS, refusals, isCounter);
    const tooFarAhead = sampleCount - batch.length;
    const read: ReadOutcome = { batch, ...counts, tooFarAhead, exemplars: walk.exemplars.rows, exemplarsLeftOut: walk.exemplars.leftOut };
    const outcome = madeUp === undefined || isCounter === undefined ? read : madeUp.apply(read, batch.length, isCounter);
    const rowCount = batch.length;
    pushStale(batch, gone, timestampMs);
    const wasLive = isLive;
    return {
      ...outcome,
      onRejected: refusals.listener(batch, rowCount, outcome.onRejected),
      settle: () => (refusals.settle(batch, rowCount) ? settle(walk, counts, wasLive ? wasRefused : undefined, workspace) : SETTLED),
    };
  }

  /**
   * What nothing was taken of is not remembered where it is new, and has ended where it was live; `wasRefused` are series that were not,
   * all where it is undefined.
   */
  function settle(walk: Walk, counts: ScrapeCounts, wasRefused: Uint32Array | undefined, workspace: Workspace): Settlement {
    const { u8, u32 } = shared;
    const { layout, body, timestampMs } = walk;
    const stored = workspace.added.view().filter((i) => {
      if (!refusals.has(u32[(layout.refs >>> 2) + i])) return true;
      u32[(layout.refs >>> 2) + i] = 0;
      // No line is like that: the next body's is read as a new one.
      u8[body + u32[(layout.starts >>> 2) + i]] = 0;
      return false;
    });
    const notAdded = counts.added - walk.overLimit - addedCount(walk, stored, { ...deps, workspace });
    if (wasRefused === undefined) return { notAdded };
    const ended = new RefList();
    for (let i = 0; i < walk.writeIndex; i++) {
      const ref = u32[(layout.refs >>> 2) + i];
      if (ref !== 0 && refusals.has(ref) && tracksStaleness(layout, i)) ended.push(ref);
    }
    ended.makeUnique();
    ended.remove(wasRefused);
    return { notAdded, stale: markersOf(ended, timestampMs) };
  }

  /** By row, what the lines say. */
  function counterRows(lines: CounterLines, layout: Layout, rowCount: number): Uint8Array {
    const { u32 } = shared;
    const rows = new Uint8Array(rowCount);
    let row = 0;
    for (let i = 0; i < lines.length; i++) if (u32[(layout.refs >>> 2) + i] !== 0) rows[row++] = lines[i];
    return rows;
  }

  /** By row; undefined where nothing began at a known time. */
  function startsOf(lines: CreatedLines, layout: Layout, rowCount: number): Float64Array | undefined {
    const { u32, f64 } = shared;
    const starts = new Float64Array(rowCount);
    let isKnown = false;
    let row = 0;
    for (let i = 0; i < lines.length; i++) {
      if (u32[(layout.refs >>> 2) + i] === 0) continue;
      const startMs = lines[i] < IS_CREATED_LINE ? Math.trunc(f64[(layout.values >>> 3) + lines[i]] * 1000) : 0;
      if (Number.isFinite(startMs) && startMs !== 0) {
        starts[row] = startMs;
        isKnown = true;
      }
      row++;
    }
    return isKnown ? starts : undefined;
  }

  function countsOf(walk: Walk, workspace: Workspace, createdNow?: CreatedLines): ScrapeCounts {
    const afterRelabelling = walk.sampleCount + walk.overLimit;
    // Only relabelling makes sample lines without a series.
    let scraped = deps.rules.metricRelabel.length === 0 ? afterRelabelling : sampleLineCount(walk, workspace);
    if (deps.rules.metricRelabel.length > 0 && createdNow !== undefined) scraped -= countOf(createdNow, IS_CREATED_LINE);
    const added = addedCount(walk, workspace.added.view(), { ...deps, workspace });
    return { scraped, afterRelabelling, added: added + walk.overLimit };
  }

  /** Series of the last body that no line of this one is of, if they were live. A view of `workspace.ended`. */
  function* goneRefs(walk: Walk, { ended, slice }: Workspace): Generator<undefined, Uint32Array> {
    ended.clear();
    if (last === undefined || !isLive) return ended.view();
    const { visited, layout, writeIndex } = walk;
    const { u32 } = shared;
    const stamped = tracksAll ? undefined : stampedSeries(last, walk);
    for (let i = visited === undefined ? walk.readIndex : 0; i < last.lineCount; i++) {
      if (visited !== undefined && visited[i] === 1) continue;
      const ref = u32[(last.layout.refs >>> 2) + i];
      if (ref !== 0 && tracksStaleness(last.layout, i)) ended.push(ref);
    }
    if (stamped !== undefined) pushUnstamped(ended, last, stamped);
    ended.makeUnique();
    ended.remove(refusals.refs());
    if (ended.length === 0) return ended.view();
    // A series may have come back under another spelling, or two lines may be of one series.
    const isMet = new Uint8Array(ended.length);
    const refs = u32.subarray(layout.refs >>> 2, (layout.refs >>> 2) + writeIndex);
    for (let from = 0; from < writeIndex; from += REFS_AT_ONCE) {
      if (slice.isSpent()) yield;
      const some = refs.subarray(from, from + REFS_AT_ONCE);
      ended.meet(stamped === undefined ? some : some.filter((_, i) => tracksStaleness(layout, from + i)), isMet);
    }
    ended.removeMet(isMet);
    return ended.view();
  }

  /** The series of the lines that are not tracked, as they have timestamps; undefined where none of them can have been before. */
  function stampedSeries(before: ReadBody, { layout, writeIndex, hasNewLines }: Walk): RefList | undefined {
    const { u32 } = shared;
    // As they are signed, the flag is the sign, and the loops stay with small integers.
    const flags = new Int32Array(u32.buffer, layout.keyLengths, writeIndex);
    const flagsBefore = new Int32Array(u32.buffer, before.layout.keyLengths, before.lineCount);
    let changed = 0;
    if (hasNewLines || before.lineCount !== writeIndex) for (let i = 0; i < writeIndex; i++) changed |= flags[i];
    else for (let i = 0; i < writeIndex; i++) changed |= flags[i] & ~flagsBefore[i];
    if (changed >= 0) return undefined;
    const stamped = new RefList();
    for (let i = 0; i < writeIndex; i++) {
      const ref = u32[(layout.refs >>> 2) + i];
      if (ref !== 0 && flags[i] < 0 && !tracksStaleness(layout, i)) stamped.push(ref);
    }
    stamped.makeUnique();
    return stamped;
  }

  /** Adds to `ended` the series of `stamped` that were tracked in the last body: their lines had no timestamps then. */
  function pushUnstamped(ended: RefList, before: ReadBody, stamped: RefList): void {
    const { u32 } = shared;
    for (let i = 0; i < before.lineCount; i++) {
      const ref = u32[(before.layout.refs >>> 2) + i];
      if (ref !== 0 && tracksStaleness(before.layout, i) && stamped.has(ref)) ended.push(ref);
    }
  }

  /** Whether the last body has comments that this one has not, or has elsewhere. */
  function hasLostComments({ visited, readIndex }: Walk): boolean {
    if (last === undefined) return false;
    for (let i = visited === undefined ? readIndex : 0; i < last.lineCount; i++) {
      if (visited?.[i] !== 1 && isComment(shared.u32, last.layout, i)) return true;
    }
    return false;
  }

  function tracksStaleness(layout: Layout, i: number): boolean {
    const ref = shared.u32[(layout.refs >>> 2) + i];
    if (madeUp?.isUnstored(ref) === true) return false;
    if (madeUp?.hasStart(ref) === true) return true;
    if (tracksAll) return true;
    return (shared.u32[(layout.keyLengths >>> 2) + i] & HAS_TIMESTAMP) === 0;
  }

  function markAllStale(timestampMs: number, workspace: Workspace): SampleBatch {
    record.scrapeFailed();
    return endAll(timestampMs, workspace);
  }

  function endAll(timestampMs: number, workspace: Workspace): SampleBatch {
    // Not in slices: series that a scrape before has added to are hardly ever dropped.
    runThrough(renew({ ...deps, workspace }));
    const { ended } = workspace;
    ended.clear();
    if (last !== undefined && isLive) {
      for (let i = 0; i < last.lineCount; i++) {
        const ref = shared.u32[(last.layout.refs >>> 2) + i];
        if (ref !== 0 && tracksStaleness(last.layout, i)) ended.push(ref);
      }
    }
    isLive = false;
    ended.makeUnique();
    ended.remove(refusals.refs());
    const batch = batchOf(shared, workspace.rows(ended.length + SPARE_ROWS), ended.length);
    batch.length = 0;
    pushStale(batch, ended.view(), timestampMs);
    return batch;
  }

  function asScrapeError(error: unknown, walk: Walk, workspace: Workspace): unknown {
    let failure = error;
    if (error instanceof ExpositionError) {
      const number = lineNumber(shared.u8, walk.body, walk.body + walk.offset);
      failure = new ScrapeError(`line ${number}: ${error.reason}`, "other", { cause: error });
    }
    if (failure instanceof ScrapeError) {
      const counts = countsOf(walk, workspace);
      // A sample that its job's rules refuse was scraped all the same.
      const refused = failure === error && failure.failure !== "sample-limit" ? 1 : 0;
      failure.counts = { ...counts, scraped: counts.scraped + refused };
    }
    return failure;
  }

  function freeLast(): void {
    if (last === undefined) return;
    regions.free(last.region);
    regions.free(last.layout.region);
    last = undefined;
  }

  function forget(): void {
    if (last !== undefined) record.bodyGone();
    madeUp?.clear();
    freeLast();
  }

  function free(): void {
    if (deps.record === undefined) record.clear();
    madeUp?.clear();
    freeLast();
  }

  return { read, markAllStale, endAll, free, lastSizeBytes: () => last?.sizeBytes ?? 0, metadata: record.metadata };
}

function hasEndMark(bytes: Uint8Array, start: number, end: number): boolean {
  const mark = end - END_MARK.length;
  return (mark === start || (mark > start && bytes[mark - 1] === NEWLINE)) && END_MARK.every((byte, i) => bytes[mark + i] === byte);
}

function countOf(column: Uint32Array, value: number): number {
  let count = 0;
  for (let i = 0; i < column.length; i++) if (column[i] === value) count++;
  return count;
}
