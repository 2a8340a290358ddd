import {
  checkFamily,
  convertedHistogram,
  COUNTER,
  COUNTER_VALUE,
  familyHelp,
  familyName,
  type FamilyMessage,
  familyUnit,
  GAUGE,
  GAUGE_HISTOGRAM,
  GAUGE_VALUE,
  HISTOGRAM,
  HISTOGRAM_SUM,
  labelsBetween,
  type MetricMessage,
  createMetricMessage,
  nativeHistogram,
  observationCount,
  startMessageScan,
  SUMMARY,
  SUMMARY_SUM,
  UNTYPED_VALUE,
} from "@ferula/exposition";
import { ClassicHistogram, type Labels, labelValue, METRIC_NAME } from "@ferula/model";
import type { BodyReader } from "../body-reader.ts";
import type { Told } from "../cache/target-metadata.ts";
import { type BodyWalk, countSample, meet, takeExemplar, takeHistogram, takeText, takeWord } from "./body-walk.ts";
import { areEqual, type ContextRules, createWantedEntry, hashBytes, type WantedEntry } from "./entry-finder.ts";
import { addEntry, addSlot, CONTEXT_WORDS, type EntryTable, NO_SERIES, STAMPED } from "./entry-table.ts";
import type { HistogramLimits } from "./limit-histogram.ts";
import {
  classicBucketCount,
  HAS_CLASSIC,
  HAS_CONVERTED,
  HAS_WHOLE,
  hasHistograms,
  metricTypeOf,
  type HistogramForms,
  type NamedMetric,
  slotLabels,
  wantSlots,
} from "./message-slots.ts";
import { pushFloat, pushNumber, setCounters, setStarts, sortExemplars } from "./sample-rows.ts";
import { createTableReader, type TableReaderDeps } from "./table-reader.ts";

/** What reading messages needs. */
export interface MessageReaderDeps extends TableReaderDeps {
  readonly forms: HistogramForms;
  readonly limits: HistogramLimits;
  /** Whether the storage is told when counters began. */
  readonly takesStartTimestamps: boolean;
}

/** Shared by all readers: each metric is read and taken within one turn. */
const metricScratch: MetricMessage = createMetricMessage();
const classicScratch = new ClassicHistogram();

/** The type, the name, the help and the unit. */
const TEXTS_A_FAMILY = 4;

/** As many metrics are taken between two looks at the clock. */
const METRICS_AT_ONCE = 64;

/** Where the value of a plain metric stands, by its type. */
function valueIndex(type: number): number {
  if (type === COUNTER) return COUNTER_VALUE;
  return type === GAUGE ? GAUGE_VALUE : UNTYPED_VALUE;
}

