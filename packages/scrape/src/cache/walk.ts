import { type LineSink, type SampleLine, unescaped } from "@ferula/exposition";
import { BODY_ENDED, HAS_EXEMPLAR, HAS_TIMESTAMP, KEY_LENGTH, LAYOUT_ENDED, LineDiff, NO_ROW } from "@ferula/kernels";
import { type Labels, labelValue, METRIC_NAME } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import { IGNORE_LINES, createContextFinder, isComment, type ContextFinder } from "./comments.ts";
import { type CountedLines, countLines, createCountedLines, hasCounted, type LinesToCount, spellingCount } from "./counted-lines.ts";
import { isCreatedLine } from "./created-lines.ts";
import { isStrictlyAscending } from "./distinct.ts";
import { type BodyExemplars, createBodyExemplars, exemplarBytes, readExemplar, takeRoom } from "./exemplar.ts";
import { allocateLayout, growLayout, type Layout, type ReadBody } from "./layout.ts";
import { createOldLines, type OldLines } from "./old-lines.ts";
import type { RenewDeps } from "./renew-refs.ts";
import { setValue } from "./sample-value.ts";
import { seriesLabels } from "./series-maker.ts";
import { SYNTAXES } from "./syntax.ts";
import type { SampleRows, Workspace } from "./workspace.ts";

/** What reading the lines of a body needs. */
export interface WalkDeps extends RenewDeps {
  /** How many samples a body may have now; 0 is no limit. */
  readonly sampleLimit: () => number;
  /** Whether somebody takes exemplars; else they are not read. */
  readonly takesExemplars: boolean;
  /** Whether timestamps in the body count; else all samples are of the scrape's time. */
  readonly honorTimestamps: boolean;
  /**
   * Whether `_created` lines of OpenMetrics tell when the counters of their families began, and are no series (upstream's features
   * created-timestamp-zero-ingestion and st-storage); not, when it is left out.
   */
  readonly takesStartTimestamps?: boolean;
  /** Told of new series that relabelling has given another name. */
  readonly onRenamed?: (ref: SeriesRef) => void;
}

/** A body on its way. Offsets count from its first byte, lines from 0. */
export interface Walk {
  readonly last: ReadBody | undefined;
  /** The address of the body. */
  readonly body: number;
  readonly sizeBytes: number;
  readonly timestampMs: number;
  layout: Layout;
  rows: SampleRows;
  /** The next line of the last body, and the next of this one. */
  readIndex: number;
  writeIndex: number;
  /** Where the next line starts; where the line at fault starts, when the body can't be read. */
  offset: number;
  sampleCount: number;
  undecidedCount: number;
  /** New series that are not made: the limit of samples was reached before them. */
  overLimit: number;
  readonly counted: CountedLines;
  /** By line of the last body, whether it was met; made when the first line is out of place. */
  visited: Uint8Array | undefined;
  readonly context: ContextFinder;
  readonly exemplars: BodyExemplars;
  /** Whether TYPE, HELP or UNIT lines came, or moved; those that went are for the caller to see. */
  hasNewMetadata: boolean;
  /** Whether a line was scanned here: the lines are not those of the last body, one by one. */
  hasNewLines: boolean;
}

/** Columns of the last layout that the kernel reads, and of the new one that it writes. */
const OLD_COLUMNS = [
  [LineDiff.oldStarts, "starts"],
  [LineDiff.oldKeyLengths, "keyLengths"],
  [LineDiff.oldLineLengths, "lineLengths"],
  [LineDiff.oldRefs, "refs"],
  [LineDiff.oldValues, "values"],
] as const;

const SMALLEST_LINES = 64;

/** Of a body in the order of the last one about as much is read between two looks at the clock: some milliseconds. */
const BYTES_AT_ONCE = 2 ** 20;
const LEAST_LINES = 64;

/** Of new lines, whose series must be made, about as much: a millisecond or two. */
const NEW_BYTES_AT_ONCE = 16 * 1024;

