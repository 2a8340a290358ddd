import { createSampleLine, ExpositionError, lineNumber, scanLine, unescaped, unescapedHelp, type LineSink, type SampleLine, type TextType } from "@ferula/exposition";
import { BODY_ENDED, HAS_TIMESTAMP, LineDiff, MISMATCH, NO_ROW, type Region } from "@ferula/kernels";
import { setStaleAt, type MetricType, type SampleBatch } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import { allocateLayout, growLayout, type Layout } from "./layout.ts";
import { createOldLineFinder } from "./old-lines.ts";
import { ScrapeError, seriesLabels, type SeriesRules } from "./series-maker.ts";
import type { SampleRows, Workspace } from "./workspace.ts";

/** What reading a body gave. */
export interface ReadOutcome {
  /** The samples, and behind them a stale marker for each series that went. Views that the next body overwrites. */
  readonly batch: SampleBatch;
  /** Sample lines of the body, those that relabelling dropped too. */
  readonly scraped: number;
  readonly afterRelabelling: number;
  /** Series that were not in the last good body. */
  readonly added: number;
}

/** Told of the TYPE and HELP lines that are new. */
export interface MetadataSink {
  readonly type: (name: string, type: MetricType) => void;
  readonly help: (name: string, help: string) => void;
}

export interface LineCacheDeps {
  readonly workspace: Workspace;
  readonly rules: SeriesRules;
  readonly honorTimestamps: boolean;
  /** Whether series with timestamps of their own get stale markers too. */
  readonly trackTimestampsStaleness: boolean;
  /** 0 is no limit. */
  readonly sampleLimit: number;
  readonly seriesRef: (labels: readonly string[]) => SeriesRef;
  readonly metadata: MetadataSink;
}

/**
 * Remembers, for one target, each line of its last good body and the series that it is of. The next body is walked by the kernel: lines
 * that are the same are not even parsed; only lines never seen are parsed, relabelled and looked up.
 */
export interface LineCache {
  /** Reads a body that `region` holds, and takes the region over. Throws a ScrapeError; then the last good body stays remembered. */
  readonly read: (region: Region, sizeBytes: number, timestampMs: number) => ReadOutcome;
  /** Stale markers for everything that is live; afterwards nothing is. For a failed scrape, or a target that went. */
  readonly markAllStale: (timestampMs: number) => SampleBatch;
  /** Bytes of the last good body: about what the next one needs. */
  readonly lastSizeBytes: () => number;
  readonly free: () => void;
}

interface Body {
  readonly region: Region;
  readonly sizeBytes: number;
  readonly layout: Layout;
  readonly lineCount: number;
}

const NEWLINE = 10;
const TYPE_LOOK_BACK_ERROR = "BUG: a layout without its TYPE line";