/** A reader of delimited `io.prometheus.client.MetricFamily` messages that knows no body yet. */
export function createMessageReader(deps: MessageReaderDeps): BodyReader {
  const { workspaces, rules, series, sampleLimit, honorTimestamps, takesExemplars, forms, limits, takesStartTimestamps, madeUp } = deps;
  const { shared } = workspaces;
  const wanted: WantedEntry = createWantedEntry();
  let walk: BodyWalk;
  let u8 = shared.u8;
  /** The families before and now that were last found to be the same: most metrics follow one of their own family. */
  let sameBefore = 0;
  let sameNow = 0;

  /** Contexts are where a family's name stands, from and how long, and its unit where that counts. */
  const contexts: ContextRules = {
    same(of, at, wanted) {
      if (of[at + 1] !== wanted[1] || of[at + 3] !== wanted[3]) return false;
      if (of[at] === sameBefore && wanted[0] === sameNow) return true;
      const bytes = shared.u8;
      if (!areEqual(bytes, of[at], wanted[0], wanted[1]) || !areEqual(bytes, of[at + 2], wanted[2], wanted[3])) return false;
      sameBefore = of[at];
      sameNow = wanted[0];
      return true;
    },
    hash: (context) => hashBytes(shared.u8, context[2], context[3], hashBytes(shared.u8, context[0], context[1])),
  };

  function* walkBody(of: BodyWalk): Generator<undefined, void> {
    walk = of;
    const { slice } = of.workspace;
    // A view stays good while memory grows: the body was there before.
    u8 = shared.u8;
    sameBefore = sameNow = 0;
    const scan = startMessageScan(u8, walk.start, walk.end, { family: takeFamily, metric: takeMetric }, metricScratch);
    for (let taken = 1; scan.next(1); taken++) {
      if (of.entries.wantsIndex()) yield* of.entries.makeIndex(slice);
      if (taken % METRICS_AT_ONCE === 0 && slice.isSpent()) yield;
    }
  }

  function takeFamily(family: FamilyMessage): void {
    checkFamily(u8, family);
    takeWord(walk, family.type);
    takeText(walk, u8, family.nameStart, family.nameEnd);
    takeText(walk, u8, family.helpStart, family.helpEnd);
    takeText(walk, u8, family.unitStart, family.unitEnd);
    const { context } = wanted;
    const unitLength = rules.typeAndUnitLabels === true ? family.unitEnd - family.unitStart : 0;
    context[0] = family.nameStart;
    context[1] = family.nameEnd - family.nameStart;
    context[2] = unitLength === 0 ? 0 : family.unitStart;
    context[3] = unitLength;
  }

  function takeMetric(metric: MetricMessage, { type }: FamilyMessage): void {
    wantSlots(wanted, metric, type, forms);
    wanted.keyStart = metric.labelsStart;
    wanted.keyLength = metric.labelsEnd - metric.labelsStart;
    const known = walk.entries.find(wanted, walk.readIndex);
    meet(walk, known);
    const hasTimestamp = metric.timestampMs !== 0;
    const firstSlot = walk.next.slotCount;
    const { keyStart, keyLength, kind, context } = wanted;
    addEntry(walk.next, keyStart, keyLength, hasTimestamp ? kind | STAMPED : kind, context);
    if (known >= 0) addKnownSlots(known);
    else addNewSlots(wanted);
    takeSamples(metric, kind, firstSlot, hasTimestamp && honorTimestamps ? metric.timestampMs : walk.timestampMs);
  }

  function addKnownSlots(known: number): void {
    const { last, next } = walk;
    const end = last.firstSlots[known + 1];
    for (let slot = last.firstSlots[known]; slot < end; slot++) addSlot(next, last.refs[slot], last.bounds[slot]);
  }

  function addNewSlots({ kind, context, slotCount, bounds, keyStart, keyLength }: WantedEntry): void {
    const named = namedMetric(u8, context, 0, keyStart, keyLength);
    for (let slot = 0; slot < slotCount; slot++) {
      const labels = slotLabels(named, kind, slot, bounds[slot], rules);
      const ref = labels === undefined ? NO_SERIES : newRef(labels, slot);
      addSlot(walk.next, ref, bounds[slot]);
      if (madeUp !== undefined && labels !== undefined && ref !== NO_SERIES && !labelValue(labels, METRIC_NAME).startsWith(named.name))
        madeUp.exclude(ref);
    }
  }

  /** The series of labels that are new, the slot number `slot` of a metric whose samples are not counted yet. */
  function newRef(labels: Labels, slot: number): number {
    const limit = sampleLimit();
    if (limit > 0 && walk.afterRelabelling + slot >= limit) {
      // The scrape has failed already; its series must not fill the storage.
      walk.overLimit++;
      return NO_SERIES;
    }
    const ref = series.seriesRef(labels);
    walk.workspace.added.push(walk.next.slotCount);
    return ref;
  }

  function takeSamples(metric: MetricMessage, kind: number, firstSlot: number, timestampMs: number): void {
    const type = kind & 7;
    const from = walk.rows.batch.length;
    if (hasHistograms(type)) {
      if ((kind & HAS_WHOLE) !== 0) takeWhole(metric, kind, firstSlot, timestampMs);
      if ((kind & HAS_CLASSIC) !== 0) takeClassic(metric, (kind & HAS_WHOLE) === 0 ? firstSlot : firstSlot + 1, timestampMs);
    } else if (type === SUMMARY) {
      takeSummary(metric, firstSlot, timestampMs);
    } else {
      takeNumber(metric, type, firstSlot, timestampMs);
    }
    if (takesStartTimestamps) setStarts(walk.rows, from, startOf(metric, type));
    if (madeUp !== undefined) setCounters(walk.rows, from, type === COUNTER || type === HISTOGRAM);
  }

  function takeNumber(
    { numberBits, counterExemplarStart, counterExemplarEnd }: MetricMessage,
    type: number,
    slot: number,
    timestampMs: number,
  ): void {
    const ref = walk.next.refs[slot];
    if (!countSample(walk, ref, timestampMs)) return;
    const i = valueIndex(type);
    pushFloat(walk.rows, ref, timestampMs, numberBits[2 * i], numberBits[2 * i + 1]);
    if (type === COUNTER && counterExemplarEnd > 0 && takesExemplars) {
      takeExemplar(walk, u8, counterExemplarStart, counterExemplarEnd, ref, timestampMs);
    }
  }

  function takeSummary(metric: MetricMessage, firstSlot: number, timestampMs: number): void {
    const { refs } = walk.next;
    const { numberBits, quantileValueBits: bits, quantileCount } = metric;
    if (countSample(walk, refs[firstSlot], timestampMs)) pushNumber(walk.rows, refs[firstSlot], timestampMs, metric.summaryCount);
    takeBits(refs[firstSlot + 1], timestampMs, numberBits, SUMMARY_SUM);
    for (let i = 0; i < quantileCount; i++) takeBits(refs[firstSlot + 2 + i], timestampMs, bits, i);
  }

  function takeBits(ref: number, timestampMs: number, bits: Uint32Array, i: number): void {
    if (countSample(walk, ref, timestampMs)) pushFloat(walk.rows, ref, timestampMs, bits[2 * i], bits[2 * i + 1]);
  }

  function takeClassic(metric: MetricMessage, firstSlot: number, timestampMs: number): void {
    const { refs } = walk.next;
    const { numberBits, histogram } = metric;
    const { bucketCount, cumulative, bucketExemplars } = histogram;
    const count = observationCount(histogram);
    if (countSample(walk, refs[firstSlot], timestampMs)) pushNumber(walk.rows, refs[firstSlot], timestampMs, count);
    takeBits(refs[firstSlot + 1], timestampMs, numberBits, HISTOGRAM_SUM);
    const series = classicBucketCount(metric);
    for (let i = 0; i < series; i++) {
      const ref = refs[firstSlot + 2 + i];
      if (!countSample(walk, ref, timestampMs)) continue;
      pushNumber(walk.rows, ref, timestampMs, i < bucketCount ? cumulative[i] : count);
      if (i < bucketCount && bucketExemplars[2 * i + 1] > 0 && takesExemplars) {
        takeExemplar(walk, u8, bucketExemplars[2 * i], bucketExemplars[2 * i + 1], ref, timestampMs);
      }
    }
  }

  /** A native histogram, or a classic one made so. */
  function takeWhole(metric: MetricMessage, kind: number, slot: number, timestampMs: number): void {
    const isGauge = (kind & 7) === GAUGE_HISTOGRAM;
    const isConverted = (kind & HAS_CONVERTED) !== 0;
    const histogram = isConverted ? convertedHistogram(metric, isGauge, classicScratch) : nativeHistogram(metric, isGauge, walk.rows.arena);
    const start = takesStartTimestamps ? metric.histogram.startTimestampMs : 0;
    const ref = walk.next.refs[slot];
    if (takeHistogram(walk, ref, timestampMs, start, histogram, limits) && takesExemplars) takeHistogramExemplars(metric, ref);
  }

  /** Those of its own list, or, where that is empty, those of its classic buckets. */
  function takeHistogramExemplars({ histogram }: MetricMessage, ref: number): void {
    const { exemplarCount, exemplars, bucketCount, bucketExemplars } = histogram;
    const ranges = exemplarCount > 0 ? exemplars : bucketExemplars;
    const count = exemplarCount > 0 ? exemplarCount : bucketCount;
    const { rows } = walk.rows.exemplars;
    const from = rows.length;
    for (let i = 0; i < count; i++) if (ranges[2 * i + 1] > 0) takeExemplar(walk, u8, ranges[2 * i], ranges[2 * i + 1], ref, undefined);
    sortExemplars(rows, from);
  }

  function labels(table: EntryTable, entry: number, slot: number): Labels | undefined {
    const named = namedMetric(shared.u8, table.contexts, CONTEXT_WORDS * entry, table.keyStarts[entry], table.keyLengths[entry]);
    const kind = table.kinds[entry] & ~STAMPED;
    return slotLabels(named, kind, slot, table.bounds[table.firstSlots[entry] + slot], rules);
  }

  return createTableReader(deps, { contexts, walk: walkBody, labels, metadata: (table) => messageMetadata(shared.u8, table) });
}