const NO_OLD_LINES: OldLines = { find: () => -1, wantsIndex: () => false, *makeIndex() {} };

/** A walk before its first line. */
export function startWalk(last: ReadBody | undefined, body: number, sizeBytes: number, timestampMs: number, deps: WalkDeps): Walk {
  const { workspace, rules } = deps;
  const { shared, control, regions } = workspace;
  const syntax = SYNTAXES[deps.syntax];
  const layout = allocateLayout(regions, Math.max(SMALLEST_LINES, last?.lineCount ?? 0));
  const { u32, f64 } = shared;
  const word = control >>> 2;
  u32[word + LineDiff.body / 4] = body;
  u32[word + LineDiff.bodyEnd / 4] = body + sizeBytes;
  u32[word + LineDiff.previousBody / 4] = last?.region.address ?? 0;
  u32[word + LineDiff.isOpenMetrics / 4] = syntax.isOpenMetrics ? 1 : 0;
  for (const [old, column] of OLD_COLUMNS) u32[word + old / 4] = last?.layout[column] ?? 0;
  f64[(control + LineDiff.defaultTimestamp) >>> 3] = timestampMs;
  workspace.added.clear();
  return {
    last,
    body,
    sizeBytes,
    timestampMs,
    layout,
    rows: workspace.rows(0),
    readIndex: 0,
    writeIndex: 0,
    offset: 0,
    sampleCount: 0,
    undecidedCount: 0,
    overLimit: 0,
    counted: createCountedLines(),
    visited: undefined,
    context: createContextFinder(workspace, syntax, rules.typeAndUnitLabels === true),
    exemplars: createBodyExemplars(),
    hasNewMetadata: false,
    hasNewLines: false,
  };
}

/**
 * Walks to the end of the body, in slices. The kernel takes the lines that follow the last body; those that don't are scanned here, after
 * which the kernel goes on. Throws an ExpositionError or a ScrapeError at the first line that can't be taken; `walk.offset` is where that
 * starts.
 */
export function* walkBody(walk: Walk, deps: WalkDeps): Generator<undefined, void> {
  const { slice } = deps.workspace;
  const lineCount = walk.last?.lineCount ?? 0;
  const oldLines = walk.last === undefined ? NO_OLD_LINES : createOldLines(deps.workspace.shared, walk.last);
  const sink = newLineSink(walk, oldLines, deps);
  const linesAtOnce = Math.max(LEAST_LINES, Math.floor(lineCount * (BYTES_AT_ONCE / (walk.sizeBytes + 1))));
  for (;;) {
    const status = followLines(walk, lineCount, linesAtOnce, deps.workspace);
    decideUndecided(walk, deps);
    if (slice.isSpent()) yield;
    if (status === LAYOUT_ENDED && walk.readIndex < lineCount) continue;
    if (SYNTAXES[deps.syntax].isOpenMetrics) checkEnd(walk, status === BODY_ENDED, deps);
    if (status === BODY_ENDED) return;
    walk.hasNewLines = true;
    while (scanLines(walk, lineCount, sink, deps)) if (slice.isSpent()) yield;
    if (oldLines.wantsIndex()) yield* oldLines.makeIndex(slice);
  }
}

/** Scans a line, or some, where the last body has no more. Returns whether there are more for which that holds. */
function scanLines(walk: Walk, lineCount: number, sink: LineSink, { workspace, syntax }: WalkDeps): boolean {
  const { scanLine } = SYNTAXES[syntax];
  const { shared, line } = workspace;
  const end = walk.body + walk.sizeBytes;
  const stop = Math.min(walk.offset + NEW_BYTES_AT_ONCE, walk.sizeBytes);
  do {
    ensureRoom(walk, walk.writeIndex + 1, workspace);
    walk.offset = scanLine(shared.u8, walk.body + walk.offset, end, sink, line) - walk.body;
  } while (walk.readIndex >= lineCount && walk.offset < stop);
  return walk.readIndex >= lineCount && walk.offset < walk.sizeBytes;
}

