import {
  GAUGE_HISTOGRAM,
  HISTOGRAM,
  isNativeHistogram,
  type LabelPair,
  MESSAGE_TYPES,
  type MetricMessage,
  sampleLabelSet,
  SUMMARY,
} from "@ferula/exposition";
import type { Labels, MetricType } from "@ferula/model";
import { type SeriesRules, storedLabels } from "../cache/series-maker.ts";
import { type WantedEntry, wantSlot } from "./entry-finder.ts";

/** Which of a histogram's forms are read. */
export interface HistogramForms {
  /** Native histograms; where they are not read, those that have them are taken for classic ones. */
  readonly readsNative: boolean;
  /** Classic series of a histogram that is native, or converted, too. */
  readonly keepsClassic: boolean;
  /** Whether classic histograms become native ones with custom buckets. */
  readonly convertsClassic: boolean;
}

/**
 * What comes out of a metric, as a number: its family's type in the lowest bits, and of a histogram its forms. Their slots come in this order:
 * the native or the converted histogram; the classic series, or a summary's (count, sum, buckets or quantiles).
 */
export const TYPE_MASK = 7;
export const HAS_NATIVE = 8;
export const HAS_CLASSIC = 16;
export const HAS_CONVERTED = 32;
/** Whether one sample is a whole histogram. */
export const HAS_WHOLE: number = HAS_NATIVE | HAS_CONVERTED;

/** Whether a family of this type has histograms. */
export function hasHistograms(type: number): boolean {
  return type === HISTOGRAM || type === GAUGE_HISTOGRAM;
}

/** How many buckets come out of a classic histogram: none behind the first whose bound is infinite, and that one in any case. */
export function classicBucketCount({ histogram: { bucketCount, bounds } }: MetricMessage): number {
  for (let i = 0; i < bucketCount; i++) if (bounds[i] === Infinity) return i + 1;
  return bucketCount + 1;
}

/** Says which slots a metric has. */
export function wantSlots(wanted: WantedEntry, metric: MetricMessage, type: number, forms: HistogramForms): void {
  wanted.slotCount = 0;
  wanted.kind = type;
  if (hasHistograms(type)) {
    wanted.kind |= formsOf(metric, forms);
    if ((wanted.kind & HAS_WHOLE) !== 0) wantSlot(wanted, 0);
    if ((wanted.kind & HAS_CLASSIC) !== 0) wantBuckets(wanted, metric);
  } else {
    wantSlot(wanted, 0);
    if (type === SUMMARY) wantQuantiles(wanted, metric);
  }
}

function formsOf({ histogram }: MetricMessage, { readsNative, keepsClassic, convertsClassic }: HistogramForms): number {
  if (readsNative && isNativeHistogram(histogram)) {
    return keepsClassic && histogram.bucketCount > 0 ? HAS_NATIVE | HAS_CLASSIC : HAS_NATIVE;
  }
  if (!convertsClassic) return HAS_CLASSIC;
  return keepsClassic ? HAS_CLASSIC | HAS_CONVERTED : HAS_CONVERTED;
}

function wantBuckets(wanted: WantedEntry, metric: MetricMessage): void {
  const { bounds, bucketCount } = metric.histogram;
  const count = classicBucketCount(metric);
  wantSlot(wanted, 0);
  wantSlot(wanted, 0);
  for (let i = 0; i < count; i++) wantSlot(wanted, i < bucketCount ? bounds[i] : Infinity);
}

function wantQuantiles(wanted: WantedEntry, { quantiles, quantileCount }: MetricMessage): void {
  wantSlot(wanted, 0);
  for (let i = 0; i < quantileCount; i++) wantSlot(wanted, quantiles[i]);
}

/** A metric whose slots get labels: its family's name, its unit where that is to be a label, and its own labels. */
export interface NamedMetric {
  readonly name: string;
  readonly unit: string;
  readonly own: readonly LabelPair[];
}

/** Metadata's name of a type. */
export function metricTypeOf(type: number): MetricType {
  const word = MESSAGE_TYPES[type];
  return word === "untyped" ? "unknown" : word;
}

/** The labels under which a slot of a metric is stored, or undefined when relabelling drops it. Throws as `storedLabels`. */
export function slotLabels(
  { name, unit, own }: NamedMetric,
  kind: number,
  slot: number,
  bound: number,
  rules: SeriesRules,
): Labels | undefined {
  const { suffix, boundLabel } = slotRole(kind, slot);
  const metadata = rules.typeAndUnitLabels === true ? { type: metricTypeOf(kind & TYPE_MASK), unit } : undefined;
  const exposed = sampleLabelSet(name + suffix, own, boundLabel, bound, metadata);
  const empty = new Set(own.filter(([, value]) => value === "").map(([label]) => label));
  return storedLabels(exposed, empty, rules);
}

/** What a slot's series has behind its name, and which label has the slot's bound. */
interface SlotRole {
  readonly suffix: string;
  readonly boundLabel?: "le" | "quantile";
}

const WHOLE: SlotRole = { suffix: "" };
const COUNT: SlotRole = { suffix: "_count" };
const SUM: SlotRole = { suffix: "_sum" };
const BUCKET: SlotRole = { suffix: "_bucket", boundLabel: "le" };
const QUANTILE: SlotRole = { suffix: "", boundLabel: "quantile" };

function slotRole(kind: number, slot: number): SlotRole {
  const type = kind & TYPE_MASK;
  const part = (kind & HAS_WHOLE) === 0 ? slot : slot - 1;
  if ((type !== SUMMARY && !hasHistograms(type)) || part < 0) return WHOLE;
  if (part < 2) return part === 0 ? COUNT : SUM;
  return type === SUMMARY ? QUANTILE : BUCKET;
}