function startOf(metric: MetricMessage, type: number): number {
  if (type === COUNTER) return metric.counterStartTimestampMs;
  if (type === SUMMARY) return metric.summaryStartTimestampMs;
  return hasHistograms(type) ? metric.histogram.startTimestampMs : 0;
}

/** The name, the unit and the labels of a metric whose context stands at the word `at` of `contexts`. */
function namedMetric(bytes: Uint8Array, contexts: Uint32Array, at: number, keyStart: number, keyLength: number): NamedMetric {
  const [nameStart, unitStart] = [contexts[at], contexts[at + 2]];
  return {
    name: familyName(bytes, { nameStart, nameEnd: nameStart + contexts[at + 1] }),
    unit: familyUnit(bytes, { unitStart, unitEnd: unitStart + contexts[at + 3] }),
    own: labelsBetween(bytes, keyStart, keyStart + keyLength),
  };
}

/** What families say, of which four texts were taken each. */
function messageMetadata(bytes: Uint8Array, { textCount, textStarts, textLengths }: EntryTable): Told {
  const told: Told = new Map();
  const endOf = (i: number): number => textStarts[i] + textLengths[i];
  for (let i = 0; i + TEXTS_A_FAMILY <= textCount; i += TEXTS_A_FAMILY) {
    const of = { nameStart: textStarts[i + 1], nameEnd: endOf(i + 1), helpStart: textStarts[i + 2], helpEnd: endOf(i + 2) };
    const name = familyName(bytes, of);
    const unit = familyUnit(bytes, { unitStart: textStarts[i + 3], unitEnd: endOf(i + 3) });
    const parts = { type: metricTypeOf(textStarts[i]), help: familyHelp(bytes, of) };
    told.set(name, unit === "" ? { ...told.get(name), ...parts } : { ...parts, unit });
  }
  return told;
}