/**
 * Holds what the kernel has walked over against the rule that OpenMetrics ends with its last line, and that each line ends with a newline.
 * What breaks it is scanned once more, which tells what is wrong.
 */
function checkEnd(walk: Walk, isBodyEnd: boolean, { workspace, syntax }: WalkDeps): void {
  const { shared, line } = workspace;
  const { u8, u32 } = shared;
  const { layout, body } = walk;
  const end = body + walk.sizeBytes;
  const last = walk.writeIndex - 1;
  const start = last < 0 ? body : body + u32[(layout.starts >>> 2) + last];
  const hasEnded = last >= 0 && isComment(u32, layout, last) && SYNTAXES[syntax].isEnd(u8, start, end);
  if (hasEnded === isBodyEnd && walk.offset <= walk.sizeBytes) return;
  const isCutOff = hasEnded || walk.offset > walk.sizeBytes;
  walk.offset = isCutOff ? start - body : walk.sizeBytes;
  SYNTAXES[syntax].scanLine(u8, body + walk.offset, end, IGNORE_LINES, line);
}

/** How many sample lines the walk has taken, those that relabelling dropped too. */
export function sampleLineCount({ layout, writeIndex }: Walk, { shared }: Workspace): number {
  const { u32 } = shared;
  let count = 0;
  for (let i = 0; i < writeIndex; i++) if (!isComment(u32, layout, i)) count++;
  return count;
}

/** One call of the kernel, for so many lines of the last body at most; there is room for all that it may write. */
function followLines(walk: Walk, lineCount: number, linesAtOnce: number, workspace: Workspace): number {
  ensureRoom(walk, walk.writeIndex + (lineCount - walk.readIndex), workspace);
  const { layout, rows } = walk;
  const { control, kernels, shared } = workspace;
  const { u32 } = shared;
  const word = control >>> 2;
  const from = walk.readIndex;
  u32[word + LineDiff.starts / 4] = layout.starts;
  u32[word + LineDiff.keyLengths / 4] = layout.keyLengths;
  u32[word + LineDiff.lineLengths / 4] = layout.lineLengths;
  u32[word + LineDiff.refs / 4] = layout.refs;
  u32[word + LineDiff.values / 4] = layout.values;
  u32[word + LineDiff.sampleRefs / 4] = rows.refs;
  u32[word + LineDiff.sampleValues / 4] = rows.values;
  u32[word + LineDiff.sampleTimestamps / 4] = rows.timestamps;
  u32[word + LineDiff.undecided / 4] = rows.undecided;
  u32[word + LineDiff.lineCount / 4] = Math.min(lineCount, from + linesAtOnce);
  u32[word + LineDiff.readIndex / 4] = from;
  u32[word + LineDiff.writeIndex / 4] = walk.writeIndex;
  u32[word + LineDiff.bodyOffset / 4] = walk.offset;
  u32[word + LineDiff.sampleCount / 4] = walk.sampleCount;
  u32[word + LineDiff.undecidedCount / 4] = 0;
  const status = kernels.diffLines(control);
  walk.readIndex = u32[word + LineDiff.readIndex / 4];
  walk.writeIndex = u32[word + LineDiff.writeIndex / 4];
  walk.offset = u32[word + LineDiff.bodyOffset / 4];
  walk.sampleCount = u32[word + LineDiff.sampleCount / 4];
  walk.undecidedCount = u32[word + LineDiff.undecidedCount / 4];
  walk.visited?.fill(1, from, walk.readIndex);
  return status;
}

function ensureRoom(walk: Walk, lineCount: number, workspace: Workspace): void {
  if (lineCount > walk.layout.capacity) {
    walk.layout = growLayout(workspace.shared, workspace.regions, walk.layout, walk.writeIndex, lineCount);
  }
  walk.rows = workspace.rows(lineCount);
}