export function createLineCache(deps: LineCacheDeps): LineCache {
  const { workspace, rules, seriesRef, metadata } = deps;
  const { shared, kernels, regions, control } = workspace;
  const line = createSampleLine();
  /** The last good body. */
  let last: Body | undefined;
  /** Whether its series are live, or have got their stale markers. */
  let isLive = false;

  function read(region: Region, sizeBytes: number, timestampMs: number): ReadOutcome {
    const size = endWithNewline(region, sizeBytes);
    const walk = startWalk(region, size, timestampMs);
    try {
      walkBody(walk, size);
      decideUndecided(walk, size);
      const outcome = finish(walk, timestampMs);
      replaceLast({ region, sizeBytes: size, layout: walk.layout, lineCount: walk.writeIndex });
      return outcome;
    } catch (error) {
      regions.free(walk.layout.region);
      regions.free(region);
      throw asScrapeError(error, walk, size);
    }
  }

  function endWithNewline(region: Region, sizeBytes: number): number {
    const { u8 } = shared;
    if (sizeBytes === 0 || u8[region.address + sizeBytes - 1] === NEWLINE) return sizeBytes;
    u8[region.address + sizeBytes] = NEWLINE;
    return sizeBytes + 1;
  }

  function startWalk(region: Region, size: number, timestampMs: number): Walk {
    const layout = allocateLayout(regions, Math.max(64, last?.lineCount ?? 0));
    const word = control >>> 2;
    const { u32, f64 } = shared;
    const body = region.address;
    u32[word + LineDiff.body / 4] = body;
    u32[word + LineDiff.bodyEnd / 4] = body + size;
    u32[word + LineDiff.previousBody / 4] = last?.region.address ?? 0;
    u32[word + LineDiff.lineCount / 4] = last?.lineCount ?? 0;
    for (const [old, column] of [
      [LineDiff.oldStarts, "starts"],
      [LineDiff.oldKeyLengths, "keyLengths"],
      [LineDiff.oldLineLengths, "lineLengths"],
      [LineDiff.oldRefs, "refs"],
      [LineDiff.oldValues, "values"],
    ] as const) {
      u32[word + old / 4] = last?.layout[column] ?? 0;
    }
    f64[(control + LineDiff.defaultTimestamp) >>> 3] = timestampMs;
    return { body, layout, rows: workspace.rows(0), readIndex: 0, writeIndex: 0, offset: 0, sampleCount: 0, undecidedCount: 0, added: 0, visited: undefined, type: undefined, typeBelow: 0, timestampMs };
  }

  function walkBody(walk: Walk, size: number): void {
    const lineCount = last?.lineCount ?? 0;
    const find = last === undefined ? undefined : createOldLineFinder(shared, { layout: last.layout, count: last.lineCount, body: last.region.address });
    for (;;) {
      const from = walk.readIndex;
      const status = diff(walk, lineCount);
      walk.visited?.fill(1, from, walk.readIndex);
      if (status === BODY_ENDED) return;
      // The next line is not the expected one: find out which it is, then let the kernel go on.
      ensureRoom(walk, walk.writeIndex + 1);
      const next = scanLine(shared.u8, walk.body + walk.offset, walk.body + size, sinkOf(walk, find, lineCount), line);
      walk.offset = next - walk.body;
      if (status === MISMATCH && walk.offset >= size) return;
    }
  }

  /** One call of the kernel, with room for as many lines as it may write. */
  function diff(walk: Walk, lineCount: number): number {
    ensureRoom(walk, walk.writeIndex + (lineCount - walk.readIndex));
    const { layout, rows } = walk;
    const word = control >>> 2;
    const { u32 } = shared;
    u32[word + LineDiff.starts / 4] = layout.starts;
    u32[word + LineDiff.keyLengths / 4] = layout.keyLengths;
    u32[word + LineDiff.lineLengths / 4] = layout.lineLengths;
    u32[word + LineDiff.refs / 4] = layout.refs;
    u32[word + LineDiff.values / 4] = layout.values;
    u32[word + LineDiff.sampleRefs / 4] = rows.refs;
    u32[word + LineDiff.sampleValues / 4] = rows.values;
    u32[word + LineDiff.sampleTimestamps / 4] = rows.timestamps;
    u32[word + LineDiff.undecided / 4] = rows.undecided;
    u32[word + LineDiff.readIndex / 4] = walk.readIndex;
    u32[word + LineDiff.writeIndex / 4] = walk.writeIndex;
    u32[word + LineDiff.bodyOffset / 4] = walk.offset;
    u32[word + LineDiff.sampleCount / 4] = walk.sampleCount;
    u32[word + LineDiff.undecidedCount / 4] = walk.undecidedCount;
    const status = kernels.diffLines(control);
    walk.readIndex = u32[word + LineDiff.readIndex / 4];
    walk.writeIndex = u32[word + LineDiff.writeIndex / 4];
    walk.offset = u32[word + LineDiff.bodyOffset / 4];
    walk.sampleCount = u32[word + LineDiff.sampleCount / 4];
    walk.undecidedCount = u32[word + LineDiff.undecidedCount / 4];
    return status;
  }

  function ensureRoom(walk: Walk, lines: number): void {
    if (lines > walk.layout.capacity) walk.layout = growLayout(shared, regions, walk.layout, walk.writeIndex, lines);
    walk.rows = workspace.rows(lines);
  }

  /** Takes lines that the kernel did not know. */
  function sinkOf(walk: Walk, find: ReturnType<typeof createOldLineFinder> | undefined, lineCount: number): LineSink {
    return {
      sample: (sample) => takeSample(walk, sample, find, lineCount),
      comment: (start, end) => takeComment(walk, start, end),
      type(start, end, nameStart, nameEnd, type) {
        metadata.type(unescaped(shared.u8, nameStart, nameEnd), type === "untyped" ? "unknown" : type);
        walk.type = type;
        walk.typeBelow = walk.writeIndex;
        takeComment(walk, start, end);
      },
      help(start, end, nameStart, nameEnd, helpStart, helpEnd) {
        metadata.help(unescaped(shared.u8, nameStart, nameEnd), unescapedHelp(shared.u8, helpStart, helpEnd));
        takeComment(walk, start, end);
      },
    };
  }

  function takeComment(walk: Walk, start: number, end: number): void {
    // A comment that is known but has moved is taken as new: nothing is stored of it.
    writeLine(walk, { start, end, keyLength: end - start, ref: 0, value: 0 });
  }

  function takeSample(walk: Walk, sample: SampleLine, find: ReturnType<typeof createOldLineFinder> | undefined, lineCount: number): void {
    const keyLength = sample.valueStart - sample.start;
    const known = find?.(sample.start, keyLength, walk.readIndex) ?? -1;
    let ref: SeriesRef;
    if (known >= 0 && last !== undefined) {
      ref = shared.u32[(last.layout.refs >>> 2) + known];
      walk.visited ??= new Uint8Array(lineCount).fill(1, 0, walk.readIndex);
      walk.visited[known] = 1;
      // Lines that were passed over are gone, or have moved and will be found in their turn.
      walk.readIndex = known + 1;
    } else {
      const labels = seriesLabels(shared.u8, sample, typeBefore(walk), rules);
      ref = labels === undefined ? 0 : seriesRef(labels);
      if (ref !== 0) walk.added++;
    }
    const flag = sample.hasTimestamp ? HAS_TIMESTAMP : 0;
    writeLine(walk, { start: sample.start, end: sample.end, keyLength: (keyLength | flag) >>> 0, ref, value: sample.value });
    if (ref === 0) return;
    const { rows, sampleCount } = walk;
    shared.u32[(rows.refs >>> 2) + sampleCount] = ref;
    shared.f64[(rows.values >>> 3) + sampleCount] = sample.value;
    shared.f64[(rows.timestamps >>> 3) + sampleCount] = sample.hasTimestamp ? sample.timestampMs : walk.timestampMs;
    walk.sampleCount++;
  }

  function writeLine(walk: Walk, { start, end, keyLength, ref, value }: { start: number; end: number; keyLength: number; ref: number; value: number }): void {
    const { layout, writeIndex: i } = walk;
    const { u32, f64 } = shared;
    u32[(layout.starts >>> 2) + i] = start - walk.body;
    u32[(layout.keyLengths >>> 2) + i] = keyLength;
    u32[(layout.lineLengths >>> 2) + i] = end - start;
    u32[(layout.refs >>> 2) + i] = ref;
    f64[(layout.values >>> 3) + i] = value;
    walk.writeIndex++;
  }

  /** The type that the nearest TYPE line before the next line names; the kernel may have walked over that line. */
  function typeBefore(walk: Walk): TextType | undefined {
    const { layout, body } = walk;
    const { u8, u32 } = shared;
    let found: TextType | undefined;
    const sink: LineSink = { sample: neverASample, comment: () => undefined, help: () => undefined, type: (_s, _e, _n, _m, type) => void (found = type) };
    for (let i = walk.writeIndex - 1; i >= walk.typeBelow; i--) {
      const start = body + u32[(layout.starts >>> 2) + i];
      const length = u32[(layout.lineLengths >>> 2) + i];
      if (u32[(layout.keyLengths >>> 2) + i] !== length) continue;
      scanLine(u8, start, start + length, sink, line);
      if (found === undefined) continue;
      walk.type = found;
      break;
    }
    walk.typeBelow = walk.writeIndex;
    return walk.type;
  }

  /** Lines of known series whose number the kernel left alone: NaN, infinities, nineteen digits and more. */
  function decideUndecided(walk: Walk, size: number): void {
    const { layout, rows, body } = walk;
    const { u8, u32, f64 } = shared;
    const sink: LineSink = { sample: () => undefined, comment: () => undefined, type: () => undefined, help: () => undefined };
    for (let k = 0; k < walk.undecidedCount; k++) {
      const i = u32[(rows.undecided >>> 2) + 2 * k];
      const row = u32[(rows.undecided >>> 2) + 2 * k + 1];
      walk.offset = u32[(layout.starts >>> 2) + i];
      scanLine(u8, body + walk.offset, body + size, sink, line);
      f64[(layout.values >>> 3) + i] = line.value;
      if (row === NO_ROW) continue;
      f64[(rows.values >>> 3) + row] = line.value;
      f64[(rows.timestamps >>> 3) + row] = line.hasTimestamp ? line.timestampMs : walk.timestampMs;
    }
  }

  function finish(walk: Walk, timestampMs: number): ReadOutcome {
    const { sampleCount } = walk;
    if (deps.sampleLimit > 0 && sampleCount > deps.sampleLimit) throw new ScrapeError("sample limit exceeded");
    const gone = isLive ? goneRefs(walk) : [];
    walk.rows = workspace.rows(sampleCount + gone.length);
    const batch = batchOf(walk.rows, sampleCount + gone.length);
    if (!deps.honorTimestamps) batch.timestampsMs.fill(timestampMs, 0, sampleCount);
    for (const [k, ref] of gone.entries()) {
      batch.refs[sampleCount + k] = ref;
      batch.timestampsMs[sampleCount + k] = timestampMs;
      setStaleAt(batch, sampleCount + k);
    }
    return { batch, scraped: sampleCount + droppedLines(walk), afterRelabelling: sampleCount, added: walk.added };
  }

  /** Series of the last body that no line of this one is of. */
  function goneRefs(walk: Walk): readonly SeriesRef[] {
    if (last === undefined) return [];
    const candidates = new Set<SeriesRef>();
    const { u32 } = shared;
    const first = walk.visited === undefined ? walk.readIndex : 0;
    for (let i = first; i < last.lineCount; i++) {
      if (walk.visited !== undefined && walk.visited[i] === 1) continue;
      const ref = u32[(last.layout.refs >>> 2) + i];
      if (ref !== 0 && tracksStaleness(last.layout, i)) candidates.add(ref);
    }
    // A series may have come back under another spelling, or two lines may be of one series.
    if (candidates.size > 0) for (let i = 0; i < walk.writeIndex; i++) candidates.delete(u32[(walk.layout.refs >>> 2) + i]);
    return [...candidates];
  }

  function tracksStaleness(layout: Layout, i: number): boolean {
    if (deps.trackTimestampsStaleness || !deps.honorTimestamps) return true;
    return (shared.u32[(layout.keyLengths >>> 2) + i] & HAS_TIMESTAMP) === 0;
  }

  /** Sample lines without a series; only relabelling makes them. */
  function droppedLines({ layout, writeIndex }: Walk): number {
    if (rules.metricRelabel.length === 0) return 0;
    const { u32 } = shared;
    let dropped = 0;
    for (let i = 0; i < writeIndex; i++) {
      const isSample = u32[(layout.keyLengths >>> 2) + i] !== u32[(layout.lineLengths >>> 2) + i];
      if (isSample && u32[(layout.refs >>> 2) + i] === 0) dropped++;
    }
    return dropped;
  }

  function batchOf(rows: SampleRows, length: number): SampleBatch {
    const { buffer } = shared.u8;
    return {
      length,
      refs: new Uint32Array(buffer, rows.refs, length),
      timestampsMs: new Float64Array(buffer, rows.timestamps, length),
      values: new Float64Array(buffer, rows.values, length),
      valueBits: new Uint32Array(buffer, rows.values, 2 * length),
    };
  }

  function replaceLast(body: Body): void {
    free();
    last = body;
    isLive = true;
  }

  function free(): void {
    if (last === undefined) return;
    regions.free(last.region);
    regions.free(last.layout.region);
    last = undefined;
  }

  function asScrapeError(error: unknown, walk: Walk, size: number): unknown {
    if (!(error instanceof ExpositionError) && !(error instanceof ScrapeError)) return error;
    const number = lineNumber(shared.u8, walk.body, walk.body + Math.min(walk.offset, size));
    return error instanceof ExpositionError ? new ScrapeError(`line ${number}: ${error.reason}`, { cause: error }) : error;
  }

  return {
    read,
    lastSizeBytes: () => last?.sizeBytes ?? 0,
    free,
    markAllStale(timestampMs) {
      const refs = new Set<SeriesRef>();
      if (last !== undefined && isLive) {
        for (let i = 0; i < last.lineCount; i++) {
          const ref = shared.u32[(last.layout.refs >>> 2) + i];
          if (ref !== 0 && tracksStaleness(last.layout, i)) refs.add(ref);
        }
      }
      isLive = false;
      const batch = batchOf(workspace.rows(refs.size), refs.size);
      let i = 0;
      for (const ref of refs) {
        batch.refs[i] = ref;
        batch.timestampsMs[i] = timestampMs;
        setStaleAt(batch, i++);
      }
      return batch;
    },
  };
}

/** A body on its way. */
interface Walk {
  readonly body: number;
  readonly timestampMs: number;
  layout: Layout;
  rows: SampleRows;
  readIndex: number;
  writeIndex: number;
  offset: number;
  sampleCount: number;
  undecidedCount: number;
  added: number;
  /** By old line, whether it was met; made when the first line is out of place. */
  visited: Uint8Array | undefined;
  /** The type that held at the line `typeBelow`. */
  type: TextType | undefined;
  typeBelow: number;
}

function neverASample(): never {
  throw new Error(TYPE_LOOK_BACK_ERROR);
}
