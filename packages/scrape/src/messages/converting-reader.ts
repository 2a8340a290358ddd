import { createSampleLine, sampleLabels, type SampleLine } from "@ferula/exposition";
import { labelsWithout, labelValue, METRIC_NAME, type Labels, type MetricType } from "@ferula/model";
import type { BodyReader } from "../body-reader.ts";
import { type FamilyContext, IGNORE_LINES, utf8 } from "../cache/comments.ts";
import { isCreatedLine } from "../cache/created-lines.ts";
import { exemplarBytes, readExemplar, takeRoom } from "../cache/exemplar.ts";
import { emptyLabelNames, seriesLabels, storedLabels } from "../cache/series-maker.ts";
import { SYNTAXES, type SyntaxName } from "../cache/syntax.ts";
import { isRenamed } from "../cache/walk.ts";
import { isCounterName } from "../starts/counter-lines.ts";
import { type BodyWalk, countSample, meet, takeHistogram, takeText } from "./body-walk.ts";
import { ClassicGroup } from "./classic-group.ts";
import { areEqual, type ContextRules, createWantedEntry, hashBytes, type WantedEntry, wantSlot } from "./entry-finder.ts";
import { addEntry, addSlot, CONTEXT_WORDS, type EntryTable, NO_SERIES, STAMPED } from "./entry-table.ts";
import { baseNameLength, boundOf, groupHash } from "./histogram-line.ts";
import type { HistogramLimits } from "./limit-histogram.ts";
import { lineMetadata, startLineScan } from "./line-metadata.ts";
import { pushNumber, setCounters, setStarts, sortExemplars } from "./sample-rows.ts";
import { createTableReader, type TableReaderDeps } from "./table-reader.ts";
import { createToldStarts } from "./told-starts.ts";

/** What reading text while converting its classic histograms needs. */
export interface ConvertingReaderDeps extends TableReaderDeps {
  readonly syntax: SyntaxName;
  /** Whether the classic series are stored too. */
  readonly keepsClassic: boolean;
  readonly limits: HistogramLimits;
  /** Whether `_created` lines of OpenMetrics tell when counters began, and are no series. Default: false. */
  readonly takesStartTimestamps?: boolean;
}

/** The types of lines, by their number in `EntryTable.kinds`; 0 is before the first TYPE line. */
const TYPES: readonly (MetricType | undefined)[] = [
  undefined,
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
  "unknown",
];
const TYPE_MASK = 15;
const HISTOGRAM: number = TYPES.indexOf("histogram");

/** The line belongs to the histogram that the TYPE line before names. */
const IS_PART = 16;
/** The entry is a converted histogram; its key is that of its first line. */
const IS_CONVERTED = 32;

/** As many lines are taken between two looks at the clock. */
const LINES_AT_ONCE = 64;

/**
 * A reader of text that makes native histograms with custom buckets of classic ones. Lines are scanned all and found again by their bytes, as
 * a line cache can't tell which lines make a histogram. A histogram is the lines that follow each other with one base name and, but for `le`,
 * the same labels; one whose counts can't be is left out. Source: model/textparse/nhcbparse.go.
 */