/** Lines of known series that the kernel left alone: NaN, infinities, nineteen digits and more, exemplars, and mistakes. */
function decideUndecided(walk: Walk, deps: WalkDeps): void {
  if (walk.undecidedCount === 0) return;
  const { workspace, syntax } = deps;
  const { readNumbers } = SYNTAXES[syntax];
  const { layout, rows, body } = walk;
  const { shared, line } = workspace;
  const { u8, u32, f64 } = shared;
  const next = walk.offset;
  for (let k = 0; k < walk.undecidedCount; k++) {
    const i = u32[(rows.undecided >>> 2) + 2 * k];
    const row = u32[(rows.undecided >>> 2) + 2 * k + 1];
    const keyAt = (layout.keyLengths >>> 2) + i;
    const keyLength = u32[keyAt] & KEY_LENGTH;
    const start = body + u32[(layout.starts >>> 2) + i];
    walk.offset = start - body;
    readNumbers(u8, start, start + keyLength, body + walk.sizeBytes, line);
    u32[keyAt] = withFlags(keyLength, line);
    setValue(f64, u32, (layout.values >>> 3) + i, line.value);
    if (row === NO_ROW) continue;
    setValue(f64, u32, (rows.values >>> 3) + row, line.value);
    f64[(rows.timestamps >>> 3) + row] = line.hasTimestamp ? line.timestampMs : walk.timestampMs;
    if (line.hasExemplar) takeExemplar(walk, line, u32[(rows.refs >>> 2) + row], deps);
  }
  walk.offset = next;
}

function withFlags(keyLength: number, { hasTimestamp, hasExemplar }: SampleLine): number {
  return (keyLength | (hasTimestamp ? HAS_TIMESTAMP : 0) | (hasExemplar ? HAS_EXEMPLAR : 0)) >>> 0;
}

function takeExemplar(walk: Walk, line: SampleLine, ref: SeriesRef, { workspace, honorTimestamps, takesExemplars }: WalkDeps): void {
  if (!takesExemplars || !takeRoom(walk.exemplars, exemplarBytes(line))) return;
  const timestampMs = line.hasTimestamp && honorTimestamps ? line.timestampMs : walk.timestampMs;
  walk.exemplars.rows.push(readExemplar(workspace.shared.u8, line, ref, timestampMs));
}

/** Takes lines that the kernel did not know. */
function newLineSink(walk: Walk, oldLines: OldLines, deps: WalkDeps): LineSink {
  const { workspace } = deps;
  // A comment that is known but has moved is taken as new: nothing is stored of it.
  const comment = (start: number, end: number): void => writeLine(walk, workspace, start, end, end - start, 0, 0);
  const metadata = (start: number, end: number): void => {
    walk.hasNewMetadata = true;
    comment(start, end);
  };
  return { sample: (line) => takeSample(walk, line, oldLines, deps), comment, type: metadata, help: metadata, unit: metadata };
}

function takeSample(walk: Walk, line: SampleLine, oldLines: OldLines, deps: WalkDeps): void {
  const { shared } = deps.workspace;
  const { last } = walk;
  const keyLength = line.valueStart - line.start;
  const known = oldLines.find(line.start, keyLength, walk.readIndex);
  let ref: SeriesRef;
  if (known >= 0 && last !== undefined) {
    ref = shared.u32[(last.layout.refs >>> 2) + known];
    walk.visited ??= new Uint8Array(last.lineCount).fill(1, 0, walk.readIndex);
    walk.visited[known] = 1;
    // Comments between here and there may stand twice from now on.
    if (known < walk.readIndex) walk.hasNewMetadata = true;
    // Lines that were passed over are gone, or have moved and will be found in their turn.
    walk.readIndex = known + 1;
  } else {
    ref = newSeries(walk, line, deps);
  }
  writeLine(walk, deps.workspace, line.start, line.end, withFlags(keyLength, line), ref, line.value);
  if (ref === 0) return;
  const { rows, sampleCount } = walk;
  const { u32, f64 } = shared;
  u32[(rows.refs >>> 2) + sampleCount] = ref;
  setValue(f64, u32, (rows.values >>> 3) + sampleCount, line.value);
  f64[(rows.timestamps >>> 3) + sampleCount] = line.hasTimestamp ? line.timestampMs : walk.timestampMs;
  walk.sampleCount++;
  if (line.hasExemplar) takeExemplar(walk, line, ref, deps);
}

/** The series of a line that was never seen, 0 when it has none. */
function newSeries(walk: Walk, line: SampleLine, deps: WalkDeps): SeriesRef {
  const { workspace, rules, sampleLimit, series, syntax } = deps;
  const { u8 } = workspace.shared;
  const context = walk.context.before(walk.layout, walk.body, walk.writeIndex);
  if (deps.takesStartTimestamps === true && SYNTAXES[syntax].isOpenMetrics && isCreatedLine(u8, line, context.type)) return 0;
  const labels = seriesLabels(u8, line, context, rules);
  if (labels === undefined) return 0;
  const limit = sampleLimit();
  if (limit > 0 && walk.sampleCount >= limit && isOneTooMany(walk, line, limit, deps)) {
    // The scrape has failed already; its series must not fill the storage.
    walk.overLimit++;
    return 0;
  }
  const ref = series.seriesRef(labels);
  workspace.added.push(walk.writeIndex);
  if (deps.onRenamed !== undefined && rules.metricRelabel.length > 0 && isRenamed(u8, line, labels)) deps.onRenamed(ref);
  return ref;
}

/** Whether a series has another name than its line. */
export function isRenamed(u8: Uint8Array, { nameStart, nameEnd }: SampleLine, labels: Labels): boolean {
  return labelValue(labels, METRIC_NAME) !== unescaped(u8, nameStart, nameEnd);
}

/** Whether the limit of samples was reached before a line, and the line counts. */
function isOneTooMany(walk: Walk, line: SampleLine, limit: number, deps: WalkDeps): boolean {
  if (walk.overLimit > 0) return true;
  if (limitedCount(walk, limit, deps) < limit) return false;
  const isStamped = line.hasTimestamp && deps.honorTimestamps;
  return isStamped || !hasCounted(walk.counted, linesToCount(walk, deps), line.start, line.valueStart - line.start);
}

/** How many samples so far count against a limit of so many; of more than one too many it is not told how many. */
export function limitedCount(walk: Walk, limit: number, deps: WalkDeps): number {
  return countLines(walk.counted, linesToCount(walk, deps), walk.writeIndex, limit) + walk.overLimit;
}

/** How many of the new lines, which are told by their index, count as series that were added: those that differ in their spelling. */
export function addedCount(walk: Walk, indexes: Uint32Array, deps: WalkDeps): number {
  const { u32 } = deps.workspace.shared;
  const refs = indexes.map((i) => u32[(walk.layout.refs >>> 2) + i]);
  // New series come with ascending references; where they do, no two lines are alike.
  return isStrictlyAscending(refs) ? refs.length : spellingCount(linesToCount(walk, deps), indexes);
}

function linesToCount({ layout, body }: Walk, { workspace: { shared }, honorTimestamps }: WalkDeps): LinesToCount {
  return { shared, layout, body, honorsTimestamps: honorTimestamps };
}

function writeLine(walk: Walk, { shared }: Workspace, start: number, end: number, keyFlags: number, ref: SeriesRef, value: number): void {
  const { layout, body } = walk;
  const { u32, f64 } = shared;
  const writeIndex = walk.writeIndex++;
  u32[(layout.starts >>> 2) + writeIndex] = start - body;
  u32[(layout.keyLengths >>> 2) + writeIndex] = keyFlags;
  u32[(layout.lineLengths >>> 2) + writeIndex] = end - start;
  u32[(layout.refs >>> 2) + writeIndex] = ref;
  setValue(f64, u32, (layout.values >>> 3) + writeIndex, value);
}