export function createConvertingReader(deps: ConvertingReaderDeps): BodyReader {
  const { workspaces, rules, series, sampleLimit, honorTimestamps, takesExemplars, keepsClassic, limits, madeUp } = deps;
  const { shared } = workspaces;
  const syntax = SYNTAXES[deps.syntax];
  const usesUnits = rules.typeAndUnitLabels === true;
  const told = deps.takesStartTimestamps === true && syntax.isOpenMetrics ? createToldStarts(syntax) : undefined;
  const wanted = createWantedEntry();
  const wantedWhole = createWantedEntry();
  const group = new ClassicGroup();
  const line = createSampleLine();
  const firstLine = createSampleLine();
  let walk: BodyWalk;
  let u8 = shared.u8;
  /** What the comments before the next line say. */
  let type = 0;
  let familyStart = 0;
  let familyLength = 0;
  /** Whether no comment since has named another family. */
  let isTyped = false;
  let unitStart = 0;
  let unitLength = 0;

  /** Contexts are the two words of the group's hash, which a line alone does not tell, and where the unit stands. */
  const contexts: ContextRules = {
    same: (of, at, wants) => of[at + 3] === wants[3] && areEqual(shared.u8, of[at + 2], wants[2], wants[3]),
    hash: (context) => hashBytes(shared.u8, context[2], context[3]),
  };

  function* walkBody(of: BodyWalk): Generator<undefined, void> {
    walk = of;
    const { slice } = of.workspace;
    // A view stays good while memory grows: the body was there before.
    u8 = shared.u8;
    type = familyLength = unitLength = 0;
    isTyped = false;
    group.clear();
    told?.clear();
    const next = startLineScan(u8, of.start, of.end, syntax, line, sink);
    for (let taken = 1; next(); taken++) {
      if (of.entries.wantsIndex()) yield* of.entries.makeIndex(slice);
      if (taken % LINES_AT_ONCE === 0 && slice.isSpent()) yield;
    }
    flush();
  }

  const sink = {
    sample: takeLine,
    comment: endAtComment,
    help(start: number, end: number, nameStart: number, nameEnd: number): void {
      takeText(walk, u8, start, end);
      flush();
      isTyped &&= isOfFamily(nameStart, nameEnd);
    },
    type(lineStart: number, lineEnd: number, nameStart: number, nameEnd: number, named: MetricType): void {
      takeText(walk, u8, lineStart, lineEnd);
      flush();
      type = TYPES.indexOf(named);
      isTyped = true;
      familyStart = nameStart;
      familyLength = nameEnd - nameStart;
    },
    unit(lineStart: number, lineEnd: number, nameStart: number, nameEnd: number, start: number, end: number): void {
      takeText(walk, u8, lineStart, lineEnd);
      flush();
      isTyped &&= isOfFamily(nameStart, nameEnd);
      unitStart = usesUnits ? start : 0;
      unitLength = usesUnits ? end - start : 0;
    },
  };

  function takeLine(): void {
    if (told !== undefined && isCreatedLine(u8, line, TYPES[type])) return;
    const baseLength = baseNameLength(u8, line);
    const bound = boundOf(u8, line, baseLength);
    const isPart =
      type === HISTOGRAM && bound !== undefined && baseLength === familyLength && areEqual(u8, line.nameStart, familyStart, baseLength);
    want(wanted, line.start, line.valueStart - line.start, isPart ? type | IS_PART : type);
    const known = walk.entries.find(wanted, walk.readIndex);
    findGroup(known, line.nameEnd - line.nameStart - baseLength);
    if (group.isOpen && (type !== HISTOGRAM || !group.has(wanted.context))) flush();
    meet(walk, known);
    addLine(known, isPart);
    const timestampMs = line.hasTimestamp && honorTimestamps ? line.timestampMs : walk.timestampMs;
    const startMs = startOfLine(isPart);
    if (isPart) takePart(bound, timestampMs, startMs);
    if (!isPart || keepsClassic) takeFloat(timestampMs, startMs, isPart);
  }

  /** That of a histogram's first line holds for all of them. */
  function startOfLine(isPart: boolean): number {
    if (told === undefined) return 0;
    if (isPart && group.isOpen) return group.startMs;
    return told.startOf(line, { u8, end: walk.end, type: TYPES[type], familyLength });
  }

  /** Puts the hash of the line's group into its context. Lines of other types are of none. */
  function findGroup(known: number, suffixLength: number): void {
    const { context } = wanted;
    if (known < 0) {
      groupHash(context, type === HISTOGRAM ? exposedLabels(line, type, unitText()) : undefined, suffixLength);
      return;
    }
    context[0] = walk.last.contexts[CONTEXT_WORDS * known];
    context[1] = walk.last.contexts[CONTEXT_WORDS * known + 1];
  }

  function want(entry: WantedEntry, keyStart: number, keyLength: number, kind: number): void {
    entry.keyStart = keyStart;
    entry.keyLength = keyLength;
    entry.kind = kind;
    entry.context[2] = unitStart;
    entry.context[3] = unitLength;
    entry.slotCount = 0;
    wantSlot(entry, 0);
  }

  function addLine(known: number, isPart: boolean): void {
    const { keyStart, keyLength, kind, context } = wanted;
    const isSwallowed = isPart && !keepsClassic;
    const labels = isSwallowed || known >= 0 ? undefined : seriesLabels(u8, line, contextOf(type, unitText()), rules);
    const ref = isSwallowed || known >= 0 ? knownRef(known) : newRef(labels);
    if (madeUp !== undefined && labels !== undefined && ref !== NO_SERIES && isRenamed(u8, line, labels)) madeUp.exclude(ref);
    addEntry(walk.next, keyStart, keyLength, line.hasTimestamp ? kind | STAMPED : kind, context);
    addSlot(walk.next, ref, 0);
  }

  function knownRef(known: number): number {
    return known < 0 ? NO_SERIES : walk.last.refs[walk.last.firstSlots[known]];
  }

  function newRef(labels: Labels | undefined): number {
    if (labels === undefined) return NO_SERIES;
    const limit = sampleLimit();
    if (limit > 0 && walk.afterRelabelling >= limit) {
      // The scrape has failed already; its series must not fill the storage.
      walk.overLimit++;
      return NO_SERIES;
    }
    const ref = series.seriesRef(labels);
    walk.workspace.added.push(walk.next.slotCount);
    return ref;
  }

  function takePart(bound: number, timestampMs: number, startMs: number): void {
    if (!group.isOpen) {
      const { keyStart, keyLength, context } = wanted;
      group.open(context, keyStart, keyLength, line.hasTimestamp, timestampMs, startMs);
    }
    group.add(line.nameEnd - line.nameStart - familyLength, bound, line.value);
    if (line.hasExemplarTimestamp && takesExemplar()) group.exemplars.push(readExemplar(u8, line, NO_SERIES, timestampMs));
  }

  function takeFloat(timestampMs: number, startMs: number, isPart: boolean): void {
    const ref = walk.next.refs[walk.next.slotCount - 1];
    if (!countSample(walk, ref, timestampMs)) return;
    pushNumber(walk.rows, ref, timestampMs, line.value);
    if (told !== undefined) setStarts(walk.rows, walk.rows.batch.length - 1, startMs);
    if (madeUp !== undefined) setCounters(walk.rows, walk.rows.batch.length - 1, isCounterLine());
    // The exemplars of a part are the histogram's.
    if (!isPart && takesExemplar()) walk.rows.exemplars.rows.push(readExemplar(u8, line, ref, timestampMs));
  }

  /** Whether the line has an exemplar that somebody takes. */
  function takesExemplar(): boolean {
    return line.hasExemplar && takesExemplars && takeRoom(walk.rows.exemplars, exemplarBytes(line));
  }

  /** A blank line ends nothing. */
  function endAtComment(start: number, end: number): void {
    for (let p = start; p < end; p++) if (u8[p] === HASH) return flush();
  }

  /** Ends the histogram whose lines were read last. */
  function flush(): void {
    if (!group.isOpen) return;
    const { keyStart, keyLength, isStamped, timestampMs, startMs } = group;
    const histogram = group.convert();
    if (histogram === undefined) return;
    want(wantedWhole, keyStart, keyLength, HISTOGRAM | IS_CONVERTED);
    const known = walk.entries.find(wantedWhole, walk.readIndex);
    meet(walk, known);
    const ref = known >= 0 ? knownRef(known) : newRef(wholeLabels(keyStart, walk.end, HISTOGRAM, unitText()));
    const { kind, context } = wantedWhole;
    addEntry(walk.next, keyStart, keyLength, isStamped ? kind | STAMPED : kind, context);
    addSlot(walk.next, ref, 0);
    if (takeHistogram(walk, ref, timestampMs, startMs, histogram, limits)) takeGroupExemplars(ref);
  }

  function isOfFamily(nameStart: number, nameEnd: number): boolean {
    return nameEnd - nameStart === familyLength && areEqual(u8, nameStart, familyStart, familyLength);
  }

  function isCounterLine(): boolean {
    return isTyped && isCounterName(u8, line.nameStart, line.nameEnd, TYPES[type], familyStart, familyLength);
  }

  function takeGroupExemplars(ref: number): void {
    const { rows: exemplars } = walk.rows.exemplars;
    const from = exemplars.length;
    for (const exemplar of group.exemplars) exemplars.push({ ...exemplar, ref });
    group.exemplars.length = 0;
    sortExemplars(exemplars, from);
  }

  function unitText(): string {
    return utf8(u8, unitStart, unitStart + unitLength);
  }

  function exposedLabels(of: SampleLine, ofType: number, unit: string): Labels {
    return sampleLabels(shared.u8, of, TYPES[ofType], usesUnits ? contextOf(ofType, unit) : undefined);
  }

  /** The labels of the histogram whose first line starts at `lineStart`. */
  function wholeLabels(lineStart: number, bodyEnd: number, ofType: number, unit: string): Labels | undefined {
    scanAt(lineStart, bodyEnd);
    const exposed = exposedLabels(firstLine, ofType, unit);
    const suffixLength = firstLine.nameEnd - firstLine.nameStart - baseNameLength(shared.u8, firstLine);
    const name = labelValue(exposed, METRIC_NAME).slice(0, -suffixLength);
    const labels = labelsWithout(exposed, BOUND_LABEL).map((text, i, all) => (i % 2 === 1 && all[i - 1] === METRIC_NAME ? name : text));
    return storedLabels(labels, emptyLabelNames(shared.u8, firstLine), rules);
  }

  /** Reads again a line of a body up to `bodyEnd`: values of labels may hold newlines, so only its grammar tells where it ends. */
  function scanAt(lineStart: number, bodyEnd: number): void {
    syntax.scanLine(shared.u8, lineStart, bodyEnd, IGNORE_LINES, firstLine);
  }

  function labels(table: EntryTable, entry: number): Labels | undefined {
    const kind = table.kinds[entry];
    const [start, length] = [table.contexts[CONTEXT_WORDS * entry + 2], table.contexts[CONTEXT_WORDS * entry + 3]];
    const unit = utf8(shared.u8, start, start + length);
    if ((kind & IS_CONVERTED) !== 0) return wholeLabels(table.keyStarts[entry], table.bodyEnd, kind & TYPE_MASK, unit);
    scanAt(table.keyStarts[entry], table.bodyEnd);
    return seriesLabels(shared.u8, firstLine, contextOf(kind & TYPE_MASK, unit), rules);
  }

  return createTableReader(deps, {
    contexts,
    walk: walkBody,
    labels,
    metadata: (table) => lineMetadata(shared.u8, table, syntax, firstLine),
    isText: true,
  });
}

const HASH = 0x23;
const BOUND_LABEL: ReadonlySet<string> = new Set(["le"]);

function contextOf(type: number, unit: string): FamilyContext {
  return { type: TYPES[type], unit };
}
